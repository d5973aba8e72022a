"""The read side: question -> passages -> evidence -> written sentences -> verified Answer."""

from index.within import Filter
from rag.corpus import Corpus, open_corpus

__all__ = ["Corpus", "Filter", "open_corpus"]
