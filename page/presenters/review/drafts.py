"""Handlers of draft checks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from citeback.index.errors import CitebackError, SettingsError
from citeback.index.readers.text import markdown
from citeback.index.records import Source
from citeback.page.presenters.lookup import parse_filter
from citeback.page.state.review.checked_draft import CheckedDraft, draft_name
from citeback.page.state.review.saved_drafts import DraftStore
from citeback.page.views import answers
from citeback.page.views.documents import join_messages
from citeback.page.views.review import drafts as view
from citeback.rag.drafts.checked_claim import CheckedClaim
from citeback.rag.drafts.draft_files import WORD_SUFFIXES
from citeback.rag.protocols import AskableCorpus

EXPIRED = SettingsError("The draft has expired and was deleted.", "choose it again")
EMPTY = SettingsError("There is no text to check.", "paste your text, or choose a file")


class UploadedDrafts(Protocol):
    """Uploaded files, each accessible by key to the user who sent it."""

    def files(self, owner: str, keys: Sequence[str]) -> Mapping[str, Path]:
        """Return a user's files by key; unknown keys are left out."""

    def discard(self, owner: str, keys: Sequence[str]) -> None:
        """Delete a user's files."""


class DraftHandlers:
    """Handles the events of draft checks; `corpus` returns the newest corpus or raises.

    `read` reads a file in a process of its own, and `base` is what permanent links begin with.
    """

    def __init__(
        self,
        corpus: Callable[[], AskableCorpus],
        kept: DraftStore,
        uploaded: UploadedDrafts,
        read: Callable[[Path, str], Source],
        base: str = "",
    ) -> None:
        self.corpus = corpus
        self.kept = kept
        self.uploaded = uploaded
        self.read = read
        self.base = base

    def failed(self, error: CitebackError) -> str:
        """Return an error message."""
        return join_messages(answers.error_message(error))

    def pasted(self, asked: Mapping[str, str]) -> CheckedDraft:
        """Return the draft of a form. Raises CitebackError."""
        text = asked.get("draft", "")
        if not text.strip():
            raise EMPTY
        if len(text) > view.PASTED:
            most = f"at most {view.PASTED:,} are checked"
            raise SettingsError(f"The text has {len(text):,} characters; {most}.", "paste a part of it")
        source = markdown.read(text.encode("utf-8"), "")
        return CheckedDraft(source, name=draft_name(source))

    def brought(self, owner: str, keys: Sequence[str]) -> CheckedDraft:
        """Return the draft that a user has uploaded, and delete the file. Raises CitebackError."""
        files = self.uploaded.files(owner, keys)
        try:
            path = next(iter(files.values()), None)
            if path is None:
                raise EXPIRED
            source = self.read(path, path.name)
            data = path.read_bytes() if path.suffix.lower() in WORD_SUFFIXES else b""
            return CheckedDraft(source, name=draft_name(source, path.name), file=data)
        finally:
            self.uploaded.discard(owner, keys)

    def check(self, draft: CheckedDraft, asked: Mapping[str, str]) -> Iterator[CheckedDraft]:
        """Yield a draft as its sentences are checked, at first without any. Raises CitebackError."""
        within, corpus = parse_filter(asked), self.corpus()
        now = replace(draft, documents=sum(map(within.allows, corpus.documents)))
        yield now
        claims: list[CheckedClaim] = []
        for claim in corpus.check_draft(now.source, within):
            claims.append(claim)
            yield now.with_claims(claims)
        yield replace(now.with_claims(claims), complete=True)

    def save(self, owner: str, draft: CheckedDraft) -> CheckedDraft:
        """Save a draft with its verdicts. Raises HistoryError."""
        return self.kept.save(owner, draft)

    def show(self, draft: CheckedDraft, running: bool = False) -> str:
        """Return a draft as HTML."""
        return view.draft(draft, running, self.base)

    def saved(self, owner: str) -> str:
        """Return the list of drafts that were checked before."""
        try:
            return view.saved_drafts(self.kept.listing(owner))
        except CitebackError as error:
            return self.failed(error)

    def open(self, owner: str, key: str) -> tuple[str, CheckedDraft]:
        """Return a draft that was checked before."""
        try:
            draft = self.kept.open(owner, key)
        except CitebackError as error:
            return self.failed(error), CheckedDraft()
        return (self.show(draft), draft) if draft else ("", CheckedDraft())

    def delete(self, owner: str, key: str) -> str:
        """Delete a draft that was checked before; return the list."""
        try:
            self.kept.delete(owner, key)
        except CitebackError as error:
            return self.failed(error)
        return self.saved(owner)
