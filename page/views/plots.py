"""Figures drawn as SVG, with nothing from the network: bars, or a line where rows follow in time."""

from collections.abc import Sequence

from citeback.page.state.computed_table import Point
from citeback.page.views.html import escape, tag
from citeback.page.views.speech import tr, tr_number

WIDTH = 560
_BAR = 100  # of a bar: the room for the longest
_HEIGHT, _EDGE = 180, 28  # of a line: its height, and the room around it
_LONGEST = 22  # characters of a name
_NAME = 180  # of a line: the room for the names at its ends


def bars(points: Sequence[Point]) -> str:
    """Return horizontal bars, one for each figure, from a common zero; names and figures keep their size."""
    low, high = min(0.0, *(p.number for p in points)), max(0.0, *(p.number for p in points))
    scale = _BAR / ((high - low) or 1.0)
    rows = (part for point in points for part in _bar(point, low, scale))
    return tag("div", *rows, class_="bars", role="img", aria_label=_label(points))


def _bar(point: Point, low: float, scale: float) -> tuple[str, str, str]:
    wide = max(abs(point.number) * scale, 0.5)
    left = (min(point.number, 0.0) - low) * scale
    box = {"viewBox": f"0 0 {_BAR} 1", "preserveAspectRatio": "none"}
    drawn = tag("rect", x=f"{left:.1f}", y=0, width=f"{wide:.1f}", height=1)
    name = _name(point)
    return (
        tag("span", escape(name), class_="of", dir="auto", title=name),
        tag("svg", drawn, class_="plot bar", **box),
        tag("span", escape(point.said)),
    )


def line(points: Sequence[Point]) -> str:
    """Return a line through the figures, in the order of the rows; first, last and extreme ones are named."""
    low, high = min(p.number for p in points), max(p.number for p in points)
    step = (WIDTH - 2 * _EDGE) / max(1, len(points) - 1)
    scale = (_HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
    at = [(_EDGE + n * step, _HEIGHT - _EDGE - (p.number - low) * scale) for n, p in enumerate(points)]
    path = tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in at), fill="none")
    dots = (tag("circle", tag("title", escape(f"{_name(p)}: {p.said}")), cx=f"{x:.1f}", cy=f"{y:.1f}", r=3)
            for p, (x, y) in zip(points, at, strict=True))  # fmt: skip
    numbers = [p.number for p in points]
    named = sorted({0, len(points) - 1, numbers.index(low), numbers.index(high)})
    said = (_named(points[n], *at[n], n, apart=_apart(at[n][0], n in (0, len(points) - 1))) for n in named)
    return _svg(points, _HEIGHT, path, *dots, *said)


def _apart(x: float, at_end: bool) -> bool:
    """Return whether a name below the line has room beside those of the ends."""
    return at_end or _NAME < x < WIDTH - _NAME


def _named(point: Point, x: float, y: float, n: int, apart: bool) -> str:
    anchor = "start" if not n else "end" if x > WIDTH - 2 * _EDGE else "middle"
    figure = tag("text", escape(point.said), x=f"{x:.1f}", y=f"{y - 8:.1f}", text_anchor=anchor)
    name = tag("text", escape(_short(_name(point))), x=f"{x:.1f}", y=_HEIGHT - 6, text_anchor=anchor)
    return figure + (name if apart else "")


def _svg(points: Sequence[Point], height: int, *inside: str) -> str:
    box = {"viewBox": f"0 0 {WIDTH} {height}"}
    return tag("svg", *inside, class_="plot timely", role="img", aria_label=_label(points), **box)


def _label(points: Sequence[Point]) -> str:
    first, last = (f"{_name(each)} {each.said}" for each in (points[0], points[-1]))
    count = tr_number(len(points), "{number} figure", "{number} figures")
    return f"{count}: {tr('{first} to {last}', first=first, last=last)}"


def _name(point: Point) -> str:
    row = tr("row {number}", number=point.row) if point.row else ""
    return ", ".join(filter(None, (point.label, row)))


def _short(name: str) -> str:
    """Return a name with its middle left out if it is long: many differ only at their end."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 10]}…{name[-9:]}"
