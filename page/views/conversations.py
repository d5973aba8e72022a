"""The list of saved conversations as HTML: search, rename, export and delete."""

from collections.abc import Sequence

from citeback.index.errors import HistoryError
from citeback.page.state.conversations import SavedConversation
from citeback.page.views.answers import error_message
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import count_noun, escape, tag

EXPORTS = (("docx", "Word"), ("md", "Markdown"), ("ris", "RIS"), ("csl", "CSL"), ("json", "JSON"))


def search() -> str:
    """Return the search field."""
    inside = field("words", "Find in conversations", kind="search") + tag("button", "Find", type="submit")
    close = tag(
        "button", "×", type="button", class_="quiet", aria_label="Close the conversations", data_drawer=""
    )
    finding = form("find", inside, data_event="find", class_="inline")
    return tag("div", tag("h2", "Conversations"), close, finding, class_="cb head")


def listing(kept: Sequence[SavedConversation], wanted: str = "") -> str:
    """Return the conversations, latest first, or a message that there are none."""
    if not kept:
        none = (
            f"No conversation says “{wanted}”."
            if wanted
            else "Nothing has been asked yet. What you ask is kept here."
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
    facts = tag("span", when, escape(f" · {count_noun(one.exchanges, 'question')}"), class_="facts")
    actions = tag("summary", "⋯", aria_label=f"Actions for {one.name}", title="Actions")
    menu = tag("details", actions, tag("div", _more(one)), class_="menu")
    return tag("li", tag("div", opened, facts, class_="what"), menu)


def _more(one: SavedConversation) -> str:
    ways = (
        tag(
            "a",
            name,
            href=f"/conversations/{one.id}.{suffix}",
            download="",
            aria_label=f"{name} of {one.name}",
            class_="file",
        )
        for suffix, name in EXPORTS
    )
    name = field("name", "New name", value=one.name) + field("id", "", value=one.id, kind="hidden")
    renaming = form("rename", name + tag("button", "Rename", type="submit"), class_="inline")
    sure = action_button("delete", "Delete for good", one.id, class_="danger")
    return "".join(
        (
            *ways,
            tag("details", tag("summary", "Rename"), renaming),
            tag(
                "details",
                tag("summary", "Delete"),
                tag("p", "Its permanent links will no longer show the cited words.", class_="hint"),
                sure,
            ),
        )
    )
