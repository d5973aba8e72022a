"""The shortest words of a sentence that answer a question."""

import re

from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.evidence.answer_types import short_answer_spans

_YES_OR_NO = re.compile(
    r"\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|may|might|must|shall|should|will|would)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^[^\S\n]{0,8}(?:>[^\S\n]?|#{1,6}[^\S\n]|[-*+•][^\S\n])+|\*\*|__|`", re.MULTILINE)
_QUESTION = re.compile(r"\A[^.!?]{2,160}\?\s+")
LEAST_SHARE = 0.6  # share of the question's words that a sentence must have to be a "yes" or a "no"


def plain_words(quote: str) -> str:
    r"""Return a quote without the signs of Markdown and mail, and without a question that it answers.

    >>> plain_words("**Who may drive?**\nMembers over 18."), plain_words("> **Total:** 3")
    ('Members over 18.', 'Total: 3')
    """
    words = " ".join(_MARKS.sub("", quote).split())
    return _QUESTION.sub("", words) or words


def shortest_answer(question: str, quote: str, analyzer: Analyzer) -> str:
    """Return the date, number or name that is asked for, "yes" or "no", or else the quote.

    >>> shortest_answer("When does it end?", "The lease ends on 31 May 2024.", Analyzer())
    '31 May 2024'
    >>> shortest_answer("Does the lease end in May?", "The lease does not end in May.", Analyzer())
    'no'
    """
    quote = plain_words(quote)
    if spans := short_answer_spans(question, quote):
        return spans[0].of(quote)
    if not _YES_OR_NO.match(question):
        return quote
    asked, stated = ClaimText(question, analyzer), ClaimText(quote, analyzer)
    wanted = {word.term for word in asked.words if word.is_content and word.lower not in STOP_WORDS}
    common = wanted & stated.terms
    if not wanted or len(common) < LEAST_SHARE * len(wanted):
        return quote
    denied = bool(common & stated.negated) != bool(common & asked.negated)
    return "no" if denied else "yes"
