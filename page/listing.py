"""The Documents tab as HTML: what is indexed, what failed and why, how a rebuild goes, what is kept.

Pure functions; must never know Gradio or the store.
"""

from collections.abc import Iterable, Sequence

from index.history import Kept
from index.plan import Plan
from index.records import Document, Failure
from index.report import Progress
from page.forms import act, field, form
from page.markup import notice
from page.tags import called, count, tag, text

CHANGES = 50  # names of files that have changed, of each kind
SHOWN = 500  # rows: a browser lays these out at once; a folder may hold many thousands
STAGES = {"reading": "Reading", "splitting": "Cutting", "embedding": "Embedding", "writing": "Writing"}


def documents(
    indexed: Sequence[Document],
    failed: Sequence[Failure],
    folders: Iterable[str],
    wanted: str = "",
    edits: bool = True,
) -> str:
    """Return the folders, what failed, what is indexed (the first `SHOWN`) and what is not read.

    `edits`: whoever looks at it may read documents again and delete them.
    """
    places = ", ".join(tag("code", text(folder)) for folder in folders) or "no folder yet"
    head = tag("p", count(len(indexed), "document"), " from ", places, class_="folders")
    broken = [each for each in failed if not each.unread]
    others = [each for each in failed if each.unread]
    some = [each for each in indexed if matches(each, wanted)]
    finding = filter_form(wanted) if len(indexed) > 1 else ""
    none = tag("p", text(f"No document is called anything like “{wanted}”."), class_="hint")
    listed = table(some, edits) if some or not wanted else none
    return tag("div", head, failures(broken, edits), finding, listed, unread(others), class_="cb listing")


def since(plan: Plan) -> str:
    """Return what has changed in the folders since the index was built; nothing where nothing has."""
    renamed = [f"{name} → {file.name}" for name, file in plan.renamed]
    changes = {
        "added": [file.name for file in plan.added],
        "changed": [file.name for file in plan.changed],
        "renamed": renamed,
        "deleted": list(plan.deleted),
    }
    what = [(kind, names) for kind, names in changes.items() if names]
    if not what:
        return ""
    told = ", ".join(f"{len(names):,} {kind}" for kind, names in what)
    lead = tag("summary", text(f"Changed on disk since: {told}. Rebuild the index to take it in."))
    return tag("details", lead, *(_changed(*each) for each in what), class_="cb since")


def _changed(kind: str, names: Sequence[str]) -> str:
    rest = [f"and {count(len(names) - CHANGES, 'more file')}"] if names[CHANGES:] else []
    shown = (*names[:CHANGES], *rest)
    return tag("h4", text(kind.capitalize())) + tag("ul", *(tag("li", text(name)) for name in shown))


def matches(document: Document, wanted: str) -> bool:
    """Tell whether a document's name, title, author or kind holds what is looked for."""
    said = f"{document.name}\n{document.title}\n{document.author}\n{document.kind}\n{document.day}"
    return wanted.casefold() in said.casefold()


def uploading() -> str:
    """Return where files are dropped or chosen; page/script/links.js sends them."""
    field = tag("input", type="file", multiple="", aria_label="Add files")
    words = tag("span", "Drop files here, or ", tag("strong", "choose them"))
    told = tag("output", class_="hint", role="status")
    return tag("div", tag("label", field, words, class_="drop"), told, class_="cb")


def reading() -> str:
    """Return what is said to whoever may add no documents."""
    words = "You may ask about these documents. Whoever runs this page can let you add and delete some too."
    return tag("div", tag("p", words, class_="hint"), class_="cb")


def filter_form(wanted: str) -> str:
    """Return the field that narrows the list."""
    inside = field("wanted", "Find a document", value=wanted, kind="search") + tag(
        "button", "Find", type="submit"
    )
    return form("filter", inside, data_event="find", class_="inline")


def failures(failed: Sequence[Failure], edits: bool = True) -> str:
    """Return the files that could not be read, each with its reason; nothing where there are none."""
    heading = tag("h3", count(len(failed), "file"), " could not be read")
    return tag("section", heading, _reasons(failed, again=edits), class_="failures") if failed else ""


def unread(others: Sequence[Failure]) -> str:
    """Return the files that were passed over for their format, folded away; nothing where there are none."""
    summary = tag("summary", count(len(others), "file"), " of formats that are not read")
    return tag("details", summary, _reasons(others), class_="unread") if others else ""


def _reasons(failed: Sequence[Failure], again: bool = False) -> str:
    def line(f: Failure) -> str:
        retry = (
            act("again", "Try again", f.name, class_="quiet", aria_label=f"Try again: {f.name}")
            if again
            else ""
        )
        return tag("li", tag("strong", text(f.name)), tag("span", text(f.reason)), retry)

    return tag("ul", *map(line, failed))


def table(indexed: Sequence[Document], edits: bool = True) -> str:
    """Return the indexed documents, a row each."""
    if not indexed:
        return tag("p", "Nothing is indexed yet.", class_="hint")
    names = (tag("th", name, scope="col") for name in ("Document", "Type", "Date"))
    figures = tag("th", "Characters", scope="col", class_="figure")
    more = tag("th", tag("span", "What to do", class_="unseen"), scope="col") if edits else ""
    head = tag("thead", tag("tr", *names, figures, more))
    beyond = count(len(indexed) - SHOWN, "more document")
    rest = tag("p", f"and {beyond}", class_="hint") if len(indexed) > SHOWN else ""
    return tag("table", head, tag("tbody", *(_row(one, edits) for one in indexed[:SHOWN]))) + rest


def _row(one: Document, edits: bool) -> str:
    shown = called(one.title, one.name)
    title = tag("span", text(shown), class_="title", dir="auto") if shown != one.name else ""
    subtitle = " · ".join(filter(None, (one.name, one.author, _alike(one))))
    name = tag("th", title, tag("span", text(subtitle), class_="name"), scope="row")
    chars = tag("td", f"{one.chars:,}" if one.chars else "empty", class_="figure")
    more = tag("td", _more(one)) if edits else ""
    return tag("tr", name, tag("td", text(one.kind)), tag("td", text(one.day)), chars, more)


def _alike(one: Document) -> str:
    """Return in words which document has the same bytes, or says nearly the same."""
    if one.copy_of:
        return f"the same as {one.copy_of}"
    return f"nearly the same as {one.near_of}" if one.near_of else ""


def _more(one: Document) -> str:
    sure = tag(
        "p", "The file is moved out of its folder into the index's own, where it can be put back from."
    )
    inside = (
        act("again", "Read again", one.name),
        tag("details", tag("summary", "Delete"), sure, act("remove", "Delete", one.name, class_="danger")),
    )
    label = f"What to do with {one.name}"
    return tag(
        "details", tag("summary", "…", aria_label=label, title=label), tag("div", *inside), class_="menu"
    )


def step(one: Progress | str) -> str:
    """Return a step of a rebuild in words with a bar, how fast it goes and what is left; or its outcome."""
    if isinstance(one, str):
        return messages(notice(one))
    doing = tag("span", text(f"{STAGES.get(one.stage, one.stage)} {one.unit}"))
    bar = tag("progress", max=one.total, value=one.done, aria_label=one.stage)
    figures = tag("span", f"{one.done:,} of {one.total:,}", class_="figure")
    speed = tag("span", text(pace(one)), class_="pace")
    return tag("div", doing, bar, figures, speed, class_="cb progress", role="status")


def pace(one: Progress) -> str:
    """Return how fast a stage goes and how long it will take, as far as is known."""
    rate = f"{one.rate:,.0f} a second" if one.rate and one.rate >= 1 else ""
    left = f"about {lasting(one.left)} left" if one.left is not None and one.done < one.total else ""
    return ", ".join(filter(None, (rate, left)))


def lasting(seconds: float) -> str:
    """Return a time as a person would say it.

    >>> lasting(4), lasting(75), lasting(4000)
    ('4 s', '2 min', '1.1 h')
    """
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{-(-seconds // 60):.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def taken(names: Sequence[str]) -> str:
    """Return the question whether files that have names already taken are to replace those."""
    if not names:
        return ""
    what = ", ".join(f"“{name}”" for name in names)
    asked = tag("p", text(f"{what}: that name is taken. Replace what stands in the folder?"))
    answers = act("replace", "Replace") + act("leave", "Leave as it is")
    return tag("div", asked, tag("p", answers, class_="answers"), class_="notice alert", role="alert")


def generations(kept: Sequence[Kept]) -> str:
    """Return the generations that are kept, and a way back to each; nothing where there is but one."""
    if len(kept) < 2:
        return ""
    items = (_generation(one, current=not i) for i, one in enumerate(kept))
    lead = tag("p", "An earlier index can be brought back. Your files stay as they are.", class_="hint")
    return tag(
        "details", tag("summary", "Earlier states of the index"), lead, tag("ul", *items), class_="cb kept"
    )


def _generation(one: Kept, current: bool) -> str:
    when = one.published.replace("T", ", ")[:17]
    again = f" (number {one.restored} again)" if one.restored else ""
    facts = one.problem or f"{count(one.documents, 'document')}, {when} UTC{again}"
    name = tag("strong", f"Number {one.number}")
    back = act(
        "back", "Go back to this", str(one.number), class_="quiet", aria_label=f"Go back to {one.number}"
    )
    way = tag("span", "in use") if current else "" if one.problem else back
    return tag("li", name, tag("span", text(facts)), way)


def adding() -> str:
    """Return the form that adds a folder of this computer."""
    inside = field("folder", "Path of a folder on this computer") + tag("button", "Add folder", type="submit")
    return tag("div", form("include", inside, class_="inline"), class_="cb")


def messages(*notices: str) -> str:
    """Return notices (HTML) under one another."""
    return tag("div", *notices, class_="cb messages")
