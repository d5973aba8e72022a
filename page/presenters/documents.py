"""Handlers of the Documents tab, which turn every error into a message."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from citeback.index.errors import CitebackError, StoreError
from citeback.page.state.folders import FolderActions, NameTaken, document_of
from citeback.page.views import answers, forms
from citeback.page.views import documents as documents_views
from citeback.rag.protocols import BrowsableCorpus
from citeback.rag.rights import Role

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
    beyond `role` are hidden here and refused by `tend` (see `Allowed`).
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

    def uploading(self) -> str:
        """Return the drop zone for files, or a hint for users who may not add any."""
        return documents_views.uploading() if self.edits else documents_views.reading()

    def adding(self) -> str:
        """Return the form that adds a folder, or "" for users who may not."""
        return documents_views.add_folder_form() if self.role.covers(Role.ADMIN) else ""

    def documents(self, wanted: str = "") -> str:
        """Return the list of documents, or what to do if there are none."""
        try:
            corpus = self.corpus()
            kept = documents_views.generations(self.tend.kept_generations())
        except CitebackError as error:
            return documents_views.join_messages(answers.error_message(error))
        notices = (
            documents_views.join_messages(*map(answers.notice_message, corpus.notices))
            if corpus.notices
            else ""
        )
        folders = map(short_path, corpus.folders)
        listed = documents_views.documents(corpus.documents, corpus.failures, folders, wanted, self.edits)
        return notices + self._since() + listed + kept

    def _since(self) -> str:
        try:
            changes = self.tend.since()
            return "".join(map(documents_views.absent, changes.absent)) + documents_views.since(changes)
        except CitebackError as error:
            return documents_views.join_messages(answers.error_message(error))

    def upload(self, owner: str, keys: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """Move uploaded files into the folder; return the result of each, and the keys of name conflicts."""
        messages, taken = [], {}
        for key, file in self.uploaded.files(owner, keys).items():
            try:
                messages.append(_added_message(self.tend.add(file)))
            except NameTaken:
                taken[key] = file.name
            except CitebackError as error:
                messages.append(answers.error_message(error))
        self.uploaded.discard(owner, [key for key in keys if key not in taken])
        return documents_views.join_messages(
            *messages, documents_views.replace_question(list(taken.values()))
        ), tuple(taken)

    def replace(self, owner: str, keys: Sequence[str]) -> str:
        """Replace the files of the same names by uploaded ones; return the result of each."""
        messages = [self._replaced(file) for file in self.uploaded.files(owner, keys).values()]
        self.uploaded.discard(owner, keys)
        return documents_views.join_messages(*messages or [answers.error_message(GONE)])

    def leave(self, owner: str, keys: Sequence[str]) -> str:
        """Discard uploaded files whose names exist; return an empty message."""
        self.uploaded.discard(owner, keys)
        return documents_views.join_messages()

    def _replaced(self, file: Path) -> str:
        try:
            return _added_message(self.tend.add(file, replace=True))
        except CitebackError as error:
            return answers.error_message(error)

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[str]:
        """Yield the progress of a sync."""
        try:
            yield from map(documents_views.progress_step, self.tend.rebuild(folders, again, gone))
        except CitebackError as error:
            yield documents_views.join_messages(answers.error_message(error))

    def forget(self, folder: str) -> Iterator[str]:
        """Remove the documents of an absent folder from the index, and yield the progress."""
        try:
            absent = {each.folder for each in self.tend.since().absent}
        except CitebackError as error:
            yield documents_views.join_messages(answers.error_message(error))
            return
        if self.edits and folder not in absent:
            yield documents_views.join_messages(
                answers.notice_message("The folder is back: nothing was removed.")
            )
        else:
            yield from self.rebuild(gone=[folder])

    def keep(self) -> str:
        """Return a message that the documents of an absent folder are kept."""
        return documents_views.join_messages(answers.notice_message(documents_views.KEPT))

    def remove(self, name: str, whole: bool = False) -> Iterator[str]:
        """Remove a document's file from its folder and sync the index, yielding the progress."""
        try:
            documents = self.corpus().documents
            document = document_of(documents, name)
            many = sum(each.file_name == document.file_name for each in documents)
            if many > 1 and not whole:
                raise StoreError(
                    f"{document.file_name} holds {many:,} documents, which cannot be deleted one by one."
                )
            where = self.tend.remove(document, whole)
            outcome = ""
            for outcome in map(documents_views.progress_step, self.tend.rebuild(gone=[document.path])):
                yield outcome
            moved = f"{document.file_name} was moved to {short_path(where)}."
            yield documents_views.join_messages(answers.notice_message(moved)) + outcome
        except CitebackError as error:
            yield documents_views.join_messages(answers.error_message(error))

    def go_back(self, number: str) -> str:
        """Go back to an earlier generation; return a message."""
        try:
            return documents_views.join_messages(
                answers.notice_message(self.tend.go_back(max(0, forms.parse_number(number))))
            )
        except CitebackError as error:
            return documents_views.join_messages(answers.error_message(error))


def _added_message(name: str) -> str:
    return answers.notice_message(f"{name} was added. Rebuild the index to ask about it.")


def short_path(folder: str) -> str:
    """Return a folder's path relative to the current or the home directory, if it is inside."""
    for base, name in ((Path.cwd(), ""), (Path.home(), "~")):
        if Path(folder).is_relative_to(base):
            return str(Path(name, Path(folder).relative_to(base)))
    return folder
