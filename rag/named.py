"""Models that are named, and loaded when they are first needed. Must never know what they are asked.

Quotations need none of them, and to import one takes seconds.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from index.encoder import TokenVectors
from index.records import Chunk, Source
from index.settings import Settings
from rag import rerank
from rag.claims.align import Reader
from rag.rerank import Relevance
from rag.verify import Entails
from rag.write import Verbatim, Writer


class FittedReader:
    """The model that checks: the default one, since the check was fitted to it, whatever a store has."""

    def __init__(self, load: Callable[[Settings], Reader]) -> None:
        self._load = load

    @cached_property
    def _reader(self) -> Reader:
        return self._load(Settings())

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Cut a source into chunks that the model reads whole."""
        return self._reader.split(source)

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return what the model makes of every token of each text."""
        return self._reader.token_vectors(texts)


def writer_of(model: str | None, window: int | None = None) -> Writer:
    """Return the writer with a chat model of that name (`rag.llm.models.reach`), or the one that quotes.

    A server that cannot be reached now is no error: it is tried again at each question, and until it
    answers the documents are quoted. `window` is how many tokens it reads at once, where its own word is not
    to be taken. Raises ChatError for a name that can never be reached.
    """
    if model is None:
        return Verbatim()
    from rag.llm.chat import ChatWriter
    from rag.llm.models import opened

    return ChatWriter(opened(model, window), model)


def served_here() -> tuple[str, ...]:
    """Return the names of the chat models that servers on this computer offer now."""
    from rag.llm.models import SERVED, reachable

    return tuple(found.name for found in reachable() if found.name.startswith(SERVED))


def entailment(nli: str | None) -> Entails | None:
    """Return what an NLI CrossEncoder of that name says of pairs, None where none is named."""
    if nli is None:
        return None
    from rag.nli import load

    return load(nli)


def relevance_of(reranker: str | None) -> Relevance | None:
    """Return how relevant a CrossEncoder of that name finds passages, None where none is named."""
    return None if reranker is None else rerank.load(reranker)
