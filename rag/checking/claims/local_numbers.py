"""Numbers as a language writes them: 48.000 and 6,50 in German are 48,000 and 6.50 in English."""

import re
from collections.abc import Iterator

from citeback.rag.checking.claims.numerals import Numeral, numbers

# fmt: off
DECIMAL_COMMA = frozenset({
    "bg", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr", "gl", "hr", "hu", "id", "is", "it",
    "lt", "lv", "mk", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "vi",
})
"""Languages with a decimal comma."""
SPACE_BETWEEN_THOUSANDS = frozenset({
    "bg", "cs", "es", "et", "fi", "fr", "hu", "lt", "lv", "no", "pl", "pt", "ru", "sk", "sv", "uk",
})
# fmt: on
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.])(?:,\d+)?")
_DECIMAL = re.compile(r"(?<![\d.,])\d+,\d+(?![\d,])")
_SWAPPED = str.maketrans(".,", ",.")


def local_numbers(text: str, language: str, idle: bool = False) -> Iterator[Numeral]:
    """Yield every number of a text, read as its language writes it; see `numbers`.

    >>> [(n.text, n.value) for n in local_numbers("48.000 Bücher zu 6,50 Euro", "de")]
    [('48.000', 48000.0), ('6,50', 6.5)]
    """
    for number in numbers(english_marks(text, language), idle):
        end = number.start + len(number.text)
        yield Numeral(
            text=text[number.start : end],
            value=number.value,
            approximate=number.approximate,
            start=number.start,
        )


def english_marks(text: str, language: str) -> str:
    """Return a text of the same length with a point for decimals and commas between thousands."""
    if language not in DECIMAL_COMMA:
        return text
    if language in SPACE_BETWEEN_THOUSANDS:
        text = _SPACED.sub(lambda match: match[0].replace(" ", ","), text)
    text = _GROUPED.sub(lambda match: match[0].translate(_SWAPPED), text)
    return _DECIMAL.sub(lambda match: _with_point(match[0]), text)


def _with_point(number: str) -> str:
    """Return a number with a decimal point; three digits behind a comma may also be thousands."""
    whole, _, rest = number.partition(",")
    decimal = len(rest) != 3 or whole.startswith("0") or len(whole) > 3
    return f"{whole}.{rest}" if decimal else number
