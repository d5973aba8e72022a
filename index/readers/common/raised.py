"""Separates superscript figures from the characters before them: 10 and a raised 6 are not 106."""

import re

_EXPONENT = re.compile(r"[−+–-]?[\dn]{1,4}")


def raised(text: str, before: str) -> str:
    """Return raised text as it is written on one line; `before` is the text to its left.

    >>> raised("6", "3.2 x 10"), raised("th", "the 4"), raised("3", "a bolt of ")
    ('^6', 'th', '3')
    """
    end = before[-1:]
    is_exponent = _EXPONENT.fullmatch(text.strip()) and (end.isalnum() or end in (")", "]"))
    return f"^{text.strip()}" if is_exponent and end else text
