"""Reads presentations (PPTX, PPTM, PPSX): slides, notes, comments, charts, diagrams.

Shapes are read from top to bottom, whatever their order in the file. Hidden slides are only listed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from citeback.index.readers.common import zip_package
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.office.drawing import chart_rows, is_hidden, paragraphs
from citeback.index.readers.office.parts import PackageParts
from citeback.index.readers.office.slide_comments import slide_comments
from citeback.index.readers.office.slide_places import place_of
from citeback.index.records import Source

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NO_TITLE = "PowerPoint Presentation"
_TITLES = ("title", "ctrTitle")
_ROW_HEIGHT = 180_000  # EMU (5 mm) within which shapes are in the same row


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a presentation; `stem` is the fallback title.

    Raises:
        ReadError: the file is encrypted or damaged.
    """
    with (
        zip_package.open_package(data, "presentation") as archive,
        raising_read_error("damaged or invalid presentation"),
    ):
        called, author, saved = zip_package.core_properties(archive)
        parts = PackageParts.of(archive)
        joined_blocks = join_blocks(_blocks(parts))
        parts.require_text(joined_blocks.text)
    named = title(called if called != _NO_TITLE else "", joined_blocks.first_heading, stem)
    return Source(
        text=joined_blocks.text,
        title=named,
        kind="slides",
        headings=joined_blocks.headings,
        locations=joined_blocks.locations,
        author=author,
        saved=saved,
        unread=parts.unread(),
    )


def _blocks(parts: PackageParts) -> Iterator[Block]:
    main = parts.main()
    slides = {each.key: each.path for each in parts.related(main, "slide")}
    hidden: list[int] = []
    for n, entry in enumerate(parts.main_tree().iter(f"{_P}sldId"), start=1):
        path = slides.get(entry.get(f"{_R}id") or "")
        if path is None:
            continue
        root = parts.tree(path)
        if (root.get("show") or "1") in ("0", "false"):
            hidden.append(n)
        else:
            yield from _Slide(parts=parts, path=path, root=root, number=n).blocks()
    for n in hidden:
        yield Block(f"Hidden slide: {n}", locations=location(f"slide {n}"))


@dataclass(frozen=True, slots=True)
class _Slide:
    parts: PackageParts
    path: str
    root: etree._Element
    number: int

    def blocks(self) -> Iterator[Block]:
        """Yield the title, the shapes from top to bottom, the notes and the comments."""
        places = self._layout()
        shapes = sorted(enumerate(_shapes(self.root)), key=lambda each: _order(each[1], places, each[0]))
        heads = [shape for _, shape in shapes if _placeholder(shape)[0] in _TITLES]
        here = location(f"slide {self.number}")
        for shape in heads[:1]:
            if head := " ".join(" ".join(paragraphs(shape)).split()):
                yield Block(head, 1, locations=here)
        for nth, shape in shapes:
            if shape not in heads[:1]:
                for text in self._words(shape):
                    yield Block(text, group=self.number * 1000 + nth + 1, locations=here)
        yield from self._notes()
        yield from slide_comments(self.parts, self.path, f"slide {self.number}")

    def _words(self, shape: etree._Element) -> Iterator[str]:
        """Yield the lines of a shape: paragraphs, table rows, chart data or diagram text."""
        if _placeholder(shape)[0] == "sldNum":
            return
        table = next(shape.iter(f"{_A}tbl"), None)
        if table is not None:
            yield from _rows(table)
        elif shape.tag == f"{_P}graphicFrame":
            related = {each.key: each for each in self.parts.related(self.path)}
            keys = (value for each in shape.iter() for value in each.attrib.values())
            for each in dict.fromkeys(related[str(key)] for key in keys if str(key) in related):
                root = self.parts.tree(each.path)
                if each.kind == "chart":
                    yield from chart_rows(root)
                elif each.kind == "diagramData":
                    yield from paragraphs(root)
        else:
            yield from paragraphs(shape)

    def _layout(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Map the placeholders of the slide's layout to their positions, which slides inherit."""
        layout = next(self.parts.related(self.path, "slideLayout"), None)
        if layout is None:
            return {}
        shapes = _shapes(self.parts.tree(layout.path))
        return {_placeholder(shape): place for shape in shapes if (place := place_of(shape)) is not None}

    def _notes(self) -> Iterator[Block]:
        for each in self.parts.related(self.path, "notesSlide"):
            for shape in _shapes(self.parts.tree(each.path)):
                if _placeholder(shape)[0] == "body" and (text := "\n".join(paragraphs(shape))):
                    yield Block(text, locations=location(f"slide {self.number}, notes"))


def _shapes(root: etree._Element) -> Iterator[etree._Element]:
    """Yield shapes, tables, charts and diagrams, including those in groups."""
    for shape in root.iter(f"{_P}sp", f"{_P}graphicFrame"):
        if next(shape.iterancestors(_FALLBACK), None) is None and not is_hidden(shape):
            yield shape


def _placeholder(shape: etree._Element) -> tuple[str, str]:
    """Return the type and index of the placeholder that a shape fills, or ("", "")."""
    result = next(shape.iter(f"{_P}ph"), None)
    if result is None:
        return "", ""
    kind, number = result.get("type") or "body", result.get("idx") or "0"
    return kind, "0" if kind in _TITLES else number


def _order(
    shape: etree._Element, places: Mapping[tuple[str, str], tuple[int, int]], nth: int
) -> tuple[int, int, int]:
    place = place_of(shape) or places.get(_placeholder(shape))
    if place is None:
        return (0, 0, nth)
    return (place[0] // _ROW_HEIGHT, place[1], nth)


def _rows(table: etree._Element) -> Iterator[str]:
    """Yield the rows of a table, merged cells repeated."""
    above: dict[int, str] = {}
    for row in table.iter(f"{_A}tr"):
        cells: list[str] = []
        for column, cell in enumerate(row.iterchildren(f"{_A}tc")):
            text = " ".join(" ".join(paragraphs(cell)).split())
            if (cell.get("hMerge") or "0") in ("1", "true"):
                text = cells[-1] if cells else ""
            elif (cell.get("vMerge") or "0") in ("1", "true"):
                text = above.get(column, "")
            above[column] = text
            cells.append(text)
        if any(cells):
            yield "\t".join(cells).rstrip()
