"""Hides the words of Word documents that their styles hide."""

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 10  # styles that one is based on


def hidden_styles(styles: etree._Element | None) -> frozenset[str]:
    """Return the ids of styles that hide text, those based on them included."""
    based: dict[str, str] = {}
    hides: dict[str, bool] = {}
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        name, above = style.get(f"{_W}styleId") or "", style.find(f"{_W}basedOn")
        based[name] = (above.get(f"{_W}val") or "") if above is not None else ""
        vanish = style.find(f"{_W}rPr/{_W}vanish")
        if vanish is not None:
            hides[name] = (vanish.get(f"{_W}val") or "true") not in ("0", "false", "off")
    return frozenset(name for name in based if hides and _hides(name, based, hides))


def _hides(name: str, based: dict[str, str], hides: dict[str, bool]) -> bool:
    for _ in range(_DEEPEST):
        if name in hides:
            return hides[name]
        name = based.get(name, "")
    return False


def vanishes(run: etree._Element) -> bool:
    """Return whether a run is formatted as hidden."""
    result = run.find(f"{_W}rPr/{_W}vanish")
    return result is not None and (result.get(f"{_W}val") or "true") not in ("0", "false", "off")


def mark_hidden(root: etree._Element, styles: frozenset[str]) -> None:
    """Mark each run as hidden whose style or paragraph style is one of these, unless it says otherwise."""
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
