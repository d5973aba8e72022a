"""The list of saved conversations as HTML: search, rename, export and delete."""

from collections.abc import Sequence

from citeback.index.errors import HistoryError
from citeback.page.state.conversations import SavedConversation
from citeback.page.views.answers import error_message
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import escape, tag
from citeback.page.views.speech import tr, tr_number

EXPORTS = (("docx", "Word"), ("md", "Markdown"), ("ris", "RIS"), ("csl", "CSL"), ("json", "JSON"))


def search() -> str:
    """Return the search field."""
    inside = field("words", tr("Find in conversations"), kind="search") + tag(
        "button", tr("Find"), type="submit"
    )
    close = tag(
        "button",
        "×",
        type="button",
        class_="quiet",
        aria_label=tr("Close the conversations"),
        data_drawer="",
    )
    finding = form("find", inside, data_event="find", class_="inline")
    return tag("div", tag("h2", tr("Conversations")), close, finding, class_="cb head")


def listing(kept: Sequence[SavedConversation], wanted: str = "") -> str:
    """Return the conversations, latest first, or a message that there are none."""
    if not kept:
        none = (
            tr("No conversation says “{wanted}”.", wanted=wanted)
            if wanted
            else tr("Nothing has been asked yet. What you ask is kept here.")
        )
        return tag("div", tag("p", escape(none), class_="hint"), class_="cb talks")
    return tag("div", tag("ul", *map(_talk, kept)), class_="cb talks")


def trouble(error: HistoryError) -> str:
    """Return an error message about the saved conversations."""
    return tag("div", error_message(error), class_="cb talks")


def _talk(one: SavedConversation) -> str:
    day, _, time = one.changed.partition("T")
    # In the time of whoever looks: page.js writes it anew.
    when = tag("time", escape(f"{day}, {time[:5]} UTC"), datetime=one.changed)
    opened = action_button("open", one.name, one.id, class_="name-of", dir="auto")
    count = tr_number(one.exchanges, "{number} question", "{number} questions")
    facts = tag("span", when, escape(f" · {count}"), class_="facts")
    actions = tag("summary", "⋯", aria_label=tr("Actions for {name}", name=one.name), title=tr("Actions"))
    menu = tag("details", actions, tag("div", _more(one)), class_="menu")
    return tag("li", tag("div", opened, facts, class_="what"), menu)


def _more(one: SavedConversation) -> str:
    ways = (
        tag(
            "a",
            name,
            href=f"/conversations/{one.id}.{suffix}",
            download="",
            aria_label=tr("{format} of {name}", format=name, name=one.name),
            class_="file",
        )
        for suffix, name in EXPORTS
    )
    name = field("name", tr("New name"), value=one.name) + field("id", "", value=one.id, kind="hidden")
    renaming = form("rename", name + tag("button", tr("Rename"), type="submit"), class_="inline")
    sure = action_button("delete", tr("Delete for good"), one.id, class_="danger")
    return "".join(
        (
            *ways,
            tag("details", tag("summary", tr("Rename")), renaming),
            tag(
                "details",
                tag("summary", tr("Delete")),
                tag("p", tr("Its permanent links will no longer show the cited words."), class_="hint"),
                sure,
            ),
        )
    )
