"""Recognizes headers and footers that contain only the page number."""

import re

_WORDS = re.compile(
    r"\b(?:pages?|pp?|of|seite|von|sida|sidan|av|side|p[áa]gina|de|sur|di|pagina|van|blatt|folio)\b",
    re.IGNORECASE,
)


def is_page_label(text: str) -> bool:
    """Return whether a header or footer contains only a page number.

    >>> is_page_label("Page 2 of 9"), is_page_label("Osby Harbour, page 2"), is_page_label("- 7 -")
    (True, False, True)
    """
    return not any(map(str.isalpha, _WORDS.sub("", text)))
