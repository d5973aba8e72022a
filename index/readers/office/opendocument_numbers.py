"""Automatic numbers of OpenDocument lists and headings, such as "2.2" or "(a)"."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from citeback.index.readers.common.list_numbers import written_number
from citeback.index.readers.office.opendocument_names import STYLE, TEXT
from citeback.index.readers.office.opendocument_package import OpenDocument

_LEVELS = 10
_LONGEST = 30  # characters of a number
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


@dataclass(frozen=True, slots=True)
class _ListLevel:
    """How one level of a list is numbered; `form` is "" for bullets and unnumbered levels."""

    is_bullet: bool
    form: str
    before: str
    after: str
    start: int
    shown: int

    @classmethod
    def of(cls, element: etree._Element) -> "_ListLevel":
        """Return the numbering of a list-level-style element."""
        return cls(
            is_bullet=element.tag == f"{TEXT}list-level-style-bullet",
            form=_FORMATS.get(element.get(f"{STYLE}num-format") or "", ""),
            before=element.get(f"{STYLE}num-prefix") or "",
            after=element.get(f"{STYLE}num-suffix") or "",
            start=_whole(element.get(f"{TEXT}start-value"), 1),
            shown=_whole(element.get(f"{TEXT}display-levels"), 1),
        )


@dataclass(slots=True)
class ListNumbers:
    """Counts the items of lists, and the headings, in document order."""

    lists: Mapping[str, Mapping[int, _ListLevel]]
    outline: Mapping[int, _ListLevel]
    _counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, opened: OpenDocument) -> "ListNumbers":
        """Return the numbering that a document defines."""
        lists: dict[str, dict[int, _ListLevel]] = {}
        for root in (opened.styles, opened.content):
            for style in root.iter(f"{TEXT}list-style"):
                lists[style.get(f"{STYLE}name") or ""] = _levels(style)
        outline = next(opened.styles.iter(f"{TEXT}outline-style"), None)
        return cls(lists, _levels(outline) if outline is not None else {})

    def item(self, paragraph: etree._Element) -> str:
        """Return the number of a paragraph if it is the first one of a list item, and count it; else ""."""
        item = paragraph.getparent()
        if item is None or item.tag != f"{TEXT}list-item" or paragraph.getprevious() is not None:
            return ""
        nested = list(paragraph.iterancestors(f"{TEXT}list"))
        name = next((s for each in nested if (s := each.get(f"{TEXT}style-name"))), "")
        if len(nested) > _LEVELS:
            return ""
        is_first = item.getprevious() is None or item.getprevious().tag == f"{TEXT}list-header"
        outer = nested[-1]
        continues = outer.get(f"{TEXT}continue-numbering") == "true" or outer.get(f"{TEXT}continue-list")
        if len(nested) == 1 and is_first and not continues:
            self._counts.pop(name, None)
        return self._next(name, self.lists.get(name, {}), len(nested), item.get(f"{TEXT}start-value"))

    def heading(self, element: etree._Element, level: int) -> str:
        """Return the number of a heading, and count it; "" if it is not numbered.

        A heading that is an item of a list has that list's number.
        """
        if number := self.item(element):
            return number
        if element.get(f"{TEXT}is-list-header") == "true" or not self.outline:
            return ""
        return self._next("", self.outline, level, element.get(f"{TEXT}start-value"))

    def _next(self, name: str, levels: Mapping[int, _ListLevel], depth: int, start: str | None) -> str:
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(name, [0] * (_LEVELS + 1))
        first = _whole(start, level.start)
        counts[depth] = first if start or not counts[depth] else counts[depth] + 1
        counts[depth + 1 :] = [0] * (_LEVELS - depth)
        if not level.form:
            return "•" if level.is_bullet else ""
        shown = range(max(1, depth - level.shown + 1), depth + 1)
        parts = [
            written_number(max(1, counts[n]), levels[n].form) for n in shown if n in levels and levels[n].form
        ]
        return f"{level.before}{'.'.join(parts)}{level.after}".strip()[:_LONGEST]


def _levels(style: etree._Element) -> dict[int, _ListLevel]:
    return {
        level: _ListLevel.of(each)
        for each in style
        if isinstance(each.tag, str) and 0 < (level := _whole(each.get(f"{TEXT}level"), 0)) <= _LEVELS
    }


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
