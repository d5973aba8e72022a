"""The positions of shapes on a slide, including those in groups, which have their own coordinates."""

from lxml import etree

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def place_of(shape: etree._Element) -> tuple[int, int] | None:
    """Return a shape's offsets from the top and the left in EMU, or None if it inherits them."""
    offset = next(shape.iter(f"{_A}off"), None)
    if offset is None:
        return None
    try:
        x, y = float(offset.get("x") or 0), float(offset.get("y") or 0)
        for group in shape.iterancestors(f"{_P}grpSp"):
            x, y = _outside(group, x, y)
        return int(y), int(x)
    except (ValueError, OverflowError):
        return None


def _outside(group: etree._Element, x: float, y: float) -> tuple[float, float]:
    """Return a point within a group in the coordinates around it."""
    frame = group.find(f"{_P}grpSpPr/{_A}xfrm")
    if frame is None:
        return x, y
    results = []
    for value, at, size in ((x, "x", "cx"), (y, "y", "cy")):
        here, inner = (_number(frame, name, at) for name in ("off", "chOff"))
        wide, inner_wide = (_number(frame, name, size) for name in ("ext", "chExt"))
        results.append(here + (value - inner) * (wide / inner_wide if inner_wide else 1.0))
    return results[0], results[1]


def _number(frame: etree._Element, name: str, key: str) -> float:
    found = frame.find(f"{_A}{name}")
    return float(found.get(key) or 0) if found is not None else 0.0
