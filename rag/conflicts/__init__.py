"""Contradicting statements of different documents: candidates, comparison, verdicts, merging."""
