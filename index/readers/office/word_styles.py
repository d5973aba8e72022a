"""The properties of a Word document's styles, found in one pass over all of them."""

from collections.abc import Iterator

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def style_properties(
    styles: etree._Element | None, about: str, name: str
) -> Iterator[tuple[str, etree._Element]]:
    """Yield (style id, property) for each style with a property of this name.

    `about` names the element that holds it: "pPr", "rPr", or "" for the style itself.
    """
    for found in styles.iter(f"{_W}{name}") if styles is not None else ():
        holder = found.getparent()
        if about and holder is not None:
            holder = holder.getparent() if holder.tag == f"{_W}{about}" else None
        if holder is not None and holder.tag == f"{_W}style":
            yield holder.get(f"{_W}styleId") or "", found
