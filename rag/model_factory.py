"""Models given by name and loaded on first use.

Verbatim answers need none of them, and importing one takes seconds.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from citeback.index.embedding.protocols import TokenVectors
from citeback.index.records import Chunk, Source
from citeback.index.settings import Settings
from citeback.rag.checking.claims.alignment import TokenEncoder
from citeback.rag.checking.verify import EntailmentModel
from citeback.rag.retrieval import rerank
from citeback.rag.retrieval.rerank import Relevance
from citeback.rag.writing.extractive import ExtractiveWriter, Writer


class VerificationEncoder:
    """The embedding model used for verification, loaded on first use.

    It is always the default one, to which the support score was fitted, whatever model a store uses.
    """

    def __init__(self, load: Callable[[Settings], TokenEncoder]) -> None:
        self._load = load

    @cached_property
    def _encoder(self) -> TokenEncoder:
        return self._load(Settings())

    def split(self, source: Source) -> tuple[Chunk, ...]:
        """Split a source into chunks that fit the model's input."""
        return self._encoder.split(source)

    def token_vectors(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Return the contextual vector of every token of each text."""
        return self._encoder.token_vectors(texts)


def load_writer(model: str | None, window: int | None = None) -> Writer:
    """Return a writer with a chat model, or the extractive writer if none is named.

    `model` is a name as in `chat_models.load_chat_model`. An unreachable server is not an error: it is
    tried again at each question, and until it answers the documents are quoted. `window` overrides the
    model's context window, in tokens. Raises ChatError for a name that can never be reached.
    """
    if model is None:
        return ExtractiveWriter()
    from citeback.rag.writing.chat_models import chat_model_loader
    from citeback.rag.writing.chat_writer import ChatWriter

    return ChatWriter(chat_model_loader(model, window), model)


def local_model_names() -> tuple[str, ...]:
    """Return the names of the chat models that local servers offer now."""
    from citeback.rag.writing.chat_models import SERVED, available_models

    return tuple(model.name for model in available_models() if model.name.startswith(SERVED))


def load_entailment(nli: str | None) -> EntailmentModel | None:
    """Return the entailment function of an NLI CrossEncoder, or None if none is named."""
    if nli is None:
        return None
    from citeback.rag.checking.nli import load_nli

    return load_nli(nli)


def load_relevance(reranker: str | None) -> Relevance | None:
    """Return the relevance function of a CrossEncoder, or None if none is named."""
    return None if reranker is None else rerank.load_reranker(reranker)
