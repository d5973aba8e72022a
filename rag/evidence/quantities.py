"""What a sentence must hold to answer "how tall", "which year", "what is the email address" or "the name of".

Only unambiguous kinds of question are listed; any other question demands nothing.
"""

import re
from dataclasses import dataclass

_FIGURE = (
    r"(?:\d[\d,.]{0,30}|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety|half|quarter|dozen|few|several|hundreds?|thousands?|millions?|"
    r"billions?|an?)\b)"
)
_SCALE = r"(?:[\s-](?:hundred|thousand|million|billion|trillion|half|and a half))*"
_LENGTH = (
    r"(?:millimet(?:er|re)s?|centimet(?:er|re)s?|kilomet(?:er|re)s?|met(?:er|re)s?|mm|cm|dm|km|m|inch(?:es)?|in|feet|"
    r"foot|ft|yards?|yd|miles?|mi|nautical miles?|fathoms?|cubits?|leagues?|furlongs?|hands?|storeys?|stories"
    r"|floors?|light[- ]years?)"
)
_WEIGHT = (
    r"(?:milligrams?|grams?|grammes?|kilograms?|kilos?|tons?|tonnes?|mg|g|kg|t|pounds?|lbs?|ounces?|oz|stone)"
)
_MONEY = (
    r"(?:[$€£¥₹]|US\$|\b(?:USD|EUR|GBP|CHF|JPY)\b|\b(?:dollars?|euros?|pounds?|cents?|pence|francs?|yen|rupees?|"
    r"crowns?|kron(?:er|or|a)|roubles?|rubles?)\b)"
)
_QUANTITY = r"{figure}{scale}[\s-]*{unit}\b|\d\s*['′’\"″]"


def _of(unit: str) -> re.Pattern[str]:
    return re.compile(_QUANTITY.format(figure=_FIGURE, scale=_SCALE, unit=unit), re.IGNORECASE)


_YEAR = re.compile(
    r"\b(?:1\d{3}|20\d{2})s?\b|\b\d{1,4} (?:BC|AD|BCE|CE)\b|\byears? (?:ago|earlier|later|before|after)\b"
)
_PRICE = re.compile(
    rf"{_MONEY}|\bfree\b|\bno (?:charge|fee|cost)|\b(?:EUR|USD)\b|\b(?:m|bn)\b", re.IGNORECASE
)

_NAME = re.compile(
    r"[\w,;:’'\")\]–—-]\s+[“\"*_]*(?!I\b)[^\W\d_]*[A-ZÀ-ÖØ-Þ]|[“\"«]"
    r"|\A\W*(?!Wh|How|It|This|That|The|There)[A-ZÀ-ÖØ-Þ][\w’'-]*(?:,| (?:is|was|are)\b)"
)
_WHAT_IS = r"\bwhat(?:'s|’s| is| was| are| were) "
_WHOSE = r"(?:the|his|her|its|their|my|our|your|(?:[\w.-]{1,30} ){0,2}[\w.-]{1,30}['’]s?) (?:\w{1,30} ){0,2}"
_REQUIRED_OF_ROWS = (
    (re.compile(rf"{_WHAT_IS}{_WHOSE}e-?mail(?: address(?:es)?)?\b", re.IGNORECASE), re.compile("@")),
    (
        re.compile(rf"{_WHAT_IS}{_WHOSE}(?:(?:tele)?phone|fax|mobile)(?: numbers?)?\b", re.IGNORECASE),
        re.compile(r"\d[\d\s()/.-]{3,}\d"),
    ),
    (
        re.compile(rf"{_WHAT_IS}{_WHOSE}(?:web ?(?:site|address|page)|url|home ?page)\b", re.IGNORECASE),
        re.compile(r"https?://|www\.|\w\.[a-z]{2,}", re.IGNORECASE),
    ),
    (
        re.compile(
            rf"{_WHAT_IS}{_WHOSE}(?:salary|salaries|wages?|price|fees?|rent|deposit|fare|cost)s?\b",
            re.IGNORECASE,
        ),
        re.compile(rf"{_PRICE.pattern}|(?<![\w-])\d[,.]?\d[,.]?\d", re.IGNORECASE),
    ),
    (re.compile(rf"{_WHAT_IS}the (?:\w+ )?names? of\b", re.IGNORECASE), _NAME),
)
_REQUIRED = (
    (
        re.compile(
            r"\bhow (?:tall|wide|deep|thick)\b|\bhow far (?:is|are|was|from|away)\b",
            re.IGNORECASE,
        ),
        _of(_LENGTH),
    ),
    (
        re.compile(r"\bhow heavy\b|\bhow much (?:do|does|did) .{1,80}\bweigh\b|\bweight of\b", re.IGNORECASE),
        _of(_WEIGHT),
    ),
    (
        re.compile(
            r"\bhow much (?:is|was|are|were|will) the (?:\w+ ){0,3}"
            r"(?:fee|price|fare|ticket|rent|fine|cost|salary)s?\b"
            r"|\bhow much (?:do|does|did|will|would) .{1,80}\b(?:cost|earn|gross|pay)\b",
            re.IGNORECASE,
        ),
        _PRICE,
    ),
    (re.compile(r"\b(?:which|what) year\b", re.IGNORECASE), _YEAR),
)


@dataclass(frozen=True, slots=True)
class RequiredContent:
    """The pattern that an answer must match; a row of a table need not if its units are in the head."""

    pattern: re.Pattern[str]
    of_rows: bool

    def fits(self, text: str) -> bool:
        """Return whether a text may be the answer."""
        return self.pattern.search(text) is not None or (not self.of_rows and _is_row(text))


def required_content(question: str) -> RequiredContent | None:
    """Return what an answer to the question must hold, or None if nothing certain can be told.

    >>> required_content("How tall is the tower?").fits("It is 42 m high.")
    True
    """
    for known, of_rows in ((_REQUIRED_OF_ROWS, True), (_REQUIRED, False)):
        for asked, pattern in known:
            if asked.search(question):
                return RequiredContent(pattern=pattern, of_rows=of_rows)
    return None


def _is_row(text: str) -> bool:
    """Return whether a text is a table row, whose units are in the header."""
    return ("|" in text or "\t" in text) and any(map(str.isdigit, text))
