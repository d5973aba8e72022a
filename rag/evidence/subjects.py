"""Sentences about somebody else, or another month, than a question names."""

import re

from citeback.index.search.analyzer import STOP_WORDS
from citeback.rag.evidence.answer_types import AnswerType, expected_type

_NAME = r"(?:[A-ZÀ-ÖØ-Þ][\w’'-]{1,30}\.? ){1,3}[A-ZÀ-ÖØ-Þ][\w’'-]{1,30}"
_FULL_NAME = re.compile(rf"(?<=\w ){_NAME}")
# A name that is the subject: a word in lower case follows it.
_BEGINNING = re.compile(rf"[^\w]{{0,6}}({_NAME})(?<!['’]s)(?=,? [a-z])")
_MONTH = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\b(?!['’]s)"
)
# The month of a question is that of the answer, unless it is only a limit.
_LIMIT = re.compile(
    r"\b(?:before|after|since|until|till|by|from|between|to|or|and)\b[^,.?]{0,30}\Z", re.IGNORECASE
)
_WORDS = re.compile(r"[^\W_]+")


def begins_with_another(question: str, stated: str, sentence: str) -> bool:
    """Return whether a sentence is about somebody else than a question about a time or a number names.

    `stated` is the sentence with what stands above it. In training data, one right sentence in a hundred and
    six others in a hundred are of this kind (bench/LOG.md).

    >>> begins_with_another("How many did Ada Holm order?", "", "Ida Lund ordered 6.")
    True
    """
    if expected_type(question) not in (AnswerType.TIME, AnswerType.NUMBER):
        return False
    first = _BEGINNING.match(sentence)
    if first is None or first[1].split()[0].casefold() in STOP_WORDS:
        return False
    asked = {word.casefold() for match in _FULL_NAME.finditer(question) for word in match[0].split()}
    own = {word.casefold() for word in _WORDS.findall(f"{stated} {sentence}")}
    return bool(asked) and asked.isdisjoint(own)


def states_another_month(question: str, stated: str) -> bool:
    """Return whether a text with months has none of those that a question names.

    >>> states_another_month("Who is on call in March 2026?", "9 February 2026, Ada")
    True
    """
    asked = {
        m[1]
        for m in _MONTH.finditer(question)
        if not _LIMIT.search(question, max(0, m.start() - 40), m.start())
    }
    own = set(_MONTH.findall(stated))
    return bool(asked and own) and asked.isdisjoint(own)
