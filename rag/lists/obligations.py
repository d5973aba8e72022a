"""Sentences that oblige somebody to something: "shall", "must", "agrees to", "is forbidden", "No fishing"."""

import re
from collections.abc import Iterator, Sequence

from citeback.index.records import Span
from citeback.rag.lists.item import Item

_OBLIGES = re.compile(
    r"\b(?:shall|must|may not|ought to|undertakes?(?: to)?|covenants?(?: that| to)?|warrants? that"
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
# "You cannot park here", "Deposits cannot be refunded"; what a thing is not able to do is none.
_FORBIDS = re.compile(
    r"\b(?:you|nobody|no one|anyone|(?:members?|tenants?|guests?|visitors?|customers?|employees?|staff"
    r"|users?|passengers?|students?|parents|dogs?|children|hirers?|suppliers?|contractors?|party"
    r"|parties)) cannot\b"
    r"|\bcannot be (?:refunded|returned|transferred|assigned|changed|cancell?ed|exchanged|withdrawn|waived"
    r"|revoked|extended|combined|sublet|terminated|claimed|taken|carried|reserved|shared|sold|altered|amended"
    r"|deducted|reimbursed|left|brought|used|hired|booked|parked)\b",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"\b(?:if|when|whenever|because|since|in case|where|that|which|why|who)\b[^,;:]{0,60}\Z", re.IGNORECASE
)
# A contract's party by its defined name, or each of some people, and what they give or bear.
_PARTY_GIVES = re.compile(
    r"\b(?:(?:Customer|Client|Provider|Licensee|Licensor|Employer|Employee|Hirer|Operator|Processor|Controller"
    r"|Consultant|Guarantor|Insurer|Insured|Owner|Agent|Distributor|Tenant|Landlord|Buyer|Seller|Supplier"
    r"|Contractor|Lender|Borrower|Company) (?:will(?! (?:find|see|notice|like|love|enjoy))\b|receives|pays"
    r"|bears|provides|reimburses|grants|delivers|indemnifies|warrants|guarantees)"
    r"|(?:[Ee]ach|[Ee]very) [a-z]{1,20} (?:pays|bears|provides|contributes|reimburses))\b"
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
        obliges = order or _OBLIGES.search(sentence) or _PARTY_GIVES.search(sentence) or _forbids(sentence)
        if obliges and not _GUESSES.search(sentence):
            yield Item(span, " ".join(sentence.split()))


def _forbids(sentence: str) -> bool:
    """Return whether a sentence says what people cannot do, and does not only suppose it."""
    return any(
        not _SUPPOSES.search(sentence, max(0, match.start() - 80), match.start())
        for match in _FORBIDS.finditer(sentence)
    )
