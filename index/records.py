"""Spans and what they are cut from: frozen values, offsets first. Must never know files or models.

Every offset in Citeback is a code point of `Source.text`, half-open: `text[start:end]`. Text is
always derived from a span, never searched for afterwards.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points in a source text.

    >>> Span(4, 9).of("the words in it")
    'words'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the characters of this span in `text`."""
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        """Tell whether every character of `other` lies in this span."""
        return self.start <= other.start and other.end <= self.end

    def shift(self, by: int) -> "Span":
        """Return the span moved by `by` code points."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's own words in the text (without its markup) and its level, 1 the highest."""

    span: Span
    level: int


@dataclass(frozen=True, slots=True)
class Source:
    """One document as text: what every span of it counts in.

    `pages` holds the offset at which each page starts (empty where the format has no pages);
    `headings` are in order of appearance. For plain text and Markdown `text` is the decoded file
    itself, newlines as they stand in it.
    """

    text: str
    title: str
    kind: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()

    def announces(self, span: Span) -> bool:
        """Tell whether the span holds a heading: words that announce what the text below them says."""
        at = bisect_left(self.headings, span.start, key=lambda heading: heading.span.start)
        return at < len(self.headings) and span.covers(self.headings[at].span)

    def page_at(self, offset: int) -> int | None:
        """Return the page (from 1) that holds `offset`, or None where there are no pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a source small enough for the embedding model to read whole.

    `sentences` lie inside `span`, in order, without surrounding white space, and hold every
    non-blank character of it. `headings` is the path of headings above the chunk, outermost first.
    """

    span: Span
    sentences: tuple[Span, ...]
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One indexed file: where it is, what it was when it was read, and what it is called.

    `name` is unique in a store: the path relative to its folder, with `/` between its parts
    (`sync` says what happens when two folders hold the same one). `sha256` is of the file's bytes;
    `mtime_ns` and `size` (bytes) let an unchanged file be passed over without reading it.
    """

    name: str
    folder: str
    path: str
    size: int
    mtime_ns: int
    sha256: str
    title: str
    kind: str
    chars: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not in the index, and the reason a person is given."""

    name: str
    folder: str
    path: str
    size: int
    mtime_ns: int
    reason: str

    @property
    def unread(self) -> bool:
        """Tell whether it was passed over for its format alone, which is told and is no failure."""
        return self.reason.startswith("not read:")
