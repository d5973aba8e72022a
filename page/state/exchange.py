"""One question with its answer so far; a conversation is a tuple of exchanges."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from citeback import wire
from citeback.index.errors import CitebackError, SettingsError
from citeback.index.records import Span
from citeback.page.state.computed_table import ShownTable
from citeback.page.state.surroundings import ByNumber
from citeback.rag.answer import (
    Answer,
    AnswerCompleted,
    AnswerEvent,
    Citation,
    DraftUpdated,
    Passage,
    Retrieved,
    Sentence,
    SentenceVerified,
    Turn,
)

QUESTION = wire.QUESTION
REF = re.compile(r"(cite|passage)-([0-9]{1,6})-([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A passage or citation that a reader can open; `quote` is the text found there at the time.

    `ref` is the link to it.
    """

    ref: str
    document: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer so far; each event yields a new value.

    `passage_count` is the number of retrieved passages, or None during retrieval. `draft` is the chat model's
    next sentence, unverified; `written` is true once there was one. `stopped` is true if the user stopped the
    answer. `feedback` is the user's feedback. `stale` holds the numbers of citations whose document has
    changed. `remark` is a message beside the answer, such as that it was not saved. `context` holds what
    stands around each citation, by number, or around each passage of a refusal; `table` is the one that the
    answer was computed from.
    """

    question: str
    passage_count: int | None = None
    verified: tuple[Sentence, ...] = ()
    draft: str = ""
    written: bool = False
    answer: Answer | None = None
    error: CitebackError | None = None
    stopped: bool = False
    stale: frozenset[int] = frozenset()
    feedback: str = ""
    remark: str = ""
    context: ByNumber = field(default_factory=dict)
    table: ShownTable | None = None

    @property
    def done(self) -> bool:
        """Return whether the exchange is complete."""
        return self.answer is not None or self.error is not None or self.stopped

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return the sentences of the finished answer or, until then, those already checked."""
        return self.answer.sentences if self.answer else self.verified

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return each citation once, by marker number."""
        cited = (citation for sentence in self.sentences for citation in sentence.citations)
        return tuple({citation.n: citation for citation in cited}.values())

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Return the passages of the finished answer."""
        return self.answer.passages if self.answer else ()

    def with_event(self, event: AnswerEvent) -> "Exchange":
        """Return the exchange after `event`."""
        match event:
            case Retrieved(passages=passages):
                return replace(self, passage_count=len(passages))
            case DraftUpdated(text=text):
                return replace(self, draft=text, written=True)
            case SentenceVerified(sentence=sentence):
                return replace(self, verified=(*self.verified, sentence), draft="")
            case AnswerCompleted(answer=answer):
                return replace(self, answer=answer, draft="")


Conversation = tuple[Exchange, ...]


def exchanges(question: str, events: Iterator[AnswerEvent]) -> Iterator[Exchange]:
    """Yield the exchange after each event; a CitebackError ends it with a message."""
    exchange = Exchange(question)
    try:
        for event in events:
            exchange = exchange.with_event(event)
            yield exchange
    except CitebackError as error:
        yield replace(exchange, error=error, draft="")


def too_long(question: str) -> SettingsError | None:
    """Return an error if a question is longer than the limit, else None."""
    if len(question) <= QUESTION:
        return None
    message = f"The question has {len(question):,} characters; the maximum is {QUESTION:,}."
    return SettingsError(message, "shorten the question")


def history(conversation: Sequence[Exchange]) -> tuple[Turn, ...]:
    """Return the answered exchanges as turns, oldest first, limited to the latest `wire.TURNS`."""
    return tuple(
        turn
        for exchange in conversation[-wire.TURNS // 2 :]
        if exchange.answer
        for turn in (Turn("user", exchange.question), Turn("assistant", exchange.answer.text))
    )


def find_place(conversation: Sequence[Exchange], ref: str) -> CitedPlace | None:
    """Return the place that a link such as `cite-2-1` or `passage-2-1` points to, or None.

    The first number is the index of the exchange, from 0, and the second the `n` of the citation or passage,
    so links stay valid as the conversation grows. `ref` comes from a browser and is untrusted.
    """
    match = REF.fullmatch(ref)
    if not match or int(match[2]) >= len(conversation):
        return None
    exchange, n = conversation[int(match[2])], int(match[3])
    if match[1] == "cite":
        return next(
            (
                CitedPlace(ref=ref, document=c.document, span=c.span, quote=c.quote)
                for c in exchange.citations
                if c.n == n
            ),
            None,
        )
    return next(
        (
            CitedPlace(ref=ref, document=p.document, span=p.span, quote=p.text)
            for p in exchange.passages
            if p.n == n
        ),
        None,
    )


def cited_places(conversation: Sequence[Exchange], document: str) -> tuple[CitedPlace, ...]:
    """Return every place of a document that the conversation cites, without duplicates, in document order."""
    cited = (
        CitedPlace(ref=f"cite-{i}-{c.n}", document=c.document, span=c.span, quote=c.quote)
        for i, exchange in enumerate(conversation)
        for c in exchange.citations
        if c.document == document
    )
    once = {(each.span, each.quote): each for each in reversed(tuple(cited))}
    return tuple(sorted(once.values(), key=lambda each: (each.span, each.quote)))


@dataclass(frozen=True, slots=True)
class ConversationState:
    """The conversation on the page; `id` is "" until it is saved."""

    id: str = ""
    exchanges: Conversation = ()

    def with_exchange(self, i: int, exchange: Exchange) -> "ConversationState":
        """Return the talk with exchange `i` replaced."""
        return replace(self, exchanges=(*self.exchanges[:i], exchange, *self.exchanges[i + 1 :]))
