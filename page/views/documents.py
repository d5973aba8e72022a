"""The Documents tab as HTML: documents, failures, progress of a sync, kept generations."""

from collections.abc import Sequence

from citeback.index.generations.protocols import KeptGeneration
from citeback.index.records import PART_PREFIX, Document, Failure
from citeback.index.sync.missing_files import MissingFolder
from citeback.page.state.document_list import DocumentList
from citeback.page.views.document_table import NOTHING_YET, document_list
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import counted_documents, tr, tr_number
from citeback.rag.messages.catalogue import message

KEPT = message(
    "They are kept and still answer questions. When the folder is back, they are compared with it."
)
NAMED = 3  # files that a receipt names
_FIRST = DocumentList()


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
    start = tr(
        "{documents} from {folders}",
        documents=counted_documents(len(indexed)),
        folders=_folders(folders, chooses),
    )
    head = tag("p", start, class_="folders")
    broken = [each for each in failed if not each.unread]
    others = [each for each in failed if each.unread]
    listed = document_list(indexed, state, edits)
    return tag("div", head, failures(broken, edits), listed, unread(others), class_="cb listing")


def nothing_yet() -> str:
    """Return what stands in place of the documents before the first is indexed."""
    return tag("div", tag("p", tr(NOTHING_YET), class_="hint"), class_="cb listing")


def _folders(folders: Sequence[tuple[str, str]], chooses: bool) -> str:
    def chip(path: str, shown: str) -> str:
        label = tr("Stop searching {folder}; its files stay", folder=shown)
        gone = action_button("forget", "×", path, class_="quiet", aria_label=label, title=label)
        return tag("code", escape(shown)) + (gone if chooses and len(folders) > 1 else "")

    return " ".join(tag("span", chip(*each), class_="chip") for each in folders) or tr("no folder yet")


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
    words = tr(
        "You can ask about these documents. Whoever runs this page can also let you add and delete some."
    )
    return tag("div", tag("p", words, class_="hint"), class_="cb")


def failures(failed: Sequence[Failure], edits: bool = True) -> str:
    """Return the files that could not be read, with their reasons, or ""."""
    heading = tag(
        "h3", tr_number(len(failed), "{number} file could not be read", "{number} files could not be read")
    )
    return tag("section", heading, _reasons(failed, again=edits), class_="failures") if failed else ""


def unread(others: Sequence[Failure]) -> str:
    """Return the parts of documents that are not read, and the files of unsupported formats, collapsed."""
    parts = [each for each in others if each.reason.startswith(PART_PREFIX)]
    files = [each for each in others if not each.reason.startswith(PART_PREFIX)]
    not_read = tr_number(
        len(parts), "{number} part of documents not read", "{number} parts of documents not read"
    )
    unsupported = tr_number(
        len(files), "{number} file of an unsupported format", "{number} files of unsupported formats"
    )
    return _collapsed(parts, not_read) + _collapsed(files, unsupported)


def _collapsed(failed: Sequence[Failure], summary: str) -> str:
    return tag("details", tag("summary", summary), _reasons(failed), class_="unread") if failed else ""


def _reasons(failed: Sequence[Failure], again: bool = False) -> str:
    def line(f: Failure) -> str:
        label = tr("Try again: {name}", name=f.name)
        retry = (
            action_button("again", tr("Try again"), f.name, class_="quiet", aria_label=label) if again else ""
        )
        return tag("li", tag("strong", escape(f.name)), tag("span", escape(translated(f.reason))), retry)

    return tag("ul", *map(line, failed))


def absent(one: MissingFolder) -> str:
    """Return the question whether to keep an absent folder's documents, with a button for each answer."""
    if not (one.confirmable and one.documents):
        shown = tag("p", escape(translated(one.message)))
        return join_messages(tag("div", shown, class_="notice alert", role="alert"))
    many = len(one.documents)
    asked = tr_number(
        many,
        "{summary} Its disk may just be disconnected. What should happen to its document?",
        "{summary} Its disk may just be disconnected. What should happen to its {number} documents?",
        summary=translated(one.summary),
    )
    keep = tr_number(many, "Keep its document", "Keep its {number} documents")
    gone = action_button("gone", tr_number(many, "Remove it", "Remove them"), one.folder, class_="danger")
    answers = tag("p", action_button("keep", keep, one.folder) + gone, class_="answers")
    return join_messages(tag("div", tag("p", escape(asked)), answers, class_="notice ask", role="alert"))


def replace_question(names: Sequence[str]) -> str:
    """Return the question whether to replace files of the same names, or ""."""
    if not names:
        return ""
    quoted = ", ".join(tr("“{name}”", name=name) for name in names)
    asked = tr_number(
        len(names),
        "{names} is already in the folder. Replace it?",
        "{names} are already in the folder. Replace them?",
        names=quoted,
    )
    answers = action_button("replace", tr("Replace")) + action_button("leave", tr("Leave as it is"))
    buttons = tag("p", answers, class_="answers")
    return tag("div", tag("p", escape(asked)), buttons, class_="notice ask", role="alert")


def generations(kept: Sequence[KeptGeneration]) -> str:
    """Return the kept generations with a button to go back to each, or "" if there is only one."""
    if len(kept) < 2:
        return ""
    items = (_generation(one, current=not i) for i, one in enumerate(kept))
    lead = tag("p", tr("You can go back to an earlier index. Your files do not change."), class_="hint")
    summary = tag("summary", tr("Earlier states of the index"))
    return tag("details", summary, lead, tag("ul", *items), class_="cb kept")


def _generation(one: KeptGeneration, current: bool) -> str:
    when = one.published.replace("T", ", ")[:17]
    again = " " + tr("(number {number} again)", number=one.restored) if one.restored else ""
    facts = translated(one.problem or "") or f"{counted_documents(one.documents)}, {when} UTC{again}"
    name = tag("strong", tr("Number {number}", number=one.number))
    label = tr("Go back to {number}", number=one.number)
    back = action_button("back", tr("Go back to this"), str(one.number), class_="quiet", aria_label=label)
    way = tag("span", tr("in use")) if current else "" if one.problem else back
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
    shown, left = ", ".join(added[:NAMED]), len(added) - NAMED
    names = tr("{names} and {number} more", names=shown, number=left) if left > 0 else shown
    done = (
        tr_number(len(added), "{names} was added.", "{names} were added.", names=names)
        if added
        else tr("Nothing was added.")
    )
    reasons = (
        tag("li", tag("strong", escape(name)), tag("span", escape(translated(why)))) for name, why in problems
    )
    count = tr_number(
        len(problems), "{number} file cannot be asked about", "{number} files cannot be asked about"
    )
    trouble = (
        tag(
            "details",
            tag("summary", count),
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
    many = len(names)
    done = (
        tr("{name} was deleted.", name=names[0])
        if many == 1
        else tr_number(many, "{number} file was deleted.", "{number} files were deleted.")
    )
    back = action_button("put-back", tr("Put back"))
    return tag("div", tag("span", escape(done)), " ", back, class_="notice note", role="status")


def join_messages(*notices: str) -> str:
    """Return a list of notices, which are HTML."""
    return tag("div", *notices, class_="cb messages")
