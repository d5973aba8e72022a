"""The kind of answer a question asks for, and the words of a sentence that are of that kind.

The rules are for English: a question word, or the noun after "what" and "which". Other questions get
`AnswerType.OTHER`.
"""

import re
from enum import StrEnum

from citeback.index.records import Span
from citeback.index.search.analyzer import STOP_WORDS


class AnswerType(StrEnum):
    """The expected answer type of a question."""

    TIME = "time"
    NUMBER = "number"
    NAME = "name"
    OTHER = "other"


_ASKED = (
    (
        AnswerType.TIME,
        r"\bwhen\b|\b(?:what|which) (?:year|date|century|decade|day|month|time|period)s?\b|\bhow long ago\b",
    ),
    (
        AnswerType.NUMBER,
        r"\bhow (?:many|much|long|old|far|large|big|tall|often|high|deep|wide|fast|few|heavy)\b"
        r"|\bwhat (?:percent|percentage|number|amount|portion|proportion|fraction|share)\b"
        r"|\bwhat (?:is|was|are|were) the (?:total|number|population|average|percentage|size|area|length)\b",
    ),
    (
        AnswerType.NAME,
        r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:person|people|king|queen|man|woman|author|leader"
        r"|general|president|company|group|nation|name|country|countries|city|cities|town|state|region"
        r"|place|river|island|continent|area|location|province|port|building|street)\b",
    ),
)
_TYPES = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKED)

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b"
_YEAR = r"(?:1\d{3}|20\d{2})(?:s\b|\b)"
_ONES = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|half|several|single"
_TENS = r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?"
_FIGURE = r"\d(?:[\d,.]*\d)?"

_TIME = re.compile(
    rf"\b(?:{_DAY}\s+(?:of\s+)?)?{_MONTH}(?:\s+{_DAY})?(?:,?\s+{_YEAR})?"
    rf"|\b{_YEAR}(?:\s?[–-]\s?\d{{2,4}}\b)?"
    r"|\b\d{1,2}(?:st|nd|rd|th)(?:\s+(?:century|centuries))?\b"
    r"|\b\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?"
    r"|\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|century|centuries|decades?|years?|months?|weeks?|days?"
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
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|which|where|when|why|how)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"\b(?:no|nos|nr|number)\.? ?\Z|#\Z", re.IGNORECASE)
_STEM = 5  # letters that two forms of a word share
_LABEL = re.compile(r"\A\W*(?:[\d/.,: -]{6,25}- )?(?:[A-Z][\w. -]{0,30}:\s)?")
_PATTERNS = {AnswerType.TIME: _TIME, AnswerType.NUMBER: _NUMBER, AnswerType.NAME: _NAME}


def expected_type(question: str) -> AnswerType:
    """Return the kind of answer that a question asks for.

    >>> expected_type("In which year did they land?").value, expected_type("Why did they land?").value
    ('time', 'other')
    """
    return next((kind for kind, pattern in _TYPES if pattern.search(question)), AnswerType.OTHER)


def lacks_type(question: str, sentence: str) -> bool:
    """Return whether a sentence says nothing of the kind that a question asks for, if it asks for one.

    >>> lacks_type("When did they land?", "They landed."), lacks_type("Why did they land?", "They landed.")
    (True, False)
    """
    kind = expected_type(question)
    return kind is not AnswerType.OTHER and not spans_of_type(kind, sentence, question)


def adds_nothing(question: str, sentence: str) -> bool:
    """Return whether a sentence has no word beyond those of a question with a question word.

    What it begins with, such as "Summary:" or who says it and when, does not count. No sentence of this kind
    answered one of 707 questions (bench/LOG.md).

    >>> adds_nothing("Where is the inspection of the crane?", "Summary: Inspection of the crane")
    True
    >>> adds_nothing("Where is the crane?", "The crane is at the quay.")
    False
    """
    if not _QUESTION_WORD.search(question):
        return False
    own = {word.casefold() for word in _WORD.findall(question)}
    beginnings = {word[:_STEM] for word in own if len(word) >= _STEM}
    words = (word.casefold() for word in _WORD.findall(_LABEL.sub("", sentence, count=1)))
    return all(
        word in own or word in STOP_WORDS or word[:_STEM] in beginnings or _QUESTION_WORD.fullmatch(word)
        for word in words
    )


def short_answer_spans(question: str, quote: str) -> tuple[Span, ...]:
    """Return the span of the answer within a quote, if exactly one candidate is of the kind asked for.

    >>> quote = "In 2022, 412 ships passed."
    >>> [span.of(quote) for span in short_answer_spans("How many passed in 2022?", quote)]
    ['412']
    """
    spans = spans_of_type(expected_type(question), quote, question)
    return spans if len(spans) == 1 else ()


def spans_of_type(kind: AnswerType, sentence: str, question: str) -> tuple[Span, ...]:
    """Return the spans of a sentence that are of a kind and do not occur in the question.

    >>> sentence = "Ada came in May 1923."
    >>> [span.of(sentence) for span in spans_of_type(AnswerType.TIME, sentence, "When?")]
    ['May 1923']
    """
    if kind is AnswerType.OTHER:
        return ()
    own = question.casefold()
    results = (Span(*match.span()) for match in _PATTERNS[kind].finditer(sentence))
    return tuple(
        span
        for span in results
        if span.of(sentence).casefold() not in own and not _is_of_another_type(kind, sentence, span)
    )


def _is_of_another_type(kind: AnswerType, sentence: str, span: Span) -> bool:
    """Return whether a "name" is a day or a month, or a "number" that of a document."""
    if kind is AnswerType.NAME:
        return _TIME.fullmatch(span.of(sentence)) is not None
    return (
        kind is AnswerType.NUMBER
        and _NUMBERED.search(sentence, max(0, span.start - 12), span.start) is not None
    )
