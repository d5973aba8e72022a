"""Reads text in drawings of office documents: charts, SmartArt diagrams, text boxes."""

from collections.abc import Iterator
from itertools import zip_longest

from lxml import etree

from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.common.formula import linear
from citeback.index.readers.common.list_numbers import written_number
from citeback.index.readers.common.raised import raised
from citeback.index.readers.office.symbol_fonts import with_symbols

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MARKS = {f"{_A}br": "\n", f"{_A}tab": "\t"}
_MOST_POINTS = 10_000
_STYLES = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
}
_ENDINGS = {"Period": "{}.", "ParenR": "{})", "ParenBoth": "({})", "Plain": "{}"}


def chart_rows(chart: etree._Element) -> Iterator[str]:
    """Yield a chart's title and the rows of its data table, cells separated by tabs."""
    title = chart.find(f".//{_C}title")
    if title is not None and (named := " ".join(paragraphs(title))):
        yield named
    series = list(chart.iter(f"{_C}ser"))
    if not series:
        return
    heads = [" ".join(_points(each.find(f"{_C}tx"))) for each in series]
    labels = next((results for each in series if (results := _points(each.find(f"{_C}cat")))), [])
    columns = [_points(_first(each, "val", "yVal")) for each in series]
    if any(heads):
        yield "\t".join(["", *heads])
    for row in zip_longest(labels, *columns, fillvalue=""):
        yield "\t".join(row)


def _first(series: etree._Element, *names: str) -> etree._Element | None:
    return next((result for name in names if (result := series.find(f"{_C}{name}")) is not None), None)


def _points(element: etree._Element | None) -> list[str]:
    """Return the cached cell values of a chart's data."""
    if element is None:
        return []
    points: dict[int, str] = {}
    for point in element.iter(f"{_C}pt"):
        at = point.get("idx") or ""
        value = point.find(f"{_C}v")
        if at.isdecimal() and int(at) < _MOST_POINTS and value is not None and value.text:
            points[int(at)] = " ".join(clean(value.text).split())
    if not points:
        return [" ".join(v.text.split()) for v in element.iter(f"{_C}v") if v.text]
    return [points.get(n, "") for n in range(max(points) + 1)]


def paragraphs(root: etree._Element) -> Iterator[str]:
    """Yield the non-empty DrawingML paragraphs below an element, with their automatic numbers."""
    counts: list[int] = []
    box: etree._Element | None = None
    for paragraph in root.iter(f"{_A}p"):
        if paragraph.getparent() is not box:
            box, counts = paragraph.getparent(), []
        text = clean(_words(paragraph)).strip()
        if text and not is_hidden(paragraph):
            number = _number(paragraph, counts)
            yield f"{number} {text}" if number else text


def _words(paragraph: etree._Element) -> str:
    text = ""
    for each in paragraph.iter(f"{_A}t", f"{_A}br", f"{_A}tab", _FORMULA):
        if each.tag == _FORMULA:
            text += linear(each)
        elif next(each.iterancestors(_FALLBACK, f"{_A}p"), paragraph) is paragraph:
            piece = _MARKS.get(each.tag) or with_symbols(each.text or "")
            text += raised(piece, text) if _is_raised(each) else piece
    return text


def is_hidden(element: etree._Element) -> bool:
    """Return whether an element is in a hidden shape (hidden in the selection pane)."""
    return any(
        (about.get("hidden") or "0") in ("1", "true")
        for shape in (element, *element.iterancestors())
        for named in shape.iterchildren("{*}nvSpPr", "{*}nvGrpSpPr", "{*}nvGraphicFramePr", "{*}nvCxnSpPr")
        for about in named.iterchildren("{*}cNvPr")
    )


def _number(paragraph: etree._Element, counts: list[int]) -> str:
    """Count a paragraph, and return its automatic number; "" if it has none. `counts` has one per level."""
    about = paragraph.find(f"{_A}pPr")
    auto = about.find(f"{_A}buAutoNum") if about is not None else None
    given = (about.get("lvl") or "0") if about is not None else "0"
    level = min(int(given[:2]), 8) if given.isdecimal() else 0
    del counts[level + (auto is not None) :]
    if auto is None:
        return ""
    counts += [0] * (level + 1 - len(counts))
    start = auto.get("startAt") or "1"
    first = int(start) if start.isdecimal() and len(start) < 6 else 1
    counts[level] = counts[level] + 1 if counts[level] else first
    form = auto.get("type") or ""
    style = next((value for key, value in _STYLES.items() if form.startswith(key)), "decimal")
    ending = next((value for key, value in _ENDINGS.items() if form.endswith(key)), "{}.")
    return ending.format(written_number(counts[level], style))


def _is_raised(text: etree._Element) -> bool:
    run = text.getparent()
    about = run.find(f"{_A}rPr") if run is not None else None
    baseline = (about.get("baseline") or "0") if about is not None else "0"
    return baseline.rstrip("%").isdecimal() and int(baseline.rstrip("%")[:9]) > 0
