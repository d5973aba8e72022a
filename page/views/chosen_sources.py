"""The chip above the question field that says which documents are asked, and the list to choose from."""

from collections.abc import Sequence

from citeback.index.records import Document
from citeback.page.state.chosen_sources import ChosenSources, folders
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import count_noun, document_label, escape, tag

LISTED = 200  # documents that are listed at once
NAMED = 3  # sources that are named in chips


def chip(now: ChosenSources) -> str:
    """Return what is asked now, and the button that opens the list."""
    if not now.names:
        every = action_button("choose", "All documents ▾", class_="chip-button")
        return tag("div", every, class_="cb chosen-sources")
    named = [
        tag(
            "span",
            escape(name),
            action_button("drop", "×", name, class_="quiet", aria_label=f"Do not ask {name} only"),
            class_="chip",
            dir="auto",
        )
        for name in now.names[:NAMED]
    ]
    left = len(now.names) - NAMED
    more = tag("span", f"and {left:,} more", class_="hint") if left > 0 else ""
    change = action_button("choose", "Change", class_="quiet")
    every = action_button("clear", "Ask all documents", class_="quiet")
    return tag(
        "div", tag("span", "Asked of", class_="hint"), *named, more, change, every, class_="cb chosen-sources"
    )


def chooser(documents: Sequence[Document], now: ChosenSources, wanted: str = "") -> str:
    """Return the list of folders and documents to tick; `wanted` restricts it, but ticked ones stay."""
    folded = wanted.casefold()
    shown = [
        each
        for each in documents
        if each.name in now.names or folded in f"{each.name}\n{each.title}".casefold()
    ]
    boxes = [
        _box(name, name, count_noun(count, "document"), name in now.names)
        for name, count in folders(documents).items()
        if name in now.names or folded in name.casefold()
    ]
    boxes += [
        _box(each.name, document_label(each.title, each.name), each.name, each.name in now.names)
        for each in shown[:LISTED]
    ]
    left = len(shown) - LISTED
    rest = tag("p", f"{left:,} more; find them by a part of their name.", class_="hint") if left > 0 else ""
    finding = form(
        "choose",
        field("wanted", "Find a document or folder", value=wanted, kind="search"),
        tag("button", "Find", type="submit"),
        class_="inline",
    )
    buttons = tag(
        "p",
        tag("button", "Ask only these", type="submit", class_="go"),
        action_button("close", "Cancel"),
        class_="answers",
    )
    listed = form("take", tag("div", *boxes, class_="boxes"), rest, buttons, data_many="chosen")
    return tag("div", finding, listed, class_="cb chosen-sources open", role="group", aria_label="Sources")


def _box(name: str, label: str, fact: str, ticked: bool) -> str:
    checked = {"checked": ""} if ticked else {}
    box = tag("input", type="checkbox", name="chosen", value=name, **checked)
    more = tag("span", escape(fact), class_="facts") if fact != label else ""
    return tag("label", box, tag("span", escape(label), dir="auto"), more)
