"""The Documents tab as HTML: documents, failures, progress of a sync, kept generations."""

from collections.abc import Sequence

from citeback.index.generations.protocols import KeptGeneration
from citeback.index.records import PART_PREFIX, Document, Failure
from citeback.index.sync.missing_files import MissingFolder
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import Progress
from citeback.page.state.document_list import DocumentList
from citeback.page.views.answers import notice_message
from citeback.page.views.document_table import document_list
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import count_noun, escape, tag
from citeback.page.views.speech import tr

KEPT = "They are kept and still answer questions. When the folder is back, they are compared with it."
CHANGES = 50  # file names listed for each kind of change
NAMED = 3  # files that a receipt names
_FIRST = DocumentList()
STAGES = {"reading": "Reading", "splitting": "Splitting", "embedding": "Indexing", "writing": "Writing"}


def documents(
    indexed: Sequence[Document],
    failed: Sequence[Failure],
    folders: Sequence[tuple[str, str]],
    state: DocumentList = _FIRST,
    edits: bool = True,
    chooses: bool = False,
) -> str:
    """Return the folders, the failures, one page of the documents and the unread files.

    Folders are (path, shown path). `edits` is true if the user may read documents again and delete them,
    `chooses` if they may also remove folders.
    """
    head = tag(
        "p", count_noun(len(indexed), "document"), " from ", _folders(folders, chooses), class_="folders"
    )
    broken = [each for each in failed if not each.unread]
    others = [each for each in failed if each.unread]
    listed = document_list(indexed, state, edits)
    return tag("div", head, failures(broken, edits), listed, unread(others), class_="cb listing")


def _folders(folders: Sequence[tuple[str, str]], chooses: bool) -> str:
    def chip(path: str, shown: str) -> str:
        label = f"Stop searching {shown}; its files stay"
        gone = action_button("forget", "×", path, class_="quiet", aria_label=label, title=label)
        return tag("code", escape(shown)) + (gone if chooses and len(folders) > 1 else "")

    return " ".join(tag("span", chip(*each), class_="chip") for each in folders) or "no folder yet"


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
    lead = tag("summary", escape(f"Changed on disk since: {message}. Update the index to ask about it."))
    return tag("details", lead, *(_changed(*each) for each in what), class_="cb since")


def _changed(kind: str, names: Sequence[str]) -> str:
    rest = [f"and {count_noun(len(names) - CHANGES, 'more file')}"] if names[CHANGES:] else []
    shown = (*names[:CHANGES], *rest)
    return tag("h4", escape(kind.capitalize())) + tag("ul", *(tag("li", escape(name)) for name in shown))


def drop_zone(event: str = "act") -> str:
    """Return the drop zone for files; page/script/links.js uploads them, and then triggers `event`."""
    field = tag("input", type="file", multiple="", data_event=event, aria_label=tr("Add files"))
    choose = tag("strong", tr("choose them"))
    words = tag("span", tr("Drop files here, or {choose}", choose=choose))
    message = tag("output", class_="hint", role="status")
    return tag("label", field, words, class_="drop") + message


def uploading() -> str:
    """Return the drop zone of the tab."""
    return tag("div", drop_zone(), class_="cb")


def reading() -> str:
    """Return the hint for users who may not add documents."""
    words = "You can ask about these documents. Whoever runs this page can also let you add and delete some."
    return tag("div", tag("p", words, class_="hint"), class_="cb")


def failures(failed: Sequence[Failure], edits: bool = True) -> str:
    """Return the files that could not be read, with their reasons, or ""."""
    heading = tag("h3", count_noun(len(failed), "file"), " could not be read")
    return tag("section", heading, _reasons(failed, again=edits), class_="failures") if failed else ""


def unread(others: Sequence[Failure]) -> str:
    """Return the parts of documents that are not read, and the files of unsupported formats, collapsed."""
    parts = [each for each in others if each.reason.startswith(PART_PREFIX)]
    files = [each for each in others if not each.reason.startswith(PART_PREFIX)]
    return _collapsed(parts, "part", " of documents not read") + _collapsed(
        files, "file", " of unsupported formats"
    )


def _collapsed(failed: Sequence[Failure], noun: str, what: str) -> str:
    summary = tag("summary", count_noun(len(failed), noun), what)
    return tag("details", summary, _reasons(failed), class_="unread") if failed else ""


def _reasons(failed: Sequence[Failure], again: bool = False) -> str:
    def line(f: Failure) -> str:
        retry = (
            action_button("again", "Try again", f.name, class_="quiet", aria_label=f"Try again: {f.name}")
            if again
            else ""
        )
        return tag("li", tag("strong", escape(f.name)), tag("span", escape(f.reason)), retry)

    return tag("ul", *map(line, failed))


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
    return tag("div", form("include", add_folder_fields(), class_="inline"), class_="cb")


def add_folder_fields() -> str:
    """Return the field and the button of a form that adds a folder."""
    return field("folder", tr("Path of a folder on this computer")) + tag(
        "button", tr("Add folder"), type="submit"
    )


def receipt(added: Sequence[str], problems: Sequence[tuple[str, str]], outcome: str = "") -> str:
    """Return one message about all the files of an upload; `problems` are (file, reason)."""
    shown = ", ".join(added[:NAMED])
    rest = f" and {len(added) - NAMED:,} more" if len(added) > NAMED else ""
    done = f"{shown}{rest} {'was' if len(added) == 1 else 'were'} added." if added else "Nothing was added."
    reasons = (tag("li", tag("strong", escape(name)), tag("span", escape(why))) for name, why in problems)
    trouble = (
        tag(
            "details",
            tag("summary", count_noun(len(problems), "file"), " cannot be asked about"),
            tag("ul", *reasons),
            class_="unread",
            **({"open": ""} if len(problems) <= NAMED else {}),
        )
        if problems
        else ""
    )
    after = tag("span", escape(outcome), class_="hint") if outcome else ""
    return tag("div", tag("span", escape(done)), after, trouble, class_="notice note", role="status")


def deleted_receipt(names: Sequence[str]) -> str:
    """Return the message about deleted files, with the button that puts them back."""
    shown = names[0] if len(names) == 1 else count_noun(len(names), "file")
    words = tag("span", escape(f"{shown} {'was' if len(names) == 1 else 'were'} deleted."))
    return tag("div", words, " ", action_button("put-back", "Put back"), class_="notice note", role="status")


def join_messages(*notices: str) -> str:
    """Return a list of notices, which are HTML."""
    return tag("div", *notices, class_="cb messages")
