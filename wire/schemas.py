"""Types of the JSON output: answers, passages, documents, and a passage in context.

The OpenAPI description of the HTTP API is derived from them.
"""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict  # pydantic supports typing.TypedDict only from Python 3.12


class Mark(TypedDict):
    """A span of a document, from `start` up to but not including `end`, in characters."""

    start: int
    end: int


class Passage(TypedDict):
    """A retrieved passage; `text` is the document's text from `start` up to but not including `end`."""

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
    """The first event of a streamed answer: the question that was searched and the passages found."""

    standalone: str
    passages: list[Passage]


class Citation(TypedDict):
    """An exact quotation; `quote` is the document's text from `start` up to but not including `end`."""

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
    date: str | None


class Sentence(TypedDict):
    """A sentence of an answer, with its verdict and citations."""

    text: str
    verdict: str
    citations: list[Citation]
    reasons: list[str]


class Difference(TypedDict):
    """Words of a claim and what the source has instead; "" if there is nothing."""

    claim: str
    source: str


class CheckedClaim(TypedDict):
    """A sentence of a draft with its verdict; `start` and `end` count the characters of the draft."""

    start: int
    end: int
    text: str
    verdict: str
    confidence: float
    citations: list[Citation]
    differences: list[Difference]
    reasons: list[str]
    named: list[str]


class ExportedFile(TypedDict):
    """A file that an assistant gets: its content as text or, if it is not text, in Base64."""

    name: str
    media_type: str
    text: str | None
    base64: str | None


class CheckedDraft(TypedDict):
    """Every sentence of a draft, and the number of sentences with each verdict."""

    claims: list[CheckedClaim]
    counts: Mapping[str, int]
    documents: int


class CellSource(TypedDict):
    """The words that a cell rests on; `quote` is the document's text from `start` to `end`."""

    start: int
    end: int
    quote: str
    page: int | None
    place: str | None


class AnswerCell(TypedDict):
    """The answer of a document to a question; `answer` and `source` are null if it does not say."""

    answer: str | None
    source: CellSource | None
    confidence: float
    saved: bool


class AnswerRow(TypedDict):
    """The cells of a document, in the order of the questions."""

    document: str
    cells: list[AnswerCell]


class AnswerTable(TypedDict):
    """The same questions asked of each document."""

    questions: list[str]
    rows: list[AnswerRow]


class ItemPlace(TypedDict):
    """The place of an item; `quote` is the document's text from `start` to `end`."""

    document: str
    start: int
    end: int
    quote: str
    page: int | None
    place: str | None


class ListedItem(TypedDict):
    """An item with all its places."""

    value: str
    count: int
    places: list[ItemPlace]


class Listing(TypedDict):
    """Every item of a kind, and how many documents were read."""

    kind: str
    items: list[ListedItem]
    total: int
    documents: int
    unread: int
    notices: list[str]


class Recipe(TypedDict):
    """How to compute a result again: which table of the document, from 0, its heads, and the plan.

    `files` are the documents whose tables are asked as one, if they are.
    """

    table: int
    columns: list[str]
    plan: dict[str, Any]
    files: list[str]


class TableCell(TypedDict):
    """A cell that a result was computed from: its place in a document."""

    document: str
    start: int
    end: int


class Computation(TypedDict):
    """How an answer was computed from a table: `result` is a value, or a list of values."""

    document: str
    plan: str
    result: int | float | str | list[int | float | str]
    unit: str
    rows: list[int]
    cells: list[TableCell]
    recipe: Recipe | None


class Answer(TypedDict):
    """An answer or, if `abstained`, a refusal with the nearest passages."""

    id: str | int | None
    question: str
    standalone: str
    abstained: bool
    confidence: float
    text: str
    sentences: list[Sentence]
    passages: list[Passage]
    computed: Computation | None
    ways: list[str]
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
    """A file that is not in the index, with the reason; if `outdated`, an earlier version of it is."""

    document: str
    folder: str
    reason: str
    unread: bool
    outdated: bool


class Documents(TypedDict):
    """The indexed documents and the files that are not in the index."""

    documents: list[Document]
    failed: list[Failure]


class Shown(TypedDict):
    """A passage in context; `before`, `quote` and `after` are contiguous."""

    document: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    page: int | None
    place: str | None
