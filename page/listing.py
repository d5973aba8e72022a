"""The Documents tab as HTML: what is indexed, what failed and why, and how a rebuild goes.

Pure functions; must never know Gradio or the store.
"""

from collections.abc import Iterable, Sequence

from index.records import Document, Failure
from index.report import Progress
from page.markup import notice
from page.tags import called, count, tag, text

SHOWN = 500  # rows: a browser lays these out at once; a folder may hold many thousands


def documents(indexed: Sequence[Document], failed: Sequence[Failure], folders: Iterable[str]) -> str:
    """Return the folders, what failed, what is indexed (the first `SHOWN`) and what is not read."""
    places = ", ".join(tag("code", text(folder)) for folder in folders) or "no folder yet"
    head = tag("p", count(len(indexed), "document"), " from ", places, class_="folders")
    broken = [each for each in failed if not each.unread]
    others = [each for each in failed if each.unread]
    return tag("div", head, failures(broken), table(indexed), unread(others), class_="cb listing")


def failures(failed: Sequence[Failure]) -> str:
    """Return the files that could not be read, each with its reason; nothing where there are none."""
    heading = tag("h3", count(len(failed), "file"), " could not be read")
    return tag("section", heading, _reasons(failed), class_="failures") if failed else ""


def unread(others: Sequence[Failure]) -> str:
    """Return the files that were passed over for their format, folded away; nothing where there are none."""
    summary = tag("summary", count(len(others), "file"), " of formats that are not read")
    return tag("details", summary, _reasons(others), class_="unread") if others else ""


def _reasons(failed: Sequence[Failure]) -> str:
    return tag("ul", *(tag("li", tag("strong", text(f.name)), tag("span", text(f.reason))) for f in failed))


def table(indexed: Sequence[Document]) -> str:
    """Return the indexed documents, a row each."""
    if not indexed:
        return tag("p", "Nothing is indexed yet.", class_="hint")
    names = (tag("th", name, scope="col") for name in ("Document", "Type"))
    head = tag("thead", tag("tr", *names, tag("th", "Characters", scope="col", class_="figure")))
    beyond = count(len(indexed) - SHOWN, "more document")
    more = tag("p", f"and {beyond}", class_="hint") if len(indexed) > SHOWN else ""
    return tag("table", head, tag("tbody", *map(_row, indexed[:SHOWN]))) + more


def _row(one: Document) -> str:
    shown = called(one.title, one.name)
    title = tag("span", text(shown), class_="title", dir="auto") if shown != one.name else ""
    name = tag("th", title, tag("span", text(one.name), class_="name"), scope="row")
    return tag("tr", name, tag("td", text(one.kind)), tag("td", f"{one.chars:,}", class_="figure"))


def step(one: Progress | str) -> str:
    """Return a step of a rebuild in words with a bar, or its outcome."""
    if isinstance(one, str):
        return messages(notice(one))
    doing = tag("span", text(f"{one.stage.capitalize()} {one.unit}"))
    bar = tag("progress", max=one.total, value=one.done, aria_label=one.stage)
    figures = tag("span", f"{one.done:,} of {one.total:,}", class_="figure")
    return tag("div", doing, bar, figures, class_="cb progress", role="status")


def messages(*notices: str) -> str:
    """Return notices (HTML) under one another."""
    return tag("div", *notices, class_="cb messages")
