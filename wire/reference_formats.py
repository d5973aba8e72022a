"""The citations of answers, tables and drafts as references for Zotero, Word and LaTeX: RIS and CSL-JSON.

Each has the permanent link to the words, as a path on the page's server, and the words themselves.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from citeback.index.errors import UnknownDocument
from citeback.index.records import Source
from citeback.wire.permalinks import permanent_link

if TYPE_CHECKING:
    from citeback.rag.answer import Answer, Citation
    from citeback.rag.drafts.checked_claim import CheckedClaim
    from citeback.rag.review.cell import TableCell

_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class ReferenceFormat(StrEnum):
    """A format of references."""

    RIS = "ris"
    CSL = "csl"


MEDIA_TYPES = MappingProxyType(
    {
        ReferenceFormat.RIS: "application/x-research-info-systems",
        ReferenceFormat.CSL: "application/vnd.citationstyles.csl+json",
    }
)


def unknown_source(document: str) -> Source:
    """Return a document of which only the name is known."""
    return Source(text="", title=document, kind="")


def references(
    form: ReferenceFormat, answer: "Answer", source: Callable[[str], "Source"], base: str = ""
) -> str:
    """Return the references of an answer, one for each cited place; none if it is a refusal.

    `base` is the address that permanent links begin with.
    """
    cited = {each.n: each for sentence in answer.sentences for each in sentence.citations}
    return references_to(form, (cited[n] for n in sorted(cited)), source, base)


def claim_references(
    form: ReferenceFormat,
    claims: Iterable["CheckedClaim"],
    source: Callable[[str], "Source"] = unknown_source,
    base: str = "",
) -> str:
    """Return the references of a draft's check: each place that a verdict rests on, once."""
    return references_to(form, (each for claim in claims for each in claim.citations), source, base)


def cell_references(
    form: ReferenceFormat,
    cells: Iterable["TableCell"],
    source: Callable[[str], "Source"] = unknown_source,
    base: str = "",
) -> str:
    """Return the references of a table: each place that an answer rests on, once."""
    return references_to(form, _cited_by(cells, source), source, base)


def _cited_by(cells: Iterable["TableCell"], source: Callable[[str], "Source"]) -> Iterator["Citation"]:
    from citeback.rag.answer import Citation

    for cell in cells:
        if found := cell.source:
            yield Citation(
                n=1,
                document=cell.document,
                span=found.span,
                quote=found.quote,
                support=1.0,
                page=found.page,
                place=found.place,
                date=_document(source, cell.document).date,
            )


def references_to(
    form: ReferenceFormat, cited: Iterable["Citation"], source: Callable[[str], "Source"], base: str = ""
) -> str:
    """Return references to cited places, each once; of a document that is gone, only its name is known."""
    once = {(each.document, each.span, each.quote): each for each in cited}
    places = [(each, _document(source, each.document)) for each in once.values()]
    return _ris(places, base) if form is ReferenceFormat.RIS else _csl(places, base)


def _document(source: Callable[[str], "Source"], document: str) -> "Source":
    try:
        return source(document)
    except UnknownDocument:
        return unknown_source(document)


def _ris(places: Iterable[tuple["Citation", "Source"]], base: str) -> str:
    return "".join(f"{_record(citation, source, base)}\n" for citation, source in places)


def _record(citation: "Citation", source: "Source", base: str) -> str:
    fields = (
        ("TY", "GEN"),
        ("TI", source.title or citation.document),
        ("AU", source.author),
        ("DA", citation.date.replace("-", "/")),
        ("SP", str(citation.page or "")),
        ("L1", citation.document),
        ("UR", base + _link(citation)),
        ("N1", _where(citation)),
        ("AB", citation.quote),
    )
    lines = (f"{name}  - {_line(value)}\n" for name, value in fields if value.strip())
    return "".join((*lines, "ER  - \n"))


def _csl(places: Sequence[tuple["Citation", "Source"]], base: str) -> str:
    return json.dumps([_entry(*each, base) for each in places], ensure_ascii=False, indent=1) + "\n"


def _entry(citation: "Citation", source: "Source", base: str) -> dict[str, Any]:
    date = [int(part) for part in citation.date.split("-")] if citation.date else []
    values = {
        "id": f"{_line(citation.document)}#{citation.span.start}-{citation.span.end}",
        "type": "document",
        "title": _line(source.title or citation.document),
        "author": [{"literal": _line(source.author)}] if source.author else None,
        "issued": {"date-parts": [date]} if date else None,
        "page": str(citation.page) if citation.page else None,
        "archive_location": _line(citation.document),
        "URL": base + _link(citation),
        "note": _where(citation),
        "abstract": _line(citation.quote),
    }
    return {name: value for name, value in values.items() if value is not None}


def _link(citation: "Citation") -> str:
    return permanent_link(citation.document, citation.span, citation.quote).path


def _where(citation: "Citation") -> str:
    place = f"{citation.place}, " if citation.place else ""
    return f"{place}characters {citation.span.start}-{citation.span.end}"


def _line(text: str) -> str:
    """Return a text on one line: a line break in a document's text would begin another field."""
    return " ".join(_CONTROLS.sub(" ", text).split())
