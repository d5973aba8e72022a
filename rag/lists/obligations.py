"""Sentences that oblige somebody to something: "shall", "must", "agrees to", "is forbidden", "No fishing"."""

import re
from collections.abc import Iterator, Sequence

from citeback.index.records import Span
from citeback.rag.lists.item import Item

_OBLIGES = re.compile(
    r"\b(?:shall|must|may not|cannot|ought to|undertakes?(?: to)?|covenants?(?: that| to)?|warrants? that"
    r"|(?:hereby )?(?:agrees?|agreed|promises?|commits?|commits? (?:itself|themselves)|pledges?|undertook) to"
    r"|(?:has|have|had|is|are|was|were|will be|be) (?:\w{1,20} )?(?:to be \w{1,20}ed by"
    r"|required to|obliged to|obligated to|bound to|liable (?:for|to)|responsible for|prohibited from"
    r"|not (?:allowed|permitted|entitled) to|under (?:an|the|no) obligation to|expected to)"
    r"|(?:has|have|had|needs?) to"
    r"|(?:is|are) (?:strictly )?(?:forbidden|prohibited|banned|not (?:allowed|permitted)|compulsory|mandatory"
    r"|obligatory|payable|due(?! to))"
    r"|payable (?:within|by|in advance|on)"
    r"|(?:tenant|landlord|lessee|lessor|buyer|seller|purchaser|vendor|borrower|lender|contractor|supplier"
    r"|licensee|licensor|parties|party) will"
    r"|(?:is|are) the (?:responsibility|duty|obligation) of|(?:duty|obligation|responsibility) to)\b",
    re.IGNORECASE,
)
# An order, also in a list: "3. No fishing from the quay", "Do not swim", "Lock the door".
_ORDERS = re.compile(
    r"\W{0,6}(?:\d{1,3}[.)]\s{0,3})?(?:please )?(?:"
    r"no (?:\w{1,20} ){0,2}?\w{1,20}(?:ing\b(?! of)|s?\b (?:\w{1,20} ){0,6}(?:without|allowed|permitted)\b)"
    r"|(?:do not|don['’]t|never) \w"
    r"|(?:keep|ensure|make sure|wear|submit|notify|return|report|pay|provide|lock|empty|sign|close)\s"
    r"(?:the|an?|your|all|any|every|each|that|it|them|damage)\b)",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:was|were|is|are|has|have|had|took|came|will|can|could|would|did|does)\b", re.IGNORECASE
)
# "Must have been", "there must be" and the like guess; "must-see" praises.
_GUESSES = re.compile(
    r"\b(?:must|shall|cannot) (?:have been|be (?:the|a|an) (?:same|mistake))\b|\bmust-\w"
    # What somebody is not able to do, and what once was needed.
    r"|\b(?:shall|must|may|cannot|will) (?:not )?be able\b|\bhad to be\b",
    re.IGNORECASE,
)


def obligations(text: str, sentences: Sequence[Span]) -> Iterator[Item]:
    """Yield each sentence that obliges somebody; its value is the sentence on one line."""
    for span in sentences:
        sentence = span.of(text)
        order = _ORDERS.match(sentence) and not _TELLS.search(sentence)
        if (order or _OBLIGES.search(sentence)) and not _GUESSES.search(sentence):
            yield Item(span, " ".join(sentence.split()))
