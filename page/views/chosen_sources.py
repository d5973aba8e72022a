"""The chip above the question field that says which documents are asked, and the list to choose from."""

import json
from collections.abc import Sequence

from citeback.index.records import Document
from citeback.page.state.chosen_sources import ChosenSources, folders
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.speech import tr, tr_number

LISTED = 200  # documents that are listed at once
NAMED = 3  # sources that are named in chips


def chip(now: ChosenSources) -> str:
    """Return what is asked now, and the button that opens the list."""
    if not now.names:
        every = action_button("choose", tr("All documents ▾"), class_="chip-button")
        return tag("div", every, class_="cb chosen-sources")
    named = [
        tag(
            "span",
            escape(name),
            action_button(
                "drop", "×", name, class_="quiet", aria_label=tr("Do not ask {name} only", name=name)
            ),
            class_="chip",
            dir="auto",
        )
        for name in now.names[:NAMED]
    ]
    left = len(now.names) - NAMED
    more = tag("span", tr("and {number} more", number=left), class_="hint") if left > 0 else ""
    change = action_button("choose", tr("Change"), class_="quiet")
    every = action_button("clear", tr("Ask all documents"), class_="quiet")
    return tag(
        "div",
        tag("span", tr("Asked of"), class_="hint"),
        *named,
        more,
        change,
        every,
        class_="cb chosen-sources",
        data_names=json.dumps(now.names),  # page/script/resume.js puts them back after a reload
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
        _box(name, name, tr_number(count, "{number} document", "{number} documents"), name in now.names)
        for name, count in folders(documents).items()
        if name in now.names or folded in name.casefold()
    ]
    boxes += [
        _box(each.name, document_label(each.title, each.name), each.name, each.name in now.names)
        for each in shown[:LISTED]
    ]
    left = len(shown) - LISTED
    rest = (
        tag("p", tr("{number} more; find them by a part of their name.", number=left), class_="hint")
        if left > 0
        else ""
    )
    finding = form(
        "choose",
        field("wanted", tr("Find a document or folder"), value=wanted, kind="search"),
        tag("button", tr("Find"), type="submit"),
        class_="inline",
    )
    buttons = tag(
        "p",
        tag("button", tr("Ask only these"), type="submit", class_="go"),
        action_button("close", tr("Cancel")),
        class_="answers",
    )
    listed = form("take", tag("div", *boxes, class_="boxes"), rest, buttons, data_many="chosen")
    return tag(
        "div", finding, listed, class_="cb chosen-sources open", role="group", aria_label=tr("Sources")
    )


def _box(name: str, label: str, fact: str, ticked: bool) -> str:
    checked = {"checked": ""} if ticked else {}
    box = tag("input", type="checkbox", name="chosen", value=name, **checked)
    more = tag("span", escape(fact), class_="facts") if fact != label else ""
    return tag("label", box, tag("span", escape(label), dir="auto"), more)
