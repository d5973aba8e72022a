"""A checked draft as a Word document with a comment at each claim."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from citeback.rag.drafts.checked_claim import ClaimVerdict
from citeback.wire.permalinks import permanent_link
from citeback.wire.word.package import new_document, opened, saved, xml_text
from citeback.wire.word.text_runs import DocumentText, runs_of

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.run import Run

    from citeback.index.records import Source
    from citeback.rag.answer import Citation
    from citeback.rag.drafts.checked_claim import CheckedClaim, Difference

AUTHOR, INITIALS = "Citeback", "CB"
HEADING = re.compile(r"(#{1,6})[ \t]+")
_NUMBER = re.compile(r"\A\s*(?:\(?\w{1,4}(?:\.\w{1,3}){0,4}[.)]|[•–-])\s+")
MOST_QUOTED = 600  # characters of a quotation in a comment


def commented_draft(data: bytes, claims: Sequence["CheckedClaim"], base: str = "") -> bytes:
    """Return a Word document with a comment at each claim; its text is unchanged.

    `base` is the address that permanent links begin with. Claims whose words are not found in the body, such
    as those of a footnote, are listed in a comment at the beginning. Raises SettingsError if the document
    cannot be opened.
    """
    document = opened(data)
    _comment(document, claims, base)
    return saved(document)


def draft_document(draft: "Source", claims: Sequence["CheckedClaim"], base: str = "") -> bytes:
    """Return a draft that is no Word document as one, a paragraph for each of its own, with comments."""
    document = new_document(draft.title or "Draft")
    for line in filter(str.strip, draft.text.splitlines()):
        heading = HEADING.match(line) if draft.kind == "markdown" else None
        if heading:
            document.add_heading(xml_text(line[heading.end() :]), len(heading[1]))
        else:
            document.add_paragraph(xml_text(line))
    _comment(document, claims, base)
    return saved(document)


def _comment(document: "Document", claims: Sequence["CheckedClaim"], base: str) -> None:
    text, places, missed = DocumentText.of(document), dict[tuple[int, int], list[str]](), list[str]()
    at = 0
    for claim in claims:
        if claim.verdict is ClaimVerdict.NO_CLAIM:
            continue
        words = comment_text(claim, base)
        found = _place_of(text, claim.text, at)
        if found is None or (found not in places and any(_overlap(found, other) for other in places)):
            missed.append(f"“{claim.text}”\n{words}")
            continue
        at = max(at, found[1])
        places.setdefault(found, []).append(words)
    for place in sorted(places, reverse=True):  # from the last to the first: see `runs_of`
        _add(document, runs_of(document, text, *place), "\n\n".join(places[place]))
    if missed:
        lead = "These sentences were not found in the body of the document:"
        _add(document, _first_run(document), "\n\n".join((lead, *missed)))


def _place_of(text: DocumentText, words: str, at: int) -> tuple[int, int] | None:
    """Return where a claim stands; the number of a list item is not written in the document."""
    return text.find(xml_text(words), at) or text.find(xml_text(_NUMBER.sub("", words)), at)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _add(document: "Document", runs: Sequence["Run"], words: str) -> None:
    document.add_comment(runs, xml_text(words), AUTHOR, INITIALS)


def _first_run(document: "Document") -> list["Run"]:
    first = next((p for p in document.paragraphs if p.runs), None) or document.add_paragraph(" ")
    return [first.runs[0]]


def comment_text(claim: "CheckedClaim", base: str = "") -> str:
    """Return the verdict on a claim, what differs, and the words that it rests on, as lines of text."""
    return "\n".join(_lines(claim, base))


def _lines(claim: "CheckedClaim", base: str) -> Iterator[str]:
    yield f"{claim.verdict.value.capitalize()} ({claim.confidence:.2f})"
    yield from map(difference_text, claim.differences)
    yield from claim.reasons
    for cited in claim.citations:
        yield from ("", citation_text(cited, base))


def difference_text(difference: "Difference") -> str:
    """Return the differences between a claim and its source, in words.

    >>> from citeback.rag.drafts.checked_claim import Difference
    >>> difference_text(Difference("380", "412")), difference_text(Difference("not", ""))
    ('“380”: the source has “412”', '“not” is not in the source')
    """
    if not difference.claim:
        return f"The source has “{difference.source}”"
    if not difference.source:
        return f"“{difference.claim}” is not in the source"
    return f"“{difference.claim}”: the source has “{difference.source}”"


def citation_text(cited: "Citation", base: str = "") -> str:
    """Return a quotation with its place and permanent link, as lines of text."""
    words = " ".join(cited.quote.split())
    short = words if len(words) <= MOST_QUOTED else f"{words[:MOST_QUOTED]} …"
    where = ", ".join(filter(None, (cited.document, cited.place, cited.date)))
    link = base + permanent_link(cited.document, cited.span, cited.quote).path
    return f"“{short}”\n{where}\n{link}"
