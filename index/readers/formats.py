"""The formats that can be read, by suffix, and the functions that read them.

A format's libraries are imported when its first file is read: each loader imports one module and returns
one of its functions.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from citeback.index.records import Source

ReadBytes: TypeAlias = Callable[[bytes, str], Source]
"""Reads the bytes of a file; the second argument is the fallback title."""

ListAttachments: TypeAlias = Callable[[bytes], Iterator[tuple[str, bytes]]]
"""Yields the (name, bytes) of each file attached to a file of these bytes."""


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


def _plain_text() -> ReadBytes:
    from citeback.index.readers.text import plain_text

    return plain_text.read


def _markdown() -> ReadBytes:
    from citeback.index.readers.text import markdown

    return markdown.read


def _rst() -> ReadBytes:
    from citeback.index.readers.text import rst

    return rst.read


def _org() -> ReadBytes:
    from citeback.index.readers.text import org

    return org.read


def _asciidoc() -> ReadBytes:
    from citeback.index.readers.text import asciidoc

    return asciidoc.read


def _source_code() -> ReadBytes:
    from citeback.index.readers.text import source_code

    return source_code.read


def _csv() -> ReadBytes:
    from citeback.index.readers.text import csv

    return csv.read


def _json() -> ReadBytes:
    from citeback.index.readers.text import json_file

    return json_file.read


def _json_lines() -> ReadBytes:
    from citeback.index.readers.text import json_file

    return json_file.lines


def _notebook() -> ReadBytes:
    from citeback.index.readers.text import notebook

    return notebook.read


def _subtitles() -> ReadBytes:
    from citeback.index.readers.text import subtitles

    return subtitles.read


def _web_page() -> ReadBytes:
    from citeback.index.readers.html import web_page

    return web_page.read


def _ebook() -> ReadBytes:
    from citeback.index.readers.html import ebook

    return ebook.read


def _xml() -> ReadBytes:
    from citeback.index.readers.html import feed

    return feed.read


def _notes() -> ReadBytes:
    from citeback.index.readers.mail import notes

    return notes.read


def _notes_attachments() -> ListAttachments:
    from citeback.index.readers.mail import notes

    return notes.attached


def _mail() -> ReadBytes:
    from citeback.index.readers.mail import mail

    return mail.read


def _mail_attachments() -> ListAttachments:
    from citeback.index.readers.mail import mail

    return mail.attached


def _mailbox() -> ReadBytes:
    from citeback.index.readers.mail import mail

    return mail.box


def _mailbox_attachments() -> ListAttachments:
    from citeback.index.readers.mail import mail

    return mail.attached_to_any


def _web_archive() -> ReadBytes:
    from citeback.index.readers.mail import mail

    return mail.page


def _outlook() -> ReadBytes:
    from citeback.index.readers.mail import outlook

    return outlook.read


def _outlook_attachments() -> ListAttachments:
    from citeback.index.readers.mail import outlook

    return outlook.attached


def _calendar() -> ReadBytes:
    from citeback.index.readers.mail import calendar

    return calendar.read


def _contacts() -> ReadBytes:
    from citeback.index.readers.mail import contacts

    return contacts.read


def _word() -> ReadBytes:
    from citeback.index.readers.office import word

    return word.read


def _embedded() -> ListAttachments:
    from citeback.index.readers import office_objects

    return office_objects.attached


def _opendocument() -> ReadBytes:
    from citeback.index.readers.office import opendocument

    return opendocument.read


def _opendocument_sheet() -> ReadBytes:
    from citeback.index.readers.office import opendocument_sheet

    return opendocument_sheet.read


def _opendocument_slides() -> ReadBytes:
    from citeback.index.readers.office import opendocument_slides

    return opendocument_slides.read


def _rtf() -> ReadBytes:
    from citeback.index.readers.office import rtf

    return rtf.read


def _slides() -> ReadBytes:
    from citeback.index.readers.office import slides

    return slides.read


def _workbook() -> ReadBytes:
    from citeback.index.readers.office import workbook

    return workbook.read


def _pdf() -> ReadBytes:
    from citeback.index.readers.pdf import pdf

    return pdf.read


def _pdf_with_ocr() -> ReadBytes:
    from citeback.index.readers.pdf import pdf

    return pdf.read_with_ocr


def _pdf_attachments() -> ListAttachments:
    from citeback.index.readers.pdf import pdf

    return pdf.attached


def _picture() -> ReadBytes:
    from citeback.index.readers import picture

    return picture.read


def _picture_with_ocr() -> ReadBytes:
    from citeback.index.readers import picture

    return picture.read_with_ocr


_CODE_SUFFIXES = (
    *(".bat", ".bib", ".c", ".cc", ".cfg", ".clj", ".conf", ".cpp", ".cs", ".css", ".cu", ".dart", ".ex"),
    *(".f90", ".go", ".h", ".hpp", ".hs", ".ini", ".java", ".jl", ".js", ".jsx", ".kt", ".less", ".lua"),
    *(".m", ".ml", ".pas", ".php", ".pl", ".properties", ".ps1", ".py", ".r", ".rb", ".rs", ".scala"),
    *(".scss", ".sh", ".sql", ".swift", ".tcl", ".tex", ".toml", ".ts", ".tsx", ".vb", ".vue", ".yaml"),
    ".yml",
)

_PDF = Format("pdf", _pdf, load_with_ocr=_pdf_with_ocr, load_attachments=_pdf_attachments)
PICTURE = Format("picture", _picture, load_with_ocr=_picture_with_ocr)
"""Pictures of text, which are read where OCR is available."""

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        **dict.fromkeys((".txt", ".text", ".log"), Format("text", _plain_text)),
        **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx"), Format("markdown", _markdown)),
        **dict.fromkeys((".rst", ".rest"), Format("rst", _rst)),
        ".org": Format("org", _org),
        **dict.fromkeys((".adoc", ".asciidoc"), Format("asciidoc", _asciidoc)),
        **dict.fromkeys((".html", ".htm", ".xhtml"), Format("html", _web_page)),
        **dict.fromkeys((".mhtml", ".mht"), Format("html", _web_archive)),
        ".pdf": _PDF,
        **dict.fromkeys(
            (".docx", ".docm", ".dotx", ".dotm"), Format("word", _word, load_attachments=_embedded)
        ),
        **dict.fromkeys((".odt", ".ott"), Format("word", _opendocument)),
        ".rtf": Format("word", _rtf),
        **dict.fromkeys(
            (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"),
            Format("slides", _slides, load_attachments=_embedded),
        ),
        **dict.fromkeys((".odp", ".otp"), Format("slides", _opendocument_slides)),
        ".ics": Format("calendar", _calendar),
        **dict.fromkeys((".vcf", ".vcard"), Format("contacts", _contacts)),
        **dict.fromkeys(
            (".xlsx", ".xlsm", ".xltx", ".xltm"), Format("sheet", _workbook, load_attachments=_embedded)
        ),
        **dict.fromkeys((".ods", ".ots"), Format("sheet", _opendocument_sheet)),
        ".epub": Format("ebook", _ebook),
        **dict.fromkeys((".csv", ".tsv", ".tab"), Format("csv", _csv)),
        ".json": Format("json", _json),
        **dict.fromkeys((".jsonl", ".ndjson"), Format("json", _json_lines)),
        ".ipynb": Format("notebook", _notebook),
        ".eml": Format("mail", _mail, load_attachments=_mail_attachments),
        ".mbox": Format("mail", _mailbox, load_attachments=_mailbox_attachments),
        ".msg": Format("mail", _outlook, load_attachments=_outlook_attachments),
        ".enex": Format("notes", _notes, load_attachments=_notes_attachments),
        **dict.fromkeys((".srt", ".vtt"), Format("subtitles", _subtitles)),
        **dict.fromkeys((".xml", ".rss", ".atom"), Format("xml", _xml)),
        **dict.fromkeys(_CODE_SUFFIXES, Format("code", _source_code)),
    }
)
"""Maps suffixes (lower case, with the dot) to formats."""

ATTACHMENTS: Mapping[str, Callable[[], ListAttachments]] = MappingProxyType(
    {suffix: each.load_attachments for suffix, each in FORMATS.items() if each.load_attachments}
)
"""Maps the suffix of a file that may have attachments to the loader of the function that lists them."""
