"""Passages, citations, sentences and answers, and the events that lead to an answer, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from citeback.index.languages import ENGLISH
from citeback.index.records import Span
from citeback.rag.messages.catalogue import message, say
from citeback.rag.tables.recipe import Recipe

REFUSAL = message("The documents do not say.")


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation; `role` is "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage retrieved for a question; `n` is its rank, from 1.

    `text == source.text[span.start:span.end]`. `score` is the fused score, from 0 to 1; it is 1 if dense and
    lexical retrieval both rank the passage first. Scores are comparable only within one question. `place` is
    a human-readable location: "page 3", "slide 2", "line 210". `also` names the files that hold an exact copy
    of the document, `near` those that hold a near-duplicate.
    """

    n: int
    document: str
    span: Span
    text: str
    score: float
    page: int | None = None
    title: str = ""
    headings: tuple[str, ...] = ()
    place: str | None = None
    also: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """An exact quotation from a source: `quote == source.text[span.start:span.end]`.

    `n` is the marker shown to the reader, from 1, in order of first appearance in the answer. `support` (0 to
    1) is how well the quote supports the sentence; it is 1 for a verbatim quote. `corrected` is true if the
    writer cited another place and verification found this one to support the sentence better. `marks` are the
    spans of the source that hold the short answer, when the question asks for a date, a number or a name and
    the quote holds exactly one; otherwise it is empty. `date` is the day that the document states as its own,
    as in "2024-05-31", or "".
    """

    n: int
    document: str
    span: Span
    quote: str
    support: float
    page: int | None = None
    corrected: bool = False
    place: str | None = None
    also: tuple[str, ...] = ()
    marks: tuple[Span, ...] = ()
    date: str = ""


class Verdict(StrEnum):
    """The outcome of verifying a sentence against the spans it cites."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    UNCITED = "uncited"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, with its verdict and citations.

    `reasons` lists the problems that verification found, in a few words each, such as `"1923" is not in the
    source`.
    """

    text: str
    verdict: Verdict
    citations: tuple[Citation, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Computation:
    """How an answer was computed from one table of a document.

    `plan` says it in words; `result` holds the values, in `unit` if they have one. `rows` are the
    rows that were used, counted from 1 below the header; `cells` are the cells that the result was computed
    from or, if it is a count, those that were counted. `recipe` says how to compute it again.
    """

    document: str
    plan: str
    result: tuple[int | float | str, ...]
    unit: str
    rows: tuple[int, ...]
    cells: tuple[Span, ...]
    recipe: Recipe | None = None
    cell_documents: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """Return the documents that hold the table."""
        return (self.recipe.files if self.recipe else ()) or (self.document,)

    @property
    def places(self) -> frozenset[tuple[str, Span]]:
        """Return the cells, each with its document."""
        documents = self.cell_documents or [self.document] * len(self.cells)
        return frozenset(zip(documents, self.cells, strict=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its answer, or its refusal.

    `standalone` is the question that was searched. `confidence` (0 to 1) is the estimated probability that
    the documents answer the question. Below the threshold `abstained` is true, `sentences` is empty and
    `passages` holds the nearest passages. `model` is the chat model that wrote the answer, or None for
    verbatim quotes. `seconds` maps each stage to its duration. `reply` is the response to small talk: nothing
    is searched, and every field but `question` is empty. `notices` are warnings for the reader, for example
    that the chat model was unreachable. `computed` is set if the answer was computed from a table. `ways`
    are the questions to choose from, if it would have to be computed and it is not certain how. `language` is
    that of the question, in which it is refused, as far as there is a catalogue for it.
    """

    question: str
    standalone: str
    abstained: bool
    confidence: float
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    model: str | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    reply: str = ""
    notices: tuple[str, ...] = ()
    computed: Computation | None = None
    ways: tuple[str, ...] = ()
    language: str = ENGLISH

    @property
    def text(self) -> str:
        """Return the sentences with their citation markers, the refusal, or the reply to small talk."""
        return self.reply or (self.refusal if self.abstained else " ".join(map(with_markers, self.sentences)))

    @property
    def refusal(self) -> str:
        """Return the words that refuse the question, in its language."""
        return say(REFUSAL, self.language)


def with_markers(sentence: Sentence) -> str:
    """Return a sentence followed by its citation markers: `Sixty-two were killed. [1][2]`."""
    markers = "".join(f"[{citation.n}]" for citation in sentence.citations)
    return f"{' '.join(sentence.text.split())} {markers}".strip()


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Event: retrieval is done, and the answer will come from these passages."""

    standalone: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class DraftUpdated:
    """Event: the text of the next sentence so far, unchecked, as a chat model writes it.

    It replaces the previous draft; the next `SentenceVerified` or `AnswerCompleted` replaces it.
    """

    text: str


@dataclass(frozen=True, slots=True)
class SentenceVerified:
    """Event: one more sentence has been written and verified."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class AnswerCompleted:
    """Event: the finished answer. It is always the last event, and there is exactly one."""

    answer: Answer


AnswerEvent = Retrieved | DraftUpdated | SentenceVerified | AnswerCompleted
