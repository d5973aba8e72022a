"""What the reader of claims makes of two sentences, as they are and with what differs made equal.

"The hall opened in 1843" and "people first came to the hall in 1845" conflict if the second, with 1843 in it,
says what the first says. So the reader is asked that: it tells better whether two sentences say the same than
whether they contradict each other.
"""

import re
from dataclasses import dataclass

import numpy as np

from citeback.index.embedding.protocols import Floats
from citeback.rag.checking.claims.stance import NEITHER, REFUTE, SUPPORT
from citeback.rag.conflicts.comparison import DifferenceKind, StatementDifference
from citeback.rag.reader.model import ClaimReader, ReaderPassage

LONGEST = 600  # characters of a sentence that are read
_DENIAL = re.compile(
    r"\b(?:(?:do|does|did) not |not |no |never )|\bcannot\b|(?<=[a-z])n['’]t\b|\bnobody\b|\bnone\b"
    r"|\bun(?=[a-z]{4})",
    re.IGNORECASE,
)
_UNITS = {"km": "kilometres", "m": "metres", "cm": "centimetres", "mm": "millimetres", "kg": "kilograms"}
_UNIT = re.compile(r"(?<=\d )(?:km|m|cm|mm|kg)\b(?!/)")
_AFFIRMED = {"cannot": "can", "nobody": "people", "none": "some"}


@dataclass(frozen=True, slots=True)
class ReadingSigns:
    """Log-probabilities, means of both directions unless said otherwise.

    `refuted`, `supported` and `neither` are of the sentences as they are; `same` and `unlike`, that one
    supports or refutes the other once what differs is equal, and `same_least` the lower `same` of the two
    directions.
    """

    refuted: float
    supported: float
    neither: float
    same: float
    same_least: float
    unlike: float


def read_pair(one: str, other: str, difference: StatementDifference, reader: ClaimReader) -> ReadingSigns:
    """Return what the reader makes of two sentences that differ."""
    one, other = (_UNIT.sub(lambda match: _UNITS[match[0]], text[:LONGEST]) for text in (one, other))
    forth, back = _stance(one, other, reader), _stance(other, one, reader)
    first, second = _made_equal(one, other, difference)
    there, here = _stance(first, second, reader), _stance(second, first, reader)
    plain, equal = (forth + back) / 2, (there + here) / 2
    return ReadingSigns(
        refuted=float(plain[REFUTE]),
        supported=float(plain[SUPPORT]),
        neither=float(plain[NEITHER]),
        same=float(equal[SUPPORT]),
        same_least=float(min(there[SUPPORT], here[SUPPORT])),
        unlike=float(equal[REFUTE]),
    )


def _made_equal(one: str, other: str, difference: StatementDifference) -> tuple[str, str]:
    """Return both sentences without what differs: denials left out, other words put in."""
    if difference.kind is DifferenceKind.NEGATION:
        return _affirmed(one), _affirmed(other)
    for pair in difference.differences:
        if pair.one and pair.other:
            words = re.compile(rf"(?<!\w){re.escape(pair.other)}(?!\w)", re.IGNORECASE)
            other = words.sub(lambda _, mine=pair.one: mine, other)  # type: ignore[misc]
    return one, other


def _affirmed(text: str) -> str:
    return _DENIAL.sub(lambda match: _AFFIRMED.get(match[0].casefold(), ""), text)


def _stance(claim: str, text: str, reader: ClaimReader) -> Floats:
    """Return the log-probabilities of support, refutation and neither."""
    (read,) = reader.stances(claim, [ReaderPassage("", (text,))])
    return np.asarray(read.passage - np.logaddexp.reduce(read.passage), np.float32)
