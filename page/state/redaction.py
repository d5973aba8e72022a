"""Saved conversations of a user who may see only some documents: other answers are withheld, not deleted.

Rights may be narrowed after an answer was given. It is shown again once they are widened.
"""

from collections.abc import Iterable
from dataclasses import replace

from citeback.index.errors import CitebackError
from citeback.index.search.name_filter import NameFilter
from citeback.page.state.conversations import ConversationStore, SavedConversation
from citeback.page.state.exchange import Conversation, Exchange
from citeback.rag.answer import Answer, Citation, Sentence
from citeback.wire.permalinks import Link

WITHHELD = "This answer is not shown: it comes from documents that you may no longer see."


class RestrictedConversations(ConversationStore):
    """The conversations of a user who may see the documents that pass `may`."""

    def __init__(self, kept: ConversationStore, may: NameFilter) -> None:
        super().__init__(kept.path)
        self.file = kept.file  # shares what is known about the state of the file
        self.may = may

    def listing(self, owner: str, wanted: str = "") -> tuple[SavedConversation, ...]:
        """Return the conversations of `owner` that contain `wanted` outside withheld answers."""
        saved_conversations = super().listing(owner, wanted)
        return (
            tuple(each for each in saved_conversations if self._says(owner, each, wanted))
            if wanted
            else saved_conversations
        )

    def _says(self, owner: str, one: SavedConversation, wanted: str) -> bool:
        exchanges = self.open(owner, one.id) or ()
        texts = (each.answer.text for each in exchanges if each.answer)
        words = (one.name, *(each.question for each in exchanges), *texts)
        return any(wanted.casefold() in text.casefold() for text in words)

    def open(self, owner: str, key: str) -> Conversation | None:
        """Return a conversation of `owner`, with answers from invisible documents withheld."""
        conversation = super().open(owner, key)
        return conversation and tuple(visible_exchange(exchange, self.may) for exchange in conversation)

    def quote(self, asked: Link) -> str | None:
        """Return the words of a permanent link, or None if the user may not see them."""
        return super().quote(asked) if self.may.matches(asked.document) else None


def restricted_conversations(kept: ConversationStore, may: NameFilter) -> ConversationStore:
    """Return the conversations as seen by a user who may see what passes `may`."""
    return kept if may.empty else RestrictedConversations(kept, may)


def visible_exchange(exchange: Exchange, may: NameFilter) -> Exchange:
    """Return an exchange, withheld if any of its documents is invisible, and naming only visible ones."""
    answer = exchange.answer
    if answer is None:
        return exchange
    documents = {each.document for each in exchange.citations} | {each.document for each in answer.passages}
    if not all(map(may.matches, documents)):
        return Exchange(exchange.question, error=CitebackError(WITHHELD))
    return replace(exchange, answer=_restrict_names(answer, may))


def _restrict_names(answer: Answer, may: NameFilter) -> Answer:
    """Return an answer whose lists of copies and near-duplicates name only visible documents."""
    passages = (
        replace(each, also=_visible_names(each.also, may), near=_visible_names(each.near, may))
        for each in answer.passages
    )
    sentences = (_sentence(each, may) for each in answer.sentences)
    return replace(answer, passages=tuple(passages), sentences=tuple(sentences))


def _sentence(one: Sentence, may: NameFilter) -> Sentence:
    return replace(one, citations=tuple(_citation(each, may) for each in one.citations))


def _citation(one: Citation, may: NameFilter) -> Citation:
    return replace(one, also=_visible_names(one.also, may))


def _visible_names(names: Iterable[str], may: NameFilter) -> tuple[str, ...]:
    return tuple(filter(may.matches, names))
