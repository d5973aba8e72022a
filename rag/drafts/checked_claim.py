"""A sentence of a draft with its verdict, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from citeback.index.records import Span
from citeback.rag.answer import Citation


class ClaimVerdict(StrEnum):
    """The verdict of the documents on a sentence of a draft."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    CONTRADICTED = "contradicted"
    NOT_SAID = "not said"
    NO_CLAIM = "no claim"


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of a claim and the words that the source has instead; either is "" if there are none."""

    claim: str
    source: str


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A sentence of a draft: `text == draft.text[span.start:span.end]`.

    `confidence` (0 to 1) is the estimated probability of the verdict. `citations` are the words that the
    verdict rests on, none if it is "not said" or "no claim". `reasons` say what speaks against the claim, or
    why the sentence is no claim. `named` are the documents that the sentence itself names, which are read
    first.
    """

    span: Span
    text: str
    verdict: ClaimVerdict
    confidence: float
    citations: tuple[Citation, ...] = ()
    differences: tuple[Difference, ...] = ()
    reasons: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
