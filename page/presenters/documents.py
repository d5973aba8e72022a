"""Handlers of the Documents tab, which turn every error into a message."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from citeback.index.errors import CitebackError, NoGeneration, StoreError
from citeback.index.sync.report import Progress
from citeback.page.state.document_list import DocumentList
from citeback.page.state.document_refs import find_document
from citeback.page.state.folders import FolderActions, NameTaken, RemovedFile, SyncStep, document_of
from citeback.page.views import answers, forms, source_panel, sync_steps, welcome
from citeback.page.views import documents as documents_views
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import tr, tr_number
from citeback.rag.messages.catalogue import message
from citeback.rag.protocols import BrowsableCorpus
from citeback.rag.rights import Role

BACK = message("Back to the documents")
_FIRST = DocumentList()
GONE = CitebackError("The uploaded files have expired and were deleted.", "upload them again")


class Uploaded(Protocol):
    """Uploaded files, each accessible by key to the user who sent it."""

    def files(self, owner: str, keys: Iterable[str]) -> Mapping[str, Path]:
        """Return a user's files by key; unknown keys are left out."""

    def discard(self, owner: str, keys: Iterable[str]) -> None:
        """Delete a user's files."""


class FolderHandlers:
    """Handles the tab's events; `corpus` returns the newest corpus, and `tend` acts on the folders.

    `uploaded` holds the files sent by users; `owner` is a user name, and `keys` come from a browser. Actions
    beyond `role` are hidden here and refused by `tend` (see `RestrictedFolder`).
    """

    def __init__(
        self,
        corpus: Callable[[], BrowsableCorpus],
        tend: FolderActions,
        uploaded: Uploaded,
        role: Role = Role.ADMIN,
    ) -> None:
        self.corpus = corpus
        self.tend = tend
        self.uploaded = uploaded
        self.role = role

    @property
    def edits(self) -> bool:
        """Return whether the user may add and delete documents."""
        return self.role.covers(Role.EDITOR)

    @property
    def chooses(self) -> bool:
        """Return whether the user may choose folders."""
        return self.role.covers(Role.ADMIN)

    def uploading(self) -> str:
        """Return the drop zone for files, or a hint for users who may not add any."""
        return documents_views.uploading() if self.edits else documents_views.reading()

    def adding(self) -> str:
        """Return the form that adds a folder, or "" for users who may not."""
        return documents_views.add_folder_form() if self.chooses else ""

    def first_documents(self) -> str:
        """Return the card that adds the first documents."""
        place = short_path(self.tend.upload_folder()) if self.edits else ""
        return welcome.first_documents(self.edits, self.chooses, place)

    def documents(self, state: DocumentList = _FIRST) -> str:
        """Return the list of documents, or what to do if there are none."""
        try:
            corpus = self.corpus()
            kept = documents_views.generations(self.tend.kept_generations())
        except NoGeneration:
            return documents_views.nothing_yet()
        except CitebackError as error:
            return documents_views.join_messages(answers.error_message(error))
        notices = (
            documents_views.join_messages(
                *(answers.notice_message(translated(each)) for each in corpus.notices)
            )
            if corpus.notices
            else ""
        )
        listed = documents_views.documents(
            corpus.documents,
            corpus.failures,
            [(each, short_path(each)) for each in corpus.folders],
            state,
            self.edits,
            self.chooses,
        )
        return notices + self._since() + listed + kept

    def _since(self) -> str:
        try:
            changes = self.tend.since()
            return "".join(map(documents_views.absent, changes.absent)) + sync_steps.since(changes)
        except CitebackError as error:
            return documents_views.join_messages(answers.error_message(error))

    def read(self, ref: str) -> str:
        """Return the panel with the document that a link points to, or "" for any other link."""
        try:
            corpus = self.corpus()
            place = find_document(corpus.documents, ref)
            return (
                source_panel.document_panel(corpus.source(place.document), place, back=BACK) if place else ""
            )
        except CitebackError as error:
            return answers.side_panel(tr("Document"), answers.error_message(error), ref="document", back=BACK)

    def upload(
        self, owner: str, keys: Sequence[str], replace: bool = False
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Move uploaded files into the folder and index them.

        Yields the progress, then one receipt for all; with it, the keys of files whose names are taken.
        """
        files = self.uploaded.files(owner, keys)
        if not files:
            yield documents_views.join_messages(answers.error_message(GONE)), ()
            return
        added: list[str] = []
        problems: list[tuple[str, str]] = []
        taken: dict[str, str] = {}
        for key, file in files.items():
            try:
                added.append(self.tend.add(file, replace))
            except NameTaken:
                taken[key] = file.name
            except CitebackError as error:
                problems.append((file.name, error.message))
        self.uploaded.discard(owner, [key for key in keys if key not in taken])
        asked = documents_views.replace_question(list(taken.values()))
        if not added:
            said = documents_views.receipt((), problems) if problems else ""
            yield documents_views.join_messages(said, asked), tuple(taken)
            return
        done = ""
        try:
            for step in self.tend.rebuild():
                done = done if isinstance(step, Progress) else sync_steps.outcome(step)
                yield sync_steps.progress_step(step), tuple(taken)
            unread = {each.name: each.reason for each in self.corpus().failures}
        except CitebackError as error:
            yield documents_views.join_messages(answers.error_message(error), asked), tuple(taken)
            return
        problems += [(name, unread[name]) for name in added if name in unread]
        read = [name for name in added if name not in unread]
        yield (
            documents_views.join_messages(documents_views.receipt(read, problems, done), asked),
            tuple(taken),
        )

    def leave(self, owner: str, keys: Sequence[str]) -> str:
        """Discard uploaded files whose names exist; return an empty message."""
        self.uploaded.discard(owner, keys)
        return documents_views.join_messages()

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[str]:
        """Yield the progress of a sync."""
        yield from _progress(lambda: self.tend.rebuild(folders, again, gone))

    def forget_folder(self, folder: str) -> Iterator[str]:
        """Stop searching a folder, and yield the progress."""
        yield from _progress(lambda: self.tend.forget(folder))

    def forget(self, folder: str) -> Iterator[str]:
        """Remove the documents of an absent folder from the index, and yield the progress."""
        try:
            absent = {each.folder for each in self.tend.since().absent}
        except CitebackError as error:
            yield documents_views.join_messages(answers.error_message(error))
            return
        if self.edits and folder not in absent:
            yield documents_views.join_messages(
                answers.notice_message(tr("The folder is back: nothing was removed."))
            )
        else:
            yield from self.rebuild(gone=[folder])

    def keep(self) -> str:
        """Return a message that the documents of an absent folder are kept."""
        return documents_views.join_messages(answers.notice_message(tr(documents_views.KEPT)))

    def remove(
        self, names: Sequence[str], whole: bool = False
    ) -> Iterator[tuple[str, tuple[RemovedFile, ...]]]:
        """Delete the files of documents and sync the index.

        Yields the progress, then a receipt; and with it the files, which can be put back.
        """
        removed: list[RemovedFile] = []
        problems: list[str] = []
        for name in names:
            try:
                removed.append(self._removed(name, whole))
            except CitebackError as error:
                problems.append(answers.error_message(error))
        if not removed:
            yield documents_views.join_messages(*problems), ()
            return
        outcome = ""
        for outcome in self.rebuild(gone=[each.path for each in removed]):
            yield outcome, tuple(removed)
        done = documents_views.deleted_receipt([each.name for each in removed])
        yield documents_views.join_messages(done, *problems) + outcome, tuple(removed)

    def _removed(self, name: str, whole: bool) -> RemovedFile:
        documents = self.corpus().documents
        document = document_of(documents, name)
        many = sum(each.file_name == document.file_name for each in documents)
        if many > 1 and not whole:
            raise StoreError(
                f"{document.file_name} holds {many:,} documents, which cannot be deleted one by one."
            )
        kept = self.tend.remove(document, whole)
        return RemovedFile(name=document.file_name, folder=document.folder, path=document.path, kept=kept)

    def put_back(self, removed: Sequence[RemovedFile]) -> Iterator[str]:
        """Put deleted files back where they stood and sync the index, yielding the progress."""
        back: list[str] = []
        problems: list[str] = []
        for each in removed:
            try:
                self.tend.put_back(each)
                back.append(each.name)
            except CitebackError as error:
                problems.append(answers.error_message(error))
        outcome = ""
        for outcome in self.rebuild() if back else ():
            yield outcome
        said = tr_number(len(back), "{names} is back.", "{names} are back.", names=", ".join(back))
        done = [answers.notice_message(said)]
        yield documents_views.join_messages(*(done if back else ()), *problems) + outcome

    def go_back(self, number: str) -> str:
        """Go back to an earlier generation; return a message."""
        try:
            return documents_views.join_messages(
                answers.notice_message(translated(self.tend.go_back(max(0, forms.parse_number(number)))))
            )
        except CitebackError as error:
            return documents_views.join_messages(answers.error_message(error))


def _progress(steps: Callable[[], Iterator[SyncStep]]) -> Iterator[str]:
    try:
        yield from map(sync_steps.progress_step, steps())
    except CitebackError as error:
        yield documents_views.join_messages(answers.error_message(error))


def short_path(folder: str) -> str:
    """Return a folder's path relative to the current or the home directory, if it is inside."""
    for base, name in ((Path.cwd(), ""), (Path.home(), "~")):
        if Path(folder).is_relative_to(base):
            return str(Path(name, Path(folder).relative_to(base)))
    return folder
