"""Figures drawn as SVG, with nothing from the network: bars, or a line where rows follow in time."""

from collections.abc import Sequence

from citeback.page.state.computed_table import Point
from citeback.page.views.html import escape, tag
from citeback.page.views.speech import tr_number

WIDTH = 560
_ROW, _NAMES, _FIGURES = 22, 150, 90  # of bars: the height of one, the room for names and for figures
_HEIGHT, _EDGE = 180, 28  # of a line: its height, and the room around it
_LONGEST = 22  # characters of a name


def bars(points: Sequence[Point]) -> str:
    """Return horizontal bars, one for each figure, from a common zero."""
    low, high = min(0.0, *(p.number for p in points)), max(0.0, *(p.number for p in points))
    scale = (WIDTH - _NAMES - _FIGURES) / ((high - low) or 1.0)
    zero = _NAMES - low * scale
    return _svg(points, len(points) * _ROW, *(_bar(n, p, zero, scale) for n, p in enumerate(points)))


def _bar(n: int, point: Point, zero: float, scale: float) -> str:
    top, wide = n * _ROW, abs(point.number) * scale
    left = zero - wide if point.number < 0 else zero
    return (
        tag("text", escape(_short(point.label)), x=_NAMES - 8, y=top + 15, text_anchor="end")
        + tag("rect", x=f"{left:.1f}", y=top + 3, width=f"{max(wide, 1.0):.1f}", height=_ROW - 6, rx=2)
        + tag("text", escape(point.said), x=f"{left + wide + 6:.1f}", y=top + 15)
    )


def line(points: Sequence[Point]) -> str:
    """Return a line through the figures, in the order of the rows; first, last and extreme ones are named."""
    low, high = min(p.number for p in points), max(p.number for p in points)
    step = (WIDTH - 2 * _EDGE) / max(1, len(points) - 1)
    scale = (_HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
    at = [(_EDGE + n * step, _HEIGHT - _EDGE - (p.number - low) * scale) for n, p in enumerate(points)]
    path = tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in at), fill="none")
    dots = (tag("circle", tag("title", escape(f"{p.label}: {p.said}")), cx=f"{x:.1f}", cy=f"{y:.1f}", r=3)
            for p, (x, y) in zip(points, at, strict=True))  # fmt: skip
    numbers = [p.number for p in points]
    named = sorted({0, len(points) - 1, numbers.index(low), numbers.index(high)})
    said = (_named(points[n], *at[n], n) for n in named)
    return _svg(points, _HEIGHT, path, *dots, *said)


def _named(point: Point, x: float, y: float, n: int) -> str:
    anchor = "start" if not n else "end" if x > WIDTH - 2 * _EDGE else "middle"
    figure = tag("text", escape(point.said), x=f"{x:.1f}", y=f"{y - 8:.1f}", text_anchor=anchor)
    return figure + tag("text", escape(_short(point.label)), x=f"{x:.1f}", y=_HEIGHT - 6, text_anchor=anchor)


def _svg(points: Sequence[Point], height: int, *inside: str) -> str:
    ends = " to ".join(f"{each.label} {each.said}" for each in (points[0], points[-1]))
    count = tr_number(len(points), "{number} figure", "{number} figures")
    label = f"{count}: {ends}"
    box = {"viewBox": f"0 0 {WIDTH} {height}"}
    return tag("svg", *inside, class_="plot", role="img", aria_label=label, **box)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
