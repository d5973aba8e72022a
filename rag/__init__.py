"""The read side: question -> passages -> evidence -> written sentences -> verified Answer."""

from rag.corpus import Corpus, open_corpus

__all__ = ["Corpus", "open_corpus"]
