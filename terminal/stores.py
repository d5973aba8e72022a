"""Opens a store for one command and prints its notices.

NumPy, LangChain and PyTorch are imported only when a store is opened, so `citeback --help` stays fast.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeback.index.errors import NoGeneration
from citeback.index.settings import Settings
from citeback.terminal import screen

if TYPE_CHECKING:
    from citeback.index.generations.protocols import WholeGeneration
    from citeback.rag.corpus import Corpus


@contextmanager
def opened_generation(store: str) -> "Iterator[WholeGeneration]":
    """Yield the current generation, for reading. Raises StoreError."""
    from citeback.index.any_store import open_store

    with open_store(store).current() as result:
        print_notices(result.notices)
        yield result


@contextmanager
def opened_corpus(
    store: str,
    model: str | None = None,
    nli: str | None = None,
    sure: float | None = None,
    rerank: str | None = None,
    window: int | None = None,
    copy: Path | None = None,
) -> "Iterator[Corpus]":
    """Yield the corpus, with its models loaded.

    `model` names the chat model that writes the answers, `nli` the model that helps to verify them, and
    `rerank` the model that reranks candidates. `sure` is the confidence threshold; if given, its meaning is
    printed. `window` overrides the context window of `model`, in tokens, and `copy` is a directory for a copy
    of an index on an object store. Raises StoreError, ModelError or ChatError.
    """
    from citeback.index.any_store import open_store
    from citeback.rag.confidence import THRESHOLD, explain_threshold
    from citeback.rag.corpus import Corpus, CorpusOptions
    from citeback.rag.model_factory import load_entailment, load_relevance, load_writer

    threshold = THRESHOLD if sure is None else sure
    options = CorpusOptions(
        writer=load_writer(model, window),
        threshold=threshold,
        entails=load_entailment(nli),
        relevance=load_relevance(rerank),
    )
    with Corpus.open(open_store(store, copy), options) as result:
        print_notices([*result.notices, *([] if sure is None else [explain_threshold(sure)])])
        with screen.console(stderr=True).status("Loading the embedding model"):
            result.warm()
        yield result


def changed_settings(store: str, **given: Any) -> Settings | None:
    """Return the store's settings, updated with the given values; None if every value is None.

    Raises ValueError for a setting that is out of bounds.
    """
    changed = {name: value for name, value in given.items() if value is not None}
    if not changed:
        return None
    try:
        with opened_generation(store) as result:
            before = result.settings
    except NoGeneration:
        before = Settings()
    return Settings(**(before.model_dump() | changed))


def print_notices(messages: Iterable[str]) -> None:
    """Print notices on standard error."""
    for notice in messages:
        screen.console(stderr=True).print(screen.safe_line(notice), style="yellow")
