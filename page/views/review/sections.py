"""The navigation between the sections of the Review tab; page/script/page.js shows the chosen one."""

from collections.abc import Sequence

from citeback.page.views.html import escape, tag

Section = tuple[str, str]


def navigation(sections: Sequence[Section]) -> str:
    """Return a button for each section (name, label); the first one is open."""
    buttons = (
        tag(
            "button",
            escape(label),
            type="button",
            data_section=name,
            aria_pressed="false" if n else "true",
        )
        for n, (name, label) in enumerate(sections)
    )
    return tag("nav", *buttons, class_="cb sections", aria_label="Kinds of review")


def introduction(title: str, words: str) -> str:
    """Return the heading of a section and what it does."""
    return tag("header", tag("h2", escape(title)), tag("p", escape(words), class_="hint"), class_="intro")
