"""Quantities that a sentence must hold to answer "how tall", "how much does it cost" or "which year".

Only unambiguous kinds of question are listed; any other question demands nothing.
"""

import re

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


def required_measure(question: str) -> re.Pattern[str] | None:
    """Return the pattern that an answer to the question must match, or None if there is no certain one.

    >>> bool(required_measure("How tall is the tower?").search("It is 42 m high."))
    True
    """
    return next((pattern for asked, pattern in _REQUIRED if asked.search(question)), None)
