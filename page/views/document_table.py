"""The list of documents as HTML: sorted and paged rows, each of which opens its document."""

from collections import Counter
from collections.abc import Mapping, Sequence

from citeback.index.records import Document
from citeback.page.state.document_list import PAGE, DocumentList
from citeback.page.state.document_refs import document_ref
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import count_noun, document_label, escape, tag

_COLUMNS = (("title", "Title"), ("folder", "Folder"), ("type", "Type"), ("date", "Date"))
_KINDS = {"html": "Web page", "pdf": "PDF", "csv": "CSV", "json": "JSON", "xml": "XML", "rst": "reST"}
DELETED = "The file moves out of its folder. You can put it back right after."


def document_list(indexed: Sequence[Document], state: DocumentList, edits: bool = True) -> str:
    """Return the search field and one page of the documents; `edits` adds ways to change them."""
    if not indexed:
        return tag("p", "Nothing is indexed yet.", class_="hint")
    finding = filter_form(state.wanted) if len(indexed) > 1 else ""
    rows = state.matching(indexed)
    if not rows:
        none = tag("p", escape(f"No document matches “{state.wanted}”."), class_="hint")
        return finding + none
    page = min(state.page, (len(rows) - 1) // PAGE)
    files = Counter(each.file_name for each in indexed)
    shown = rows[page * PAGE : (page + 1) * PAGE]
    listed = table(shown, state, files, edits)
    if edits:
        listed = form("several", listed, chosen_bar(), data_many="chosen", class_="several")
    return finding + listed + pages(len(rows), page)


def filter_form(wanted: str) -> str:
    """Return the form that filters the list."""
    inside = field("wanted", "Find a document", value=wanted, kind="search") + tag(
        "button", "Find", type="submit"
    )
    return form("filter", inside, data_event="find", class_="inline")


def table(
    shown: Sequence[Document], state: DocumentList, files: Mapping[str, int], edits: bool = True
) -> str:
    """Return the rows as a table; `files` maps each file to the number of its documents."""
    every = tag("input", type="checkbox", data_all="chosen", aria_label="Select all on this page")
    choose = tag("th", every, scope="col", class_="choose") if edits else ""
    names = "".join(_column(*each, state) for each in _COLUMNS)
    status = tag("th", "Status", scope="col", class_="by-status")
    more = tag("th", tag("span", "Actions", class_="unseen"), scope="col") if edits else ""
    head = tag("thead", tag("tr", choose, names, status, more))
    rows = (_row(one, files[one.file_name] if edits else 0) for one in shown)
    return tag("table", head, tag("tbody", *rows), class_="documents")


def _column(sort: str, label: str, state: DocumentList) -> str:
    now = state.sort == sort
    way = "none" if not now else "descending" if state.reverse else "ascending"
    button = action_button("sort", label, sort, class_="sort", data_event="arrange")
    return tag("th", button, scope="col", aria_sort=way, class_=f"by-{sort}")


def _row(one: Document, many: int) -> str:
    """Return a table row; `many` is the number of documents in its file, or 0 without the right to edit."""
    box = tag("input", type="checkbox", name="chosen", value=one.name, aria_label=f"Select {one.name}")
    choose = tag("td", box, class_="choose") if many else ""
    shown = document_label(one.title, one.name.rpartition("/")[2])
    title = tag("a", escape(shown), class_="title", dir="auto", href=f"#{document_ref(one.name)}")
    facts = " · ".join(filter(None, (one.name if one.name != shown else "", one.author)))
    name = tag("span", escape(facts), class_="name") if facts else ""
    cells = (
        tag("td", escape(one.name.rpartition("/")[0]), class_="folder"),
        tag("td", escape(_KINDS.get(one.kind, one.kind.capitalize())), class_="type"),
        tag("td", escape(one.day), class_="date"),
        tag("td", escape(_status(one)), class_="status"),
    )
    more = tag("td", _more(one, many), class_="actions") if many else ""
    return tag("tr", choose, tag("th", title, name, scope="row", title=one.name), *cells, more)


def _status(one: Document) -> str:
    """Return what is particular about a document, or that it can be asked about."""
    if one.copy_of:
        return f"the same as {one.copy_of}"
    if one.near_of:
        return f"nearly the same as {one.near_of}"
    return "ready" if one.chars else "empty"


def _more(one: Document, many: int) -> str:
    inside = (action_button("again", "Read again", one.name), *_deleting(one, many))
    label = f"Actions for {one.name}"
    return tag(
        "details", tag("summary", "⋯", aria_label=label, title=label), tag("div", *inside), class_="menu"
    )


def _deleting(one: Document, many: int) -> tuple[str, ...]:
    """Return the button that deletes a document and what it does; its file holds `many` documents."""
    if many == 1 and not one.member:
        return action_button("remove", "Delete", one.name, class_="danger"), tag("p", DELETED)
    part = f"This is part of {one.file_name} and cannot be deleted on its own. " if one.member else ""
    holds = f"{part}{one.file_name} contains {count_noun(many, 'document')}, and the whole file is deleted. "
    whole = action_button("whole", f"Delete {one.file_name}", one.name, class_="danger")
    return whole, tag("p", escape(holds + DELETED))


def chosen_bar() -> str:
    """Return what can be done with the selected rows; the style sheet shows it once a row is selected."""
    again = tag("button", "Read again", type="submit", name="way", value="again")
    gone = tag("button", "Delete", type="submit", name="way", value="remove", class_="danger")
    count = tag("output", "", class_="count", aria_live="polite")
    return tag("div", count, again, gone, class_="chosen")


def pages(rows: int, page: int) -> str:
    """Return links to the previous and the next page, or "" if there is only one."""
    if rows <= PAGE:
        return ""
    first, last = page * PAGE + 1, min(rows, (page + 1) * PAGE)
    words = tag("span", f"{first:,} to {last:,} of {rows:,}")
    earlier = _turn("Previous", page - 1, off=not page)
    return tag(
        "nav", earlier, words, _turn("Next", page + 1, off=last == rows), class_="pages", aria_label="Pages"
    )


def _turn(label: str, page: int, off: bool) -> str:
    never = {"disabled": ""} if off else {}
    return action_button("page", label, str(page), class_="quiet", data_event="arrange", **never)
