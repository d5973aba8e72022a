"""Selects the statements that summarise best: near all others, unlike each other, and clear on their own.

The choice is greedy facility location (Lin and Bilmes, 2011): each next statement is the one that brings the
others nearest to some chosen one. Time and memory are linear in the statements.
"""

import re
from collections.abc import Sequence

import numpy as np

from citeback.index.embedding.protocols import Float16s, Floats
from citeback.rag.folder_statements import Statement

MOST_CANDIDATES, MOST_COVERED = 512, 4_096
"""Statements that may be chosen, the most central ones, and statements that they are compared with."""
EARLY = 0.15  # what the first statement of a document counts more than one in its middle
SHORTEST, LONGEST = 6, 45  # words of a statement that is easily read
UNLIKE = 0.8  # cosine from which two statements say the same
_REFERS_BACK = re.compile(
    r"\A\W*(?:(?:and|but|so|then|however|thus|therefore|also|moreover|later|afterwards|instead|yet|or),?\s+)?"
    r"(?:he|she|it|they|his|her|its|their|this|these|those|that|such|both|another|here|there|for example"
    r"|the (?:former|latter|same))\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"@|https?:|www\.|\b(?:contact|follow|subscribe|newsletter|click|copyright|all rights reserved)\b",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"[\"“„«]|\b(?:I|we|you|my|our|your)\b|[?!]\W{0,3}\Z")


def choose(statements: Sequence[Statement], vectors: Float16s, most: int) -> list[int]:
    """Return the numbers of at most `most` statements, the one that says most first.

    `vectors` holds their unit vectors, (statements, dimension), in reading order.
    """
    if not len(statements):
        return []
    whole = vectors.astype(np.float32)
    central = whole @ _centre(whole)
    worth = np.array([_readable(each.text) for each in statements], np.float32) * (1 + _early(statements))
    candidates = np.argsort(-(central * worth), kind="stable")[:MOST_CANDIDATES]
    covered = whole[:: max(1, -(-len(whole) // MOST_COVERED))]
    near = np.maximum(covered @ whole[candidates].T, 0.0)
    return [int(candidates[n]) for n in _greedy(near, worth[candidates], whole[candidates], most)]


def _greedy(near: Floats, worth: Floats, vectors: Floats, most: int) -> list[int]:
    """Return the columns of `near`, (covered, candidates), in the order in which they add most."""
    best, chosen = np.zeros(len(near), np.float32), list[int]()
    allowed = worth > 0
    while len(chosen) < most and allowed.any():
        gains = np.maximum(near - best[:, None], 0.0).sum(axis=0) * worth
        n = int(np.where(allowed, gains, -1.0).argmax())
        if gains[n] <= 0:
            break
        chosen.append(n)
        best = np.maximum(best, near[:, n])
        allowed &= vectors @ vectors[n] < UNLIKE
    return chosen


def _centre(vectors: Floats) -> Floats:
    centre = vectors.mean(axis=0)
    return np.asarray(centre / max(float(np.linalg.norm(centre)), 1e-9), np.float32)


def _readable(text: str) -> float:
    """Return how clear a statement is on its own, 0 to 1."""
    words = len(text.split())
    result = min(1.0, words / SHORTEST, LONGEST / max(1, words))
    for pattern, factor in ((_REFERS_BACK, 0.3), (_SPOKEN, 0.5), (_ASIDE, 0.2)):
        if pattern.search(text):
            result *= factor
    return result


def _early(statements: Sequence[Statement]) -> Floats:
    """Return what each statement counts more for standing early in its document or under its heading."""
    result, before, n = [], "", 0
    for each in statements:
        key = f"{each.place.document}\n{each.headings}"
        n = n + 1 if key == before else 0
        before = key
        result.append(EARLY / (1 + n))
    return np.array(result, np.float32)
