"""Near duplicates: MinHash sketches of texts, and locality-sensitive hashing to find similar ones.

The share of positions at which two sketches agree estimates the Jaccard similarity of the texts' three-word
shingles (Broder, "On the resemblance and containment of documents", 1997). Only texts that agree on a band of
their sketches are compared. The document whose name sorts first leads its group, so the result does not
depend on the order in which files are read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from operator import itemgetter

import numpy as np
import xxhash
from numpy.typing import NDArray

MinHash = NDArray[np.uint32]

HASHES, BAND = 120, 5
MIN_SIMILARITY = 0.6
"""Least estimated Jaccard similarity of near duplicates: about 8 of 100 words changed."""
MIN_SHINGLES = 16
"""Least number of shingles; shorter texts, of a sentence or two, get no sketch."""
SHINGLE_WORDS = 3
_BLOCK = 4096
# In scripts without spaces between words, each character counts as a word.
_WORDS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff]|[^\W_]+")


def _hash_constants(first: int, count: int) -> NDArray[np.uint64]:
    results = [xxhash.xxh3_64_intdigest(n.to_bytes(4, "big")) for n in range(first, first + count)]
    return np.array(results, dtype=np.uint64)


# Sketches are stored, so the hash constants must not depend on a library's version.
_MULTIPLIERS, _OFFSETS = _hash_constants(0, HASHES) | np.uint64(1), _hash_constants(HASHES, HASHES)
_WORD_MULTIPLIERS = _hash_constants(2 * HASHES, SHINGLE_WORDS) | np.uint64(1)


def minhash(text: str) -> bytes:
    """Return a text's sketch, 480 bytes, or no bytes if it has fewer than `MIN_SHINGLES` shingles.

    Case, punctuation and white space are ignored.
    """
    least, seen = np.full(HASHES, 2**32 - 1, dtype=np.uint32), 0
    for runs in _shingles(text):
        seen += len(runs)
        values = (runs[:, None] * _MULTIPLIERS + _OFFSETS) >> np.uint64(32)
        least = np.minimum(least, values.min(axis=0).astype(np.uint32))
    return least.astype("<u4").tobytes() if seen >= MIN_SHINGLES else b""


def estimated_similarity(one: bytes, other: bytes) -> float:
    """Return the estimated Jaccard similarity of two texts, by their sketches.

    >>> words = " ".join(f"word{n}" for n in range(100))
    >>> estimated_similarity(minhash(words), minhash(words.upper()))
    1.0
    """
    return float(np.mean(_signature(one) == _signature(other))) if one and other else 0.0


def near_duplicates(sketches: Mapping[str, bytes]) -> dict[str, str]:
    """Map each near duplicate to the leader of its group: the first similar document by name.

    `sketches` maps document names to sketches. A leader is not a near duplicate of a document before it, so a
    chain of versions does not become one group from end to end.
    """
    names = sorted(name for name, kept in sketches.items() if kept)
    if not names:
        return {}
    rows = np.stack([_signature(sketches[name]) for name in names])
    stretches = [_equal_bands(rows[:, start : start + BAND]) for start in range(0, HASHES, BAND)]
    first: dict[tuple[int, int], list[int]] = {}
    result: dict[str, str] = {}
    for n in np.flatnonzero(np.any([alike > 0 for alike in stretches], axis=0)).tolist():
        keys = [(s, int(alike[n])) for s, alike in enumerate(stretches) if alike[n]]
        candidates = sorted({m for key in keys for m in first.get(key, ())})
        leader = next((m for m in candidates if np.mean(rows[m] == rows[n]) >= MIN_SIMILARITY), None)
        if leader is not None:
            result[names[n]] = names[leader]
            continue
        for key in keys:
            first.setdefault(key, []).append(n)
    return result


def duplicate_groups(near_of: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Map each document to the other members of its group, given pairs of (document, leader).

    >>> duplicate_groups([("b", "a"), ("c", "a")])["b"]
    ('a', 'c')
    """
    groups: dict[str, list[str]] = {}
    for name, leader in near_of:
        groups.setdefault(leader, [leader]).append(name)
    return {
        name: tuple(sorted(other for other in group if other != name))
        for group in groups.values()
        for name in group
    }


def _shingles(text: str) -> Iterator[NDArray[np.uint64]]:
    """Yield the hashes of a text's three-word shingles, in blocks."""
    words = map(itemgetter(0), _WORDS.finditer(text))
    known: dict[str, int] = {}
    before: list[int] = []
    while block := list(islice(words, _BLOCK)):
        for word in set(block) - known.keys():
            known[word] = xxhash.xxh3_64_intdigest(word.casefold().encode("utf-8", "surrogatepass"))
        numbers = np.array(before + [known[word] for word in block], dtype=np.uint64)
        before = numbers[-SHINGLE_WORDS + 1 :].tolist()
        count = len(numbers) - SHINGLE_WORDS + 1
        if count > 0:
            mixed = [numbers[k : k + count] * _WORD_MULTIPLIERS[k] for k in range(SHINGLE_WORDS)]
            total = np.add.reduce(mixed)
            yield total ^ (total >> np.uint64(29))


def _equal_bands(stretch: MinHash) -> NDArray[np.int64]:
    """Return a number from 1 for each row, shared by equal rows; 0 for rows that are unique."""
    whole = np.ascontiguousarray(stretch).view(np.dtype((np.void, stretch.shape[1] * 4))).ravel()
    _, number, count = np.unique(whole, return_inverse=True, return_counts=True)
    return np.where(count[number] > 1, number + 1, 0).astype(np.int64)


def _signature(kept: bytes) -> MinHash:
    return np.frombuffer(kept, dtype="<u4")
