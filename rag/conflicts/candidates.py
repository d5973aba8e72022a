"""Pairs of statements that may be about the same matter: near in meaning, or sharing rare words.

Each statement gets a bounded number of others, so time and memory grow linearly with the statements.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from citeback.index.search.neighbours import Neighbours
from citeback.rag.conflicts.statements import Statements

NEAREST = 24  # neighbours by meaning that are looked at for each statement
RAREST, MOST_SHARING = 5, 40
"""Rarest terms of a statement whose pairs are looked up, and how many statements may share such a pair."""
KEPT = 12  # candidates of each statement that are compared
LEAST_COSINE, LEAST_SHARED = 0.45, 0.34
NEAR, LEAST_SHARED_NEAR = 0.55, 0.15
"""Cosine from which statements may share fewer of their terms, by rarity."""


@dataclass(frozen=True, slots=True)
class CandidatePair:
    """Two statements by their numbers, `one` < `other`, and the cosine of their vectors."""

    one: int
    other: int
    cosine: float


@dataclass(slots=True)
class CandidatePairs:
    """Proposes the pairs of statements to compare, each once."""

    statements: Statements

    def blocks(self) -> Iterator[tuple[int, list[CandidatePair]]]:
        """Yield (number of statements processed, pairs) per block; the order is deterministic."""
        if not len(self.statements):
            return
        sharing, seen = SharedTerms(self.statements), set[int]()
        for first, scores, rows in Neighbours.of(self.statements.vectors).blocks(NEAREST + 1):
            pairs: list[CandidatePair] = []
            for n in range(len(rows)):
                near = {
                    int(row): float(score) for row, score in zip(rows[n], scores[n], strict=True) if row >= 0
                }
                pairs += self._of(first + n, near, sharing.of(first + n), seen)
            yield first + len(rows), pairs

    def _of(
        self, one: int, near: dict[int, float], sharing: Sequence[int], seen: set[int]
    ) -> Iterator[CandidatePair]:
        statements, mine = self.statements, set(self.statements.terms_of(one).tolist())
        document, total = statements.all[one].place.document, len(statements)
        weights = statements.weights
        own = float(weights[list(mine)].sum()) if mine else 0.0
        ranked: list[tuple[float, int]] = []
        for other in {*near, *sharing} - {one}:
            if statements.all[other].place.document == document:
                continue
            theirs = statements.terms_of(other)
            both = sum(float(weights[term]) for term in theirs.tolist() if term in mine)
            least = min(own, float(weights[theirs].sum()))
            contained = both / least if least else 0.0
            if contained >= (LEAST_SHARED_NEAR if near.get(other, 0.0) >= NEAR else LEAST_SHARED):
                ranked.append((contained + near.get(other, LEAST_COSINE), other))
        ranked.sort(key=lambda pair: (-pair[0], pair[1]))
        for _, other in ranked[:KEPT]:
            key = min(one, other) * total + max(one, other)
            if key in seen:
                continue
            seen.add(key)
            cosine = near.get(other) or self._cosine(one, other)
            if cosine >= LEAST_COSINE:
                yield CandidatePair(one=min(one, other), other=max(one, other), cosine=cosine)

    def _cosine(self, one: int, other: int) -> float:
        vectors = self.statements.vectors
        return float(vectors[one].astype(np.float32) @ vectors[other].astype(np.float32))


class SharedTerms:
    """Statements by pairs of their rarest terms."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        keys, owners = _keys(statements)
        order = np.argsort(keys, kind="stable")
        self._keys, self._owners = keys[order], owners[order]

    def of(self, n: int) -> list[int]:
        """Return the statements that share two rare terms with statement `n`, unless too many do."""
        result: dict[int, None] = {}
        for key in _own_keys(self._statements, n):
            start, end = np.searchsorted(self._keys, [key, key + 1])
            if end - start <= MOST_SHARING:
                result |= dict.fromkeys(self._owners[start:end].tolist())
        return list(result)


def _own_keys(statements: Statements, n: int) -> list[int]:
    terms = statements.terms_of(n)
    rarest = terms[np.argsort(-statements.weights[terms], kind="stable")][:RAREST]
    width = len(statements.words)
    return [min(a, b) * width + max(a, b) for a, b in combinations(rarest.tolist(), 2)]


def _keys(statements: Statements) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    own = [_own_keys(statements, n) for n in range(len(statements))]
    counts = [len(keys) for keys in own]
    keys = np.fromiter((key for each in own for key in each), np.int64, sum(counts))
    return keys, np.repeat(np.arange(len(own)), counts)
