"""Opens a store for one command and prints its notices.

NumPy, LangChain and PyTorch are imported only when a store is opened, so `citeback --help` stays fast.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import NoGeneration
from index.settings import Settings
from terminal import screen

if TYPE_CHECKING:
    from index.generation import Generation
    from rag import Corpus


@contextmanager
def generation(store: Path) -> "Iterator[Generation]":
    """Yield the current generation, for reading. Raises StoreError."""
    from index.store import Store

    with Store(store).current() as found:
        notices(found.notices)
        yield found


@contextmanager
def corpus(
    store: Path,
    model: str | None = None,
    nli: str | None = None,
    sure: float | None = None,
    rerank: str | None = None,
    window: int | None = None,
) -> "Iterator[Corpus]":
    """Yield the corpus, with its models loaded.

    `model` names the chat model that writes the answers, `nli` the model that helps to verify them, and
    `rerank` the model that reranks candidates. `sure` is the confidence threshold; if given, its meaning is
    printed. `window` overrides the context window of `model`, in tokens. Raises StoreError, ModelError or
    ChatError.
    """
    from index.store import Store
    from rag import Corpus
    from rag.confidence import THRESHOLD, meaning
    from rag.named import entailment, relevance_of, writer_of

    threshold = THRESHOLD if sure is None else sure
    made = Corpus(
        Store(store),
        writer=writer_of(model, window),
        threshold=threshold,
        entails=entailment(nli),
        relevance=relevance_of(rerank),
    )
    with made as found:
        notices([*found.notices, *([] if sure is None else [meaning(sure)])])
        with screen.console(stderr=True).status("Loading the embedding model"):
            found.warm()
        yield found


def settings(store: Path, **given: Any) -> Settings | None:
    """Return the store's settings, updated with the given values; None if every value is None.

    Raises ValueError for a setting that is out of bounds.
    """
    changed = {name: value for name, value in given.items() if value is not None}
    if not changed:
        return None
    try:
        with generation(store) as found:
            before = found.settings
    except NoGeneration:
        before = Settings()
    return Settings(**(before.model_dump() | changed))


def notices(told: Iterable[str]) -> None:
    """Print notices on standard error."""
    for notice in told:
        screen.console(stderr=True).print(screen.line(notice), style="yellow")
