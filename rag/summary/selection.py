"""Selects the statements that summarise best: near all others, unlike each other, and clear on their own.

The choice is greedy facility location (Lin and Bilmes, 2011): each next statement is the one that brings the
others nearest to some chosen one. Time and memory are linear in the statements.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Float16s, Floats
from citeback.index.embedding.similarity_scale import SAME, SimilarityScale
from citeback.rag.folder_statements import Statement

MOST_CANDIDATES, MOST_COVERED = 512, 4_096
"""Statements that may be chosen, the most central ones, and statements that they are compared with."""
EARLY = 0.15  # what the first statement of a document counts more than one in its middle
SHORTEST, LONGEST = 6, 45  # words of a statement that is easily read
UNLIKE = 0.8  # cosine from which two statements say the same
REPEATED = 0.5  # share of a statement's words from which it repeats another one
CLEAR = 0.5  # how clear a statement is that is added though it is near another one
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
# How letters begin and end, and the lines at the head of a mail.
_COURTESY = re.compile(
    r"\W*(?:dear|hello|hi|kind regards|best regards|yours|regards|thank you for your|sehr geehrte"
    r"|mit freundlich|liebe|madame|monsieur|veuillez agréer|cordialement|bien à vous|estimad|atentamente"
    r"|(?:from|to|cc|bcc|subject|date|sent|von|an|betreff|datum|de|à|objet|para|asunto) ?:"
    r"|> |on [^,]{3,30}, [^:]{2,80} wrote:)",
    re.IGNORECASE,
)
# The beginning of a line of a chat: "[2026-01-19, 12:40] Ada Holm: ".
_STAMP = re.compile(
    r"[\[(]?\d[\d./-]{5,9},?[ T]{1,2}\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[ap]\.?m\.?)?[\])]?[ -]{0,3}"
    r"[^\W\d_][^:\n]{0,60}: ?",
    re.IGNORECASE,
)
# Appointments: when a group meets again.
_APPOINTMENT = re.compile(
    r"(?:(?:the )?next (?:time|meeting|session|date)|date of (?:the )?next"
    r"|nächste(?: sitzung|s treffen))\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…。][\"'”’»)\]*_`]*\Z")
_WORD = re.compile(r"\w+")
_SPOKEN = re.compile(r"[\"“„«]|\b(?:I|we|you|my|our|your)\b|[?!]\W{0,3}\Z")


def choose(
    statements: Sequence[Statement], vectors: Float16s, most: int, scale: SimilarityScale = SAME
) -> list[int]:
    """Return the numbers of at most `most` statements, the one that says most first.

    `vectors` holds their unit vectors, (statements, dimension), in reading order; `scale` is that of their
    cosines.
    """
    if not len(statements):
        return []
    whole = vectors.astype(np.float32)
    central = scale(whole @ _centre(whole))
    worth = np.array([_readable(each.text) for each in statements], np.float32) * (1 + _early(statements))
    candidates = np.argsort(-(central * worth), kind="stable")[:MOST_CANDIDATES]
    covered = whole[:: max(1, -(-len(whole) // MOST_COVERED))]
    near = np.maximum(scale(covered @ whole[candidates].T), 0.0)
    alike = partial(_alike, whole[candidates], scale)
    chosen = [int(candidates[n]) for n in _greedy(near, worth[candidates], alike, most)]
    more = min(most, (len(statements) + 1) // 2)
    clear = [int(n) for n in candidates if worth[n] >= CLEAR] if len(chosen) < more else []
    return chosen + _of_other_words(statements, chosen, clear, more - len(chosen))


def _of_other_words(
    statements: Sequence[Statement], chosen: Sequence[int], others: Sequence[int], most: int
) -> list[int]:
    """Return at most `most` of the others, in their order, that repeat the words of no chosen one.

    In a short document each sentence is near the others, and yet says something else.
    """
    words = [_words(statements[n]) for n in chosen]
    result = list[int]()
    for n in others:
        own = _words(statements[n])
        if (
            len(result) < most
            and n not in chosen
            and all(_repeated(own, known) < REPEATED for known in words)
        ):
            result.append(n)
            words.append(own)
    return result


def _words(statement: Statement) -> set[str]:
    return set(_WORD.findall(statement.text.casefold()))


def _repeated(own: set[str], other: set[str]) -> float:
    return len(own & other) / max(1, min(len(own), len(other)))


def _alike(vectors: Floats, scale: SimilarityScale, n: int) -> NDArray[np.bool_]:
    """Return which statements say the same as one of them."""
    return np.asarray(scale(vectors @ vectors[n]) >= UNLIKE)


def _greedy(near: Floats, worth: Floats, alike: Callable[[int], NDArray[np.bool_]], most: int) -> list[int]:
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
        allowed &= ~alike(n)
        allowed[n] = False
    return chosen


def _centre(vectors: Floats) -> Floats:
    centre = vectors.mean(axis=0)
    return np.asarray(centre / max(float(np.linalg.norm(centre)), 1e-9), np.float32)


def _readable(text: str) -> float:
    """Return how clear a statement is on its own, 0 to 1."""
    text, spoken = _STAMP.subn("", text, count=1) if _STAMP.match(text) else (text, 0)
    words = len(text.split())
    result = min(1.0, words / SHORTEST, LONGEST / max(1, words))
    result *= 1.0 if _ENDED.search(text) else 0.1 if _is_label(text) else 0.5
    result *= 0.5 if spoken else 1.0
    if _COURTESY.match(text):
        result *= 0.2
    for pattern, factor in ((_APPOINTMENT, 0.1), (_REFERS_BACK, 0.3), (_SPOKEN, 0.5), (_ASIDE, 0.2)):
        if pattern.search(text):
            result *= factor
    return result


def _is_label(text: str) -> bool:
    """Return whether most words are names and numbers: a letterhead, an address or a row of a table."""
    words = _WORD.findall(text)
    return 2 * sum(not word[0].islower() for word in words) > len(words)


def _early(statements: Sequence[Statement]) -> Floats:
    """Return what each statement counts more for standing early in its document or under its heading."""
    result, before, n = [], "", 0
    for each in statements:
        key = f"{each.place.document}\n{each.headings}"
        n = n + 1 if key == before else 0
        before = key
        result.append(EARLY / (1 + n))
    return np.array(result, np.float32)
