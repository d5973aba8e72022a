"""Spans and what they are cut from: frozen values, offsets first. Must never know files or models.

Every offset in Citeback is a code point of `Source.text`, half-open: `text[start:end]`. Text is
always derived from a span, never searched for afterwards.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime

SECTION_CHARS = 100
"""Characters of a heading that stand for its section."""

LINED = frozenset({"text", "markdown", "rst", "code"})
"""Kinds whose text is the file itself, so that a person finds a place in it by its line."""


DRAWN = frozenset({"pdf", "picture"})
"""Kinds whose pages can be drawn as they look."""

PICTURE = "not read: a picture"
"""How the reason begins of a file whose text is read where an extra is installed."""


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
class Place:
    """What a person would call the place where the text from `start` up to the next place stands.

    >>> Place(120, "slide 2").label
    'slide 2'
    """

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class Source:
    """One document as text: what every span of it counts in.

    `pages` holds the offset at which each page starts (empty where the format has no pages), `places` the
    other places that a person would look for, such as slides, cells and messages; `headings` are in order
    of appearance. `date` is ISO 8601 (a day), "" where the document gives none, as `author`. For plain
    text and Markdown `text` is the decoded file itself, newlines as they stand in it.
    """

    text: str
    title: str
    kind: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()
    author: str = ""
    date: str = ""

    def announces(self, span: Span) -> bool:
        """Tell whether the span holds a heading: words that announce what the text below them says."""
        at = bisect_left(self.headings, span.start, key=lambda heading: heading.span.start)
        return at < len(self.headings) and span.covers(self.headings[at].span)

    def page_at(self, offset: int) -> int | None:
        """Return the page (from 1) that holds `offset`, or None where there are no pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None

    def place_at(self, offset: int) -> str | None:
        """Return where a person would look for `offset`: "page 3", "slide 2", "line 210", "section “Costs”".

        None where the format has nothing of the kind.
        """
        if self.pages:
            return f"page {self.page_at(offset)}"
        if self.kind in LINED:
            return f"line {_newlines(self.text, offset) + 1}"
        at = bisect_right(self.places, offset, key=lambda place: place.start)
        return self.places[at - 1].label if at else self._section_at(offset)

    def _section_at(self, offset: int) -> str | None:
        at = bisect_right(self.headings, offset, key=lambda heading: heading.span.start)
        words = self.headings[at - 1].span.of(self.text) if at else ""
        return f"section “{' '.join(words.split())[:SECTION_CHARS]}”" if words else None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, as shares (0 to 1) of its width and height, from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as a picture (PNG), its size in pixels, and the boxes of a span that stand on it, by line."""

    png: bytes
    width: int
    height: int
    boxes: tuple[Box, ...]


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
class Member:
    """One file within an archive as it was read: its source, or why there is none (`reason`).

    `name` is its path in the archive; `sha256` is of its bytes.
    """

    name: str
    source: Source | None
    sha256: str = ""
    reason: str = ""


WITHIN = "!/"
"""Between the name of an archive and that of a file within it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One indexed file: where it is, what it was when it was read, and what it is called.

    `name` is unique in a store: the path relative to its folder, with `/` between its parts
    (`sync` says what happens when two folders hold the same one). `sha256` is of the file's bytes;
    `mtime_ns` and `size` (bytes) let an unchanged file be passed over without reading it. `author` and
    `date` as in its source.

    `member` is the path within the archive that `path`, `size` and `mtime_ns` are of, "" for what is a file
    itself: `reports.zip!/2022/canal.pdf`. `copy_of` names the document that has the same bytes and is
    indexed for both, "" for that one. `near_of` names the first of those that say nearly the same, "" for
    that one, for one that nothing is near to, and for a copy; each of them is indexed.
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
    author: str = ""
    date: str = ""
    member: str = ""
    copy_of: str = ""
    near_of: str = ""

    @property
    def day(self) -> str:
        """Return the document's date or else that of its file, as in "2024-05-31"."""
        return self.date or datetime.fromtimestamp(self.mtime_ns // 10**9, UTC).date().isoformat()

    @property
    def file_name(self) -> str:
        """Return the name of the file on disk that it is, or is within."""
        return _outside(self.name, self.member)

    def failed(self, reason: str) -> "Failure":
        """Return the failure to index it, of which only now it turns out that it cannot be."""
        return Failure(self.name, self.folder, self.path, self.size, self.mtime_ns, reason, self.member)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not in the index, and the reason a person is given; `member` as in a document."""

    name: str
    folder: str
    path: str
    size: int
    mtime_ns: int
    reason: str
    member: str = ""

    @property
    def file_name(self) -> str:
        """Return the name of the file on disk that it is, or is within."""
        return _outside(self.name, self.member)

    @property
    def unread(self) -> bool:
        """Tell whether it was passed over for its format alone, which is told and is no failure."""
        return self.reason.startswith("not read:")


def _outside(name: str, member: str) -> str:
    return name.removesuffix(f"{WITHIN}{member}") if member else name


def _newlines(text: str, end: int) -> int:
    """Return how many lines end before an offset; a carriage return and its line feed are one end."""
    feeds, returns = text.count("\n", 0, end), text.count("\r", 0, end)
    return feeds + returns - text.count("\r\n", 0, end) if returns else feeds
