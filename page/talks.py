"""The list of saved conversations as HTML: search, rename, export and delete."""

from collections.abc import Sequence

from index.errors import HistoryError
from page.forms import act, field, form
from page.history import Kept
from page.markup import problem
from page.tags import count, tag, text

EXPORTS = (("md", "Markdown"), ("json", "JSON"))


def search() -> str:
    """Return the search field."""
    inside = field("words", "Find in conversations", kind="search") + tag("button", "Find", type="submit")
    finding = form("find", inside, data_event="find", class_="inline")
    return tag("div", tag("h2", "History"), finding, class_="cb head")


def listing(kept: Sequence[Kept], wanted: str = "") -> str:
    """Return the conversations, latest first, or a message that there are none."""
    if not kept:
        none = (
            f"No conversation says “{wanted}”."
            if wanted
            else "Nothing has been asked yet. What you ask is kept here."
        )
        return tag("div", tag("p", text(none), class_="hint"), class_="cb talks")
    return tag("div", tag("ul", *map(_talk, kept)), class_="cb talks")


def trouble(error: HistoryError) -> str:
    """Return an error message about the saved conversations."""
    return tag("div", problem(error), class_="cb talks")


def _talk(one: Kept) -> str:
    day, _, time = one.changed.partition("T")
    when = f"{day}, {time[:5]} UTC"
    opened = act("open", one.name, one.id, class_="name-of")
    facts = tag("span", text(f"{when} · {count(one.exchanges, 'question')}"), class_="facts")
    return tag("li", tag("div", opened, facts, class_="what"), tag("div", _more(one), class_="more"))


def _more(one: Kept) -> str:
    ways = (
        tag(
            "a",
            name,
            href=f"/conversations/{one.id}.{suffix}",
            download="",
            aria_label=f"{name} of {one.name}",
        )
        for suffix, name in EXPORTS
    )
    name = field("name", "New name", value=one.name) + field("id", "", value=one.id, kind="hidden")
    renaming = form("rename", name + tag("button", "Rename", type="submit"), class_="inline")
    sure = act("delete", "Delete for good", one.id, class_="danger")
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
