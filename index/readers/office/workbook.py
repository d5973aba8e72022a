"""Reads workbooks (XLSX, XLSM) sheet by sheet and row by row, as displayed.

Values are formatted; formulas without a cached result appear as formulas. Comments, text boxes and charts
follow the rows of their sheet.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import chain

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common import zip_package
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.common.raised import raised
from citeback.index.readers.common.table import table
from citeback.index.readers.office.drawing import chart_rows, paragraphs
from citeback.index.readers.office.grid import (
    MOST_COLUMNS,
    SheetGrid,
    column_number,
    repeated_label,
)
from citeback.index.readers.office.number_format import BUILT_IN, format_number, plain
from citeback.index.readers.office.parts import PackageParts, transitional
from citeback.index.readers.office.workbook_comments import comments, printed_edges
from citeback.index.readers.office.workbook_values import SharedFormulas, serial_date, unescaped
from citeback.index.records import Source

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_VALUE, _TEXT = f"{_S}v", f"{_S}t"
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})", re.IGNORECASE)
_MOST_MERGED = 50_000
_ISO_DAY = "yyyy-mm-dd"
_HEAD_BYTES = 64 * 1024  # searched for column definitions, which precede the rows


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a workbook; `stem` is the fallback title.

    Raises:
        ReadError: the file is encrypted or damaged.
    """
    with (
        zip_package.open_package(data, "workbook") as archive,
        raising_read_error("damaged or invalid workbook"),
    ):
        called, author, saved = zip_package.core_properties(archive)
        parts = PackageParts.of(archive)
        joined_blocks = join_blocks(_Book(parts).blocks())
        parts.require_text(joined_blocks.text)
    named = title(called, stem)
    return Source(
        text=joined_blocks.text,
        title=named,
        kind="sheet",
        headings=joined_blocks.headings,
        locations=joined_blocks.locations,
        author=author,
        saved=saved,
        unread=parts.unread(),
    )


@dataclass(frozen=True, slots=True)
class _Formats:
    """What cells refer to by index: shared strings, and the number formats of styles."""

    strings: tuple[str, ...]
    codes: tuple[str, ...]
    from_1904: bool
    shared: SharedFormulas

    def value(self, cell: etree._Element) -> str:
        """Return a cell's value as displayed."""
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            return _text_of(cell.find(f"{_S}is"))
        stored = next(cell.iterchildren(_VALUE), None)
        value = (stored.text or "") if stored is not None else ""
        if kind == "s":
            return self.strings[int(value)] if value.isdecimal() and int(value) < len(self.strings) else ""
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        if value and kind == "d":
            number = serial_date(value)
            return self._number(str(number), cell.get("s") or "0", _ISO_DAY) if number is not None else value
        if value and kind == "n":
            return self._number(value, cell.get("s") or "0")
        return unescaped(value) or self.shared.formula(cell)

    def _number(self, value: str, style: str, usual: str = "") -> str:
        """Return a number in the format of its style, or in the `usual` one if the style has none."""
        try:
            number = float(value)
        except ValueError:
            return value
        code = self.codes[int(style)] if style.isdecimal() and int(style) < len(self.codes) else ""
        if code in ("", "General") and not usual:
            return plain(number)
        code = usual if code.casefold() in ("", "general") else code
        return format_number(number, code, self.from_1904) if abs(number) < 1e300 else plain(number)


class _Book:
    """The parts of a workbook."""

    def __init__(self, parts: PackageParts) -> None:
        self._parts = parts
        self._main = parts.main()
        self._root = parts.main_tree()
        if self._root.tag != f"{_S}workbook":
            raise ReadError("damaged or invalid workbook")
        self._formats = _Formats(
            strings=self._strings(),
            codes=self._codes(),
            from_1904=_is_1904(self._root),
            shared=SharedFormulas(),
        )

    def blocks(self) -> Iterator[Block]:
        """Yield the visible sheets, followed by the names of hidden ones."""
        paths = {each.key: each.path for each in self._parts.related(self._main)}
        hidden: list[str] = []
        for n, sheet in enumerate(self._root.iter(f"{_S}sheet"), start=1):
            name, path = line(sheet.get("name") or ""), paths.get(sheet.get(f"{_R}id") or "")
            if (sheet.get("state") or "visible") != "visible":
                hidden.append(name)
            elif path:
                try:
                    yield from self._sheet(path, name, n)
                except (etree.XMLSyntaxError, ReadError):
                    self._parts.damaged[path] = None
        for name in hidden:
            yield Block(f"Hidden sheet: {name}", locations=location(f"sheet {name}"))

    def _sheet(self, path: str, name: str, n: int) -> Iterator[Block]:
        self._formats.shared.clear()
        grid = SheetGrid(name)
        rows = _rows(self._parts, path, self._formats, _merged(self._parts, path), grid)
        blocks = chain(table(rows, grid.place, n, 2), self._beside(path, name, n))
        for nth, block in enumerate(blocks):
            if not nth and name:
                yield Block(name, 1, locations=location(f"sheet {name}"))
            yield block

    def _beside(self, path: str, name: str, n: int) -> Iterator[Block]:
        """Yield a sheet's comments, text boxes and charts."""
        yield from comments(self._parts, path, name)
        yield from printed_edges(self._parts.bytes(path), name)
        for each in self._parts.related(path, "drawing"):
            for text in paragraphs(self._parts.tree(each.path)):
                yield Block(text, locations=location(f"sheet {name}, text box"))
            for chart in self._parts.related(each.path, "chart"):
                for row in chart_rows(self._parts.tree(chart.path)):
                    yield Block(row, group=-n, locations=location(f"sheet {name}, chart"))

    def _strings(self) -> tuple[str, ...]:
        related_part = next(self._parts.related(self._main, "sharedStrings"), None)
        return (
            tuple(map(_text_of, self._parts.tree(related_part.path).iter(f"{_S}si"))) if related_part else ()
        )

    def _codes(self) -> tuple[str, ...]:
        """Return the number format of each cell style."""
        related_part = next(self._parts.related(self._main, "styles"), None)
        if related_part is None:
            return ()
        root = self._parts.tree(related_part.path)
        own = {each.get("numFmtId"): each.get("formatCode") or "" for each in root.iter(f"{_S}numFmt")}
        styles = root.find(f"{_S}cellXfs")
        ids = [each.get("numFmtId") or "0" for each in styles] if styles is not None else []
        return tuple(own.get(i) or (BUILT_IN.get(int(i), "") if i.isdecimal() else "") for i in ids)


def _is_1904(root: etree._Element) -> bool:
    about = root.find(f"{_S}workbookPr")
    return about is not None and (about.get("date1904") or "") in ("1", "true")


def _text_of(element: etree._Element | None) -> str:
    """Return the text of a string without phonetic readings (rPh)."""
    if element is None:
        return ""
    if len(element) == 1 and element[0].tag == _TEXT:
        return clean(unescaped(element[0].text or ""))
    spoken = {t for reading in element.iter(f"{_S}rPh") for t in reading.iter(f"{_S}t")}
    text = ""
    for t in element.iter(f"{_S}t"):
        if t not in spoken:
            text += raised(t.text or "", text) if _is_raised(t) else t.text or ""
    return clean(unescaped(text))


def _is_raised(text: etree._Element) -> bool:
    run = text.getparent()
    about = run.find(f"{_S}rPr/{_S}vertAlign") if run is not None else None
    return about is not None and about.get("val") == "superscript"


def _rows(
    parts: PackageParts,
    path: str,
    formats: _Formats,
    merged: Mapping[tuple[int, int], tuple[int, int]],
    grid: SheetGrid,
) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with their numbers, all cells from the first column on; holds one row at a time."""
    origins: dict[tuple[int, int], str] = {}
    wanted, number = set(merged.values()), 0
    below: dict[int, dict[int, tuple[int, int]]] = {}
    for (row, column), origin in merged.items():
        below.setdefault(row, {})[column] = origin
    data = transitional(parts.bytes(path))
    gone, filtered = _hidden_columns(data), b"<autoFilter" in data
    for _, element in etree.iterparse(BytesIO(data), tag=f"{_S}row", resolve_entities=False, load_dtd=False):
        result = element.get("r") or ""
        number = int(result) if result.isdecimal() and len(result) < 8 else number + 1
        cells = dict(_cells(element, formats))
        for column, text in cells.items():
            if (number, column) in wanted:
                origins[number, column] = text
        for column, origin in below.get(number, {}).items():
            cells.setdefault(column, "")
            cells[column] = cells[column] or repeated_label(origins.get(origin, ""))
        if filtered or (element.get("hidden") or "0") not in ("1", "true"):
            shown = {column: text for column, text in cells.items() if column not in gone}
            yield number, grid.row(number, shown)
        element.clear()
        while element.getprevious() is not None:
            parent = element.getparent()
            if parent is None:
                break
            del parent[0]


def _hidden_columns(data: bytes) -> frozenset[int]:
    """Return the indexes of hidden columns."""
    if b"hidden" not in data[:_HEAD_BYTES]:
        return frozenset()
    hidden: set[int] = set()
    for _, each in etree.iterparse(BytesIO(data), tag=f"{_S}col", resolve_entities=False, load_dtd=False):
        first, last = each.get("min") or "", each.get("max") or ""
        if (each.get("hidden") or "0") in ("1", "true") and first.isdecimal() and last.isdecimal():
            hidden.update(range(int(first) - 1, min(int(last), MOST_COLUMNS)))
    return frozenset(hidden)


def _cells(row: etree._Element, formats: _Formats) -> Iterator[tuple[int, str]]:
    column = -1
    for cell in row.iterchildren(f"{_S}c"):
        match = _REFERENCE.fullmatch(cell.get("r") or "")
        column = column_number(match[1]) if match else column + 1
        if column < MOST_COLUMNS:
            yield column, formats.value(cell)


def _merged(parts: PackageParts, path: str) -> Mapping[tuple[int, int], tuple[int, int]]:
    """Map each covered cell (row, column) to the first cell of its merged range."""
    data = parts.bytes(path)
    if b"mergeCell" not in data:
        return {}
    result: dict[tuple[int, int], tuple[int, int]] = {}
    tree = BytesIO(transitional(data))
    for _, element in etree.iterparse(tree, tag=f"{_S}mergeCell", resolve_entities=False, load_dtd=False):
        first, _, last = (element.get("ref") or "").partition(":")
        start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if start is None or end is None:
            continue
        top, left, bottom, right = int(start[2]), column_number(start[1]), int(end[2]), column_number(end[1])
        for row in range(top, min(bottom, top + _MOST_MERGED) + 1):
            for column in range(left, min(right, left + _MOST_MERGED) + 1):
                if len(result) >= _MOST_MERGED:
                    return result
                if (row, column) != (top, left):
                    result[row, column] = (top, left)
    return result
