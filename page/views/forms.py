"""Buttons and forms as HTML; page/script/links.js sends their values to the server."""

from collections.abc import Iterable

from citeback.page.views.html import escape, tag

LONGEST = 9  # digits of a number; Python refuses to parse thousands of them


def action_button(name: str, words: str, value: str = "", **attributes: object) -> str:
    """Return a button that triggers `name` with `value`."""
    return tag("button", escape(words), type="button", data_act=name, data_value=value, **attributes)


def form(name: str, *inside: str, **attributes: object) -> str:
    """Return a form that triggers `name` with the values of its fields; `inside` is HTML."""
    return tag("form", *inside, data_act=name, **attributes)


def field(name: str, label: str, value: str = "", kind: str = "text", **attributes: object) -> str:
    """Return an input field; its label is also the placeholder."""
    if kind == "hidden":
        return tag("input", type=kind, name=name, value=value)
    made = tag("input", type=kind, name=name, value=value, placeholder=label, aria_label=label, **attributes)
    return tag("label", made)


def choice(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """Return a select field with (value, label) options."""
    made = (
        tag("option", escape(words), value=value, **({"selected": ""} if value == chosen else {}))
        for value, words in options
    )
    return tag("label", tag("select", *made, name=name, aria_label=label))


def copy_button(words: str, what: str, label: str = "", **attributes: object) -> str:
    """Return a button that copies `what`; page/script/page.js handles it.

    `data_rich` is the same as HTML, and `data_link` the path of a link that is added to both.
    """
    return tag(
        "button", escape(words), type="button", data_copy=what, aria_label=label or words, **attributes
    )


def parse_number(words: str) -> int:
    """Parse a number from a form; -1 for anything else, since it is untrusted.

    >>> parse_number("12"), parse_number("x"), parse_number("9" * 5000)
    (12, -1, -1)
    """
    return int(words) if words.isdecimal() and len(words) <= LONGEST else -1


def encodable_text(words: str) -> str:
    r"""Replace lone surrogates, which a browser can send, so that the text encodes as UTF-8.

    >>> encodable_text("a\ud800b")
    'a?b'
    """
    return words.encode("utf-8", "replace").decode("utf-8")
