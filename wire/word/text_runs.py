"""The text of a Word document with the runs that hold it, to find words and split runs at their edges."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.run import Run

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_PARAGRAPH, _RUN, _TEXT = f"{_W}p", f"{_W}r", f"{_W}t"
_BREAKS = {f"{_W}tab", f"{_W}br", f"{_W}cr"}
_DELETED = (f"{_W}del", f"{_W}moveFrom")
_SPACE = re.compile(r"\s+")


@dataclass(slots=True)
class DocumentText:
    """The visible text of a body without white space, and the `w:t` or break element of each character.

    White space is left out on both sides of a comparison, since a line break may be a space elsewhere.
    """

    text: str = ""
    owners: list[tuple[Any, int]] = field(default_factory=list)

    @classmethod
    def of(cls, document: "Document") -> "DocumentText":
        """Return the text of a document's body."""
        made, parts = cls(), list[str]()
        for element in _text_elements(document):
            for n, character in enumerate(element.text or ""):
                if not character.isspace():
                    parts.append(character)
                    made.owners.append((element, n))
        made.text = "".join(parts)
        return made

    def find(self, words: str, start: int) -> tuple[int, int] | None:
        """Return the first place of the words at or after `start`, or None."""
        wanted = squeezed(words)
        at = self.text.find(wanted, start) if wanted else -1
        at = self.text.find(wanted) if wanted and at < 0 else at
        return (at, at + len(wanted)) if at >= 0 else None


def squeezed(words: str) -> str:
    """Return words without white space."""
    return _SPACE.sub("", words)


def _text_elements(document: "Document") -> Iterator[Any]:
    for element in document.element.body.iter(_TEXT):
        if not any(True for each in element.iterancestors(*_DELETED)):
            yield element


def runs_of(document: "Document", text: DocumentText, start: int, end: int) -> list["Run"]:
    """Return the first and the last run of the characters from `start` to `end`, split at these edges.

    The owners of later characters are kept true, so that places are to be marked from the last to the first.
    """
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

    last_element, last_offset = text.owners[end - 1]
    _split(last_element, last_offset + 1)
    first_element, first_offset = text.owners[start]
    moved = _split(first_element, first_offset)
    first = moved if moved is not None else first_element.getparent()
    last = first if last_element is first_element else last_element.getparent()
    paragraphs = [next(each.iterancestors(_PARAGRAPH)) for each in (first, last)]
    pairs = zip((first, last), paragraphs, strict=True)
    return [Run(run, Paragraph(paragraph, document)) for run, paragraph in pairs]


def _split(element: Any, offset: int) -> Any | None:
    """Split the run of a `w:t` before its character `offset`; return the new run behind it, or None.

    A run is not split at its own edges.
    """
    run, text = element.getparent(), element.text or ""
    if run.tag != _RUN:
        return None
    before = list(run).index(element)
    content = [each for each in run if each.tag != f"{_W}rPr"]
    if (offset == 0 and content[0] is element) or (offset >= len(text) and content[-1] is element):
        return None
    behind = deepcopy(run)
    _keep(run, before, text[:offset], first=True)
    _keep(behind, before, text[offset:], first=False)
    run.addnext(behind)
    return behind


def _keep(run: Any, at: int, text: str, first: bool) -> None:
    """Keep the part of a run before or behind its child number `at`, and `text` of that child."""
    for n, child in enumerate(list(run)):
        if child.tag == f"{_W}rPr":
            continue
        if n == at:
            child.text = text
            child.set(f"{_XML}space", "preserve")
        elif (n > at) is first:
            run.remove(child)
