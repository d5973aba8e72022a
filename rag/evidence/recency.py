"""Prefers the newest of several sentences that say the same, by the date of their documents.

Two reports may differ in nothing but the figure asked for. The latest is meant, unless the question names a
time of its own.
"""

import re
from collections.abc import Callable, Sequence

from citeback.index.readers.stated_date import last_date
from citeback.rag.evidence.ranking import Evidence

MAX_SCORE_GAP = 3.0  # maximum difference in score to the top evidence
MAX_COPY_GAP = 8.0  # the same for a sentence that has nearly all words of the top evidence
MAX_LIKENESS_GAP = 0.25  # maximum difference in cosine and coverage to the likest entry of a series
MIN_SHARED_WORDS, MOST_SHARED_WORDS = 0.5, 0.8
"""Shares of words that two versions of a sentence have in common, and two copies with other figures."""
_NOW = re.compile(
    r"\b(?:current(?:ly)?|latest|newest|most recent(?:ly)?|last|now(?:adays)?|today|so far|by now|at present"
    r"|up to date|at the moment|these days|still|as of)\b",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:1[89]|20)\d{2}\b|\b(?:January|February|March|April|(?-i:May)|(?<=\b(?:in|of|by) )may|June|July"
    r"|August|September|October|November|December)\b|\b(?:first|original(?:ly)?|previous(?:ly)?|former(?:ly)?|old"
    r"|initial(?:ly)?|earlier)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def wants_newest(question: str) -> bool:
    """Return whether a question explicitly asks for the present state.

    >>> wants_newest("What is the current price?"), wants_newest("What was the price in 2019?")
    (True, False)
    """
    return _NOW.search(question) is not None


def edition_year(name: str, title: str) -> str:
    """Return the last year in a document's name, else in its title; "" if there is none.

    >>> edition_year("tariff-2024.md", "Tariff, replaces that of 2023")
    '2024'
    """
    return max(_YEAR.findall(name), default="") or max(_YEAR.findall(title), default="")


def newest_first(
    question: str,
    ranked: Sequence[Evidence],
    day: Callable[[str], str],
    comparable: Callable[[Evidence, Evidence], bool],
) -> tuple[Evidence, ...]:
    """Return the evidence with the newest version of the top sentence in front.

    `day` returns the date of a document, `comparable` whether another sentence speaks of the same as the
    first. Versions are sentences of other documents in nearly the same words; if the question asks for the
    present, any evidence with a score close to the top counts.
    """
    now = wants_newest(question)
    if len(ranked) < 2 or (_DATED.search(question) and not now):
        return tuple(ranked)
    first = ranked[0]
    near = [e for e in ranked if e.score >= first.score - MAX_SCORE_GAP]
    rivals = [first, *(e for e in ranked if _is_version(e, first) and comparable(first, e))]
    if now and len(rivals) == 1:
        rivals = _series(first, ranked) or [e for e in near if e is first or e.document != first.document]
    newest = max(rivals, key=lambda e: (_heading_date(e) or day(e.document), e.score))
    return (newest, *(e for e in ranked if e is not newest))


def _series(first: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence under dated headings of the top evidence's document, such as minutes or a log.

    Only what is about as like the question as the likest of them counts.
    """
    dated = [e for e in ranked if e.document == first.document and _heading_date(e)]
    likest = max(map(_likeness, dated), default=0.0)
    return [e for e in dated if _likeness(e) >= likest - MAX_LIKENESS_GAP]


def _likeness(evidence: Evidence) -> float:
    return evidence.features.similarity + evidence.features.coverage


def _heading_date(evidence: Evidence) -> str:
    """Return the date in the heading above a sentence, or ""."""
    return last_date(evidence.context)


def other_versions(first: Evidence, ranked: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the evidence of other documents that repeats `first` with different figures."""
    return tuple(e for e in ranked if _is_version(e, first) and _figures(e.text) != _figures(first.text))


def _is_version(one: Evidence, first: Evidence) -> bool:
    """Return whether evidence is of another document, in nearly the same words, with a score that is close.

    The score depends on the rank of the passage too, which is one place lower for a copy.
    """
    if one.document == first.document:
        return False
    shared, gap = _shared_words(one.text, first.text), first.score - one.score
    return shared >= MIN_SHARED_WORDS and gap <= (
        MAX_COPY_GAP if shared >= MOST_SHARED_WORDS else MAX_SCORE_GAP
    )


def _shared_words(one: str, other: str) -> float:
    first, second = set(_WORD.findall(one.casefold())), set(_WORD.findall(other.casefold()))
    return len(first & second) / max(1, len(first | second))


def _figures(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d[\d.,]*\d|\d", text))
