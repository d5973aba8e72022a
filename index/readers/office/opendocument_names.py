"""The names of OpenDocument's elements and attributes, by namespace."""

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, TABLE, OFFICE, STYLE, DRAW, SVG = (
    f"{{{_NAMES}{name}:1.0}}" for name in ("text", "table", "office", "style", "drawing", "svg-compatible")
)
PRESENTATION, CHART, FORM, META = (
    f"{{{_NAMES}{name}:1.0}}" for name in ("presentation", "chart", "form", "meta")
)
XLINK = "{http://www.w3.org/1999/xlink}"
XML = "{http://www.w3.org/XML/1998/namespace}"
DC = "{http://purl.org/dc/elements/1.1/}"

PARAGRAPHS = frozenset({f"{TEXT}p", f"{TEXT}h"})
SHAPES = tuple(
    f"{DRAW}{name}"
    for name in (
        *("frame", "custom-shape", "rect", "ellipse", "circle", "line", "connector", "path", "polygon"),
        *("polyline", "regular-polygon", "caption", "measure"),
    )
)
"""Elements of drawings that may hold text."""
