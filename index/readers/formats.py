"""The formats that can be read, by suffix, and the loaders of the functions that read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from citeback.index.readers import format_loaders as loaders
from citeback.index.readers.format_loaders import ListAttachments, ReadBytes


@dataclass(frozen=True, slots=True)
class Format:
    """A document kind and the loader of the function that reads it.

    `load_with_ocr` is for files that may hold pictures of text, `load_attachments` for files that may hold
    others.
    """

    kind: str
    load: Callable[[], ReadBytes]
    load_with_ocr: Callable[[], ReadBytes] | None = None
    load_attachments: Callable[[], ListAttachments] | None = None


_CODE_SUFFIXES = (
    *(".bat", ".bib", ".c", ".cc", ".cfg", ".clj", ".conf", ".cpp", ".cs", ".css", ".cu", ".dart", ".ex"),
    *(".f90", ".go", ".h", ".hpp", ".hs", ".ini", ".java", ".jl", ".js", ".jsx", ".kt", ".less", ".lua"),
    *(".m", ".ml", ".pas", ".php", ".pl", ".properties", ".ps1", ".py", ".r", ".rb", ".rs", ".scala"),
    *(".scss", ".sh", ".sql", ".swift", ".tcl", ".tex", ".toml", ".ts", ".tsx", ".vb", ".vue", ".yaml"),
    ".yml",
)

_PDF = Format(
    "pdf", loaders.pdf, load_with_ocr=loaders.pdf_with_ocr, load_attachments=loaders.pdf_attachments
)
PICTURE = Format("picture", loaders.picture, load_with_ocr=loaders.picture_with_ocr)
"""Pictures of text, which are read where OCR is available."""

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        **dict.fromkeys((".txt", ".text", ".log"), Format("text", loaders.plain_text)),
        **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx"), Format("markdown", loaders.markdown)),
        **dict.fromkeys((".rst", ".rest"), Format("rst", loaders.rst)),
        ".org": Format("org", loaders.org),
        **dict.fromkeys((".adoc", ".asciidoc"), Format("asciidoc", loaders.asciidoc)),
        **dict.fromkeys((".html", ".htm", ".xhtml"), Format("html", loaders.web_page)),
        **dict.fromkeys((".mhtml", ".mht"), Format("html", loaders.web_archive)),
        ".pdf": _PDF,
        **dict.fromkeys(
            (".docx", ".docm", ".dotx", ".dotm"),
            Format("word", loaders.word, load_attachments=loaders.embedded),
        ),
        **dict.fromkeys((".odt", ".ott"), Format("word", loaders.opendocument)),
        ".rtf": Format("word", loaders.rtf),
        **dict.fromkeys(
            (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
            Format("slides", loaders.slides, load_attachments=loaders.embedded),
        ),
        **dict.fromkeys((".odp", ".otp"), Format("slides", loaders.opendocument_slides)),
        ".ics": Format("calendar", loaders.calendar),
        **dict.fromkeys((".vcf", ".vcard"), Format("contacts", loaders.contacts)),
        **dict.fromkeys(
            (".xlsx", ".xlsm", ".xltx", ".xltm"),
            Format("sheet", loaders.workbook, load_attachments=loaders.embedded),
        ),
        **dict.fromkeys((".ods", ".ots"), Format("sheet", loaders.opendocument_sheet)),
        ".epub": Format("ebook", loaders.ebook),
        **dict.fromkeys((".csv", ".tsv", ".tab"), Format("csv", loaders.csv)),
        ".json": Format("json", loaders.json),
        **dict.fromkeys((".jsonl", ".ndjson"), Format("json", loaders.json_lines)),
        ".ipynb": Format("notebook", loaders.notebook),
        ".eml": Format("mail", loaders.mail, load_attachments=loaders.mail_attachments),
        ".mbox": Format("mail", loaders.mailbox, load_attachments=loaders.mailbox_attachments),
        ".msg": Format("mail", loaders.outlook, load_attachments=loaders.outlook_attachments),
        ".enex": Format("notes", loaders.notes, load_attachments=loaders.notes_attachments),
        **dict.fromkeys((".srt", ".vtt"), Format("subtitles", loaders.subtitles)),
        **dict.fromkeys((".xml", ".rss", ".atom"), Format("xml", loaders.xml)),
        **dict.fromkeys(_CODE_SUFFIXES, Format("code", loaders.source_code)),
    }
)
"""Maps suffixes (lower case, with the dot) to formats."""

ATTACHMENTS: Mapping[str, Callable[[], ListAttachments]] = MappingProxyType(
    {suffix: each.load_attachments for suffix, each in FORMATS.items() if each.load_attachments}
)
"""Maps the suffix of a file that may have attachments to the loader of the function that lists them."""
