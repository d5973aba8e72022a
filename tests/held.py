"""The invariants of a source, whatever its format."""

import re

import numpy as np

from citeback.index.chunking.splitter import split
from citeback.index.records import Source


def held(source: Source) -> None:
    """Check the invariants of a source."""
    source.text.encode()
    source.title.encode()
    assert source.title
    assert source.text.strip()
    assert list(source.pages) == sorted(set(source.pages))
    assert all(0 <= page <= len(source.text) for page in source.pages)
    assert [h.span for h in source.headings] == sorted(h.span for h in source.headings)
    for heading in source.headings:
        words = heading.span.of(source.text)
        assert words == words.strip() != ""
        assert heading.level >= 1
    assert [place.start for place in source.locations] == sorted(place.start for place in source.locations)
    assert all(place.label == " ".join(place.label.split()) != "" for place in source.locations)
    assert re.fullmatch(r"(\d{4}-\d{2}-\d{2})?", source.date)
    for offset in range(0, len(source.text), 1 + len(source.text) // 50):
        place = source.location_at(offset)
        assert place is None or place.strip()


def covered(source: Source) -> None:
    """Check that chunks cover all non-blank text, word for word, and do not overlap."""
    starts = np.array([word.start() for word in re.finditer(r"\S+", source.text)], dtype=np.int64)
    end = 0
    for chunk in split(source, starts.tolist(), 50):
        assert not source.text[end : chunk.span.start].strip()
        end = chunk.span.start
        for sentence in chunk.sentences:
            assert chunk.span.covers(sentence)
            assert not source.text[end : sentence.start].strip()
            end = sentence.end
        assert not source.text[end : chunk.span.end].strip()
        end = chunk.span.end
    assert not source.text[end:].strip()
