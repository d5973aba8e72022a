"""JSON input from programs: questions, pairs to verify, and evaluation questions."""

from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
)
from pydantic_core import ErrorDetails

if TYPE_CHECKING:
    from citeback.index.search.filters import Filter

QUESTION, TURN = 2_000, 20_000
"""Maximum lengths of a question and of a history turn, in characters."""
TURNS = 100
"""Maximum number of history turns."""
DRAFT = 30_000
"""Maximum length of a draft, in characters."""


class InputModel(BaseModel):
    """An immutable input from a program."""

    model_config = ConfigDict(frozen=True)  # a batch may have other keys: see docs/json.md


InputT = TypeVar("InputT", bound=InputModel)


class HistoryTurn(InputModel):
    """One turn before the question; any `role` other than "user" counts as the assistant."""

    role: str = Field(max_length=TURN)
    text: str = Field(max_length=TURN)


class QuestionInput(InputModel):
    """A question to answer; `id` is returned unchanged."""

    id: StrictStr | StrictInt | None
    question: str = Field(pattern=r"\S", max_length=QUESTION)
    history: tuple[HistoryTurn, ...] | None = Field(None, max_length=TURNS, fail_fast=True)


class DocumentFilter(InputModel):
    """Which documents to search, as the options of the command; without any, all.

    Of the values of a list, only the first invalid one is reported: there may be hundreds of thousands.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)
    paths: tuple[str, ...] = Field(
        (), fail_fast=True, alias="in", description="names or patterns: reports/**, *.pdf"
    )
    since: str = Field("", description="from this date on: 2024, 2024-05 or 2024-05-31")
    until: str = Field("", description="up to this date, inclusive")
    kinds: tuple[str, ...] = Field((), fail_fast=True, alias="type", description="types or extensions: pdf")
    authors: tuple[str, ...] = Field(
        (), fail_fast=True, alias="author", description="parts of an author's name"
    )

    def filter(self) -> "Filter":
        """Return the filter for the index. Raises SettingsError for an invalid date or pattern."""
        from citeback.index.search.filters import Filter

        return Filter(
            paths=self.paths, since=self.since, until=self.until, kinds=self.kinds, authors=self.authors
        )


class BatchQuestion(DocumentFilter, QuestionInput):
    """A question on a line of a batch, with the documents to search for it."""


class DraftInput(DocumentFilter):
    """A draft to check, as plain text or Markdown, and the documents to check it against."""

    draft: str = Field(pattern=r"\S", max_length=DRAFT)


class TableInput(DocumentFilter):
    """Questions to ask each document."""

    questions: tuple[Annotated[str, Field(pattern=r"\S", max_length=QUESTION)], ...] = Field(
        min_length=1, max_length=100
    )


class ClaimInput(InputModel):
    """A claim and the evidence to verify it against; `id` is returned unchanged."""

    id: StrictStr | StrictInt | None
    claim: str
    evidence: str


def parse_pairs(data: bytes) -> tuple[ClaimInput, ...]:
    """Parse the pairs of a batch. Raises ValueError as `parse_questions` does."""
    return parsed_lines(ClaimInput, data)


def parse_questions(data: bytes) -> tuple[BatchQuestion, ...]:
    r"""Parse the questions of a batch, one JSON object a line; blank lines are ignored.

    >>> [one.question for one in parse_questions(b'{"id": 1, "question": "Who?"}\n')]
    ['Who?']

    Raises:
        ValueError: names the first invalid line, counted from 1, and the reason.
    """
    return parsed_lines(BatchQuestion, data)


def single_question(question: str) -> BatchQuestion:
    """Return a question without an id. Raises ValueError if it is blank or not valid Unicode."""
    try:
        return BatchQuestion(id=None, question=question)
    except ValidationError as error:
        raise ValueError(_format_error(error)) from error


class AnswerSpan(InputModel):
    """The location of an answer: a document and, if known, a span in characters."""

    document: str = Field(validation_alias=AliasChoices("document", "doc_id"))
    start: int | None = Field(None, ge=0)
    end: int | None = Field(None, ge=0)


class EvaluationQuestion(QuestionInput):
    """An evaluation question; every field but `question` is optional."""

    id: StrictStr | StrictInt | None = None
    relevant: tuple[AnswerSpan, ...] | None = None
    answers: tuple[str, ...] | None = None
    answerable: bool | None = True


def parse_evaluation(data: bytes) -> tuple[EvaluationQuestion, ...]:
    """Parse the questions of an evaluation file; of lines with the same id, the last one counts.

    Raises ValueError as `parse_questions` does.
    """
    lines = enumerate(parsed_lines(EvaluationQuestion, data))
    return tuple({n if each.id is None else str(each.id): each for n, each in lines}.values())


def parsed_lines(kind: type[InputT], data: bytes) -> tuple[InputT, ...]:
    """Parse JSON objects, one a line. Raises ValueError as `parse_questions` does."""
    lines = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1)
    return tuple(_line(kind, n, line) for n, line in lines if line.strip())


def _line(kind: type[InputT], n: int, line: bytes) -> InputT:
    try:
        return kind.model_validate_json(line)
    except ValidationError as error:
        raise ValueError(f"line {n}: {_format_error(error)}") from error


def _format_error(error: ValidationError) -> str:
    results = error.errors(include_url=False, include_input=False)
    if any(e["type"] == "string_pattern_mismatch" for e in results):
        return "the question is blank"
    return "; ".join(": ".join(filter(None, (".".join(map(str, e["loc"])), _reason(e)))) for e in results)


def _reason(error: ErrorDetails) -> str:
    """Return the reason why a value is invalid, in plain words if it is too long."""
    if error["type"] == "string_too_long":
        return f"longer than {error['ctx']['max_length']:,} characters"
    if error["type"] == "too_long":
        return f"more than {error['ctx']['max_length']:,} of them"
    return error["msg"]
