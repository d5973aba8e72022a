"""Ask a folder of documents; every sentence of the answer cites the exact words it came from.

>>> from citeback import open_corpus
>>> open_corpus("reports").ask("How many ships passed?").text     # doctest: +SKIP
"""

from typing import TYPE_CHECKING

from citeback.index import errors

if TYPE_CHECKING:
    from citeback.index.search.filters import Filter
    from citeback.index.sync.sync import sync
    from citeback.rag.corpus import Corpus, open_corpus

__all__ = ["Corpus", "Filter", "errors", "open_corpus", "sync"]


def __getattr__(name: str) -> object:
    """Import what is asked for now: `citeback --help` needs none of it, and it takes a second."""
    if name in {"Corpus", "open_corpus"}:
        from citeback.rag import corpus

        return getattr(corpus, name)
    if name == "Filter":
        from citeback.index.search.filters import Filter

        return Filter
    if name == "sync":
        from citeback.index.sync.sync import sync

        return sync
    raise AttributeError(f"module 'citeback' has no attribute {name!r}")
