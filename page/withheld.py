"""Kept conversations of whoever may see only some documents: what quotes others is withheld, and stays kept.

Rights can be narrowed after an answer was given. It is shown again where they are widened.
"""

from collections.abc import Iterable
from dataclasses import replace

from index.errors import CitebackError
from index.within import Filter
from page.exchange import Conversation, Exchange
from page.history import History, Kept
from page.links import Link
from rag.answer import Answer, Citation, Sentence

WITHHELD = "This answer is not shown: it comes from documents that you may not see now."


class Withheld(History):
    """The conversations of a user who may see the documents that pass `may`."""

    def __init__(self, kept: History, may: Filter) -> None:
        super().__init__(kept.path)
        self.file = kept.file  # what is known of the file's state is known here too
        self.may = may

    def all(self, owner: str, wanted: str = "") -> tuple[Kept, ...]:
        """Return the conversations of `owner` in which the words occur, withheld answers aside."""
        found = super().all(owner, wanted)
        return tuple(each for each in found if self._says(owner, each, wanted)) if wanted else found

    def _says(self, owner: str, one: Kept, wanted: str) -> bool:
        exchanges = self.open(owner, one.id) or ()
        texts = (each.answer.text for each in exchanges if each.answer)
        said = (one.name, *(each.question for each in exchanges), *texts)
        return any(wanted.casefold() in text.casefold() for text in said)

    def open(self, owner: str, key: str) -> Conversation | None:
        """Return a conversation of `owner`, without the answers that come from what may not be seen now."""
        conversation = super().open(owner, key)
        return conversation and tuple(seen(exchange, self.may) for exchange in conversation)

    def quote(self, asked: Link) -> str | None:
        """Return the words that a permanent link was made for, None where they may not be seen."""
        return super().quote(asked) if self.may.fits(asked.document) else None


def history(kept: History, may: Filter) -> History:
    """Return the conversations as whoever may see what passes `may` reads them."""
    return kept if may.empty else Withheld(kept, may)


def seen(exchange: Exchange, may: Filter) -> Exchange:
    """Return an exchange whose answer comes from what may be seen alone, and names nothing else."""
    answer = exchange.answer
    if answer is None:
        return exchange
    documents = {each.document for each in exchange.citations} | {each.document for each in answer.passages}
    if not all(map(may.fits, documents)):
        return Exchange(exchange.question, error=CitebackError(WITHHELD))
    return replace(exchange, answer=_named(answer, may))


def _named(answer: Answer, may: Filter) -> Answer:
    """Return an answer whose lists of copies and of near documents hold what may be seen."""
    passages = (
        replace(each, also=_fitting(each.also, may), near=_fitting(each.near, may))
        for each in answer.passages
    )
    sentences = (_sentence(each, may) for each in answer.sentences)
    return replace(answer, passages=tuple(passages), sentences=tuple(sentences))


def _sentence(one: Sentence, may: Filter) -> Sentence:
    return replace(one, citations=tuple(_citation(each, may) for each in one.citations))


def _citation(one: Citation, may: Filter) -> Citation:
    return replace(one, also=_fitting(one.also, may))


def _fitting(names: Iterable[str], may: Filter) -> tuple[str, ...]:
    return tuple(filter(may.fits, names))
