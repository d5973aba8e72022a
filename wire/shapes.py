"""What programs get of questions, as types: an answer, passages, documents, a passage in its surroundings.

The HTTP API describes itself by these. Must never know how they are filled.
"""

from collections.abc import Mapping

from typing_extensions import TypedDict  # pydantic reads those of `typing` from Python 3.12 on only


class Mark(TypedDict):
    """Characters of a document from `start` up to `end`."""

    start: int
    end: int


class Passage(TypedDict):
    """Words of a document: `text` is its characters from `start` up to `end`."""

    n: int
    document: str
    start: int
    end: int
    text: str
    score: float
    page: int | None
    place: str | None
    also: list[str]
    near: list[str]


class Passages(TypedDict):
    """Passages, best first."""

    id: str | int | None
    question: str
    passages: list[Passage]


class Found(TypedDict):
    """The first event of a streamed answer: what was searched, and what was found."""

    standalone: str
    passages: list[Passage]


class Citation(TypedDict):
    """Exact words of a document: `quote` is its characters from `start` up to `end`."""

    n: int
    document: str
    start: int
    end: int
    quote: str
    page: int | None
    place: str | None
    also: list[str]
    support: float
    corrected: bool
    marks: list[Mark]


class Sentence(TypedDict):
    """A sentence of an answer, what the check made of it, and the words it rests on."""

    text: str
    verdict: str
    citations: list[Citation]
    reasons: list[str]


class Answer(TypedDict):
    """An answer, or (`abstained`) that the documents do not say, with the passages nearest to it."""

    id: str | int | None
    question: str
    standalone: str
    abstained: bool
    confidence: float
    text: str
    sentences: list[Sentence]
    passages: list[Passage]
    model: str | None
    seconds: Mapping[str, float]
    notices: list[str]


class Document(TypedDict):
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


class Failure(TypedDict):
    """A file that is not in the index, or (`outdated`) of which only the version before is, and why."""

    document: str
    folder: str
    reason: str
    unread: bool
    outdated: bool


class Documents(TypedDict):
    """What is indexed, and what is not."""

    documents: list[Document]
    failed: list[Failure]


class Shown(TypedDict):
    """A passage where it stands: `before`, `quote` and `after` are one stretch of the document."""

    document: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    page: int | None
    place: str | None
