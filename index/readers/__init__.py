"""Document readers: bytes to Source, one module per family of formats.

Text is normalized here, once, and nowhere else. All offsets refer to the text that the readers return.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from index.errors import NotOpened, ReadError
from index.opening import opened
from index.readers import archive, ocr, within
from index.readers.clean import encodable
from index.readers.sniff import PICTURES, SNIFFED, certain, contradiction
from index.readers.stated_date import stated_date
from index.records import Member, Source

__all__ = ["KINDS", "MAX_ARCHIVE", "MAX_BYTES", "read", "read_any", "reading"]

_CODE = (
    *(".bat", ".bib", ".c", ".cc", ".cfg", ".clj", ".conf", ".cpp", ".cs", ".css", ".cu", ".dart", ".ex"),
    *(".f90", ".go", ".h", ".hpp", ".hs", ".ini", ".java", ".jl", ".js", ".jsx", ".kt", ".less", ".lua"),
    *(".m", ".ml", ".pas", ".php", ".pl", ".properties", ".ps1", ".py", ".r", ".rb", ".rs", ".scala"),
    *(
        ".scss",
        ".sh",
        ".sql",
        ".swift",
        ".tcl",
        ".tex",
        ".toml",
        ".ts",
        ".tsx",
        ".vb",
        ".vue",
        ".yaml",
        ".yml",
    ),
)

FORMATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys((".txt", ".text", ".log"), ("text", "text")),
        **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx"), ("markdown", "markdown")),
        **dict.fromkeys((".rst", ".rest"), ("rst", "rst")),
        **dict.fromkeys((".html", ".htm", ".xhtml"), ("html", "html")),
        **dict.fromkeys((".mhtml", ".mht"), ("html", "mail.page")),
        ".pdf": ("pdf", "pdf"),
        ".docx": ("word", "word"),
        ".docm": ("word", "word"),
        ".odt": ("word", "opendocument"),
        ".rtf": ("word", "rtf"),
        **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm"), ("slides", "slides")),
        ".ics": ("calendar", "calendar"),
        ".xlsx": ("sheet", "sheet"),
        ".xlsm": ("sheet", "sheet"),
        ".epub": ("ebook", "ebook"),
        **dict.fromkeys((".csv", ".tsv", ".tab"), ("csv", "csv")),
        ".json": ("json", "data"),
        **dict.fromkeys((".jsonl", ".ndjson"), ("json", "data.lines")),
        ".ipynb": ("notebook", "notebook"),
        ".eml": ("mail", "mail"),
        ".mbox": ("mail", "mail.box"),
        ".msg": ("mail", "outlook"),
        **dict.fromkeys((".srt", ".vtt"), ("subtitles", "subtitles")),
        **dict.fromkeys((".xml", ".rss", ".atom"), ("xml", "feed")),
        **dict.fromkeys(_CODE, ("code", "code")),
    }
)
"""Maps suffixes (lower case, with the dot) to the document kind and the function that reads them."""

KINDS: Mapping[str, str] = MappingProxyType({suffix: kind for suffix, (kind, _) in FORMATS.items()})
"""Maps suffixes to document kinds."""

_PICTURES = ("picture", "picture")
_RECOGNISING = frozenset({"pdf", "picture"})

_MB = 2**20
MAX_BYTES: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(KINDS.values(), 64 * _MB)
    | {"markdown": 16 * _MB, "rst": 16 * _MB, "html": 8 * _MB, "pdf": 256 * _MB, "xml": 16 * _MB}
)
"""Maps document kinds to the largest file size in bytes."""
MAX_ARCHIVE = 256 * _MB

MAX_PICTURE = 64 * _MB

_OLD = "an Office file from before 2007: save it in the current format"
_UNREAD = {
    **dict.fromkeys((".doc", ".xls", ".ppt"), _OLD),
    **dict.fromkeys(PICTURES, "a picture"),
    ".svg": "a drawing",
    **dict.fromkeys(
        (".mp3", ".m4a", ".wav", ".ogg", ".flac", ".mp4", ".mov", ".avi", ".mkv"), "sound or film"
    ),
    **dict.fromkeys((".7z", ".rar"), "an archive of a kind that is not opened"),
}
"""Maps unsupported suffixes to descriptions for users."""


def read(
    path: Path, max_bytes: Mapping[str, int] = MAX_BYTES, recognise: bool = False, root: str = ""
) -> Source:
    """Read a file into a Source.

    The suffix determines the format; content that contradicts it is refused. A file without a known suffix is
    read if its first bytes identify it. If `root` is given, no symbolic link below it is followed.
    `recognise` also reads text in pictures, which takes seconds a page. Threads gain nothing: PDFs are read
    one at a time (see `pdf`).

    Raises:
        Scanned: there are pictures to read, and `recognise` is false.
        ReadError: the file cannot be read; the message is the reason shown to users.
    """
    suffix = path.suffix.lower()
    if not _known(suffix):
        suffix = certain(_first(path, SNIFFED, root), suffix)
    limit = max_bytes.get(_kind(suffix), MAX_PICTURE)
    return _source(_bytes(path, limit, root), suffix, encodable(path.stem), recognise)


def read_any(
    path: Path, recognise: bool = False, unread: str = "", root: str = ""
) -> Source | tuple[Member, ...]:
    """Read a file like `read`, or an archive into its members, sorted by name.

    A mail with attachments is a member without a name, its attachments are the others. `unread` is the reason
    for listing these by name only; empty to read them.

    Raises:
        ReadError: the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix not in within.HOLDERS:
        return read(path, recognise=recognise, root=root)
    data = _bytes(path, MAX_ARCHIVE if suffix in archive.SUFFIXES else MAX_BYTES[_kind(suffix)], root)
    name = PurePosixPath(encodable(path.name))
    found = within.members(data, name, partial(_member, recognise=recognise), unread)
    return found[0].source if len(found) == 1 and not found[0].name and found[0].source else found


def _known(suffix: str) -> bool:
    return suffix in FORMATS or (suffix in PICTURES and ocr.available())


def _kind(suffix: str) -> str:
    """Return the document kind of a suffix. Raises ReadError for an unsupported one."""
    if _known(suffix):
        return FORMATS[suffix][0] if suffix in FORMATS else "picture"
    shown = f"({encodable(suffix)})" if suffix else "(no suffix)"
    raise ReadError(f"not read: {_UNREAD.get(suffix, 'unknown format')} {shown}")


def _source(data: bytes, suffix: str, stem: str, recognise: bool) -> Source:
    if not data:
        raise ReadError("empty file")
    if reason := contradiction(data, suffix):
        raise ReadError(reason)
    source = reading(suffix, recognise)(data, stem)
    if not source.text.lstrip("\ufeff").strip():
        raise ReadError("no text: only white space")
    return source if source.date else replace(source, date=stated_date(source.text, stem))


def _member(data: bytes, path: PurePosixPath, recognise: bool = False) -> Source:
    suffix = path.suffix.lower()
    suffix = suffix if _known(suffix) else certain(data[:SNIFFED], suffix)
    limit = MAX_BYTES.get(_kind(suffix), MAX_PICTURE)
    if len(data) > limit:
        raise ReadError(f"too large: more than {limit / _MB:,.0f} MB")
    return _source(data, suffix, path.stem, recognise)


def reading(suffix: str, recognise: bool = False) -> Callable[[bytes, str], Source]:
    """Return the reading function for a suffix; its libraries are imported only now."""
    module, _, function = FORMATS.get(suffix, _PICTURES)[1].partition(".")
    if recognise and module in _RECOGNISING:
        function = "recognised"
    found: Callable[[bytes, str], Source] = getattr(
        import_module(f"index.readers.{module}"), function or "read"
    )
    return found


def _bytes(path: Path, limit: int, root: str) -> bytes:
    """Return a file's bytes, reading no more than the limit even if it grows meanwhile."""
    data = _first(path, limit + 1, root)
    if len(data) > limit:
        raise ReadError(f"too large: more than {limit / _MB:,.0f} MB")
    if not data:
        raise ReadError("empty file")
    return data


def _first(path: Path, most: int, root: str) -> bytes:
    try:
        with opened(path, root) as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotOpened(f"cannot be opened: {reason}") from error
