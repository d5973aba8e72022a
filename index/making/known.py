"""Vectors that need no model any more: those of a generation, by row or key, and those in the journal.

Must never know documents. All of them come from one model, told by its fingerprint.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.encoder import Encodable, Encoded, Floats, Halves
from index.errors import ModelError
from index.generation import Generation
from index.making.journal import Journal
from index.parts.layout import Part, Stretch, cut, origins
from index.vectors import Rows, Vectors

BLOCK = 16384
"""Sentence vectors that are in memory at a time."""


class Known:
    """Vectors by key. A generation of another model, or none, has nothing to give."""

    def __init__(self, previous: Generation | None, journal: Journal, fingerprint: str) -> None:
        self._previous = previous if previous and previous.fingerprint == fingerprint else None
        self._journal = journal
        self._noted = journal.keys()

    def __contains__(self, key: bytes) -> bool:
        return key in self._noted or self._place(key) is not None

    def learn(self, batch: Iterable[tuple[bytes, Encodable, Encoded]]) -> None:
        """Note what the model made of some encodables. Raises ModelError if a sentence has no vector."""
        noted = []
        for key, encodable, encoded in batch:
            shape = (len(encodable.sentences), len(encoded.vector))
            if encoded.sentences.shape != shape:
                raise ModelError(
                    f"The model gave sentence vectors of shape {encoded.sentences.shape}, not {shape}."
                )
            noted.append((key, encoded))
        self._journal.put(noted)
        self._noted.update(key for key, _ in noted)

    def vectors(self, block: range | Sequence[bytes], dimension: int) -> Floats:
        """Return the vectors of some rows of the generation, or of some keys, shape (many, dimension).

        Raises KeyError for a key that is not known.
        """
        if isinstance(block, range):
            return self._taken.vectors.vectors(block)
        found = np.empty((len(block), dimension), dtype=np.float32)
        for n, key in enumerate(block):
            place = self._place(key)
            found[n] = self._taken.vectors.vectors([place[0]])[0] if place else self._journal.get(key).vector
        return found

    def before(self, parts: Iterable[Part]) -> tuple[Vectors, Rows] | None:
        """Return the generation's vectors, and which of its rows each row of the parts was (-1: none)."""
        return (self._previous.vectors, origins(parts)) if self._previous else None

    def sentences(self, part: Part) -> Iterator[Halves]:
        """Yield the sentence vectors of a part, in order, each block of shape (sentences, dimension)."""
        if isinstance(part, Stretch):
            for rows in cut(part.sentences, BLOCK):
                yield self._taken.all_sentences[rows.start : rows.stop]
        else:
            yield from map(self._sentences, part.keys)

    def _sentences(self, key: bytes) -> Halves:
        if place := self._place(key):
            return self._taken.all_sentences[place[1].start : place[1].stop]
        return self._journal.get(key).sentences

    @property
    def _taken(self) -> Generation:
        if self._previous is None:
            raise ValueError("no row is taken over from a generation of another model")
        return self._previous

    def _place(self, key: bytes) -> tuple[int, range] | None:
        return self._previous.place(key) if self._previous else None
