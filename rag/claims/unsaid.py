"""Detects words of a claim that a text expresses in no form and in no paraphrase."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from index.encoder import Floats
from index.terms import STOP_WORDS
from rag.claims.align import Read, telling
from rag.claims.facts import Fact, Known, opens, people

FAR, FAR_NAME = 0.3, 0.4
"""Thresholds for the mean cosine of a word's tokens to the nearest tokens of a text.

Below them, the text does not paraphrase the word. No word replaced by a synonym scores below `FAR`
(`python -m bench.lies`, "reworded"). `FAR_NAME` is for a word that may be a name.
"""
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)*")
_ENDING = re.compile(r"(?:ly|ing|ed)$")  # endings of sentence openers that are not names
_CONNECT = """accordingly according additionally although along among another besides consequently currently
despite due even eventually finally following furthermore generally hence however including instead
initially like likewise meanwhile moreover nevertheless nonetheless notably originally otherwise overall
previously rather regarding since specifically still subsequently therefore though thus today ultimately
unlike yes yet within without whereas whether upon per via"""
_EMPTY = STOP_WORDS | frozenset(_CONNECT.split())  # connectives, which say nothing themselves


def unsaid(claim: Read, near: Floats, best: Sequence[int], known: Known) -> Iterator[str]:
    """Yield each word that is missing.

    `near` is as returned by `align.likeness`; `known` is the text of the sentences `best`.
    """
    if not best or not near.size:
        return
    nearest = near[:, list(best)].max(axis=1)
    spans = claim.tokens.spans[telling(claim)]
    for found in _WORD.finditer(claim.text):
        inside = (spans[:, 0] >= found.start()) & (spans[:, 1] <= found.end())
        if not inside.any() or found[0].casefold() in _EMPTY:
            continue
        name = found[0][0].isupper() and opens(claim.text, found) and not _ENDING.search(found[0])
        if float(np.mean(nearest[inside])) < (FAR_NAME if name else FAR) and not _held(found[0], known):
            yield found[0]


def _held(word: str, known: Known) -> bool:
    terms = known.analyzer.terms(word)
    return all(known.holds(Fact("name", word, frozenset(people(term)))) for term in terms)
