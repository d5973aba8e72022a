"""What the write side asks of an embedding model: cut sources, render chunks, encode them.

Holds protocols and the values that pass through them; must never know which model, where vectors
are kept, or that questions exist. `index/embed.py` is the one that keeps these promises.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from index.cutting import Cutting
from index.models.pieces import Pieces
from index.records import Chunk, Source, Span
from index.settings import Settings

Floats: TypeAlias = NDArray[np.float32]
Halves: TypeAlias = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Encodable:
    """What the model reads for one chunk; `sentences` are the chunk's sentences as spans of `text`."""

    text: str
    sentences: tuple[Span, ...]

    @property
    def key(self) -> bytes:
        """Return 32 bytes that are the same exactly when the model would read the same.

        >>> Encodable("One. Two.", (Span(0, 4),)).key == Encodable("One. Two.", (Span(0, 9),)).key
        False
        """
        spans = ",".join(f"{span.start}-{span.end}" for span in self.sentences)
        return sha256(f"{spans}\n{self.text}".encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the model made of one chunk.

    `vector` has shape (dimension,); `sentences` has shape (sentences of the chunk, dimension), each
    sentence seen in its context. Every vector has unit length.
    """

    vector: Floats
    sentences: Halves


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """What the model made of each token of a text.

    `spans` has shape (tokens, 2): where each stands in the text; `vectors` (tokens, hidden), of unit length.
    """

    spans: NDArray[np.int64]
    vectors: Floats


class Encoder(Protocol):
    """A loaded model. `fingerprint` names it and its weights: two stores with the same one share vectors."""

    @property
    def fingerprint(self) -> str:
        """Return a name of the model and a hash of its weights."""
        ...

    @property
    def dimension(self) -> int:
        """Return the length of every vector."""
        ...

    @property
    def cutting(self) -> Cutting | None:
        """Return how sources are cut, for a process that does it; None where only `split` can."""
        ...

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Cut a source into chunks that the model reads whole."""
        ...

    def encodable(self, source: Source, chunk: Chunk) -> Encodable:
        """Return what the model is to read for a chunk: its title and headings, then its text."""
        ...

    def encode(self, items: Iterable[Encodable]) -> Iterator[list[tuple[int, Encoded]]]:
        """Yield batches of (position in `items`, what the model made of it), in any order."""
        ...


class QueryEmbedder(Protocol):
    """What is asked of a model where there is a question to answer."""

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        ...

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the pieces of every text; looked up, not computed, so that hundreds cost little."""
        ...


class QueryEncoder(QueryEmbedder, Protocol):
    """A loaded model as questions need it; `SentenceEncoder` has all of this, `LightEncoder` nothing more."""

    @property
    def settings(self) -> Settings:
        """Return the settings that name the model."""
        ...

    @property
    def fingerprint(self) -> str:
        """Return a name of the model and a hash of its weights, as `Encoder.fingerprint`."""
        ...


@dataclass(frozen=True, slots=True)
class Unloaded:
    """Stands for the model of vectors that exist already, where there is nothing to cut or encode."""

    fingerprint: str
    dimension: int
    cutting: None = None

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Refuse: a source to cut needs the model itself."""
        raise ValueError(f"no model was loaded to cut {source.title!r}")

    def encodable(self, source: Source, chunk: Chunk) -> Encodable:
        """Refuse: a chunk to encode needs the model itself."""
        raise ValueError(f"no model was loaded to read {source.title!r} from {chunk.span.start}")

    def encode(self, items: Iterable[Encodable]) -> Iterator[list[tuple[int, Encoded]]]:
        """Yield nothing for nothing."""
        for item in items:
            raise ValueError(f"no model was loaded to encode {item.text[:80]!r}")
        return iter(())


Load: TypeAlias = Callable[[Settings], Encoder]
"""Loading takes seconds: it is called at most once, and only when there is something to encode."""


def unit(matrix: NDArray[np.floating]) -> Floats:
    """Return rows scaled to length 1, in float32; a row of zeros stays one."""
    wide = np.asarray(matrix, dtype=np.float64)
    lengths = np.linalg.norm(wide, axis=-1, keepdims=True)
    scaled = np.divide(wide, lengths, out=np.zeros_like(wide), where=lengths > 0)
    return np.asarray(scaled, dtype=np.float32)
