"""Reads text in drawings of office documents: charts, SmartArt diagrams, text boxes."""

from collections.abc import Iterator
from itertools import zip_longest

from lxml import etree

from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.common.raised import raised

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MARKS = {f"{_A}br": "\n", f"{_A}tab": "\t"}
_MOST_POINTS = 10_000


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
    """Yield the non-empty DrawingML paragraphs below an element."""
    for paragraph in root.iter(f"{_A}p"):
        text = ""
        for each in paragraph.iter(f"{_A}t", f"{_A}br", f"{_A}tab"):
            piece = _MARKS.get(each.tag) or each.text or ""
            text += raised(piece, text) if _is_raised(each) else piece
        if text := clean(text).strip():
            yield text


def _is_raised(text: etree._Element) -> bool:
    run = text.getparent()
    about = run.find(f"{_A}rPr") if run is not None else None
    baseline = (about.get("baseline") or "0") if about is not None else "0"
    return baseline.rstrip("%").isdecimal() and int(baseline.rstrip("%")[:9]) > 0
