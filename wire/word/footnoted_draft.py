"""A checked draft as a Word document with a footnote at each claim: its verdict, the words and their link."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from citeback.rag.drafts.checked_claim import ClaimVerdict
from citeback.wire.word.answers import cited_note, link_to
from citeback.wire.word.claim_comments import HEADING, difference_text
from citeback.wire.word.footnotes import Footnotes
from citeback.wire.word.package import new_document, saved, xml_text

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

    from citeback.index.records import Source
    from citeback.rag.drafts.checked_claim import CheckedClaim

NOTHING = "No document that was searched says this"
_LINE = re.compile(r"[^\n]+")


def footnoted_draft(draft: "Source", claims: Sequence["CheckedClaim"], base: str = "") -> bytes:
    """Return a draft as a new document, a paragraph for each of its lines, with footnotes at its claims.

    `base` is the address that permanent links begin with.
    """
    document = new_document(draft.title or "Draft")
    notes = Footnotes(document)
    judged = [claim for claim in claims if claim.verdict is not ClaimVerdict.NO_CLAIM]
    for line in _LINE.finditer(draft.text):
        if not line[0].strip():
            continue
        heading = HEADING.match(line[0]) if draft.kind == "markdown" else None
        paragraph = document.add_heading("", len(heading[1])) if heading else document.add_paragraph()
        at = line.start() + (heading.end() if heading else 0)
        for claim in (each for each in judged if at < each.span.end <= line.end()):
            paragraph.add_run(xml_text(draft.text[at : claim.span.end]))
            _add_notes(notes, paragraph, claim, base)
            at = claim.span.end
        paragraph.add_run(xml_text(draft.text[at : line.end()]))
    notes.attach()
    return saved(document)


def _add_notes(notes: Footnotes, paragraph: "Paragraph", claim: "CheckedClaim", base: str) -> None:
    parts = [claim.verdict.value.capitalize(), *map(difference_text, claim.differences)]
    if not claim.citations:
        parts += claim.reasons or [NOTHING]
    said = ". ".join(parts)
    for text, link in _notes(claim, said, base):
        notes.add(paragraph, text, link)


def _notes(claim: "CheckedClaim", said: str, base: str) -> Iterator[tuple[str, str]]:
    if not claim.citations:
        yield f"{said}.", ""
    for cited in claim.citations:
        yield f"{said}. {cited_note(cited)}", link_to(cited.document, cited.span, cited.quote, base)
