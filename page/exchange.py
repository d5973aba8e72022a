"""One question and what has come of it so far; a conversation is a tuple of them.

Must never know HTML, Gradio, or how an answer is made.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import CitebackError
from index.records import Span
from rag.answer import Answer, Answered, Checked, Citation, Drafted, Event, Found, Passage, Sentence, Turn

REF = re.compile(r"(cite|passage)-([0-9]{1,6})-([0-9]{1,6})")


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a document a reader can be shown; `quote` is what stood there when they were found.

    `ref` is the link that leads here.
    """

    ref: str
    document: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, and as much of its answer as there is: each event makes the next value.

    `found` counts the passages the answer will come from, None while they are looked for. `draft` is
    what a chat model has written of the next sentence, not checked yet. `stopped` by whoever asked.
    `judged` is what was said of the answer. `stale` are the numbers of citations whose document says
    something else by now. `remark` is what must be told beside the answer, such as that it was not kept.
    """

    question: str
    found: int | None = None
    checked: tuple[Sentence, ...] = ()
    draft: str = ""
    answer: Answer | None = None
    error: CitebackError | None = None
    stopped: bool = False
    stale: frozenset[int] = frozenset()
    judged: str = ""
    remark: str = ""

    @property
    def done(self) -> bool:
        """Tell whether nothing more will come."""
        return self.answer is not None or self.error is not None or self.stopped

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """Return the sentences to show: the finished answer's, until then those already checked."""
        return self.answer.sentences if self.answer else self.checked

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return each cited place once, in the order of its marker."""
        cited = (citation for sentence in self.sentences for citation in sentence.citations)
        return tuple({citation.n: citation for citation in cited}.values())

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Return the passages of the finished answer."""
        return self.answer.passages if self.answer else ()

    def after(self, event: Event) -> "Exchange":
        """Return what the exchange is once `event` has happened."""
        match event:
            case Found(passages=passages):
                return replace(self, found=len(passages))
            case Drafted(text=text):
                return replace(self, draft=text)
            case Checked(sentence=sentence):
                return replace(self, checked=(*self.checked, sentence), draft="")
            case Answered(answer=answer):
                return replace(self, answer=answer, draft="")


Conversation = tuple[Exchange, ...]


def follow(question: str, events: Iterator[Event]) -> Iterator[Exchange]:
    """Yield the exchange after each event; an error of Citeback's ends it in words."""
    exchange = Exchange(question)
    try:
        for event in events:
            exchange = exchange.after(event)
            yield exchange
    except CitebackError as error:
        yield replace(exchange, error=error)


def history(conversation: Sequence[Exchange]) -> tuple[Turn, ...]:
    """Return the answered exchanges as turns, oldest first."""
    return tuple(
        turn
        for exchange in conversation
        if exchange.answer
        for turn in (Turn("user", exchange.question), Turn("assistant", exchange.answer.text))
    )


def place(conversation: Sequence[Exchange], ref: str) -> Place | None:
    """Return what the link `cite-2-1` or `passage-2-1` points at, None where it points at nothing.

    The first number counts exchanges from 0, the second is the marker's or the passage's `n`; so a
    marker goes on working however long the conversation grows. `ref` comes from a browser: anything.
    """
    match = REF.fullmatch(ref)
    if not match or int(match[2]) >= len(conversation):
        return None
    exchange, n = conversation[int(match[2])], int(match[3])
    if match[1] == "cite":
        return next((Place(ref, c.document, c.span, c.quote) for c in exchange.citations if c.n == n), None)
    return next((Place(ref, p.document, p.span, p.text) for p in exchange.passages if p.n == n), None)


def places(conversation: Sequence[Exchange], document: str) -> tuple[Place, ...]:
    """Return every place of a document that the conversation cites, once each, in the document's order."""
    cited = (
        Place(f"cite-{i}-{c.n}", c.document, c.span, c.quote)
        for i, exchange in enumerate(conversation)
        for c in exchange.citations
        if c.document == document
    )
    once = {(each.span, each.quote): each for each in reversed(tuple(cited))}
    return tuple(sorted(once.values(), key=lambda each: (each.span, each.quote)))


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation on the page and, once it is kept, its id."""

    id: str = ""
    exchanges: Conversation = ()

    def but(self, i: int, exchange: Exchange) -> "Talk":
        """Return the talk with exchange `i` replaced."""
        return replace(self, exchanges=(*self.exchanges[:i], exchange, *self.exchanges[i + 1 :]))
