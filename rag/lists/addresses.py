"""Addresses in a text: of mail, and of web pages."""

import re
from collections.abc import Iterator

from citeback.index.records import Span
from citeback.rag.lists.item import Item

_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w%+-]{1,64}(?:\.[\w%+-]{1,64}){0,8}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])"
)
_LINK = re.compile(r"(?<![\w@])(?:https?://|ftp://|www\.)[^\s<>\"“”«»{}|\\^`\[\]]{2,2000}", re.IGNORECASE)
_ENDS = ".,;:!?'’*_"


def emails(text: str) -> Iterator[Item]:
    """Yield every address of mail, in lower case."""
    for match in _EMAIL.finditer(text):
        yield Item(Span(*match.span()), match[0].casefold())


def links(text: str) -> Iterator[Item]:
    """Yield every address of a page, without the signs that end a sentence or a bracket after it."""
    for match in _LINK.finditer(text):
        link = match[0].rstrip(_ENDS)
        while link.endswith(")") and link.count(")") > link.count("("):
            link = link[:-1].rstrip(_ENDS)
        yield Item(Span(match.start(), match.start() + len(link)), _normalised(link))


def _normalised(link: str) -> str:
    """Return a link with scheme and host in lower case, without the slash at its end."""
    scheme, found, rest = link.partition("://")
    host, slash, path = (rest if found else link).partition("/")
    start = f"{scheme.casefold()}://" if found else ""
    return f"{start}{host.casefold()}{slash}{path}".removesuffix("/")
