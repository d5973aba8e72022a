"""Bytes on disk to Source, one module a family of formats. Must never know chunks.

The only place where text is normalised, once; every offset in Citeback counts in what comes out here.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from index.errors import NotOpened, ReadError
from index.readers.clean import encodable
from index.readers.sniff import SNIFFED, certain, contradiction
from index.records import Source

__all__ = ["KINDS", "MAX_BYTES", "read"]

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
        **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), ("markdown", "markdown")),
        **dict.fromkeys((".rst", ".rest"), ("rst", "rst")),
        **dict.fromkeys((".html", ".htm", ".xhtml"), ("html", "html")),
        **dict.fromkeys((".mhtml", ".mht"), ("html", "mail.page")),
        ".pdf": ("pdf", "pdf"),
        ".docx": ("word", "word"),
        ".docm": ("word", "word"),
        ".odt": ("word", "opendocument"),
        ".rtf": ("word", "rtf"),
        ".pptx": ("slides", "slides"),
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
"""Suffix (lower case, with its dot) to the kind of document and what reads it; others are not read."""

KINDS: Mapping[str, str] = MappingProxyType({suffix: kind for suffix, (kind, _) in FORMATS.items()})
"""Suffix to the kind of document."""

_MB = 2**20
MAX_BYTES: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(KINDS.values(), 64 * _MB)
    | {"markdown": 16 * _MB, "rst": 16 * _MB, "html": 8 * _MB, "pdf": 256 * _MB, "xml": 16 * _MB}
)
"""Kind to the most bytes a file of it may have."""


def read(path: Path, max_bytes: Mapping[str, int] = MAX_BYTES) -> Source:
    """Return a file as the text that spans count in.

    The suffix decides how it is read; content that contradicts it is refused, not guessed at. A file
    without a known suffix is read where its first bytes leave no doubt. Not for several threads at once:
    PDFs wait for each other (`pdf`).

    Raises ReadError, whose message is the reason a person is given, and nothing else.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        suffix = certain(_first(path, SNIFFED), suffix)
    if suffix not in FORMATS:
        shown = f" ({encodable(path.suffix)})" if path.suffix else " (no suffix)"
        raise ReadError(f"not read: unknown format{shown}")
    kind, _ = FORMATS[suffix]
    data = _bytes(path, max_bytes[kind])
    if reason := contradiction(data, suffix):
        raise ReadError(reason)
    source = _reader(suffix)(data, encodable(path.stem))
    if not source.text.lstrip("\ufeff").strip():
        raise ReadError("no text: nothing but white space")
    return source


def _reader(suffix: str) -> Callable[[bytes, str], Source]:
    """Return what reads files of a suffix, its libraries imported now: most folders need few of them."""
    module, _, function = FORMATS[suffix][1].partition(".")
    found: Callable[[bytes, str], Source] = getattr(
        import_module(f"index.readers.{module}"), function or "read"
    )
    return found


def _bytes(path: Path, limit: int) -> bytes:
    """Return the file's bytes, reading no more than the limit even if it grows meanwhile."""
    data = _first(path, limit + 1)
    if len(data) > limit:
        raise ReadError(f"too large: more than {limit / _MB:,.0f} MB")
    if not data:
        raise ReadError("empty file")
    return data


def _first(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotOpened(f"cannot be opened: {reason}") from error
