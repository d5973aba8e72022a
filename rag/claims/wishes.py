"""Whether a claim tells as done what a text says was only meant to be. Must never know models or verdicts."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from rag.claims.conditions import OPEN
from rag.claims.said import Said, Word, only, reach

# "planned to open", "demanded that it withdraw": whether it came to that is not said.
_MEANT = """aim aims aimed attempt attempts attempted demand demands demanded expect expects expected hope
hopes hoped intend intends intended plan plans planned propose proposes proposed promise promises promised
require requires required seek seeks sought supposed threaten threatens threatened tried try tries trying urge
urges urged want wants wanted wish wishes wished"""
_WORDS = frozenset(_MEANT.split())
_STILL = _WORDS | OPEN | {"will", "shall", "must", "if"}  # a claim with one of these does not say it was done
_FAR = 6  # words between what is meant and its "to" or "that"
_BEGIN, _LIKE = 4, 0.7  # letters, and share of the shorter one's, with which both forms of a verb begin
_SCOPE = 4  # telling words after the "to" or "that" to look at
_THAT = 2  # of them, behind "that", names aside: who or what, and the verb, in either order


def done(claim: Said, source: Sequence[Said]) -> Iterator[str]:
    """Yield in words what the claim says was done; `source` holds the sentences of what it cites.

    >>> from index.terms import Analyzer
    >>> texts = "Norway tried to leave.", "Norway leaves.", "Norway had to leave."
    >>> meant, claim, other = (Said(text, Analyzer()) for text in texts)
    >>> list(done(claim, [meant])), list(done(other, [meant]))
    (['the source says only “tried to leave”'], [])
    """
    if any(word.low in _STILL and word.text != "May" for word in claim.words):
        return
    meant = [list(_meant(said.words)) for said in source]
    never = only(source, [frozenset(chain.from_iterable(at for _, at in each)) for each in meant])
    beside = pairwise([None, *claim.words])
    mine = [word.term for last, word in beside if word and word.tells and not (last and last.low == "to")]
    for said, each in zip(source, meant, strict=True):
        for start, at in each:
            terms = [said.words[i].term for i in at]
            if all(term in never and any(_alike(term, one) for one in mine) for term in terms):
                yield f"the source says only “{' '.join(w.text for w in said.words[start : at[-1] + 1])}”"


def _alike(one: str, other: str) -> bool:
    """Tell whether two terms may be forms of one verb, as "withdraw" and "withdrew" are."""
    shorter = min(len(one), len(other))
    same = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return one == other or same >= max(_BEGIN, _LIKE * shorter)


def _meant(words: Sequence[Word]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield where a word stands that says something is meant, and where the words that say what."""
    for i, word in enumerate(words):
        if word.low not in _WORDS:
            continue
        for j in range(i + 1, min(i + 1 + _FAR, len(words))):
            if words[j].low in ("to", "that"):
                most = 1 if words[j].low == "to" else _THAT
                if at := tuple(k for k in reach(words, j, _SCOPE) if not words[k].name)[:most]:
                    yield i, at
                break
