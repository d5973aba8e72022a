"""Protocols for embedding models, and the values they exchange.

`index/embedding/sentence_encoder.py` has the implementation.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from citeback.index.chunking.token_limits import Chunking
from citeback.index.embedding.similarity_scale import SAME, SimilarityScale
from citeback.index.records import Chunk, Source, Span
from citeback.index.settings import Settings

Floats: TypeAlias = NDArray[np.float32]
Float16s: TypeAlias = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class ChunkInput:
    """The model's input for one chunk; `sentences` are spans of `text`."""

    text: str
    sentences: tuple[Span, ...]

    @property
    def key(self) -> bytes:
        """Return a 32-byte hash of the input: equal inputs have equal keys.

        >>> ChunkInput("One. Two.", (Span(0, 4),)).key == ChunkInput("One. Two.", (Span(0, 9),)).key
        False
        """
        spans = ",".join(f"{span.start}-{span.end}" for span in self.sentences)
        return sha256(f"{spans}\n{self.text}".encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, eq=False)
class ChunkEncoding:
    """The encoding of one chunk, all vectors of unit length.

    `vector` is (dimension,); `sentences` is (sentences, dimension), each sentence pooled in the chunk's
    context.
    """

    vector: Floats
    sentences: Float16s


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """Contextual token vectors of a text.

    `spans` is (tokens, 2), character offsets; `vectors` is (tokens, hidden), of unit length. `scale` is that
    of the model's cosines of tokens.
    """

    spans: NDArray[np.int64]
    vectors: Floats
    scale: SimilarityScale = SAME


@dataclass(frozen=True, slots=True, eq=False)
class WordPieces:
    """The word pieces of a text, with static embeddings.

    `starts`, (pieces,), are ascending character offsets; `vectors`, (pieces, hidden), have unit length. A
    text without words has no pieces.
    """

    starts: NDArray[np.int64]
    vectors: Floats


class Encoder(Protocol):
    """An embedding model, as the write side uses it."""

    @property
    def fingerprint(self) -> str:
        """Return the model's name and the hash of its weights; vectors are reused only if it is the same."""
        ...

    @property
    def dimension(self) -> int:
        """Return the length of every vector."""
        ...

    @property
    def chunking(self) -> Chunking | None:
        """Return the chunking parameters for another process, or None if only `split` can chunk."""
        ...

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Split a source into chunks within the model's token limit."""
        ...

    def chunk_input(self, source: Source, chunk: Chunk) -> ChunkInput:
        """Return the model's input for a chunk: title and headings, then the chunk."""
        ...

    def encode(self, items: Iterable[ChunkInput]) -> Iterator[list[tuple[int, ChunkEncoding]]]:
        """Yield batches of (position in `items`, encoding), in any order."""
        ...


class QueryEmbedder(Protocol):
    """An embedding model, as the read side uses it."""

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        ...

    def word_pieces(self, texts: Sequence[str]) -> list[WordPieces]:
        """Return each text's word pieces from the embedding table; cheap, since nothing is computed."""
        ...


class QueryEncoder(QueryEmbedder, Protocol):
    """A query embedder with its identity; implemented by `SentenceEncoder` and `NumpyQueryEncoder`."""

    @property
    def settings(self) -> Settings:
        """Return the settings that name the model."""
        ...

    @property
    def fingerprint(self) -> str:
        """Return the model's name and the hash of its weights, like `Encoder.fingerprint`."""
        ...


@dataclass(frozen=True, slots=True)
class NoEncoder:
    """Stands in for a model that has nothing to chunk or encode."""

    fingerprint: str
    dimension: int
    chunking: None = None

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Raise ValueError: chunking needs the model."""
        raise ValueError(f"no model was loaded to cut {source.title!r}")

    def chunk_input(self, source: Source, chunk: Chunk) -> ChunkInput:
        """Raise ValueError: encoding needs the model."""
        raise ValueError(f"no model was loaded to read {source.title!r} from {chunk.span.start}")

    def encode(self, items: Iterable[ChunkInput]) -> Iterator[list[tuple[int, ChunkEncoding]]]:
        """Return no batches; raise ValueError if there is an item."""
        for item in items:
            raise ValueError(f"no model was loaded to encode {item.text[:80]!r}")
        return iter(())


LoadEncoder: TypeAlias = Callable[[Settings], Encoder]
"""Loads a model, which takes seconds: called at most once, and only if there is something to encode."""


def normalize_rows(matrix: NDArray[np.floating]) -> Floats:
    """Return the rows normalized to length 1, in float32; zero rows stay zero."""
    wide = np.asarray(matrix, dtype=np.float64)
    lengths = np.linalg.norm(wide, axis=-1, keepdims=True)
    scaled = np.divide(wide, lengths, out=np.zeros_like(wide), where=lengths > 0)
    return np.asarray(scaled, dtype=np.float32)
