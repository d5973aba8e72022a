"""What the Documents tab shows after each event. Every error becomes words here. Must never know Gradio."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from index.errors import CitebackError
from index.records import Document, Failure
from page import listing, markup
from page.folder import Taken, Tend, document_of
from rag.rights import Role

GONE = CitebackError("The files waited too long and are not here any more.", "send them again")


class Shelf(Protocol):
    """What the tab needs of a corpus (`rag.Corpus`)."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Return every indexed document."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Return every file that is not in the index."""

    @property
    def folders(self) -> tuple[str, ...]:
        """Return the folders that the documents came from."""

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what must be told about the store."""


class Uploaded(Protocol):
    """Files that users have sent, each named by a key and only to the user who sent it."""

    def files(self, owner: str, keys: Iterable[str]) -> Mapping[str, Path]:
        """Return a user's own files by their keys, without keys of no file."""

    def discard(self, owner: str, keys: Iterable[str]) -> None:
        """Delete a user's files."""


class Tending:
    """Answers the tab's events. `corpus` returns the newest generation; `tend` acts on the folders.

    `uploaded` are the files that were sent; `owner` is a user's name, and `keys` come from a browser. What
    `role` may not do is not shown; `tend` refuses it (see `Allowed`).
    """

    def __init__(
        self, corpus: Callable[[], Shelf], tend: Tend, uploaded: Uploaded, role: Role = Role.ADMIN
    ) -> None:
        self.corpus = corpus
        self.tend = tend
        self.uploaded = uploaded
        self.role = role

    @property
    def edits(self) -> bool:
        """Tell whether documents may be added and deleted."""
        return self.role.covers(Role.EDITOR)

    def uploading(self) -> str:
        """Return where files are dropped; to whoever may not add any, who may."""
        return listing.uploading() if self.edits else listing.reading()

    def adding(self) -> str:
        """Return the form that adds a folder, to whoever may choose folders."""
        return listing.adding() if self.role.covers(Role.ADMIN) else ""

    def documents(self, wanted: str = "") -> str:
        """Return the list of documents, or what to do when there is none."""
        try:
            corpus = self.corpus()
            kept = listing.generations(self.tend.kept())
        except CitebackError as error:
            return listing.messages(markup.problem(error))
        notices = listing.messages(*map(markup.notice, corpus.notices)) if corpus.notices else ""
        folders = map(familiar, corpus.folders)
        listed = listing.documents(corpus.documents, corpus.failures, folders, wanted, self.edits)
        return notices + self._since() + listed + kept

    def _since(self) -> str:
        try:
            return listing.since(self.tend.since())
        except CitebackError as error:
            return listing.messages(markup.problem(error))

    def upload(self, owner: str, keys: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """Put files into the folder; return what became of each, and those whose names are taken."""
        told, taken = [], {}
        for key, file in self.uploaded.files(owner, keys).items():
            try:
                told.append(_added(self.tend.add(file)))
            except Taken:
                taken[key] = file.name
            except CitebackError as error:
                told.append(markup.problem(error))
        self.uploaded.discard(owner, [key for key in keys if key not in taken])
        return listing.messages(*told, listing.taken(list(taken.values()))), tuple(taken)

    def replace(self, owner: str, keys: Sequence[str]) -> str:
        """Put files into the folder in place of those that have their names; return what became of each."""
        told = [self._replaced(file) for file in self.uploaded.files(owner, keys).values()]
        self.uploaded.discard(owner, keys)
        return listing.messages(*told or [markup.problem(GONE)])

    def leave(self, owner: str, keys: Sequence[str]) -> str:
        """Leave the files of the folder as they are; return what is said then: nothing."""
        self.uploaded.discard(owner, keys)
        return listing.messages()

    def _replaced(self, file: Path) -> str:
        try:
            return _added(self.tend.add(file, replace=True))
        except CitebackError as error:
            return markup.problem(error)

    def rebuild(self, folders: Sequence[str] = (), again: Sequence[str] = ()) -> Iterator[str]:
        """Yield how a rebuild of the index goes."""
        try:
            yield from map(listing.step, self.tend.rebuild(folders, again))
        except CitebackError as error:
            yield listing.messages(markup.problem(error))

    def remove(self, name: str) -> Iterator[str]:
        """Take a document out of its folder, and yield how the index follows."""
        try:
            where = self.tend.remove(document_of(self.corpus().documents, name))
            outcome = ""
            for outcome in map(listing.step, self.tend.rebuild()):
                yield outcome
            yield listing.messages(markup.notice(f"{name} was moved to {familiar(where)}.")) + outcome
        except CitebackError as error:
            yield listing.messages(markup.problem(error))

    def go_back(self, number: str) -> str:
        """Make an earlier generation the current one and return what was done."""
        try:
            return listing.messages(
                markup.notice(self.tend.go_back(int(number) if number.isdecimal() else 0))
            )
        except CitebackError as error:
            return listing.messages(markup.problem(error))


def _added(name: str) -> str:
    return markup.notice(f"{name} was added. Rebuild the index to ask about it.")


def familiar(folder: str) -> str:
    """Return a folder as a person would name it: from the current directory, or from their home."""
    for base, name in ((Path.cwd(), ""), (Path.home(), "~")):
        if Path(folder).is_relative_to(base):
            return str(Path(name, Path(folder).relative_to(base)))
    return folder
