"""Numbers in a sentence, with unit and precision, and whether two of them can agree.

"About 1,200" agrees with 1,187, "1.2 million" with 1,204,000, "at least 50" with 64, 2 km with 2,000 m.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import inf, isclose, log10

from citeback.index.records import Span
from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.index.word_lists import word_groups, word_list
from citeback.rag.checking.claims.numerals import Numeral, numbers

_UNITS = {
    word: (kind, float(factor))
    for kind, factor, *words in word_groups(__package__, "units.txt")
    for word in words
}
_AFTER = re.compile(r"[\s-]{0,2}(km/h|%|per cent\b|[€£$]|[A-Za-zÀ-ž]{1,30})")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CURRENCY = re.compile(r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|CHF|SEK|NOK|DKK|US\$))\s?\Z")
_AT_LEAST = re.compile(
    r"\b(?:at least|more than|over|above|exceed(?:s|ed|ing)?|no fewer than|not less than|no less than"
    r"|a minimum of|upwards of|from)\s+\W{0,2}\Z",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"\b(?:at most|up to|less than|fewer than|under|below|no more than|not more than|a maximum of|within"
    r"|not exceed(?:ing)?|almost|nearly)\s+\W{0,2}\Z",
    re.IGNORECASE,
)
_MOST_AFTER = re.compile(
    r"(?:\s[\w%]{1,20}){0,2}\s(?:at most|at the most|maximum|or (?:less|fewer))\b", re.IGNORECASE
)
_LEAST_AFTER = re.compile(
    r"(?:\s[\w%]{1,20}){0,2}\s(?:at least|at the least|minimum|or (?:more|over)|upwards)\b", re.IGNORECASE
)
_LIMIT = re.compile(
    r"\b(?:limits?|limited|max(?:imum)?|min(?:imum)?|ceiling|cap|capped|quota)\b", re.IGNORECASE
)
_TO = re.compile(r"\s?(?:to|and|or|[-–—])\s?\W?\Z")
_CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.](\d{2}))?\s?([ap]\.?m\b\.?)|(?<![\d:.])(\d{1,2}):(\d{2})(?![\d:])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)\Z|[a-z](?:first|second|third|th|eth)\Z", re.IGNORECASE)
_REACH = 48  # characters before a number that say how exact it is
_ABOUT = 0.1  # tolerance of a number with "about", relative
_RATE = re.compile(
    r"\s?(?:/|per\s|an?\s|each\s|every\s)\s?(h|hour|second|minute|day|week|month|year|night|person|head)\b",
    re.IGNORECASE,
)
_TINY = 1e-9
_ROUND, _ROUNDED = 100, 0.025  # from here on, zeros at the end may be rounding, by so much of the number
UNIT_WORDS = 2  # content words after a number that say what is counted


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at `span` and the range of values that it stands for, `low` to `high`.

    `measure` is what a known unit measures ("length", a currency, or ""), in whose base unit the values are.
    `counted` holds the next content terms. `bound` is -1 for "at most", 1 for "at least", else 0. `limit`
    tells that the sentence speaks of a limit at all.
    """

    span: Span
    text: str
    value: float
    low: float
    high: float
    measure: str
    counted: tuple[str, ...]
    bound: int = 0
    limit: bool = False

    def agrees(self, other: "Quantity") -> bool:
        """Return whether both can be true of one thing."""
        if self.bound and self.bound == other.bound:
            return isclose(self.value, other.value, rel_tol=1e-6)
        if isclose(self.value, other.value, rel_tol=1e-6):
            return True
        return self.low < other.high - _TINY * abs(self.value) and other.low < self.high - _TINY * abs(
            self.value
        )

    def comparable(self, other: "Quantity") -> bool:
        """Return whether both measure the same, as far as their units and the words beside them say.

        A limit ("at most 21 pupils") and a number ("906 pupils") are two things.
        """
        if bool(self.bound) != bool(other.bound) and not (self.limit and other.limit):
            return False
        if self.measure or other.measure:
            return self.measure == other.measure
        return self.counted == other.counted or bool(set(self.counted) & set(other.counted))


def quantities(text: str, analyzer: Analyzer, taken: Collection[Span] = ()) -> Iterator[Quantity]:
    """Yield the quantities of a sentence; numbers within `taken` (its dates) and ordinals are left out."""
    clocks = [Span(*match.span()) for match in _CLOCK.finditer(text)]
    yield from (_clock(span, text) for span in clocks)
    last: Quantity | None = None
    for numeral in numbers(text):
        span = Span(numeral.start, numeral.start + len(numeral.text))
        if any(span.start < each.end and each.start < span.end for each in (*taken, *clocks)):
            continue
        if _ORDINAL.search(numeral.text) or _is_part_of_name(text, span):
            continue
        quantity = _quantity(text, numeral, span, analyzer)
        if last and _TO.fullmatch(text[last.span.end : span.start]) and last.value < quantity.value:
            quantity = _ranged(last, quantity, text)
        elif last:
            yield last
        last = quantity
    if last:
        yield last


def _clock(span: Span, text: str) -> Quantity:
    first, past, half, whole, after = _CLOCK.findall(span.of(text))[0]
    hour, minute = first or whole, past or after
    value = 60.0 * (int(hour) + 12 * (half[:1].casefold() == "p" and int(hour) < 12)) + int(minute or 0)
    return Quantity(
        span=span, text=span.of(text), value=value, low=value, high=value, measure="clock", counted=()
    )


def _ranged(first: Quantity, last: Quantity, text: str) -> Quantity:
    """Return "10 to 20" as one quantity."""
    span = Span(first.span.start, last.span.end)
    return Quantity(
        span=span,
        text=span.of(text),
        value=last.value,
        low=min(first.low, first.value * (last.value and 1)),
        high=last.high,
        measure=last.measure,
        counted=last.counted,
    )


def _is_part_of_name(text: str, span: Span) -> bool:
    """Return whether a number belongs to a name or a reference: "Article 5", "A4", "B-52", "Section 3"."""
    before = text[max(0, span.start - 24) : span.start]
    word = re.search(r"([A-Za-z][\w.]*)[\s-]{1,2}\Z", before)
    if re.search(r"[^\W\d]-\Z|[#§/] ?\Z", before):
        return True
    if not before.strip() and text[span.end : span.end + 1] in (".", ")"):  # "6. Select the system."
        return True
    if text[span.start : span.start + 1].isalpha() or word is None or word[1] == "numbers":
        return False  # "the staff numbers 21"
    return word[1].casefold().rstrip("s.") in _REFERS


_REFERS = word_list(__package__, "numbered_things.txt")


def _quantity(text: str, numeral: Numeral, span: Span, analyzer: Analyzer) -> Quantity:
    measure, factor = _unit(text, span)
    value = numeral.value * factor
    before, after = text[max(0, span.start - _REACH) : span.start], text[span.end : span.end + _REACH]
    least, most = _AT_LEAST.search(before) or _LEAST_AFTER.match(after), _AT_MOST.search(before)
    bound = 1 if least else -1 if most or _MOST_AFTER.match(after) else 0
    spare = _spare(numeral, factor)
    if bound:
        low, high = (value, inf) if bound > 0 else (-inf, value)
        if bound < 0 and re.search(r"\b(?:almost|nearly)\s+\W{0,2}\Z", before, re.IGNORECASE):
            low, bound = value * (1 - _ABOUT), 0
    elif numeral.approximate:
        low, high = value - max(spare, _ABOUT * abs(value)), value + max(spare, _ABOUT * abs(value))
    else:
        low, high = value - spare, value + spare
    counted = tuple(_counted(text, span, analyzer))
    limit = bool(bound) or _LIMIT.search(text) is not None
    return Quantity(
        span=span,
        text=numeral.text,
        value=value,
        low=low,
        high=high,
        measure=measure,
        counted=counted,
        bound=bound,
        limit=limit,
    )


def _unit(text: str, span: Span) -> tuple[str, float]:
    if _CURRENCY.search(text[max(0, span.start - 5) : span.start]):
        return "money", 1.0
    match = _AFTER.match(text, span.end)
    word = match[1] if match else ""
    if word in ("€", "£", "$"):
        return "money", 1.0
    word = "%" if word.casefold() == "per cent" else word
    known = _UNITS.get(word) or (_UNITS.get(word.casefold()) if len(word) > 2 else None)
    rate = _RATE.match(text, match.end()) if match else None
    if known and rate and known[0] != "speed":
        return (f"{known[0]} per {rate[1].casefold()}", known[1])
    return known or ("", 1.0)


def _spare(numeral: Numeral, factor: float) -> float:
    """Return half of the last place that a number is written with: 0.05 million for "1.2 million"."""
    digits = re.match(r"[\d,.\u00a0\u202f]+", numeral.text)
    if digits is None or not numeral.value:
        return 0.0
    written = re.sub(r"[,\u00a0\u202f]", "", digits[0]).rstrip(".")
    scale = numeral.value / float(written) if float(written) else 1.0
    if "." in written:
        return factor * scale * 0.5 * 10.0 ** -len(written.split(".")[1])
    if scale > 1:
        return factor * scale * 0.5
    zeros = len(written) - len(written.rstrip("0"))
    if numeral.value >= _ROUND and zeros >= 2 and log10(numeral.value) - zeros <= 2:
        return factor * min(0.5 * 10.0**zeros, _ROUNDED * numeral.value)
    return 0.0


def _counted(text: str, span: Span, analyzer: Analyzer) -> Iterator[str]:
    clause = re.split(r"[.,;:!?()|\t\n](?:\s|\Z)", text[span.end : span.end + 60])[0]
    words = [w for w in _WORD.findall(clause) if w.casefold() not in STOP_WORDS]
    for word in words[:UNIT_WORDS]:
        yield from analyzer.terms(word)
