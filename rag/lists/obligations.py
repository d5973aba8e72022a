"""Sentences that oblige somebody to something: "shall", "must", "agrees to", "is required to"."""

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
    r"|(?:is|are) the (?:responsibility|duty|obligation) of|(?:duty|obligation|responsibility) to)\b",
    re.IGNORECASE,
)
# "Must have been", "there must be" and the like guess; "must-see" praises.
_GUESSES = re.compile(
    r"\b(?:must|shall|cannot) (?:have been|be (?:the|a|an) (?:same|mistake))\b|\bmust-\w", re.IGNORECASE
)


def obligations(text: str, sentences: Sequence[Span]) -> Iterator[Item]:
    """Yield each sentence that obliges somebody; its value is the sentence on one line."""
    for span in sentences:
        sentence = span.of(text)
        if _OBLIGES.search(sentence) and not _GUESSES.search(sentence):
            yield Item(span, " ".join(sentence.split()))
