"""The kinds of documents in words."""

from citeback.page.views.speech import tr
from citeback.rag.messages.catalogue import message

_LABELS = {
    "calendar": message("Calendar"),
    "code": message("Source code"),
    "contacts": message("Contacts"),
    "ebook": message("E-book"),
    "html": message("Web page"),
    "mail": message("Mail"),
    "notebook": message("Notebook"),
    "notes": message("Notes"),
    "picture": message("Picture"),
    "sheet": message("Spreadsheet"),
    "slides": message("Slides"),
    "subtitles": message("Subtitles"),
    "text": message("Text"),
}
_NAMES = {  # of formats, the same in every language
    "asciidoc": "AsciiDoc",
    "csv": "CSV",
    "json": "JSON",
    "markdown": "Markdown",
    "org": "Org",
    "pdf": "PDF",
    "rst": "reST",
    "word": "Word",
    "xml": "XML",
}


def kind_label(kind: str) -> str:
    """Return the name of a kind of documents for readers.

    >>> kind_label("html"), kind_label("csv"), kind_label("new")
    ('Web page', 'CSV', 'New')
    """
    label = _LABELS.get(kind)
    return tr(label) if label else _NAMES.get(kind, kind.capitalize())
