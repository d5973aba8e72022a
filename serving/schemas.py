"""What the API takes and gives, as OpenAPI tells it to programs. Must never know how an answer is made.

What it gives is the JSON of `wire`: a test holds every model here to it, key by key.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

import wire
from index.within import Filter

LONGEST = 2000  # characters of a question


class Kept(BaseModel):
    """Which documents are meant, as the options of the command say it; all of them where nothing is said."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)
    paths: tuple[str, ...] = Field((), alias="in", description="names or patterns: reports/**, *.pdf")
    since: str = Field("", description="of that day or later: 2024, 2024-05 or 2024-05-31")
    until: str = Field("", description="of that day or earlier")
    kinds: tuple[str, ...] = Field((), alias="type", description="kinds or suffixes: pdf")
    authors: tuple[str, ...] = Field((), alias="author", description="parts of an author's name")

    def filter(self) -> Filter:
        """Return the same for the index. Raises SettingsError for what is no date."""
        return Filter(self.paths, self.since, self.until, self.kinds, self.authors)


class Question(Kept, wire.Asked):
    """A question, as on a line of `citeback ask --batch`; `stream` true sends events as they come."""

    id: str | int | None = None
    question: str = Field(pattern=r"\S", max_length=LONGEST)
    stream: bool = False


class Search(Kept, wire.Asked):
    """What to look for; at most `k` passages come back."""

    id: str | int | None = None
    question: str = Field(pattern=r"\S", max_length=LONGEST)
    k: int = Field(10, ge=1, le=100)


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(_Told):
    """Why there is no answer: what went wrong, and what to do about it."""

    error: str
    next: str = ""


class Passage(_Told):
    """Words of a document: `text` is its characters from `start` up to `end`."""

    n: int
    document: str
    start: int
    end: int
    text: str
    score: float
    page: int | None
    place: str | None
    also: tuple[str, ...]
    near: tuple[str, ...]


class Passages(_Told):
    """Passages, best first."""

    id: str | int | None
    question: str
    passages: tuple[Passage, ...]


class Mark(_Told):
    """Characters of a document from `start` up to `end`."""

    start: int
    end: int


class Citation(_Told):
    """Exact words of a document: `quote` is its characters from `start` up to `end`."""

    n: int
    document: str
    start: int
    end: int
    quote: str
    page: int | None
    place: str | None
    also: tuple[str, ...]
    support: float
    corrected: bool
    marks: tuple[Mark, ...]


class Sentence(_Told):
    """A sentence of an answer, what the check made of it, and the words it rests on."""

    text: str
    verdict: str
    citations: tuple[Citation, ...]
    reasons: tuple[str, ...]


class Answer(_Told):
    """An answer, or (`abstained`) that the documents do not say, with the passages nearest to it."""

    id: str | int | None
    question: str
    standalone: str
    abstained: bool
    confidence: float
    text: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    model: str | None
    seconds: Mapping[str, float]
    notices: tuple[str, ...]


class Document(_Told):
    """An indexed document."""

    document: str
    folder: str
    kind: str
    title: str
    chars: int
    author: str | None
    date: str
    copy_of: str | None
    near_of: str | None


class Failure(_Told):
    """A file that is not in the index, and why."""

    document: str
    folder: str
    reason: str
    unread: bool


class Documents(_Told):
    """What is indexed, and what is not."""

    documents: tuple[Document, ...]
    failed: tuple[Failure, ...]


class Shown(_Told):
    """A passage where it stands: `before`, `quote` and `after` are one stretch of the document."""

    document: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    page: int | None
    place: str | None
