"""Sentences of different documents about the same matter that differ: found, compared, judged, folded."""
