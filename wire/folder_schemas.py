"""Types of the JSON output over a whole folder: conflicts, timelines, summaries and saved questions."""

from typing_extensions import TypedDict  # pydantic supports typing.TypedDict only from Python 3.12

from citeback.wire.schemas import Answer, Sentence


class StatedPlace(TypedDict):
    """Where a statement stands; `quote` is the document's text from `start` up to but not including `end`."""

    document: str
    start: int
    end: int
    quote: str
    page: int | None
    place: str | None
    date: str


class ConflictSide(TypedDict):
    """One of two statements, and other places with the same statement."""

    place: StatedPlace
    also: list[StatedPlace]


class ConflictDifference(TypedDict):
    """Words of the newer statement and those of the older one; either is "" if there are none."""

    newer: str
    older: str


class Conflict(TypedDict):
    """Two statements of different documents that cannot both be true."""

    kind: str
    confidence: float
    differences: list[ConflictDifference]
    newer: ConflictSide
    older: ConflictSide
    replaces: bool


class Conflicts(TypedDict):
    """All conflicts, most certain first, and how much was compared."""

    conflicts: list[Conflict]
    total: int
    documents: int
    unread: int
    statements: int
    compared: int
    notices: list[str]


class TimelineEntry(TypedDict):
    """A dated statement; `start` and `end` of its date count the characters of the document."""

    date: str | None
    until: str | None
    written: str
    start: int
    end: int
    resolved: bool
    certain: bool
    note: str
    place: StatedPlace
    also: list[StatedPlace]


class Timeline(TypedDict):
    """Dated statements in order."""

    entries: list[TimelineEntry]
    total: int
    documents: int
    unread: int
    about: str | None


class SummaryGroup(TypedDict):
    """Statements of one document under one heading, in reading order."""

    document: str
    title: str
    heading: str
    places: list[StatedPlace]


class Summary(TypedDict):
    """The most important statements; `written` is a summary by a chat model."""

    groups: list[SummaryGroup]
    written: list[Sentence]
    statements: int
    documents: int
    unread: int
    about: str | None
    notices: list[str]


class SavedQuestion(TypedDict):
    """A saved question; `before` is the answer before it changed last, at the time `changed`."""

    id: str
    question: str
    asked_of: str | None
    answer: Answer | None
    before: Answer | None
    changed: str | None
    unread: bool


class SavedQuestions(TypedDict):
    """The saved questions of a user; `unread` counts those with a change that was not seen."""

    questions: list[SavedQuestion]
    unread: int
