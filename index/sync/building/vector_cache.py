"""Vectors that need no encoding: those of the previous generation and of the journal.

All of them come from the same model, identified by its fingerprint.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import numpy as np

from citeback.index.embedding.protocols import ChunkEncoding, ChunkInput, Float16s, Floats
from citeback.index.errors import ModelError
from citeback.index.generations.generation import Generation
from citeback.index.generations.parts.row_sources import ReusedRows, RowSource, previous_rows, split_range
from citeback.index.search.vectors import RowNumbers, VectorIndex
from citeback.index.sync.building.journal import Journal

BATCH_SENTENCES = 16384
"""Sentence vectors held in memory at a time."""


class VectorCache:
    """Known vectors by key; `journaled` are the keys that the journal holds."""

    def __init__(self, previous: Generation | None, journal: Journal, journaled: set[bytes]) -> None:
        self._previous = previous
        self._journal = journal
        self._journaled = journaled

    @classmethod
    def of_model(cls, fingerprint: str, previous: Generation | None, journal: Journal) -> Self:
        """Return the vectors of one model; a previous generation of another model is ignored."""
        same = previous if previous and previous.fingerprint == fingerprint else None
        return cls(same, journal, journal.keys())

    def __contains__(self, key: object) -> bool:
        return key in self._journaled or (isinstance(key, bytes) and self._find_key(key) is not None)

    def record(self, batch: Iterable[tuple[bytes, ChunkInput, ChunkEncoding]]) -> None:
        """Record the encodings of a batch.

        Raises:
            ModelError: the model returned the wrong number of sentence vectors.
        """
        noted = []
        for key, encodable, encoded in batch:
            shape = (len(encodable.sentences), len(encoded.vector))
            if encoded.sentences.shape != shape:
                raise ModelError(
                    f"The model returned sentence vectors of shape {encoded.sentences.shape}, not {shape}."
                )
            noted.append((key, encoded))
        self._journal.put(noted)
        self._journaled.update(key for key, _ in noted)

    def vectors(self, block: range | Sequence[bytes], dimension: int) -> Floats:
        """Return vectors by row of the previous generation, or by key, (rows, dimension). Raises KeyError."""
        if isinstance(block, range):
            return self._source_generation.vectors.vectors(block)
        result = np.empty((len(block), dimension), dtype=np.float32)
        for n, key in enumerate(block):
            place = self._find_key(key)
            result[n] = (
                self._source_generation.vectors.vectors([place[0]])[0]
                if place
                else self._journal.get(key).vector
            )
        return result

    def previous_vectors(self, parts: Iterable[RowSource]) -> tuple[VectorIndex, RowNumbers] | None:
        """Return the previous vectors and the previous row of each row (-1 if new), or None without them."""
        return (self._previous.vectors, previous_rows(parts)) if self._previous else None

    def sentences(self, part: RowSource) -> Iterator[Float16s]:
        """Yield the sentence vectors of a part in order, in blocks of (sentences, dimension)."""
        if isinstance(part, ReusedRows):
            for rows in split_range(part.sentences, BATCH_SENTENCES):
                yield self._source_generation.sentence_array[rows.start : rows.stop]
        else:
            yield from map(self._sentences, part.keys)

    def _sentences(self, key: bytes) -> Float16s:
        if place := self._find_key(key):
            return self._source_generation.sentence_array[place[1].start : place[1].stop]
        return self._journal.get(key).sentences

    @property
    def _source_generation(self) -> Generation:
        if self._previous is None:
            raise ValueError("no row is taken over from a generation of another model")
        return self._previous

    def _find_key(self, key: bytes) -> tuple[int, range] | None:
        return self._previous.find_key(key) if self._previous else None
