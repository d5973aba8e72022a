"""Spelling correction: replaces a word that no document has by the nearest word of the index.

A word is corrected only if the embedding model does not know it as a word either, nor as a regular form of
one ("fasted"). The correction begins with the same letter and is one edit away, or up to two for a long word
in lower case.
"""

import re
from collections import Counter
from collections.abc import Mapping

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import STOP_WORDS, Analyzer, fold_accents
from citeback.index.search.filters import Filter

SHORTEST, LONG = 5, 8
"""Minimum length, in letters, of a word to correct, and of one for which two edits are allowed."""
CHUNKS = 50  # chunks with a similar word to read
WORDS = 20  # words of a question to look up
_WORD = re.compile(r"[^\W\d_]{2,64}")
_ENDINGS = (
    ("ied", "y"),
    ("ies", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("er", ""),
    ("er", "e"),
)
SHORTEST_STEM = 4  # letters of the word whose regular form is left as it is


def corrected(
    question: str, generation: Searchable, encoder: QueryEmbedder, analyzer: Analyzer, within: Filter
) -> Mapping[str, str]:
    """Map the unknown words of a question to their corrections; words without one are left out."""
    result: dict[str, str] = {}
    for word in list(dict.fromkeys(_WORD.findall(question)))[:WORDS]:
        if len(word) < SHORTEST or word.casefold() in STOP_WORDS or not word.isascii():
            continue
        terms = analyzer.terms(word)
        unknown = len(terms) == 1 and not generation.lexical.document_frequency(terms)[terms[0]]
        if unknown and not _is_known(word, encoder):
            nearest = _nearest(word, terms[0], generation, within)
            result |= {word: nearest} if nearest else {}
    return result


def _is_known(word: str, encoder: QueryEmbedder) -> bool:
    """Return whether the embedding model knows a word as one piece, or the word that it is a form of."""
    stems = [word[: -len(end)] + own for end, own in _ENDINGS if word.endswith(end)]
    forms = [word, *(stem for stem in stems if len(stem) >= SHORTEST_STEM)]
    return any(len(pieces.starts) == 1 for pieces in encoder.word_pieces(forms))


def _nearest(word: str, term: str, generation: Searchable, within: Filter) -> str | None:
    """Return the word with the fewest edits within reach, the most frequent if there are several."""
    reach = 2 if len(word) >= LONG and word.islower() else 1
    rows = generation.lexical.similar(term, reach, CHUNKS, generation.filter_mask(within))
    counts: Counter[str] = Counter()
    for row in generation.chunks(rows.tolist()):
        chunk = row.chunk.span.of(generation.source(row.document).text)
        counts.update(other for other in _WORD.findall(fold_accents(chunk)) if other[0] == word[0])
    likely = {
        other: (distance, -count)
        for other, count in counts.items()
        if abs(len(other) - len(word)) <= reach and (distance := edits(word, other)) <= reach
    }
    return min(likely, key=lambda other: (likely[other], other)) if likely else None


def edits(one: str, other: str) -> int:
    """Return the optimal string alignment distance of two words, ignoring case.

    It counts insertions, deletions, substitutions and swaps of neighbouring letters. Time is the product of
    the lengths.

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
