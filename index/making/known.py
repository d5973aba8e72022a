"""Vectors that need no encoding: those of the previous generation and of the journal.

All of them come from the same model, identified by its fingerprint.
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
"""Sentence vectors held in memory at a time."""


class Known:
    """Known vectors by key; a previous generation of another model is ignored."""

    def __init__(self, previous: Generation | None, journal: Journal, fingerprint: str) -> None:
        self._previous = previous if previous and previous.fingerprint == fingerprint else None
        self._journal = journal
        self._noted = journal.keys()

    def __contains__(self, key: bytes) -> bool:
        return key in self._noted or self._place(key) is not None

    def learn(self, batch: Iterable[tuple[bytes, Encodable, Encoded]]) -> None:
        """Record the encodings of a batch.

        Raises:
            ModelError: the model returned the wrong number of sentence vectors.
        """
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
        """Return vectors by row of the previous generation, or by key, (rows, dimension). Raises KeyError."""
        if isinstance(block, range):
            return self._taken.vectors.vectors(block)
        found = np.empty((len(block), dimension), dtype=np.float32)
        for n, key in enumerate(block):
            place = self._place(key)
            found[n] = self._taken.vectors.vectors([place[0]])[0] if place else self._journal.get(key).vector
        return found

    def before(self, parts: Iterable[Part]) -> tuple[Vectors, Rows] | None:
        """Return the previous vectors and the previous row of each row (-1 if new), or None without them."""
        return (self._previous.vectors, origins(parts)) if self._previous else None

    def sentences(self, part: Part) -> Iterator[Halves]:
        """Yield the sentence vectors of a part in order, in blocks of (sentences, dimension)."""
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
