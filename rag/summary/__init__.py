"""Summaries: the sentences of documents that say most, quoted, and grouped as they stand."""
