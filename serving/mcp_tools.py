"""The tools that an assistant calls; they return the JSON of `wire`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from citeback import wire
from citeback.index.errors import CitebackError
from citeback.index.search.filters import Filter
from citeback.rag.protocols import AskableCorpus
from citeback.rag.rights import Rights
from citeback.serving.api import answer_table, checked_draft, shown_passage
from citeback.serving.exports import encoded, exported
from citeback.serving.request_schemas import Export
from citeback.serving.work_queue import WorkQueue
from citeback.wire import DocumentFilter, folder_schemas, schemas

T = TypeVar("T")


def _as_in_api(field: str) -> Any:
    """Return the name and description that a field of `DocumentFilter` has in the HTTP API."""
    info = DocumentFilter.model_fields[field]
    several = None if info.annotation is str else True
    return Field(validation_alias=info.alias, description=info.description, fail_fast=several)


Paths: TypeAlias = Annotated[tuple[str, ...], _as_in_api("paths")]
Since: TypeAlias = Annotated[str, _as_in_api("since")]
Until: TypeAlias = Annotated[str, _as_in_api("until")]
Kinds: TypeAlias = Annotated[tuple[str, ...], _as_in_api("kinds")]
About: TypeAlias = Annotated[str, Field(max_length=wire.QUESTION)]
Authors: TypeAlias = Annotated[tuple[str, ...], _as_in_api("authors")]


@dataclass(frozen=True, slots=True)
class DocumentTools:
    """The tools that an assistant calls; each runs in the queue, on the corpus as the user may see it."""

    corpus: Callable[[Rights], AskableCorpus]
    queue: WorkQueue
    rights: Callable[[Context], Rights]

    async def ask(
        self,
        question: str,
        context: Context,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.Answer:
        """Answer a question from the user's documents; each sentence cites the exact words it came from."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context, lambda corpus: wire.ask(question_input(question), corpus.ask(question, within=within()))
        )

    async def search(
        self,
        question: str,
        context: Context,
        k: Annotated[int, Field(ge=1, le=100)] = 10,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.Passages:
        """Find the passages of the user's documents that are nearest to a question, best first."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context,
            lambda corpus: wire.search(question_input(question), corpus.search(question, k, within=within())),
        )

    async def verify(
        self,
        draft: Annotated[str, Field(max_length=wire.DRAFT)],
        context: Context,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.CheckedDraft:
        """Check each sentence of a text against the user's documents; cites the words behind each verdict."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context, lambda corpus: checked_draft(corpus, draft, within()), self.queue.run_long
        )

    async def table(
        self,
        questions: Annotated[
            tuple[Annotated[str, Field(min_length=1, max_length=wire.QUESTION)], ...],
            Field(min_length=1, max_length=100),
        ],
        context: Context,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.AnswerTable:
        """Ask each of the user's documents the same questions; at most 200 answers at once."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context, lambda corpus: answer_table(corpus, questions, within()), self.queue.run_long
        )

    async def list_items(
        self,
        kind: Annotated[str, Field(max_length=100)],
        context: Context,
        most: Annotated[int, Field(ge=1, le=1_000)] = 100,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.Listing:
        """List all dates, amounts, emails, links, obligations, people, organisations or places."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context,
            lambda corpus: wire.listing(corpus.list_items(kind, within()), most),
            self.queue.run_long,
        )

    async def conflicts(
        self,
        context: Context,
        most: Annotated[int, Field(ge=1, le=1_000)] = 20,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> folder_schemas.Conflicts:
        """List where the user's documents contradict each other: in a number, date, name, yes or no."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context, lambda corpus: wire.conflicts(corpus.conflicts(within()), most), self.queue.run_long
        )

    async def timeline(
        self,
        context: Context,
        about: About = "",
        most: Annotated[int, Field(ge=1, le=1_000)] = 100,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> folder_schemas.Timeline:
        """List dated statements of the user's documents in order; `about` restricts them to a subject."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context, lambda corpus: wire.timeline(corpus.timeline(within(), about), most), self.queue.run_long
        )

    async def summary(
        self,
        context: Context,
        document: Annotated[str, Field(max_length=4_096)] = "",
        about: About = "",
        sentences: Annotated[int, Field(ge=1, le=100)] = 12,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> folder_schemas.Summary:
        """Quote the most important sentences: of all the user's documents, of one, or about a subject."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(
            context,
            lambda corpus: wire.summary(corpus.summary(within(), about, document, sentences)),
            self.queue.run_long,
        )

    async def export(
        self,
        what: Literal["answers", "draft", "table"],
        format: Literal["docx", "footnotes", "ris", "csl", "csv", "xlsx", "md", "json"],  # noqa: A002
        context: Context,
        questions: Annotated[
            tuple[Annotated[str, Field(pattern=r"\S", max_length=wire.QUESTION)], ...],
            Field(max_length=100),
        ] = (),
        draft: Annotated[str, Field(max_length=wire.DRAFT)] = "",
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.ExportedFile:
        """Answer `questions`, check a `draft` or fill a table of `questions`; return it as a file to save.

        Answers and drafts become Word documents (docx; of a draft with comments, or with footnotes) or
        references (ris, csl); a table also csv, xlsx, md or json. Every citation has its words and its link.
        """
        asked = Export.model_validate(
            {
                "what": what,
                "format": format,
                "questions": questions,
                "draft": draft,
                "in": paths,
                "since": since,
                "until": until,
                "type": kinds,
                "author": authors,
            }
        )
        return await self._run(context, lambda corpus: encoded(exported(corpus, asked)), self.queue.run_long)

    async def documents(
        self,
        context: Context,
        paths: Paths = (),
        since: Since = "",
        until: Until = "",
        kinds: Kinds = (),
        authors: Authors = (),
    ) -> schemas.Documents:
        """List the user's documents, and the files that could not be read with the reason."""
        within = _filter(paths, since, until, kinds, authors)
        return await self._run(context, lambda corpus: _documents(corpus, within()))

    async def show(
        self, document: str, start: int, end: int, context: Context, around: int = 400
    ) -> schemas.Shown:
        """Show a cited passage with the text around it; start and end are those of a citation."""
        return await self._run(context, lambda corpus: shown_passage(corpus, document, start, end, around))

    async def _run(
        self,
        context: Context,
        work: Callable[[AskableCorpus], T],
        run: Callable[[Callable[[], T]], Awaitable[T]] | None = None,
    ) -> T:
        rights = self.rights(context)
        try:
            return await (run or self.queue.run)(lambda: work(self.corpus(rights)))
        except CitebackError as error:
            raise ToolError(str(error)) from error


def _filter(
    paths: tuple[str, ...], since: str, until: str, kinds: tuple[str, ...], authors: tuple[str, ...]
) -> Callable[[], Filter]:
    """Return what makes the filter: in the queue, where a wrong pattern or date is an error of the tool."""
    return DocumentFilter(paths=paths, since=since, until=until, kinds=kinds, authors=authors).filter


def question_input(question: str) -> wire.QuestionInput:
    """Return a question as it is answered. Raises ToolError if it is empty or too long."""
    try:
        return wire.single_question(question)
    except ValueError as error:
        raise ToolError(str(error)) from error


def _documents(corpus: AskableCorpus, within: Filter) -> schemas.Documents:
    return wire.documents(filter(within.allows, corpus.documents), corpus.failures)
