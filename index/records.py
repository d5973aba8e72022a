"""The core data model: spans, sources, chunks, documents and failures, all frozen.

Every offset is a code point index into `Source.text`, and every span is half-open: `text[start:end]`. Text is
always derived from a span, never searched for afterwards.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime

SECTION_CHARS = 100
"""Most characters of a heading in a location such as “section …”."""

LINE_KINDS = frozenset({"text", "markdown", "rst", "org", "asciidoc", "code"})
"""Kinds whose text is the file itself, so that locations are line numbers."""


PAGE_IMAGE_KINDS = frozenset({"pdf", "picture"})
"""Kinds whose pages can be rendered as pictures."""

RETRY_MTIME = -1
"""The modification time of a failure with a passing cause, so that the file is read again."""

STALE_PREFIX = "not read this time"
"""Prefix of the reason of a file that could not be read this time and is answered from its earlier text."""

PART_PREFIX = "not read: a part"
"""Prefix of the reason for a part that is not read of a document that is."""

NEEDS_OCR_PREFIX = "not read: a picture"
"""Prefix of the reason of a file that needs an optional dependency."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points in a source text.

    Examples:
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
        """Return the text of this span."""
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        """Return whether `other` lies within this span."""
        return self.start <= other.start and other.end <= self.end

    def shift(self, by: int) -> "Span":
        """Return the span moved by `by` code points."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's words in the text, without markup, and its level, 1 being the highest."""

    span: Span
    level: int


@dataclass(frozen=True, slots=True)
class Location:
    """A named location in a text, such as a slide; it extends to the start of the next one.

    Examples:
        >>> Location(120, "slide 2").label
        'slide 2'
    """

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """A part of a file that is not read, such as "pages 2, 3", and the reason shown to users."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """A document as text, which all its spans refer to.

    `pages` holds the start offset of each page, if the format has pages. `locations` holds other named
    locations, such as slides, cells and messages. `headings` are in order of appearance. `author` is "" if
    the document does not state one, and so is `date`, a day in ISO 8601. `saved` is the day on which its file
    was saved last, as the file's own properties say, or "": nobody reads it in the document. For plain text
    and Markdown, `text` is the decoded file itself, newlines unchanged. `unread` names what the file holds
    besides; it is listed when the file is read, and not stored.
    """

    text: str
    title: str
    kind: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[int, ...] = ()
    locations: tuple[Location, ...] = ()
    author: str = ""
    date: str = ""
    saved: str = ""
    unread: tuple[UnreadPart, ...] = ()

    def holds_heading(self, span: Span) -> bool:
        """Return whether the span contains a heading."""
        at = bisect_left(self.headings, span.start, key=lambda heading: heading.span.start)
        return at < len(self.headings) and span.covers(self.headings[at].span)

    def page_at(self, offset: int) -> int | None:
        """Return the page number of an offset, from 1, or None without pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None

    def location_at(self, offset: int) -> str | None:
        """Return the location of an offset for readers, or None if the format has none.

        It is of the form "page 3", "slide 2", "line 210" or "section “Costs”".
        """
        if self.pages:
            return f"page {self.page_at(offset)}"
        if self.kind in LINE_KINDS:
            return f"line {_newlines(self.text, offset) + 1}"
        at = bisect_right(self.locations, offset, key=lambda place: place.start)
        return self.locations[at - 1].label if at else self._section_at(offset)

    def _section_at(self, offset: int) -> str | None:
        at = bisect_right(self.headings, offset, key=lambda heading: heading.span.start)
        words = self.headings[at - 1].span.of(self.text) if at else ""
        return f"section “{' '.join(words.split())[:SECTION_CHARS]}”" if words else None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page; coordinates are fractions (0 to 1) of width and height, from the upper left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PageImage:
    """A rendered page as a PNG, its size in pixels, and the boxes of a span, one per line."""

    png: bytes
    width: int
    height: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of a source that fits the embedding model.

    `sentences` are in order, without surrounding white space, and cover all non-blank characters of `span`.
    `headings` is the heading path above the chunk, outermost first.
    """

    span: Span
    sentences: tuple[Span, ...]
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file within an archive or mail: its source, or the reason why it has none.

    `name` is its path in the archive; `sha256` is of its bytes.
    """

    name: str
    source: Source | None
    sha256: str = ""
    reason: str = ""


MEMBER_SEPARATOR = "!/"
"""Separates the name of an archive from that of a member."""


@dataclass(frozen=True, slots=True)
class Document:
    """An indexed document: its identity, its location, and the state of its file when it was read.

    `name` is unique in a store: the path relative to its folder, separated by `/` (`named` resolves conflicts
    between folders). `sha256` is of the document's bytes. `size`, in bytes, and `mtime_ns` tell whether the
    file has changed. `author`, `date` and `saved` are those of the source.

    For a member of an archive, `member` is its path within it (as in `reports.zip!/2022/canal.pdf`), and
    `path`, `size` and `mtime_ns` are the archive's. `etag` identifies the version of an object in a bucket;
    it is "" for files. `copy_of` names the indexed document with the same bytes; it is "" unless this is a
    duplicate. `near_of` names the first of a group of near duplicates; it is "" for that one and for
    duplicates. Near duplicates are indexed, duplicates are not.
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
    etag: str = ""
    saved: str = ""

    @property
    def day(self) -> str:
        """Return the document's date or, if it states none, that of its file, as "2024-05-31"."""
        return (
            self.date or self.saved or datetime.fromtimestamp(self.mtime_ns // 10**9, UTC).date().isoformat()
        )

    @property
    def file_name(self) -> str:
        """Return the name of the file on disk that is or holds this document."""
        return _container_name(self.name, self.member)

    def failed(self, reason: str) -> "Failure":
        """Return the failure for a document that turned out to be impossible to index."""
        return Failure(
            name=self.name,
            folder=self.folder,
            path=self.path,
            size=self.size,
            mtime_ns=self.mtime_ns,
            reason=reason,
            member=self.member,
            etag=self.etag,
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not indexed, with the reason shown to users; `member` and `etag` as in `Document`."""

    name: str
    folder: str
    path: str
    size: int
    mtime_ns: int
    reason: str
    member: str = ""
    etag: str = ""

    @property
    def file_name(self) -> str:
        """Return the name of the file on disk that is or holds this one."""
        return _container_name(self.name, self.member)

    @property
    def retryable(self) -> bool:
        """Return whether the next sync reads the file again even if it is unchanged."""
        return self.mtime_ns == RETRY_MTIME

    @property
    def outdated(self) -> bool:
        """Return whether answers use the file's earlier text."""
        return self.reason.startswith(STALE_PREFIX)

    @property
    def unread(self) -> bool:
        """Return whether the file was skipped for its format, which does not count as a failure."""
        return self.reason.startswith("not read:")


def _container_name(name: str, member: str) -> str:
    return name.removesuffix(f"{MEMBER_SEPARATOR}{member}") if member else name


def _newlines(text: str, end: int) -> int:
    """Return the number of line ends before an offset, a CRLF pair counting once."""
    feeds, returns = text.count("\n", 0, end), text.count("\r", 0, end)
    return feeds + returns - text.count("\r\n", 0, end) if returns else feeds
