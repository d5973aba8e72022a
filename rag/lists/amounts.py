"""Amounts of money in a text: "$1.2 million", "EUR 1,200.50", "300 francs"."""

import re
from collections.abc import Iterator

from citeback.index.records import Span
from citeback.index.word_lists import word_list
from citeback.rag.lists.item import Item

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "us$": "USD", "a$": "AUD", "c$": "CAD"}
_CODES = sorted(word_list(__package__, "currencies.txt"))
_WORDS = {
    "dollar": "USD", "euro": "EUR", "pound": "GBP", "pfund": "GBP", "yen": "JPY", "franc": "CHF",
    "rupee": "INR",
    "yuan": "CNY",
    "krona": "SEK", "kronor": "SEK", "krone": "NOK", "kroner": "NOK", "crown": "crown", "mark": "mark",
    "cent": "cent", "penny": "penny", "pence": "penny", "peso": "peso", "rouble": "RUB", "ruble": "RUB",
    "shilling": "shilling", "zloty": "PLN", "lira": "lira",
}  # fmt: skip
_SCALES = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9}
_SCALES |= {"bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12}
_NUMBER = r"\d{1,15}(?:[,.'’\u00a0\u202f]\d{1,3}){0,6}"
# A cell of a table ends an amount, and so does a line, unless a word of some length goes on.
_SPACE = r"[^\S\t\r\n\v\f]"
_SCALE = (
    rf"(?:(?:(?:{_SPACE}|[\n-])?(?P<{{0}}_word>hundred|thousand|million|billion|trillion)"
    rf"|{_SPACE}?(?P<{{0}}_short>mn|bn|tn|k|m|b))\b)?"
)
_BEFORE = rf"(?P<sign>(?:US|A|C)?\$|[€£¥₹]|\b(?:{'|'.join(_CODES)})\b)"
# A sign with a number after it belongs to that number.
_AFTER = (
    rf"(?:(?:{_SPACE}|-)?(?P<mark>[€£¥₹$](?!\d)|(?:{'|'.join(_CODES)})\b)"
    rf"|(?:{_SPACE}|[\n-])?"
    r"(?P<unit>(?:(?:US|Canadian|Australian|Swiss|Danish|Norwegian|Swedish) )?"
    rf"(?:{'|'.join(_WORDS)})s?\b))"
)
_AMOUNT = re.compile(
    rf"{_BEFORE}[^\S\n]?(?P<n1>{_NUMBER}){_SCALE.format('k1')}"
    rf"|(?<![\w.,])(?P<n2>{_NUMBER}){_SCALE.format('k2')}{_AFTER}",
    re.IGNORECASE,
)
_CODE_IN_HEAD = rf"(?:\b(?:{'|'.join(_CODES)})\b|(?:US|A|C)?[$]|[€£¥₹])"
_IN_HEAD = re.compile(
    rf"{_CODE_IN_HEAD}|\b(?:(?:US|Canadian|Australian|Swiss|Danish|Norwegian|Swedish) )?"
    r"(?i:dollars|euros?|pounds sterling|pence|francs)\b"
)
_SCALE_IN_HEAD = re.compile(
    r"\b(?P<word>(?i:thousand|million|billion|trillion)s?)\b"
    rf"|{_CODE_IN_HEAD} ?(?P<short>(?i:k|m|mn|bn|b|tn))\b"
)
_PLURALS = {"penny": "pence"}


def amounts(text: str) -> Iterator[Item]:
    """Yield every amount of money; its value is the number with its currency: "1,200,000 USD"."""
    for match in _AMOUNT.finditer(text):
        scales = (match[f"{name}_{form}"] for name in ("k1", "k2") for form in ("word", "short"))
        scale = next(filter(None, scales), "").casefold()
        number = _number(match["n1"] or match["n2"]) * _SCALES.get(scale, 1)
        currency = _currency(match["sign"] or match["mark"] or match["unit"])
        yield Item(Span(*match.span()), amount_value(number, currency))


def amount_value(number: float, currency: str) -> str:
    """Return a number with its currency, "" for one that is not stated, as one value.

    >>> amount_value(1200, "EUR"), amount_value(-0.5, "GBP"), amount_value(2, "penny")
    ('1,200 EUR', '-0.50 GBP', '2 pence')
    """
    if number != 1 and currency.islower():
        currency = _PLURALS.get(currency, f"{currency}s")
    return f"{number:,.2f} {currency}".replace(".00 ", " ").strip()


def currencies(head: str) -> set[str]:
    """Return the currencies that the head of a column names.

    >>> currencies("Price per month (EUR)"), currencies("Turnover in euros, £k") == {"EUR", "GBP"}
    ({'EUR'}, True)
    """
    return {_currency(match[0]) for match in _IN_HEAD.finditer(head)}


def scale_of(head: str) -> float:
    """Return by what the figures below a head are to be multiplied.

    >>> scale_of("Turnover (EUR million)"), scale_of("in £k"), scale_of("Price (EUR)")
    (1000000.0, 1000.0, 1)
    """
    match = _SCALE_IN_HEAD.search(head)
    return _SCALES[(match["word"] or match["short"]).casefold().removesuffix("s")] if match else 1


def _currency(written: str) -> str:
    word = written.casefold()
    if word in _SIGNS or word.upper() in _CODES:
        return _SIGNS.get(word, word.upper())
    last = word.rpartition(" ")[2]
    return _WORDS.get(last) or _WORDS.get(last.removesuffix("s"), word)


def _number(written: str) -> float:
    """Return the value of a number; the last sign is a decimal mark unless three digits follow it."""
    whole, sign, rest = _last_sign(written)
    digits = re.sub(r"\D", "", whole)
    if sign and sign in ".," and len(rest) != 3:
        return float(f"{digits}.{rest}")
    return float(digits + rest)


def _last_sign(written: str) -> tuple[str, str, str]:
    at = max((written.rfind(sign) for sign in ",.'’\u00a0\u202f"), default=-1)
    return (written, "", "") if at < 0 else (written[:at], written[at], written[at + 1 :])
