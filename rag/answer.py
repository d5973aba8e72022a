"""Passages, citations, sentences and answers, and the events on the way to one. Frozen values.

Must never know LangChain, Gradio or how a value came about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from index.records import Span

NOT_SAID = "The documents do not say."


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation so far; `role` is "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as it was found for a question; `n` counts from 1, best first.

    `text == source.text[span.start:span.end]`. `score` is the fused one: 0 to 1, 1 for a passage that
    both halves of the retrieval rank first. It orders the passages of one question and nothing more.
    `place` says in words where a person finds it: "page 3", "slide 2", "line 210"; `also` names the files
    that hold the same document, `near` those that say nearly the same.
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
    """Exact words of a source: `quote == source.text[span.start:span.end]`.

    `n` is the marker shown to the reader, from 1, in order of first appearance in the answer.
    `support` (0 to 1) says how far the quote supports the sentence; 1 for a verbatim quote. `corrected`
    says that the writer named another place, and the check found this one to support the sentence better.
    `marks` are the words of the quote that answer, as spans of the source: a date, a number or a name where
    one is asked for and the quote holds just one; empty where that is not sure.
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


class Verdict(StrEnum):
    """What the check made of a sentence and the spans it cites."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    UNCITED = "uncited"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, with its verdict and what it cites.

    `reasons` tells a reader what the check missed, each in a few words, such as `"1923" is not in the
    source`; empty where nothing is amiss.
    """

    text: str
    verdict: Verdict
    citations: tuple[Citation, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, what was searched, and the answer or the refusal.

    `confidence` (0 to 1) is how sure the product is that the documents answer the question; when it
    is below the threshold `abstained` is true, `sentences` is empty and `passages` holds the nearest
    ones. `model` names the chat model that wrote it, None for verbatim quotes. `seconds` per stage.
    `reply` is what is said to small talk: then nothing was searched, and all but the question is empty.
    `notices` are what a reader must be told, such as that the chat model could not be reached.
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

    @property
    def text(self) -> str:
        """Return the sentences with their markers, or that the documents do not say, or the reply."""
        return self.reply or (NOT_SAID if self.abstained else " ".join(map(marked, self.sentences)))


def marked(sentence: Sentence) -> str:
    """Return the sentence followed by its markers: `Sixty-two were killed. [1][2]`."""
    markers = "".join(f"[{citation.n}]" for citation in sentence.citations)
    return f"{' '.join(sentence.text.split())} {markers}".strip()


@dataclass(frozen=True, slots=True)
class Found:
    """Event: retrieval is done; these passages are what the answer will come from."""

    standalone: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """Event: `text` is what a chat model has written of the next sentence so far, unchecked.

    It replaces the draft before it; the next `Checked` or `Answered` takes its place.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Event: one more sentence is written and has its verdict."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Answered:
    """Event, always the last and exactly once: the finished answer, which replaces all before it."""

    answer: Answer


Event = Found | Drafted | Checked | Answered
