"""Detects claims that report as done what the source says was only planned, demanded or attempted."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from rag.claims.conditions import OPEN
from rag.claims.said import Said, Word, only, reach

# "planned to open", "demanded that it withdraw": the source does not say that it happened.
_MEANT = """aim aims aimed attempt attempts attempted demand demands demanded expect expects expected hope
hopes hoped intend intends intended plan plans planned propose proposes proposed promise promises promised
require requires required seek seeks sought supposed threaten threatens threatened tried try tries trying urge
urges urged want wants wanted wish wishes wished"""
_WORDS = frozenset(_MEANT.split())
_STILL = _WORDS | OPEN | {"will", "shall", "must", "if"}  # a claim with one of these does not say it was done
_FAR = 6  # maximum number of words between a verb of intention and its "to" or "that"
_BEGIN, _LIKE = 4, 0.7  # shared initial letters of two forms of a verb: number, and share of the shorter form
_SCOPE = 4  # content words after "to" or "that" to inspect
_THAT = 2  # content words required after "that", names aside: subject and verb, in either order


def done(claim: Said, source: Sequence[Said]) -> Iterator[str]:
    """Yield a reason for each intention that the claim reports as done; `source` holds the cited sentences.

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
    """Return whether two terms may be forms of one verb, such as "withdraw" and "withdrew"."""
    shorter = min(len(one), len(other))
    same = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return one == other or same >= max(_BEGIN, _LIKE * shorter)


def _meant(words: Sequence[Word]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the position of each verb of intention, and the positions of the words for what is intended."""
    for i, word in enumerate(words):
        if word.low not in _WORDS:
            continue
        for j in range(i + 1, min(i + 1 + _FAR, len(words))):
            if words[j].low in ("to", "that"):
                most = 1 if words[j].low == "to" else _THAT
                if at := tuple(k for k in reach(words, j, _SCOPE) if not words[k].name)[:most]:
                    yield i, at
                break
