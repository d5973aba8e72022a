"""Loaders of the functions that read each format; its libraries are imported when its first file is read."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from citeback.index.records import Source

ReadBytes: TypeAlias = Callable[[bytes, str], Source]
"""Reads the bytes of a file; the second argument is the fallback title."""

ListAttachments: TypeAlias = Callable[[bytes], Iterator[tuple[str, bytes]]]
"""Yields the (name, bytes) of each file attached to a file of these bytes."""


def plain_text() -> ReadBytes:
    """Load what reads plain text."""
    from citeback.index.readers.text import plain_text

    return plain_text.read


def markdown() -> ReadBytes:
    """Load what reads Markdown."""
    from citeback.index.readers.text import markdown

    return markdown.read


def rst() -> ReadBytes:
    """Load what reads reStructuredText."""
    from citeback.index.readers.text import rst

    return rst.read


def org() -> ReadBytes:
    """Load what reads Org files."""
    from citeback.index.readers.text import org

    return org.read


def asciidoc() -> ReadBytes:
    """Load what reads AsciiDoc."""
    from citeback.index.readers.text import asciidoc

    return asciidoc.read


def source_code() -> ReadBytes:
    """Load what reads source code."""
    from citeback.index.readers.text import source_code

    return source_code.read


def csv() -> ReadBytes:
    """Load what reads comma-separated values."""
    from citeback.index.readers.text import csv

    return csv.read


def json() -> ReadBytes:
    """Load what reads JSON."""
    from citeback.index.readers.text import json_file

    return json_file.read


def json_lines() -> ReadBytes:
    """Load what reads JSON lines."""
    from citeback.index.readers.text import json_file

    return json_file.lines


def notebook() -> ReadBytes:
    """Load what reads notebooks."""
    from citeback.index.readers.text import notebook

    return notebook.read


def subtitles() -> ReadBytes:
    """Load what reads subtitles."""
    from citeback.index.readers.text import subtitles

    return subtitles.read


def web_page() -> ReadBytes:
    """Load what reads web pages."""
    from citeback.index.readers.html import web_page

    return web_page.read


def ebook() -> ReadBytes:
    """Load what reads e-books."""
    from citeback.index.readers.html import ebook

    return ebook.read


def xml() -> ReadBytes:
    """Load what reads feeds and other XML."""
    from citeback.index.readers.html import feed

    return feed.read


def notes() -> ReadBytes:
    """Load what reads exported notes."""
    from citeback.index.readers.mail import notes

    return notes.read


def notes_attachments() -> ListAttachments:
    """Load what lists the files attached to exported notes."""
    from citeback.index.readers.mail import notes

    return notes.attached


def mail() -> ReadBytes:
    """Load what reads messages."""
    from citeback.index.readers.mail import mail

    return mail.read


def mail_attachments() -> ListAttachments:
    """Load what lists the files attached to messages."""
    from citeback.index.readers.mail import mail

    return mail.attached


def mailbox() -> ReadBytes:
    """Load what reads mailboxes."""
    from citeback.index.readers.mail import mail

    return mail.box


def mailbox_attachments() -> ListAttachments:
    """Load what lists the files attached to mailboxes."""
    from citeback.index.readers.mail import mail

    return mail.attached_to_any


def web_archive() -> ReadBytes:
    """Load what reads archived web pages."""
    from citeback.index.readers.mail import mail

    return mail.page


def outlook() -> ReadBytes:
    """Load what reads messages of Outlook."""
    from citeback.index.readers.mail import outlook

    return outlook.read


def outlook_attachments() -> ListAttachments:
    """Load what lists the files attached to messages of Outlook."""
    from citeback.index.readers.mail import outlook

    return outlook.attached


def calendar() -> ReadBytes:
    """Load what reads calendars."""
    from citeback.index.readers.mail import calendar

    return calendar.read


def contacts() -> ReadBytes:
    """Load what reads contacts."""
    from citeback.index.readers.mail import contacts

    return contacts.read


def word() -> ReadBytes:
    """Load what reads Word documents."""
    from citeback.index.readers.office import word

    return word.read


def embedded() -> ListAttachments:
    """Load what lists the files inside an office file."""
    from citeback.index.readers import office_objects

    return office_objects.attached


def opendocument() -> ReadBytes:
    """Load what reads OpenDocument texts."""
    from citeback.index.readers.office import opendocument

    return opendocument.read


def opendocument_sheet() -> ReadBytes:
    """Load what reads OpenDocument sheets."""
    from citeback.index.readers.office import opendocument_sheet

    return opendocument_sheet.read


def opendocument_slides() -> ReadBytes:
    """Load what reads OpenDocument slides."""
    from citeback.index.readers.office import opendocument_slides

    return opendocument_slides.read


def rtf() -> ReadBytes:
    """Load what reads rich text."""
    from citeback.index.readers.office import rtf

    return rtf.read


def slides() -> ReadBytes:
    """Load what reads slides."""
    from citeback.index.readers.office import slides

    return slides.read


def workbook() -> ReadBytes:
    """Load what reads workbooks."""
    from citeback.index.readers.office import workbook

    return workbook.read


def pdf() -> ReadBytes:
    """Load what reads PDF files."""
    from citeback.index.readers.pdf import pdf

    return pdf.read


def pdf_with_ocr() -> ReadBytes:
    """Load what reads PDF files, and pictures of text in them."""
    from citeback.index.readers.pdf import pdf

    return pdf.read_with_ocr


def pdf_attachments() -> ListAttachments:
    """Load what lists the files attached to PDF files."""
    from citeback.index.readers.pdf import pdf

    return pdf.attached


def picture() -> ReadBytes:
    """Load what reads pictures."""
    from citeback.index.readers import picture

    return picture.read


def picture_with_ocr() -> ReadBytes:
    """Load what reads pictures of text."""
    from citeback.index.readers import picture

    return picture.read_with_ocr
