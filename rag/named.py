"""Models given by name and loaded on first use.

Verbatim answers need none of them, and importing one takes seconds.
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
    """The embedding model used for verification, loaded on first use.

    It is always the default one, to which the support score was fitted, whatever model a store uses.
    """

    def __init__(self, load: Callable[[Settings], Reader]) -> None:
        self._load = load

    @cached_property
    def _reader(self) -> Reader:
        return self._load(Settings())

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Split a source into chunks that fit the model's input."""
        return self._reader.split(source)

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the contextual vector of every token of each text."""
        return self._reader.token_vectors(texts)


def writer_of(model: str | None, window: int | None = None) -> Writer:
    """Return a writer with the chat model of that name (`rag.llm.models.reach`), or the verbatim writer.

    An unreachable server is not an error: it is tried again at each question, and until it answers the
    documents are quoted. `window` overrides the model's context window, in tokens. Raises ChatError for a
    name that can never be reached.
    """
    if model is None:
        return Verbatim()
    from rag.llm.chat import ChatWriter
    from rag.llm.models import opened

    return ChatWriter(opened(model, window), model)


def served_here() -> tuple[str, ...]:
    """Return the names of the chat models that local servers offer now."""
    from rag.llm.models import SERVED, reachable

    return tuple(found.name for found in reachable() if found.name.startswith(SERVED))


def entailment(nli: str | None) -> Entails | None:
    """Return the entailment function of an NLI CrossEncoder, or None if none is named."""
    if nli is None:
        return None
    from rag.nli import load

    return load(nli)


def relevance_of(reranker: str | None) -> Relevance | None:
    """Return the relevance function of a CrossEncoder, or None if none is named."""
    return None if reranker is None else rerank.load(reranker)
