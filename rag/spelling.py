"""Spelling: the nearest word of the index for a word of a question that no document has.

A word is replaced only if the embedding model does not know it as a word either, and one of the same first
letter is a single edit away, or two edits for a long word. A name is replaced by a name, one edit away.
"""

import re
from collections import Counter
from collections.abc import Mapping

from index.encoder import QueryEmbedder
from index.permitted import Searchable
from index.terms import STOP_WORDS, Analyzer, fold
from index.within import Filter

SHORTEST, LONG = 5, 8
"""Letters of a word that is corrected, and of one in which two edits are corrected."""
CHUNKS = 50  # chunks with a similar word that are read
WORDS = 20  # words of a question that are looked up
_WORD = re.compile(r"[^\W\d_]{2,64}")


def corrected(
    question: str, generation: Searchable, encoder: QueryEmbedder, analyzer: Analyzer, within: Filter
) -> Mapping[str, str]:
    """Map each unknown word of a question to the nearest word of the index; without one it is left out."""
    found: dict[str, str] = {}
    for word in list(dict.fromkeys(_WORD.findall(question)))[:WORDS]:
        if len(word) < SHORTEST or word.casefold() in STOP_WORDS or not word.isascii():
            continue
        terms = analyzer.terms(word)
        unknown = len(terms) == 1 and not generation.words.document_frequency(terms)[terms[0]]
        if unknown and len(encoder.pieces([word])[0].starts) > 1:
            nearest = _nearest(word, terms[0], generation, within)
            found |= {word: nearest} if nearest else {}
    return found


def _nearest(word: str, term: str, generation: Searchable, within: Filter) -> str | None:
    """Return the word within reach with the fewest edits, the most frequent of several."""
    reach = 2 if len(word) >= LONG and word.islower() else 1
    rows = generation.words.similar(term, reach, CHUNKS, generation.allowed(within))
    counts: Counter[str] = Counter()
    for row in generation.chunks(rows.tolist()):
        chunk = row.chunk.span.of(generation.source(row.document).text)
        counts.update(other for other in _WORD.findall(fold(chunk)) if other[0] == word[0])
    likely = {
        other: (distance, -count)
        for other, count in counts.items()
        if abs(len(other) - len(word)) <= reach and (distance := edits(word, other)) <= reach
    }
    return min(likely, key=lambda other: (likely[other], other)) if likely else None


def edits(one: str, other: str) -> int:
    """Return how many letters must be put in, taken out, changed or swapped with the next, case aside.

    This is the optimal string alignment distance. Time is the product of the lengths.

    >>> edits("reciept", "Receipt"), edits("harbour", "harbor"), edits("lock", "quay")
    (1, 1, 4)
    """
    a, b = one.casefold(), other.casefold()
    before, last = list[int](), list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
