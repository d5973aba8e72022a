"""The Documents tab as HTML: documents, failures, progress of a sync, kept generations."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from citeback.index.generations.rollback import KeptGeneration
from citeback.index.records import Document, Failure
from citeback.index.sync.missing_files import MissingFolder
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import Progress
from citeback.page.views.answers import notice_message
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import count_noun, document_label, escape, tag

KEPT = "They are kept and still answer questions. When the folder is back, they are compared with it."
CHANGES = 50  # file names listed for each kind of change
SHOWN = 500  # rows that a browser can lay out at once; a folder may hold many thousands
STAGES = {"reading": "Reading", "splitting": "Cutting", "embedding": "Embedding", "writing": "Writing"}


def documents(
    indexed: Sequence[Document],
    failed: Sequence[Failure],
    folders: Iterable[str],
    wanted: str = "",
    edits: bool = True,
) -> str:
    """Return the folders, the failures, the documents (the first `SHOWN`) and the unread files.

    `edits` is true if the user may read documents again and delete them.
    """
    places = ", ".join(tag("code", escape(folder)) for folder in folders) or "no folder yet"
    head = tag("p", count_noun(len(indexed), "document"), " from ", places, class_="folders")
    broken = [each for each in failed if not each.unread]
    others = [each for each in failed if each.unread]
    some = [each for each in indexed if matches(each, wanted)]
    finding = filter_form(wanted) if len(indexed) > 1 else ""
    none = tag("p", escape(f"No document name matches “{wanted}”."), class_="hint")
    files = Counter(each.file_name for each in indexed)
    listed = table(some, files, edits) if some or not wanted else none
    return tag("div", head, failures(broken, edits), finding, listed, unread(others), class_="cb listing")


def since(plan: Plan) -> str:
    """Return the changes in the folders since the last sync, or ""."""
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
    message = ", ".join(f"{len(names):,} {kind}" for kind, names in what)
    lead = tag("summary", escape(f"Changed on disk since: {message}. Rebuild the index to update it."))
    return tag("details", lead, *(_changed(*each) for each in what), class_="cb since")


def _changed(kind: str, names: Sequence[str]) -> str:
    rest = [f"and {count_noun(len(names) - CHANGES, 'more file')}"] if names[CHANGES:] else []
    shown = (*names[:CHANGES], *rest)
    return tag("h4", escape(kind.capitalize())) + tag("ul", *(tag("li", escape(name)) for name in shown))


def matches(document: Document, wanted: str) -> bool:
    """Return whether a document's name, title, author, kind or date contains the search term."""
    statement = f"{document.name}\n{document.title}\n{document.author}\n{document.kind}\n{document.day}"
    return wanted.casefold() in statement.casefold()


def uploading() -> str:
    """Return the drop zone for files; page/script/links.js uploads them."""
    field = tag("input", type="file", multiple="", aria_label="Add files")
    words = tag("span", "Drop files here, or ", tag("strong", "choose them"))
    message = tag("output", class_="hint", role="status")
    return tag("div", tag("label", field, words, class_="drop"), message, class_="cb")


def reading() -> str:
    """Return the hint for users who may not add documents."""
    words = "You can ask about these documents. Whoever runs this page can also let you add and delete some."
    return tag("div", tag("p", words, class_="hint"), class_="cb")


def filter_form(wanted: str) -> str:
    """Return the form that filters the list."""
    inside = field("wanted", "Find a document", value=wanted, kind="search") + tag(
        "button", "Find", type="submit"
    )
    return form("filter", inside, data_event="find", class_="inline")


def failures(failed: Sequence[Failure], edits: bool = True) -> str:
    """Return the files that could not be read, with their reasons, or ""."""
    heading = tag("h3", count_noun(len(failed), "file"), " could not be read")
    return tag("section", heading, _reasons(failed, again=edits), class_="failures") if failed else ""


def unread(others: Sequence[Failure]) -> str:
    """Return the files of unsupported formats, collapsed, or ""."""
    summary = tag("summary", count_noun(len(others), "file"), " of unsupported formats")
    return tag("details", summary, _reasons(others), class_="unread") if others else ""


def _reasons(failed: Sequence[Failure], again: bool = False) -> str:
    def line(f: Failure) -> str:
        retry = (
            action_button("again", "Try again", f.name, class_="quiet", aria_label=f"Try again: {f.name}")
            if again
            else ""
        )
        return tag("li", tag("strong", escape(f.name)), tag("span", escape(f.reason)), retry)

    return tag("ul", *map(line, failed))


def table(indexed: Sequence[Document], files: Mapping[str, int], edits: bool = True) -> str:
    """Return a table of the documents; `files` maps each file to the number of its documents."""
    if not indexed:
        return tag("p", "Nothing is indexed yet.", class_="hint")
    names = (tag("th", name, scope="col") for name in ("Document", "Type", "Date"))
    figures = tag("th", "Characters", scope="col", class_="figure")
    more = tag("th", tag("span", "Actions", class_="unseen"), scope="col") if edits else ""
    head = tag("thead", tag("tr", *names, figures, more))
    beyond = count_noun(len(indexed) - SHOWN, "more document")
    rest = tag("p", f"and {beyond}", class_="hint") if len(indexed) > SHOWN else ""
    rows = (_row(one, files[one.file_name] if edits else 0) for one in indexed[:SHOWN])
    return tag("table", head, tag("tbody", *rows)) + rest


def _row(one: Document, many: int) -> str:
    """Return a table row; `many` is the number of documents in its file, or 0 without the right to edit."""
    shown = document_label(one.title, one.name)
    title = tag("span", escape(shown), class_="title", dir="auto") if shown != one.name else ""
    subtitle = " · ".join(filter(None, (one.name, one.author, _alike(one))))
    name = tag("th", title, tag("span", escape(subtitle), class_="name"), scope="row")
    chars = tag("td", f"{one.chars:,}" if one.chars else "empty", class_="figure")
    more = tag("td", _more(one, many)) if many else ""
    return tag("tr", name, tag("td", escape(one.kind)), tag("td", escape(one.day)), chars, more)


def _alike(one: Document) -> str:
    """Return a note about an exact or near-duplicate of a document, or ""."""
    if one.copy_of:
        return f"the same as {one.copy_of}"
    return f"nearly the same as {one.near_of}" if one.near_of else ""


def _more(one: Document, many: int) -> str:
    inside = (
        action_button("again", "Read again", one.name),
        tag("details", tag("summary", "Delete"), *_deleting(one, many)),
    )
    label = f"Actions for {one.name}"
    return tag(
        "details", tag("summary", "…", aria_label=label, title=label), tag("div", *inside), class_="menu"
    )


def _deleting(one: Document, many: int) -> tuple[str, ...]:
    """Return the warning and the button for deleting a document; its file holds `many` documents."""
    sure = "The file is moved from its folder into the index, and you can restore it from there."
    if many == 1 and not one.member:
        return tag("p", sure), action_button("remove", "Delete", one.name, class_="danger")
    part = f"This is part of {one.file_name} and cannot be deleted on its own. " if one.member else ""
    holds = f"{part}{one.file_name} contains {count_noun(many, 'document')}, and the whole file is deleted. "
    whole = action_button("whole", f"Delete {one.file_name}", one.name, class_="danger")
    return tag("p", escape(holds + sure)), whole


def absent(one: MissingFolder) -> str:
    """Return the question whether to keep an absent folder's documents, with a button for each answer."""
    if not (one.confirmable and one.documents):
        return join_messages(tag("div", tag("p", escape(one.message)), class_="notice alert", role="alert"))
    many = len(one.documents)
    its, them = (f"its {many:,} documents", "them") if many > 1 else ("its document", "it")
    asked = tag("p", escape(f"{one.summary} Its disk may just be disconnected. What should happen to {its}?"))
    gone = action_button("gone", f"Remove {them}", one.folder, class_="danger")
    answers = tag("p", action_button("keep", f"Keep {its}", one.folder) + gone, class_="answers")
    return join_messages(tag("div", asked, answers, class_="notice alert", role="alert"))


def progress_step(one: Progress | str) -> str:
    """Return a step of a sync with progress bar, rate and time left, or its outcome."""
    if isinstance(one, str):
        return join_messages(notice_message(one))
    doing = tag("span", escape(f"{STAGES.get(one.stage, one.stage)} {one.unit}"))
    bar = tag("progress", max=one.total, value=one.done, aria_label=one.stage)
    figures = tag("span", f"{one.done:,} of {one.total:,}", class_="figure")
    speed = tag("span", escape(format_speed(one)), class_="pace")
    return tag("div", doing, bar, figures, speed, class_="cb progress", role="status")


def format_speed(one: Progress) -> str:
    """Return the rate of a stage and the time left, as far as they are known."""
    rate = f"{one.rate:,.0f} a second" if one.rate and one.rate >= 1 else ""
    left = (
        f"about {format_duration(one.remaining)} left"
        if one.remaining is not None and one.done < one.total
        else ""
    )
    return ", ".join(filter(None, (rate, left)))


def format_duration(seconds: float) -> str:
    """Return a duration in words.

    >>> format_duration(4), format_duration(75), format_duration(4000)
    ('4 s', '2 min', '1.1 h')
    """
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    return f"{-(-seconds // 60):.0f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def replace_question(names: Sequence[str]) -> str:
    """Return the question whether to replace files of the same names, or ""."""
    if not names:
        return ""
    what = ", ".join(f"“{name}”" for name in names)
    asked = tag("p", escape(f"{what}: that name is taken. Replace the file in the folder?"))
    answers = action_button("replace", "Replace") + action_button("leave", "Leave as it is")
    return tag("div", asked, tag("p", answers, class_="answers"), class_="notice alert", role="alert")


def generations(kept: Sequence[KeptGeneration]) -> str:
    """Return the kept generations with a button to go back to each, or "" if there is only one."""
    if len(kept) < 2:
        return ""
    items = (_generation(one, current=not i) for i, one in enumerate(kept))
    lead = tag("p", "You can go back to an earlier index. Your files do not change.", class_="hint")
    return tag(
        "details", tag("summary", "Earlier states of the index"), lead, tag("ul", *items), class_="cb kept"
    )


def _generation(one: KeptGeneration, current: bool) -> str:
    when = one.published.replace("T", ", ")[:17]
    again = f" (number {one.restored} again)" if one.restored else ""
    facts = one.problem or f"{count_noun(one.documents, 'document')}, {when} UTC{again}"
    name = tag("strong", f"Number {one.number}")
    back = action_button(
        "back", "Go back to this", str(one.number), class_="quiet", aria_label=f"Go back to {one.number}"
    )
    way = tag("span", "in use") if current else "" if one.problem else back
    return tag("li", name, tag("span", escape(facts)), way)


def add_folder_form() -> str:
    """Return the form that adds a folder of this computer."""
    inside = field("folder", "Path of a folder on this computer") + tag("button", "Add folder", type="submit")
    return tag("div", form("include", inside, class_="inline"), class_="cb")


def join_messages(*notices: str) -> str:
    """Return a list of notices, which are HTML."""
    return tag("div", *notices, class_="cb messages")
