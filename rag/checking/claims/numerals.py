"""Parses numbers and dates in any spelling: "three" and 3, "2.5 million" and 2,500,000, "Sept. 9"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from citeback.index.word_lists import word_groups

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
WORDS = {
    **{word: n for n, word in enumerate(_ONES.split())},
    **{word: 10 * n for n, word in enumerate(_TENS.split(), start=2)},
    **{word: n for n, word in enumerate(_ORDINALS.split(), start=1)},
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_MONTH_NAMES = """january jan, february feb, march mar, april apr, may, june jun, july jul, august aug,
september sept sep, october oct, november nov, december dec"""
MONTHS = {name: n for n, names in enumerate(_MONTH_NAMES.split(","), start=1) for name in names.split()}
_ANY = "|".join
_NUMBER_WORD = rf"(?:{_ANY(sorted(WORDS, key=len, reverse=True))})"
_SCALE = rf"(?:{_ANY(_SCALES)})s?"
_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:[\s-]*(?P<scale>{_SCALE})\b|(?P<short>k|mn|m|bn|b|tn)\b|(?:st|nd|rd|th|s)\b)?"
    rf"|\b(?P<words>{_NUMBER_WORD}(?:[\s-]+(?:and\s+)?(?:{_NUMBER_WORD}|{_SCALE}))*)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\s+(?:I|we|you|he|she|it|they|one|the|an?|this|that|these|those|there|my|our|your)\b")
_MONTH = re.compile(rf"\b({_ANY(sorted(MONTHS, key=len, reverse=True))})\b\.?", re.IGNORECASE)
MONTHS_OF = {
    code: {name: n for n, names in enumerate(own, start=1) for name in names.split("|")}
    for code, *own in word_groups(__package__, "months_by_language.txt")
}
"""The number of each month by its name in lower case, for each language other than English."""
_OTHER_MONTHS = {
    code: re.compile(rf"(?<![\w-])(?:{_ANY(sorted(own, key=len, reverse=True))})\b(?!-)", re.IGNORECASE)
    for code, own in MONTHS_OF.items()
}
_WHOLE_DATE = re.compile(r"\b(?:\d{4}-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})[/.]\d{2,4})\b")
_APPROXIMATE = re.compile(
    r"\b(?:about|around|approximately|approx\.?|nearly|almost|roughly|some|over|under|more than|less than|"
    r"fewer than|at least|up to|an estimated|circa)\s+\W{0,2}$",
    re.IGNORECASE,
)
_REACH = 64  # characters before a number in which to look for "about" and the like
APPROXIMATE_TOLERANCE = 0.05  # relative tolerance for a number given as approximate
# Number words that seldom count anything: "one of them", "a second time", "first, it ...".
_NON_COUNTING = frozenset({"one", "first", "second", "third", "zero"})


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number, or a month from 1, as it stands in a text from `start`; `approximate` marks it as such."""

    text: str
    value: float
    approximate: bool = False
    start: int = 0


def months(text: str, language: str = "en") -> Iterator[Numeral]:
    """Yield every month that is named in a language, or in English."""
    own = _OTHER_MONTHS.get(language)
    for match in own.finditer(text) if own else ():
        yield Numeral(match[0], MONTHS_OF[language][match[0].casefold()], start=match.start())
    for match in _MONTH.finditer(text):
        name = match[1]
        # In lower case, "may" and "march" are verbs, and so is "May" that begins a question.
        if name[0].isupper() and not (name == "May" and _ASKS.match(text, match.end())):
            yield Numeral(name, MONTHS[name.casefold()], start=match.start())


def numeric_dates(text: str) -> Iterator[int]:
    """Yield the parts of all-digit dates, such as 9/12/2016, that may be the month."""
    return (int(part) for match in _WHOLE_DATE.finditer(text) for part in match.groups() if part)


def numbers(text: str, idle: bool = False) -> Iterator[Numeral]:
    """Yield every number; with `idle`, also number words that seldom count anything, such as "one".

    >>> [n.value for n in numbers("2.5 million of the 3,000 and twenty-one")]
    [2500000.0, 3000.0, 21.0]
    """
    for match in _NUMBER.finditer(text):
        if match["digits"]:
            value = float(re.sub(r"[,\u00a0\u202f]", "", match["digits"]))
            scale = (match["scale"] or "").casefold().rstrip("s")
            value *= _SCALES.get(scale, _SHORT.get((match["short"] or "").casefold(), 1.0))
        elif match["words"].casefold() in _NON_COUNTING and not idle:
            continue
        else:
            value = parse_number_words(match["words"])
        year = value.is_integer() and 1000 <= value < 2100 and "," not in match[0]
        before = text[max(0, match.start() - _REACH) : match.start()]
        about = not year and _APPROXIMATE.search(before) is not None
        yield Numeral(text=match[0], value=round(value, 6), approximate=about, start=match.start())


def parse_number_words(words: str) -> float:
    """Return the value of a number in words.

    >>> parse_number_words("two hundred and fifty thousand"), parse_number_words("twenty-first")
    (250000.0, 21.0)
    """
    total = current = 0.0
    for word in re.split(r"[\s-]+", words.casefold()):
        if word in WORDS:
            current += WORDS[word]
        elif (scale := _SCALES.get(word.rstrip("s"), 0.0)) == 100:
            current *= scale
        elif scale:
            total, current = total + current * scale, 0.0
    return total + current
