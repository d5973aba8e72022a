"""The kind of answer a question asks for, and the words of a sentence that are of that kind.

The rules are for English: a question word, or the noun after "what" and "which". Other questions get
`Kind.OTHER`.
"""

import re
from enum import StrEnum

from index.records import Span


class Kind(StrEnum):
    """The expected answer type of a question."""

    TIME = "time"
    NUMBER = "number"
    NAME = "name"
    OTHER = "other"


_ASKED = (
    (
        Kind.TIME,
        r"\bwhen\b|\b(?:what|which) (?:year|date|century|decade|day|month|time|period)s?\b|\bhow long ago\b",
    ),
    (
        Kind.NUMBER,
        r"\bhow (?:many|much|long|old|far|large|big|tall|often|high|deep|wide|fast|few|heavy)\b"
        r"|\bwhat (?:percent|percentage|number|amount|portion|proportion|fraction|share)\b"
        r"|\bwhat (?:is|was|are|were) the (?:total|number|population|average|percentage|size|area|length)\b",
    ),
    (
        Kind.NAME,
        r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:person|people|king|queen|man|woman|author|leader"
        r"|general|president|company|group|nation|name|country|countries|city|cities|town|state|region"
        r"|place|river|island|continent|area|location|province|port|building|street)\b",
    ),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKED)

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b"
_YEAR = r"(?:1\d{3}|20\d{2})\b(?:s\b)?"
_ONES = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|several|single"
_TENS = r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?"
_FIGURE = r"\d(?:[\d,.]*\d)?"

_TIME = re.compile(
    rf"\b(?:{_DAY}\s+(?:of\s+)?)?{_MONTH}(?:\s+{_DAY})?(?:,?\s+{_YEAR})?"
    rf"|\b{_YEAR}(?:\s?[–-]\s?\d{{2,4}}\b)?"
    r"|\b\d{1,2}(?:st|nd|rd|th)(?:\s+(?:century|centuries))?\b"
    r"|\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|century|centuries|decades?|years?|months?|weeks?|days?"
    r"|spring|summer|autumn|winter)\b"
)
_NUMBER = re.compile(
    rf"(?<![\w-])(?:[$€£]\s?)?{_FIGURE}(?:\s(?:{_TENS})\b)?(?:\s?%|\s(?:percent|per cent)\b)?"
    rf"|\b(?:{_ONES}|{_TENS})(?:[\s-](?:{_ONES}|{_TENS}))*\b",
    re.IGNORECASE,
)
# A capitalised word that does not merely open the sentence, and the capitalised words after it.
_NAME = re.compile(
    r"(?<=[\w,;:’'\")\]–—-]\s)[^\W\d_]*[A-Z][\w’'.-]*\w(?:\s(?:(?:of|the|de|von|van|al)\s)*[A-Z][\w’'-]*)*"
)
_PATTERNS = {Kind.TIME: _TIME, Kind.NUMBER: _NUMBER, Kind.NAME: _NAME}


def wanted(question: str) -> Kind:
    """Return the kind of answer that a question asks for.

    >>> wanted("In which year did they land?").value, wanted("Why did they land?").value
    ('time', 'other')
    """
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), Kind.OTHER)


def marks(question: str, quote: str) -> tuple[Span, ...]:
    """Return the span of the answer within a quote, if exactly one candidate is of the kind asked for.

    >>> quote = "In 2022, 412 ships passed."
    >>> [span.of(quote) for span in marks("How many passed in 2022?", quote)]
    ['412']
    """
    found = answering(wanted(question), quote, question)
    return found if len(found) == 1 else ()


def answering(kind: Kind, sentence: str, question: str) -> tuple[Span, ...]:
    """Return the spans of a sentence that are of a kind and do not occur in the question.

    >>> [span.of("Ada came in May 1923.") for span in answering(Kind.TIME, "Ada came in May 1923.", "When?")]
    ['May 1923']
    """
    if kind is Kind.OTHER:
        return ()
    own = question.casefold()
    found = (Span(*match.span()) for match in _PATTERNS[kind].finditer(sentence))
    return tuple(span for span in found if span.of(sentence).casefold() not in own)
