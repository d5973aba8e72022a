"""What a document states of itself: its date, its author, its total, and a period such as that of notice.

Such questions name no subject that a passage could be about, so rules read the labels and the layout instead.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from citeback.index.records import Source, Span
from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.rag.lists.amounts import amounts
from citeback.rag.lists.dates import dates
from citeback.rag.lists.names import people

_BEGINNING, _MOST_CHARS = 2_500, 400
_HEAD, _LINE_CHARS = 300, 90  # where a date that stands on a line of its own is that of a letter or a title
_ITSELF = (
    r"(?:it|(?:this|the|that) (?:document|letter|e-?mail|mail|invoice|contract|agreement|lease|report|minutes"
    r"|bill|message|text|file|note|policy|order|receipt))"
)
_ASKS_DATE = re.compile(
    rf"\W*(?:(?:what|which) (?:is|was) the date (?:of|on) {_ITSELF}|what date (?:is|was) {_ITSELF}\b.{{0,20}}"
    rf"|when (?:was|is) {_ITSELF} (?:written|dated|signed|issued|sent|made|published)|date)\W*",
    re.IGNORECASE,
)
_ASKS_AUTHOR = re.compile(
    rf"\W*who (?:(?:has |have )?(?:signed|wrote|sent|issued|written)(?: (?:or|and) \w{{1,12}})* {_ITSELF}"
    rf"|is the (?:author|sender|writer)(?: of {_ITSELF})?)\W*",
    re.IGNORECASE,
)
_ASKS_TOTAL = re.compile(
    r"\W*(?:how much (?:does|did|do|is|was) .{1,60}|what (?:is|was|does|did) .{1,60})", re.IGNORECASE
)
_OF_TOTALS = frozenset(
    {
        "total",
        "amount",
        "sum",
        "price",
        "cost",
        "contract",
        "invoice",
        "bill",
        "order",
        "purchase",
        "document",
    }
    | {"receipt", "quote", "value", "due", "pay", "paid", "payable", "overall", "final", "gross", "much"}
)
_ASKS_PERIOD = re.compile(
    r"\W*(?:what is the (?P<what>[\w -]{3,40}?) (?:period|term|time)|how long is the (?P<long>[\w -]{3,40}?)"
    r" (?:period|term|notice))\W*",
    re.IGNORECASE,
)
_ASKS_PRICE = re.compile(
    r"\W*(?:what|how much) (?:is|was|are|were) the (?:[\w-]{1,20} ){0,2}(?:price|cost|fee)s?\b",
    re.IGNORECASE,
)
_PRICED = re.compile(r"\b(?:price|cost|fee|charge|rate|free)", re.IGNORECASE)
_DATED = re.compile(
    r"(?:\b(?:date|dated|datum|fecha)\b[^\n\d]{0,24}|\bvalid from "
    r"|\b(?:signed|made|agreed|written|issued)\b[^.\n\d]{0,60}\bon )\Z",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    r"(?:(?:\A|\n|\. )\W{0,3}(?:from|minutes|author|signed|sender):\**[^\S\n]{1,3}"
    r"|\b(?:reported|prepared|written|signed|issued|drafted|submitted) by:?[^\n.]{0,30}[:, ] ?"
    r"|\b(?:regards|sincerely|faithfully|wishes|grüßen|salutations distinguées)[,.]?\s{1,4})\Z",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:grand total|total(?: amount| price| cost| due)?|amount due|gesamtbetrag|summe|total ttc)\W{1,12}\Z",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty)"
    r"(?: (?:calendar|working|business|full))?[ -](?:day|week|month|quarter|year)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OwnFact:
    """The words that answer, and the line or sentence of the document that they are from."""

    answer: str
    span: Span


Reading = Callable[[Source, str], OwnFact | None]


def own_fact_reader(question: str) -> Reading | None:
    """Return what reads the answer to a question about a document itself; None for any other question.

    The reader takes a source and the date that the index knows of it, in ISO 8601.
    """
    if _ASKS_DATE.fullmatch(question):
        return _date
    if _ASKS_AUTHOR.fullmatch(question):
        return _author
    if match := _ASKS_PERIOD.fullmatch(question):
        return _period_of(match["what"] or match["long"])
    words = {word.casefold() for word in re.findall(r"\w+", question)} - STOP_WORDS
    words -= {"does", "did", "what", "how"}
    if _ASKS_TOTAL.match(question) and words and words <= _OF_TOTALS:
        return _total
    return None


def lacks_period(question: str, quote: str) -> bool:
    """Return whether a question asks for a period and a quote has none.

    >>> lacks_period("What is the notice period?", "Members over 18."), lacks_period("Who?", "Ada.")
    (True, False)
    """
    return bool(_ASKS_PERIOD.fullmatch(question)) and not _PERIOD.search(quote)


def lacks_price(question: str, quote: str) -> bool:
    """Return whether a question asks for a price and a quote has none.

    >>> lacks_price("What is the price?", "99.7 % a month."), lacks_price("What is the price?", "Price: 95")
    (True, False)
    """
    priced = _PRICED.search(quote) or next(iter(amounts(quote)), None)
    return bool(_ASKS_PRICE.match(question)) and not priced


def _date(source: Source, known: str) -> OwnFact | None:
    """Read the date with a label, the one that the index knows, or one that stands on a short line."""
    items = [item for item in dates(source.text[:_BEGINNING]) if re.fullmatch(r"\d{4}-\d\d-\d\d", item.value)]
    before = (source.text[max(0, item.span.start - 90) : item.span.start] for item in items)
    labelled = (item for item, words in zip(items, before, strict=True) if _DATED.search(words))
    same = (item for item in items if item.value == known)
    on_line = (item for item in items if item.span.start < _HEAD and _is_head(source.text, item.span))
    found = next((item for group in (labelled, same, on_line) for item in group), None)
    return _fact(source, found.span) if found else None


def _author(source: Source, known: str) -> OwnFact | None:
    del known
    return _after(source, (item.span for item in people(source.text)), _WRITTEN)


def _total(source: Source, known: str) -> OwnFact | None:
    """Read the amount of the last line that begins with "Total" and the like."""
    del known
    spans = [item.span for item in amounts(source.text)]
    return _after(source, reversed(spans), _TOTAL)


def _period_of(what: str) -> Reading:
    """Return the reader of the period in a sentence that has the words, by their English stems."""
    analyzer = Analyzer()
    terms = set(analyzer.terms(what))

    def read(source: Source, known: str) -> OwnFact | None:
        del known
        for match in _PERIOD.finditer(source.text):
            span = _sentence(source.text, Span(*match.span()))
            if terms and terms <= set(analyzer.terms(span.of(source.text))):
                return OwnFact(match[0], span)
        return None

    return read


def _after(source: Source, spans: Iterable[Span], label: re.Pattern[str]) -> OwnFact | None:
    for span in spans:
        if label.search(source.text[max(0, span.start - 60) : span.start]):
            return _fact(source, span)
    return None


def _fact(source: Source, span: Span) -> OwnFact:
    return OwnFact(" ".join(span.of(source.text).split()), _line(source.text, span))


def _is_head(text: str, span: Span) -> bool:
    """Return whether the line of a date is short, and neither a sentence, nor an item or a row of a table."""
    line = _line(text, span).of(text)
    return len(line) < _LINE_CHARS and "\t" not in line and line[0] not in "-*•|" and line[-1] not in ".!?;"


def _line(text: str, span: Span) -> Span:
    """Return the line of a span, or the span if the line is long."""
    low, high = max(0, span.start - _MOST_CHARS), span.end + _MOST_CHARS
    start, end = text.rfind("\n", low, span.start) + 1, text.find("\n", span.end, high)
    if (not start and low) or (end < 0 and high < len(text)):
        return span
    whole = text[start : end if end >= 0 else len(text)]
    kept = whole.strip()
    if len(kept) > _MOST_CHARS:
        return span
    begin = start + len(whole) - len(whole.lstrip())
    return Span(begin, begin + len(kept))


def _sentence(text: str, span: Span) -> Span:
    """Return the sentence of a span within its line."""
    line = _line(text, span)
    before = [match.end() for match in re.finditer(r"[.!?]\s+(?=[A-ZÀ-Þ])", text[line.start : span.start])]
    after = re.search(r"[.!?](?=\s|\Z)", text[span.end : line.end])
    start = line.start + before[-1] if before else line.start
    return Span(start, span.end + after.end() if after else line.end)
