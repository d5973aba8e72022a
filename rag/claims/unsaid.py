"""Words of a claim that a text has in no form and in no other words. Must never know verdicts."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from index.encoder import Floats
from index.terms import STOP_WORDS
from rag.claims.align import Read, telling
from rag.claims.facts import Fact, Known, opens, people

FAR, FAR_NAME = 0.3, 0.4
"""Mean cosine of a word's tokens to the nearest ones of a text, below which it is in no other words there.

Of words put in the place of others that mean the same none is below it (`python -m bench.lies`, "reworded").
The second is for what opens a sentence: it may be a name.
"""
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)*")
_ENDING = re.compile(r"(?:ly|ing|ed)$")  # of words that open a sentence and are no names
_CONNECT = """accordingly according additionally although along among another besides consequently currently
despite due even eventually finally following furthermore generally hence however including instead
initially like likewise meanwhile moreover nevertheless nonetheless notably originally otherwise overall
previously rather regarding since specifically still subsequently therefore though thus today ultimately
unlike yes yet within without whereas whether upon per via"""
_EMPTY = STOP_WORDS | frozenset(_CONNECT.split())  # words that join others and say nothing themselves


def unsaid(claim: Read, near: Floats, best: Sequence[int], known: Known) -> Iterator[str]:
    """Yield the words; `near` is as `align.likeness` has it, `known` the text of the sentences `best`."""
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
