"""Finds hidden content in Word documents: by style, hidden or deleted rows, deleted paragraph ends."""

from lxml import etree

from citeback.index.readers.office.word_styles import style_properties

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 10  # styles that one is based on


def hidden_styles(styles: etree._Element | None) -> frozenset[str]:
    """Return the ids of styles that hide text, those based on them included."""
    hides = {name: _is_on(vanish) for name, vanish in style_properties(styles, "rPr", "vanish")}
    if not hides:
        return frozenset()
    based = {name: above.get(f"{_W}val") or "" for name, above in style_properties(styles, "", "basedOn")}
    return frozenset(name for name in {**based, **hides} if _hides(name, based, hides))


def _hides(name: str, based: dict[str, str], hides: dict[str, bool]) -> bool:
    for _ in range(_DEEPEST):
        if name in hides:
            return hides[name]
        name = based.get(name, "")
    return False


def vanishes(run: etree._Element) -> bool:
    """Return whether a run is formatted as hidden."""
    about = next(run.iterchildren(f"{_W}rPr"), None)
    return about is not None and _is_on(about.find(f"{_W}vanish"))


def mark_hidden(root: etree._Element, styles: frozenset[str]) -> None:
    """Mark runs as hidden if their style or paragraph style is one of these, unless they override it."""
    for run in root.iter(f"{_W}r") if styles else ():
        paragraph = next(run.iterancestors(f"{_W}p"), None)
        own = _style(run, "rPr", "rStyle")
        outer = _style(paragraph, "pPr", "pStyle") if paragraph is not None else ""
        if (own or outer) in styles and run.find(f"{_W}rPr/{_W}vanish") is None:
            about = run.find(f"{_W}rPr")
            if about is None:
                about = etree.SubElement(run, f"{_W}rPr")
            etree.SubElement(about, f"{_W}vanish")


def _style(element: etree._Element, about: str, name: str) -> str:
    style = element.find(f"{_W}{about}/{_W}{name}")
    return (style.get(f"{_W}val") or "") if style is not None else ""


def is_gone(row: etree._Element) -> bool:
    """Return whether an element is a row of a table that is hidden or was deleted with "track changes"."""
    about = row.find(f"{_W}trPr") if row.tag == f"{_W}tr" else None
    return about is not None and (_is_on(about.find(f"{_W}hidden")) or about.find(f"{_W}del") is not None)


def join_deleted_ends(root: etree._Element) -> None:
    """Move the words of a paragraph into the one before it whose end was deleted with "track changes"."""
    if next(root.iter(f"{_W}del"), None) is None:
        return
    for paragraph in list(root.iter(f"{_W}p")):
        ending = paragraph
        while ending.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None:
            ending = paragraph.getnext()
            if paragraph.getparent() is None or ending is None or ending.tag != f"{_W}p":
                break
            paragraph.extend(child for child in list(ending) if child.tag != f"{_W}pPr")
            paragraph.getparent().remove(ending)


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and (switch.get(f"{_W}val") or "true") not in ("0", "false", "off")
