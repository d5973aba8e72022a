"""A corpus with scripted answers for the tests of the page. test_page.py uses the real one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from citeback.index.errors import UnknownDocument
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.records import Document, Failure, Source, Span
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import Progress
from citeback.page.state.folders import RemovedFile
from citeback.rag.answer import (
    Answer,
    AnswerCompleted,
    AnswerEvent,
    Citation,
    Passage,
    Retrieved,
    Sentence,
    SentenceVerified,
    Turn,
    Verdict,
)
from citeback.rag.confidence import AnswerSettings
from citeback.rag.conflicts.conflict import ConflictListing
from citeback.rag.drafts.checked_claim import CheckedClaim
from citeback.rag.lists.listing import Listing
from citeback.rag.review.cell import CellStore, TableCell
from citeback.rag.summary.summary import Summary
from citeback.rag.timeline.timeline import Timeline


def source(text: str, title: str = "", kind: str = "text", pages: tuple[int, ...] = ()) -> Source:
    return Source(text, title, kind, (), pages)


def cite(document: str, text: str, quote: str, n: int = 1, page: int | None = None) -> Citation:
    start = text.index(quote)
    return Citation(n, document, Span(start, start + len(quote)), quote, 1.0, page)


def passage(document: str, text: str, words: str, n: int = 1) -> Passage:
    start = text.index(words)
    return Passage(n, document, Span(start, start + len(words)), words, 1.0 / n)


def said(*citations: Citation, verdict: Verdict = Verdict.SUPPORTED, text: str = "") -> Sentence:
    return Sentence(text or citations[0].quote, verdict, citations)


def answer(
    question: str, sentences: Sequence[Sentence] = (), passages: Sequence[Passage] = (), **more: Any
) -> Answer:
    known: dict[str, Any] = {
        "standalone": question,
        "confidence": 0.9 if sentences else 0.1,
        "seconds": {"retrieve": 0.03, "evidence": 0.05},
    }
    return Answer(
        question,
        abstained=not sentences,
        sentences=tuple(sentences),
        passages=tuple(passages),
        **known | more,
    )


@dataclass
class ScriptedCorpus:
    """Returns the scripted answer to a question, or abstains."""

    sources: Mapping[str, Source]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    folders: tuple[str, ...] = ("docs",)
    notices: tuple[str, ...] = ()

    @property
    def answering_parts(self) -> Mapping[str, str]:
        return {"Written by": "a script"}

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(
            Document(
                name, "docs", f"docs/{name}", len(each.text), 0, "", each.title, each.kind, len(each.text)
            )
            for name, each in self.sources.items()
        )

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        within: Filter = NO_FILTER,
        settings: AnswerSettings | None = None,
    ) -> Iterator[AnswerEvent]:
        result = self.answers.get(question, answer(question))
        yield Retrieved(result.standalone, result.passages)
        yield from map(SentenceVerified, result.sentences)
        yield AnswerCompleted(result)

    def ask(self, question: str, history: Sequence[Turn] = (), within: Filter = NO_FILTER) -> Answer:
        return self.answers.get(question, answer(question))

    def check_draft(self, draft: Source, within: Filter = NO_FILTER) -> Iterator[CheckedClaim]:
        return iter(())

    def answer_table(
        self, questions: Sequence[str], within: Filter = NO_FILTER, saved: CellStore | None = None
    ) -> Iterator[TableCell]:
        return iter(())

    def list_items(self, kind: str, within: Filter = NO_FILTER) -> Listing:
        return Listing(kind, (), len(self.sources), 0, ())

    def conflicts(self, within: Filter = NO_FILTER) -> ConflictListing:
        return ConflictListing((), len(self.sources), 0, 0, 0)

    def conflicts_so_far(self, within: Filter = NO_FILTER) -> Iterator[ConflictListing]:
        yield self.conflicts(within)

    def timeline(self, within: Filter = NO_FILTER, about: str = "") -> Timeline:
        return Timeline((), len(self.sources), 0, about)

    def summary(
        self, within: Filter = NO_FILTER, about: str = "", document: str = "", most: int = 12
    ) -> Summary:
        return Summary((), 0, len(self.sources), 0, about)

    def search(
        self, question: str, k: int = 10, history: Sequence[Turn] = (), within: Filter = NO_FILTER
    ) -> tuple[Passage, ...]:
        return self.answers.get(question, answer(question)).passages[:k]

    def source(self, document: str) -> Source:
        if document not in self.sources:
            raise UnknownDocument(f"No document {document!r} is indexed.", "citeback status")
        return self.sources[document]


class NoFolder:
    """A folder on which every action does nothing."""

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        return upload.name

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[Progress | str]:
        yield "Nothing has changed."

    def upload_folder(self) -> str:
        return "docs"

    def forget(self, folder: str) -> Iterator[Progress | str]:
        yield "Nothing has changed."

    def remove(self, document: Document, whole: bool = False) -> str:
        return f"removed/{document.name}"

    def put_back(self, removed: RemovedFile) -> None:
        pass

    def since(self) -> Plan:
        return Plan()

    def kept_generations(self) -> Sequence[KeptGeneration]:
        return ()

    def go_back(self, number: int) -> str:
        return f"Number {number} is in use."
