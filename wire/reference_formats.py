"""The citations of an answer as references for Zotero, Word and LaTeX: RIS and CSL-JSON.

Each has the permanent link to the words, as a path on the page's server, and the words themselves.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from citeback.wire.permalinks import permanent_link

if TYPE_CHECKING:
    from citeback.index.records import Source
    from citeback.rag.answer import Answer, Citation

_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class ReferenceFormat(StrEnum):
    """A format of references."""

    RIS = "ris"
    CSL = "csl"


def references(form: ReferenceFormat, answer: "Answer", source: Callable[[str], "Source"]) -> str:
    """Return the references of an answer, one for each cited place; none if it is a refusal."""
    cited = {each.n: each for sentence in answer.sentences for each in sentence.citations}
    places = [(cited[n], source(cited[n].document)) for n in sorted(cited)]
    return _ris(places) if form is ReferenceFormat.RIS else _csl(places)


def _ris(places: Iterable[tuple["Citation", "Source"]]) -> str:
    return "".join(f"{_record(citation, source)}\n" for citation, source in places)


def _record(citation: "Citation", source: "Source") -> str:
    fields = (
        ("TY", "GEN"),
        ("TI", source.title or citation.document),
        ("AU", source.author),
        ("DA", citation.date.replace("-", "/")),
        ("SP", str(citation.page or "")),
        ("L1", citation.document),
        ("UR", _link(citation)),
        ("N1", _where(citation)),
        ("AB", citation.quote),
    )
    lines = (f"{name}  - {_line(value)}\n" for name, value in fields if value.strip())
    return "".join((*lines, "ER  - \n"))


def _csl(places: Sequence[tuple["Citation", "Source"]]) -> str:
    return json.dumps([_entry(*each) for each in places], ensure_ascii=False, indent=1) + "\n"


def _entry(citation: "Citation", source: "Source") -> dict[str, Any]:
    date = [int(part) for part in citation.date.split("-")] if citation.date else []
    values = {
        "id": f"{_line(citation.document)}#{citation.span.start}-{citation.span.end}",
        "type": "document",
        "title": _line(source.title or citation.document),
        "author": [{"literal": _line(source.author)}] if source.author else None,
        "issued": {"date-parts": [date]} if date else None,
        "page": str(citation.page) if citation.page else None,
        "archive_location": _line(citation.document),
        "URL": _link(citation),
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
