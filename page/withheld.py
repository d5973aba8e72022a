"""Saved conversations of a user who may see only some documents: other answers are withheld, not deleted.

Rights may be narrowed after an answer was given. It is shown again once they are widened.
"""

from collections.abc import Iterable
from dataclasses import replace

from index.errors import CitebackError
from index.names import Names
from page.exchange import Conversation, Exchange
from page.history import History, Kept
from page.links import Link
from rag.answer import Answer, Citation, Sentence

WITHHELD = "This answer is not shown: it comes from documents that you may no longer see."


class Withheld(History):
    """The conversations of a user who may see the documents that pass `may`."""

    def __init__(self, kept: History, may: Names) -> None:
        super().__init__(kept.path)
        self.file = kept.file  # shares what is known about the state of the file
        self.may = may

    def all(self, owner: str, wanted: str = "") -> tuple[Kept, ...]:
        """Return the conversations of `owner` that contain `wanted` outside withheld answers."""
        found = super().all(owner, wanted)
        return tuple(each for each in found if self._says(owner, each, wanted)) if wanted else found

    def _says(self, owner: str, one: Kept, wanted: str) -> bool:
        exchanges = self.open(owner, one.id) or ()
        texts = (each.answer.text for each in exchanges if each.answer)
        said = (one.name, *(each.question for each in exchanges), *texts)
        return any(wanted.casefold() in text.casefold() for text in said)

    def open(self, owner: str, key: str) -> Conversation | None:
        """Return a conversation of `owner`, with answers from invisible documents withheld."""
        conversation = super().open(owner, key)
        return conversation and tuple(seen(exchange, self.may) for exchange in conversation)

    def quote(self, asked: Link) -> str | None:
        """Return the words of a permanent link, or None if the user may not see them."""
        return super().quote(asked) if self.may.fits(asked.document) else None


def history(kept: History, may: Names) -> History:
    """Return the conversations as seen by a user who may see what passes `may`."""
    return kept if may.empty else Withheld(kept, may)


def seen(exchange: Exchange, may: Names) -> Exchange:
    """Return an exchange, withheld if any of its documents is invisible, and naming only visible ones."""
    answer = exchange.answer
    if answer is None:
        return exchange
    documents = {each.document for each in exchange.citations} | {each.document for each in answer.passages}
    if not all(map(may.fits, documents)):
        return Exchange(exchange.question, error=CitebackError(WITHHELD))
    return replace(exchange, answer=_named(answer, may))


def _named(answer: Answer, may: Names) -> Answer:
    """Return an answer whose lists of copies and near-duplicates name only visible documents."""
    passages = (
        replace(each, also=_fitting(each.also, may), near=_fitting(each.near, may))
        for each in answer.passages
    )
    sentences = (_sentence(each, may) for each in answer.sentences)
    return replace(answer, passages=tuple(passages), sentences=tuple(sentences))


def _sentence(one: Sentence, may: Names) -> Sentence:
    return replace(one, citations=tuple(_citation(each, may) for each in one.citations))


def _citation(one: Citation, may: Names) -> Citation:
    return replace(one, also=_fitting(one.also, may))


def _fitting(names: Iterable[str], may: Names) -> tuple[str, ...]:
    return tuple(filter(may.fits, names))
