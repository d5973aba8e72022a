"""Automatic paragraph numbers of Word documents, such as "2.2", "(a)" or "IV."."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from citeback.index.readers.common.list_numbers import written_number
from citeback.index.readers.office.word_styles import style_properties

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_LONGEST = 30  # characters of a number


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is numbered; `legal` shows all numbers of its text as digits."""

    start: int
    style: str
    text: str
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """Counts the paragraphs of each list in document order."""

    lists: Mapping[str, tuple[_Level, ...]]
    abstract: Mapping[str, str]
    of_style: Mapping[str, tuple[str, int]]
    restarts: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: etree._Element | None, styles: etree._Element | None) -> "Numbering":
        """Return the numbering defined by a document's parts, either of which may be missing."""
        levels: dict[str, tuple[_Level, ...]] = {}
        abstract: dict[str, str] = {}
        for each in numbering.iter(f"{_W}abstractNum") if numbering is not None else ():
            levels[_attribute(each, "abstractNumId")] = tuple(map(_level, each.iter(f"{_W}lvl")))
        restarts: dict[str, dict[int, int]] = {}
        for each in numbering.iter(f"{_W}num") if numbering is not None else ():
            abstract[_attribute(each, "numId")] = _value(each, "abstractNumId")
            restarts[_attribute(each, "numId")] = dict(_restarts(each))
        named = {
            style: (_value(result, "numId"), _whole(_value(result, "ilvl")))
            for style, result in style_properties(styles, "pPr", "numPr")
            if _value(result, "numId")
        }
        return cls(levels, abstract, named, restarts)

    def number(self, paragraph: etree._Element) -> str:
        """Count a paragraph, and return its number; "" if it has none."""
        key, level = self._list_position(paragraph)
        levels = self.lists.get(self.abstract.get(key, ""), ())
        if not key or key == "0" or not 0 <= level < min(len(levels), _LEVELS):
            return ""
        counts = self._counts.setdefault(self.abstract[key], [0] * _LEVELS)
        if key not in self._seen:
            self._seen.add(key)
            for restarted, start in self.restarts.get(key, {}).items():
                counts[restarted:] = [start - 1, *[0] * (_LEVELS - restarted - 1)]
        counts[level] = counts[level] + 1 if counts[level] else self._start(key, level, levels)
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        if levels[level].style == "none":
            return ""
        if levels[level].style == "bullet":
            return "•"
        text = levels[level].text
        for n in range(level, -1, -1):
            style = "decimal" if levels[level].legal and n < level else levels[n].style
            shown = written_number(counts[n] or levels[n].start, style)
            text = text.replace(f"%{n + 1}", shown)
        return text.strip()[:_LONGEST]

    def _start(self, key: str, level: int, levels: tuple[_Level, ...]) -> int:
        return self.restarts.get(key, {}).get(level, levels[level].start)

    def _list_position(self, paragraph: etree._Element) -> tuple[str, int]:
        about = next(paragraph.iterchildren(f"{_W}pPr"), None)
        if about is None:
            return self.of_style.get("", ("", 0))
        result, style = about.find(f"{_W}numPr"), about.find(f"{_W}pStyle")
        styled = self.of_style.get(_attribute(style, "val") if style is not None else "", ("", 0))
        if result is None:
            return styled
        return _value(result, "numId") or styled[0], _whole(_value(result, "ilvl")) or (
            styled[1] if result.find(f"{_W}ilvl") is None else 0
        )


def _level(element: etree._Element) -> _Level:
    return _Level(
        start=_whole(_value(element, "start")) or 1,
        style=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText"),
        legal=element.find(f"{_W}isLgl") is not None,
    )


def _restarts(element: etree._Element) -> Iterator[tuple[int, int]]:
    """Yield (level, first number) of each level that a list starts anew."""
    for each in element.iter(f"{_W}lvlOverride"):
        level, start = _attribute(each, "ilvl"), _value(each, "startOverride")
        if start and level.isdecimal() and int(level[:9]) < _LEVELS:
            yield int(level), _whole(start)


def _value(element: etree._Element, name: str) -> str:
    result = element.find(f"{_W}{name}")
    return _attribute(result, "val") if result is not None else ""


def _attribute(element: etree._Element, name: str) -> str:
    return element.get(f"{_W}{name}") or ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
