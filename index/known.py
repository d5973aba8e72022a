"""Vectors that need no model any more, by key: those of a generation and those in the journal.

Must never know documents. All of them come from one model, told by its fingerprint.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from index.encoder import Encodable, Encoded, Floats, Halves
from index.errors import ModelError
from index.generation import Generation
from index.journal import Journal


class Known:
    """Vectors by key. A generation of another model, or none, has nothing to give."""

    def __init__(self, previous: Generation | None, journal: Journal, fingerprint: str) -> None:
        self._previous = previous
        self._journal = journal
        self._noted = journal.keys()
        self._places: dict[bytes, tuple[int, int, int]] = {}
        if previous and previous.fingerprint == fingerprint:
            found = previous.places()
            starts = [*(first for _, _, first in found), previous.manifest.counts.sentences]
            self._places = {
                key: (row, first, end) for (key, row, first), end in zip(found, starts[1:], strict=True)
            }

    def __contains__(self, key: bytes) -> bool:
        return key in self._places or key in self._noted

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

    def vectors(self, keys: Sequence[bytes], dimension: int) -> Floats:
        """Return the vectors of some keys, shape (keys, dimension). Raises KeyError."""
        found = np.empty((len(keys), dimension), dtype=np.float32)
        there = [n for n, key in enumerate(keys) if key in self._places]
        if self._previous and there:
            found[there] = self._previous.vectors.vectors(self._places[keys[n]][0] for n in there)
        for n in set(range(len(keys))) - set(there):
            found[n] = self._journal.get(keys[n]).vector
        return found

    def sentences(self, key: bytes) -> Halves:
        """Return the sentence vectors of a key, shape (sentences, dimension). Raises KeyError."""
        if self._previous and key in self._places:
            _, first, end = self._places[key]
            return self._previous.all_sentences[first:end]
        return self._journal.get(key).sentences
