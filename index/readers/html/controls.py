"""Form controls of a web page as displayed: ticked boxes, chosen options, entered values."""

from lxml import html

_TYPED = {"", "text", "email", "tel", "number", "date", "datetime-local", "time", "month", "week", "url"}
_BOXES = {"checkbox", "radio"}
_BESIDE_WORDS = {"li", "label", "td", "th", "p", "dd", "dt"}  # elsewhere a box opens a menu
# Shown by browsers that cannot do what the element asks for, and lists that only help to type.
_INSTEAD = ("video", "audio", "canvas", "datalist", "progress", "meter")


def write_controls(tree: html.HtmlElement) -> None:
    """Replace controls with their state or value, and remove elements whose content is a fallback."""
    for control in list(tree.iter("input")):
        _replace(control, _state_or_value(control))
    for choice in list(tree.iter("select")):
        options = list(choice.iter("option"))
        chosen = [each for each in options if each.get("selected") is not None] or options[:1]
        _replace(choice, ", ".join(" ".join(each.text_content().split()) for each in chosen))
    for element in list(tree.iter(*_INSTEAD)):
        if element.getparent() is not None:
            element.drop_tree()


def _state_or_value(control: html.HtmlElement) -> str:
    kind = (control.get("type") or "").strip().lower()
    parent = control.getparent()
    if kind in _BOXES and parent is not None and parent.tag in _BESIDE_WORDS:
        return "☑ " if control.get("checked") is not None else "☐ "
    return (control.get("value") or "") if kind in _TYPED else ""


def _replace(element: html.HtmlElement, text: str) -> None:
    """Put text in the place of an element."""
    if element.getparent() is not None:
        element.tail = f"{text}{element.tail or ''}"
        element.drop_tree()
