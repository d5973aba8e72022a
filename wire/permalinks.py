"""Permanent links to citations: a document, a span of it and a hash of the cited words.

The hash reveals whether the words have changed. The link does not hold the words themselves: otherwise
anybody could write a link that shows invented words as cited.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, urlencode

from citeback.index.records import Span

ROOT, PAGES = "/source/", "/pages/"
HASH = 32  # hexadecimal digits: 128 bits, so that nobody can find other words with the same hash
_SPAN = re.compile(r"([0-9]{1,12})-([0-9]{1,12})")
_HASHED = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Link:
    """A permanent link: the document, the span and the hash of the cited words."""

    document: str
    span: Span
    words: str

    @property
    def path(self) -> str:
        """Return the path of the link on the server.

        >>> permanent_link("a b.md", Span(0, 3), "The").path
        '/source/a%20b.md?at=0-3&words=b344d80e24a3679999fa964450b34bc2#cited'
        """
        named = quote(self.document, errors="surrogatepass")
        asked = urlencode({"at": f"{self.span.start}-{self.span.end}", "words": self.words})
        return f"{ROOT}{named}?{asked}#cited"

    def matches(self, quote: str) -> bool:
        """Return whether `quote` is the text that the link was made for."""
        return quote_hash(quote) == self.words


def picture(document: str, page: int, span: Span) -> str:
    """Return the path of a page image with the words of a span marked.

    >>> picture("a b.pdf", 2, Span(0, 3))
    '/pages/a%20b.pdf?page=2&at=0-3'
    """
    asked = {"page": page, "at": f"{span.start}-{span.end}"}
    return f"{PAGES}{quote(document, errors='surrogatepass')}?{urlencode(asked)}"


def parse_span(at: str) -> Span | None:
    """Parse a span from a URL, empty for the beginning of a page; None if it is invalid."""
    match = _SPAN.fullmatch(at)
    return Span(int(match[1]), int(match[2])) if match and int(match[1]) <= int(match[2]) else None


def permanent_link(document: str, span: Span, quote: str) -> Link:
    """Return the permanent link to words of a document."""
    return Link(document=document, span=span, words=quote_hash(quote))


def parse_link(document: str, at: str, words: str) -> Link | None:
    """Parse a permanent link from a URL; None if it is invalid."""
    span = parse_span(at)
    return (
        Link(document=document, span=span, words=words)
        if span and len(span) and _HASHED.fullmatch(words)
        else None
    )


def quote_hash(quote: str) -> str:
    """Return the hash of a quotation: the first half of its SHA-256."""
    return sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:HASH]
