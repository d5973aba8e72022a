"""The list of documents as HTML: sorted and paged rows, each of which opens its document."""

from collections import Counter
from collections.abc import Mapping, Sequence

from citeback.index.records import Document
from citeback.page.state.document_list import PAGE, DocumentList
from citeback.page.state.document_refs import document_ref
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.kinds import kind_label
from citeback.page.views.pages import pages
from citeback.page.views.speech import counted_documents, tr
from citeback.rag.messages.catalogue import message

_COLUMNS = (
    ("title", message("Title")),
    ("folder", message("Folder")),
    ("type", message("Type")),
    ("date", message("Date")),
)
NOTHING_YET = message("Nothing is indexed yet.")
DELETED = message("The file moves out of its folder. You can put it back right after.")


def document_list(indexed: Sequence[Document], state: DocumentList, edits: bool = True) -> str:
    """Return the search field and one page of the documents; `edits` adds ways to change them."""
    if not indexed:
        return tag("p", tr(NOTHING_YET), class_="hint")
    finding = filter_form(state.wanted) if len(indexed) > 1 else ""
    rows = state.matching(indexed)
    if not rows:
        none = tag("p", escape(tr("No document matches “{words}”.", words=state.wanted)), class_="hint")
        return finding + none
    page = min(state.page, (len(rows) - 1) // PAGE)
    files = Counter(each.file_name for each in indexed)
    shown = rows[page * PAGE : (page + 1) * PAGE]
    listed = table(shown, state, files, edits)
    if edits:
        listed = form("several", listed, chosen_bar(), data_many="chosen", class_="several")
    return finding + listed + pages(len(rows), page, PAGE)


def filter_form(wanted: str) -> str:
    """Return the form that filters the list."""
    inside = field("wanted", tr("Find a document"), value=wanted, kind="search") + tag(
        "button", tr("Find"), type="submit"
    )
    return form("filter", inside, data_event="find", class_="inline")


def table(
    shown: Sequence[Document], state: DocumentList, files: Mapping[str, int], edits: bool = True
) -> str:
    """Return the rows as a table; `files` maps each file to the number of its documents."""
    every = tag("input", type="checkbox", data_all="chosen", aria_label=tr("Select all on this page"))
    choose = tag("th", every, scope="col", class_="choose") if edits else ""
    names = "".join(_column(*each, state) for each in _COLUMNS)
    status = tag("th", tr("Status"), scope="col", class_="by-status")
    more = tag("th", tag("span", tr("Actions"), class_="unseen"), scope="col") if edits else ""
    head = tag("thead", tag("tr", choose, names, status, more))
    rows = (_row(one, files[one.file_name] if edits else 0) for one in shown)
    return tag("table", head, tag("tbody", *rows), class_="documents")


def _column(sort: str, label: str, state: DocumentList) -> str:
    now = state.sort == sort
    way = "none" if not now else "descending" if state.reverse else "ascending"
    button = action_button("sort", tr(label), sort, class_="sort", data_event="arrange")
    return tag("th", button, scope="col", aria_sort=way, class_=f"by-{sort}")


def _row(one: Document, many: int) -> str:
    """Return a table row; `many` is the number of documents in its file, or 0 without the right to edit."""
    label = tr("Select {name}", name=one.name)
    box = tag("input", type="checkbox", name="chosen", value=one.name, aria_label=label)
    choose = tag("td", box, class_="choose") if many else ""
    shown = document_label(one.title, one.name.rpartition("/")[2])
    title = tag("a", escape(shown), class_="title", dir="auto", href=f"#{document_ref(one.name)}")
    facts = " · ".join(filter(None, (one.name if one.name != shown else "", one.author)))
    name = tag("span", escape(facts), class_="name") if facts else ""
    cells = (
        tag("td", escape(one.name.rpartition("/")[0]), class_="folder"),
        tag("td", escape(kind_label(one.kind)), class_="type"),
        tag("td", _date(one), class_="date"),
        tag("td", escape(_status(one)), class_="status"),
    )
    more = tag("td", _more(one, many), class_="actions") if many else ""
    return tag("tr", choose, tag("th", title, name, scope="row", title=one.name), *cells, more)


def _date(one: Document) -> str:
    """Return the date that the document states, or that of its file, which is told apart."""
    if one.date:
        return escape(one.date)
    label = tr("Date of the file; the document states none")
    said = tag("span", f" ({escape(label)})", class_="unseen")
    return tag("span", escape(one.day), said, class_="of-file", title=label)


def _status(one: Document) -> str:
    """Return what is particular about a document, or that it can be asked about."""
    if one.copy_of:
        return tr("the same as {name}", name=one.copy_of)
    if one.near_of:
        return tr("nearly the same as {name}", name=one.near_of)
    return tr("ready") if one.chars else tr("empty")


def _more(one: Document, many: int) -> str:
    inside = (action_button("again", tr("Read again"), one.name), *_deleting(one, many))
    label = tr("Actions for {name}", name=one.name)
    return tag(
        "details", tag("summary", "⋯", aria_label=label, title=label), tag("div", *inside), class_="menu"
    )


def _deleting(one: Document, many: int) -> tuple[str, ...]:
    """Return the button that deletes a document and what it does; its file holds `many` documents."""
    if many == 1 and not one.member:
        return action_button("remove", tr("Delete"), one.name, class_="danger"), tag("p", tr(DELETED))
    part = tr("This is part of {file} and cannot be deleted on its own.", file=one.file_name)
    holds = tr(
        "{file} contains {documents}, and the whole file is deleted.",
        file=one.file_name,
        documents=counted_documents(many),
    )
    whole = action_button("whole", tr("Delete {name}", name=one.file_name), one.name, class_="danger")
    return whole, tag("p", escape(" ".join((*([part] if one.member else ()), holds, tr(DELETED)))))


def chosen_bar() -> str:
    """Return what can be done with the selected rows; the style sheet shows it once a row is selected."""
    again = tag("button", tr("Read again"), type="submit", name="way", value="again")
    gone = tag("button", tr("Delete"), type="submit", name="way", value="remove", class_="danger")
    count = tag("output", "", class_="count", aria_live="polite")
    return tag("div", count, again, gone, class_="chosen")
