"""Buttons and forms as HTML; page/script/links.js hands them to the server. Must never know what they do."""

from collections.abc import Iterable

from page.tags import tag, text

LONGEST = 9  # digits of a number: Python refuses to read thousands of them


def act(name: str, words: str, value: str = "", **attributes: object) -> str:
    """Return a button that does `name` with `value`."""
    return tag("button", text(words), type="button", data_act=name, data_value=value, **attributes)


def form(name: str, *inside: str, **attributes: object) -> str:
    """Return a form that does `name` with what its fields hold; `inside` is HTML."""
    return tag("form", *inside, data_act=name, **attributes)


def field(name: str, label: str, value: str = "", kind: str = "text", **attributes: object) -> str:
    """Return a field with its label, which also stands in it while it is empty."""
    if kind == "hidden":
        return tag("input", type=kind, name=name, value=value)
    made = tag("input", type=kind, name=name, value=value, placeholder=label, aria_label=label, **attributes)
    return tag("label", made)


def choice(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """Return a list to choose from: (value, words) each."""
    made = (
        tag("option", text(words), value=value, **({"selected": ""} if value == chosen else {}))
        for value, words in options
    )
    return tag("label", tag("select", *made, name=name, aria_label=label))


def copy(words: str, what: str, label: str = "") -> str:
    """Return a button that copies `what`; page/script/page.js does it."""
    return tag("button", text(words), type="button", data_copy=what, aria_label=label or words)


def number(words: str) -> int:
    """Return a number that a form names, -1 for anything else: it comes from a browser.

    >>> number("12"), number("x"), number("9" * 5000)
    (12, -1, -1)
    """
    return int(words) if words.isdecimal() and len(words) <= LONGEST else -1


def characters(words: str) -> str:
    r"""Return words that can be written in UTF-8: a browser can send half of a surrogate pair.

    >>> characters("a\\ud800b")
    'a?b'
    """
    return words.encode("utf-8", "replace").decode("utf-8")
