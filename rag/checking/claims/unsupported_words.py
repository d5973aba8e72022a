"""Detects words of a claim that a text expresses in no form and in no paraphrase."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from citeback.index.embedding.protocols import Floats
from citeback.index.search.analyzer import STOP_WORDS
from citeback.index.word_lists import word_list
from citeback.rag.checking.claims.alignment import EncodedText, content_mask
from citeback.rag.checking.claims.facts import Fact, FactIndex, is_sentence_initial, name_variants

MIN_SIMILARITY, MIN_NAME_SIMILARITY = 0.3, 0.4
"""Thresholds for the mean cosine of a word's tokens to the nearest tokens of a text.

Below them, the text does not paraphrase the word. No word replaced by a synonym scores below `FAR`
(`python -m bench.lies`, "reworded"). `FAR_NAME` is for a word that may be a name.
"""
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)*")
_ENDING = re.compile(r"(?:ly|ing|ed)$")  # endings of sentence openers that are not names
_FUNCTION_WORDS = STOP_WORDS | word_list(__package__, "connectives.txt")


def missing_words(claim: EncodedText, near: Floats, best: Sequence[int], known: FactIndex) -> Iterator[str]:
    """Yield each word that is missing.

    `near` is as returned by `alignment.likeness`; `known` is the text of the sentences `best`.
    """
    if not best or not near.size:
        return
    nearest = near[:, list(best)].max(axis=1)
    spans = claim.tokens.spans[content_mask(claim)]
    for match in _WORD.finditer(claim.text):
        inside = (spans[:, 0] >= match.start()) & (spans[:, 1] <= match.end())
        if not inside.any() or match[0].casefold() in _FUNCTION_WORDS:
            continue
        name = (
            match[0][0].isupper() and is_sentence_initial(claim.text, match) and not _ENDING.search(match[0])
        )
        if float(np.mean(nearest[inside])) < (
            MIN_NAME_SIMILARITY if name else MIN_SIMILARITY
        ) and not _is_stated(match[0], known):
            yield match[0]


def _is_stated(word: str, known: FactIndex) -> bool:
    terms = known.analyzer.terms(word)
    return all(
        known.states(Fact(kind="name", text=word, keys=frozenset(name_variants(term)))) for term in terms
    )
