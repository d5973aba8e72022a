"""A quotation to take away, with where it stands: as text, Markdown, footnote, BibTeX or RIS.

A reference states what the document states. The date of a file is no date of a document, so it is left out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from citeback.index.records import Span
from citeback.page.views import escaping
from citeback.page.views.forms import copy_button
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import tr
from citeback.rag.answer import Citation, Passage
from citeback.rag.messages.catalogue import message
from citeback.wire.permalinks import permanent_link

_KEY = re.compile(r"[^\w]+")
_PARAGRAPHS = re.compile(r"\n[ \t\r]*\n")
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Reference:
    """The words at `span` of a document, with what is known of it; `date` is "" if it states none."""

    quote: str
    document: str
    span: Span
    title: str = ""
    place: str = ""
    date: str = ""

    @classmethod
    def of_citation(cls, cited: Citation, title: str = "") -> "Reference":
        """Return the reference of a citation."""
        return cls(
            quote=cited.quote,
            document=cited.document,
            span=cited.span,
            title=title,
            place=cited.place or "",
            date=cited.date,
        )

    @classmethod
    def of_passage(cls, passage: Passage, date: str = "") -> "Reference":
        """Return the reference of a passage of a document with the stated `date`."""
        return cls(
            quote=passage.text,
            document=passage.document,
            span=passage.span,
            title=passage.title,
            place=passage.place or "",
            date=date,
        )

    @property
    def words(self) -> str:
        """Return the words as they are pasted: the lines of a PDF are those of its paper, and are joined."""
        if PurePosixPath(self.document).suffix.casefold() != ".pdf":
            return self.quote
        text = self.quote.strip()
        return "\n\n".join(" ".join(part.split()) for part in _PARAGRAPHS.split(text))

    @property
    def where(self) -> str:
        """Return the title, the document, its date and the place, as far as they are known."""
        named = document_label(self.title, self.document)
        other = self.document if named != self.document else ""
        return ", ".join(filter(None, (named, other, self.date, translated(self.place))))

    @property
    def link(self) -> str:
        """Return the path of the permanent link to the words."""
        return permanent_link(self.document, self.span, self.quote).path


def plain(one: Reference) -> str:
    """Return a quotation with its reference as plain text."""
    return f"“{one.words.strip()}”\n({one.where})"


def rich(one: Reference) -> str:
    """Return a quotation with its reference as HTML, for word processors and mail."""
    lines = (tag("p", escape(line)) for line in one.words.split("\n") if line.strip())
    return tag("blockquote", *lines) + tag("p", escape(one.where))


def footnote(one: Reference) -> str:
    """Return the reference on one line, as the text of a footnote."""
    return f"{one.where}: “{' '.join(one.words.split())}”"


def markdown(one: Reference) -> str:
    """Return a quotation as a Markdown block quote with its permanent link."""
    quoted, where = escaping.markdown(one.words, "> "), escaping.on_one_line(one.where)
    return f"> {quoted}\n>\n> {where}, `{one.link}`"


def bibtex(one: Reference) -> str:
    """Return a BibTeX entry whose note is the quotation."""
    key = _KEY.sub("-", PurePosixPath(one.document).stem).strip("-") or "document"
    fields = {
        "title": one.title or one.document,
        "howpublished": one.document,
        "pages": one.place,
        "year": one.date[:4],
        "note": f"characters {one.span.start}--{one.span.end}: {one.words}",
    }
    lines = ",\n".join(f"  {name} = {{{escaping.bibtex(value)}}}" for name, value in fields.items() if value)
    return f"@misc{{{key}-{one.span.start},\n{lines}\n}}"


def ris(one: Reference) -> str:
    """Return an RIS record whose note is the quotation."""
    fields = {
        "TY": "GEN",
        "TI": one.title or one.document,
        "DA": one.date.replace("-", "/"),
        "SP": one.place.removeprefix("page ") if one.place.startswith("page ") else "",
        "L1": one.document,
        "N1": one.words,
    }
    lines = (
        f"{name}  - {' '.join(_CONTROLS.sub(' ', value).split())}" for name, value in fields.items() if value
    )
    return "\n".join((*lines, "ER  - "))


FORMATS = ((message("Footnote"), footnote), ("Markdown", markdown), ("BibTeX", bibtex), ("RIS", ris))


def copies(one: Reference) -> str:
    """Return a button that copies a quotation with its reference, and a menu of other formats."""
    label = tr("Copy the quotation from {where}", where=one.where)
    first = copy_button(tr("Copy"), plain(one), label, data_rich=rich(one), data_link=one.link)
    others = (copy_button(tr(name), form(one), tr("Copy as {name}", name=tr(name))) for name, form in FORMATS)
    menu = tag("details", tag("summary", tr("Copy as")), tag("span", *others), class_="formats")
    return tag("div", first, menu, class_="copies")


def joined(references: Iterable[tuple[int, Reference]]) -> str:
    """Return numbered references as plain text, one a line."""
    return "\n".join(f"[{n}] {footnote(one)}" for n, one in references)


def rich_list(references: Iterable[tuple[int, Reference]]) -> str:
    """Return numbered references as HTML paragraphs."""
    return "".join(tag("p", escape(f"[{n}] {footnote(one)}")) for n, one in references)
