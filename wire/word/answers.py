"""Answers and tables as Word documents; each citation is a footnote with its words and its link."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeback.rag.answer import REFUSAL, Verdict
from citeback.wire.permalinks import permanent_link
from citeback.wire.word.footnotes import Footnotes
from citeback.wire.word.package import new_document, saved, xml_text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from citeback.index.records import Span
    from citeback.rag.answer import Answer, Citation
    from citeback.rag.review.cell import TableCell

DOUBTS = {
    Verdict.PARTIAL: " (partly supported)",
    Verdict.UNSUPPORTED: " (not supported)",
    Verdict.UNCITED: " (cites nothing)",
}


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with its answer, or with the reason why there is none."""

    question: str
    answer: "Answer | None"
    reason: str = ""


def answers_document(title: str, answered: Iterable[AnsweredQuestion], base: str = "") -> bytes:
    """Return a document with a heading for each question; `base` is what permanent links begin with."""
    document = new_document(title)
    notes = Footnotes(document)
    document.add_heading(xml_text(title), 0)
    for one in answered:
        document.add_heading(xml_text(one.question), 1)
        paragraph = document.add_paragraph()
        if one.answer is None or one.answer.abstained:
            paragraph.add_run(xml_text(one.reason or REFUSAL)).italic = True
        elif one.answer.reply:
            paragraph.add_run(xml_text(one.answer.reply))
        else:
            _sentences(paragraph, one.answer, notes, base)
    notes.attach()
    return saved(document)


def _sentences(paragraph: "Paragraph", answer: "Answer", notes: Footnotes, base: str) -> None:
    known: dict[int, int] = {}
    for n, sentence in enumerate(answer.sentences):
        text = " ".join(sentence.text.split()) + DOUBTS.get(sentence.verdict, "")
        paragraph.add_run(xml_text(f"{' ' if n else ''}{text}"))
        for cited in sentence.citations:
            if cited.n in known:
                notes.refer(paragraph, known[cited.n])
                continue
            notes.add(paragraph, cited_note(cited), link_to(cited.document, cited.span, cited.quote, base))
            known[cited.n] = len(notes.notes)


def cited_note(cited: "Citation") -> str:
    """Return a footnote: the place of the words, and the words."""
    where = ", ".join(filter(None, (cited.document, cited.place, cited.date)))
    return f"{where}: “{' '.join(cited.quote.split())}”"


def link_to(document: str, span: "Span", quote: str, base: str) -> str:
    """Return the permanent link to words, with the address of the server in front."""
    return base + permanent_link(document, span, quote).path


def table_document(
    title: str, questions: Sequence[str], cells: Iterable["TableCell"], base: str = ""
) -> bytes:
    """Return a document with the table on a landscape page; each answer has a footnote with its words."""
    document = new_document(title)
    notes = Footnotes(document)
    document.add_heading(xml_text(title), 0)
    _landscape(document)
    table = document.add_table(rows=1, cols=len(questions) + 1)
    table.style = "Table Grid"
    for place, words in zip(table.rows[0].cells, ("Document", *questions), strict=True):
        place.paragraphs[0].add_run(xml_text(words)).bold = True
    for name, row in _rows(cells):
        places = table.add_row().cells
        places[0].text = xml_text(name)
        for place, cell in zip(places[1:], row, strict=False):
            place.text = xml_text(cell.text)
            if cell.source:
                span, quote = cell.source.span, cell.source.quote
                where = ", ".join(filter(None, (cell.document, cell.source.place)))
                note = f"{where}: “{' '.join(quote.split())}”"
                notes.add(place.paragraphs[0], note, link_to(cell.document, span, quote, base))
    notes.attach()
    return saved(document)


def _landscape(document: "Document") -> None:
    from docx.enum.section import WD_ORIENT

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def _rows(cells: Iterable["TableCell"]) -> Iterator[tuple[str, list["TableCell"]]]:
    rows: dict[str, list[TableCell]] = {}
    for cell in cells:
        rows.setdefault(cell.document, []).append(cell)
    yield from rows.items()
