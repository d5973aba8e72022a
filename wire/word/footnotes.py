"""Footnotes of a Word document, for which python-docx has no functions: a part of the package is written."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from citeback.wire.word.package import xml_text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
    "</w:footnote>"
)
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
_SMALL = '<w:rPr><w:sz w:val="18"/></w:rPr>'
_BLUE = '<w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/><w:sz w:val="18"/></w:rPr>'


@dataclass(slots=True)
class Footnotes:
    """The footnotes of one document, written by `attach` once all have been added."""

    document: "Document"
    notes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, paragraph: "Paragraph", text: str, link: str = "") -> None:
        """Add a footnote at the end of a paragraph; `link` is an address that follows its text."""
        self.notes.append((text, link))
        self.refer(paragraph, len(self.notes))

    def refer(self, paragraph: "Paragraph", number: int) -> None:
        """Add a reference to footnote `number`, from 1, at the end of a paragraph."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        run = paragraph.add_run()
        run.font.superscript = True
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(number))
        run._r.append(reference)

    def attach(self) -> None:
        """Write the footnotes into the document's package."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        if not self.notes:
            return
        main = self.document.part
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, None, main.package)
        body = "".join(self._note(part, n, *note) for n, note in enumerate(self.notes, start=1))
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        part._blob = f"{head}<w:footnotes {_NAMESPACES}>{_SEPARATORS}{body}</w:footnotes>".encode()
        main.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    def _note(self, part: Any, number: int, text: str, link: str) -> str:
        from docx.opc.constants import RELATIONSHIP_TYPE

        inside = f"<w:r>{_RAISED}<w:footnoteRef/></w:r>{_run(f' {text} ', _SMALL)}"
        if link:
            key = part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            inside += f'<w:hyperlink r:id="{key}">{_run(link, _BLUE)}</w:hyperlink>'
        return f'<w:footnote w:id="{number}"><w:p>{inside}</w:p></w:footnote>'


def _run(text: str, properties: str) -> str:
    from xml.sax.saxutils import escape

    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(xml_text(text))}</w:t></w:r>'
