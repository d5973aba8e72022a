"""Texts -> vectors: chunks and sentences by the thousand, questions one at a time."""
