"""The navigation between the sections of the Review tab; page/script/page.js shows the chosen one."""

from collections.abc import Sequence

from citeback.page.views.html import escape, tag
from citeback.page.views.speech import tr
from citeback.rag.messages.catalogue import message

Section = tuple[str, str]
WHICH = message("all documents, or a pattern: contracts/**")
"""The placeholder of a field that takes patterns for names of documents."""


def navigation(sections: Sequence[Section]) -> str:
    """Return a button for each section (name, label); the first one is open."""
    buttons = (
        tag(
            "button",
            escape(tr(label)),
            type="button",
            data_section=name,
            aria_pressed="false" if n else "true",
        )
        for n, (name, label) in enumerate(sections)
    )
    return tag("nav", *buttons, class_="cb sections", aria_label=tr("Kinds of review"))


def introduction(title: str, words: str) -> str:
    """Return the heading of a section and what it does."""
    return tag(
        "header", tag("h2", escape(tr(title))), tag("p", escape(tr(words)), class_="hint"), class_="intro"
    )
