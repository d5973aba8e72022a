"""Models of the API's requests and errors; `citeback.wire.schemas` has its responses.

Unlike a line of a batch, a request with an unknown key is refused: a misspelt filter would otherwise search
all documents without anyone noticing.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from citeback import wire

KNOWN_KEYS_ONLY = ConfigDict(extra="forbid", populate_by_name=False)


class PreviousTurn(wire.HistoryTurn):
    """One turn before the question."""

    model_config = KNOWN_KEYS_ONLY


class Question(wire.BatchQuestion):
    """A question, as on a line of `citeback ask --batch`; with `stream`, events are sent as they come.

    In another `format` than JSON, the response is a file: references, or a Word document with footnotes.
    """

    model_config = KNOWN_KEYS_ONLY
    id: str | int | None = None
    history: tuple[PreviousTurn, ...] | None = Field(None, max_length=wire.TURNS, fail_fast=True)
    stream: bool = False
    format: Literal["json", "ris", "csl", "docx"] = "json"


class Search(wire.BatchQuestion):
    """What to search for; at most `k` passages are returned."""

    model_config = KNOWN_KEYS_ONLY
    id: str | int | None = None
    history: tuple[PreviousTurn, ...] | None = Field(None, max_length=wire.TURNS, fail_fast=True)
    k: int = Field(10, ge=1, le=100)


class Draft(wire.DraftInput):
    """A draft to check against the documents."""

    model_config = KNOWN_KEYS_ONLY


class Table(wire.TableInput):
    """Questions to ask each document, at most 200 cells at once."""

    model_config = KNOWN_KEYS_ONLY


class QuestionToSave(BaseModel):
    """A question to be asked again whenever the documents change."""

    model_config = KNOWN_KEYS_ONLY
    question: str = Field(pattern=r"\S", max_length=wire.QUESTION)


class Export(wire.DocumentFilter):
    """An export as a file: answers to questions, a checked draft or a table, and its format."""

    model_config = KNOWN_KEYS_ONLY
    what: Literal["answers", "draft", "table"]
    format: Literal["docx", "footnotes", "ris", "csl", "csv", "xlsx", "md", "json"]
    questions: tuple[Annotated[str, Field(pattern=r"\S", max_length=wire.QUESTION)], ...] = Field(
        (), max_length=100, description="for answers, where each may refer to earlier ones, or for a table"
    )
    draft: str = Field("", max_length=wire.DRAFT, description="for a draft")


class WhichItems(wire.DocumentFilter):
    """What to list, and from which documents."""

    model_config = KNOWN_KEYS_ONLY
    kind: str = Field(max_length=100)
    most: int = Field(1_000, ge=1, le=10_000, description="maximum number of items; `total` counts all")


class WhichConflicts(wire.DocumentFilter):
    """Which documents to compare."""

    model_config = KNOWN_KEYS_ONLY
    most: int = Field(100, ge=1, le=1_000, description="maximum number of conflicts; `total` counts all")


class WhichDates(wire.DocumentFilter):
    """The subject of a timeline, and its documents."""

    model_config = KNOWN_KEYS_ONLY
    about: str = Field("", max_length=wire.QUESTION, description="only statements about this")
    most: int = Field(1_000, ge=1, le=10_000, description="maximum number of entries; `total` counts all")


class WhichSummary(wire.DocumentFilter):
    """The documents to summarise: all, those that pass the filter, or one; and the subject."""

    model_config = KNOWN_KEYS_ONLY
    document: str = Field("", description="one document, by name")
    about: str = Field("", max_length=wire.QUESTION, description="only statements about this")
    sentences: int = Field(12, ge=1, le=100, description="maximum number of sentences")


class WhichDocuments(wire.DocumentFilter):
    """Which documents to list."""

    model_config = KNOWN_KEYS_ONLY


class WhichPassage(BaseModel):
    """A span of a document, and how many characters around it to show."""

    model_config = KNOWN_KEYS_ONLY
    document: str
    start: int
    end: int
    around: int = 400


class Problem(BaseModel):
    """Why there is no answer: what went wrong, and what to do about it."""

    model_config = ConfigDict(frozen=True)
    error: str
    next: str = ""
