"""Sentences of different documents that speak of the same and differ: found, compared, judged, folded."""
