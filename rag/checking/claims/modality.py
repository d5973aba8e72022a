"""Detects claims that report as done what the source says was only planned, demanded or attempted."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from citeback.index.word_lists import word_list
from citeback.rag.checking.claims.conditionals import MODAL_VERBS
from citeback.rag.checking.claims.word_sequence import ClaimText, Word, next_content_words, terms_only_at

_INTENTION_VERBS = word_list(__package__, "intentions.txt")
_NOT_DONE_MARKERS = (
    _INTENTION_VERBS | MODAL_VERBS | {"will", "shall", "must", "if"}
)  # a claim with one of these does not say it was done
_MAX_DISTANCE = 6  # maximum number of words between a verb of intention and its "to" or "that"
_BEGIN, _LIKE = 4, 0.7  # shared initial letters of two forms of a verb: number, and share of the shorter form
_SCOPE = 4  # content words after "to" or "that" to inspect
_THAT = 2  # content words required after "that", names aside: subject and verb, in either order


def reported_as_done(claim: ClaimText, source: Sequence[ClaimText]) -> Iterator[str]:
    """Yield a reason for each intention that the claim reports as done; `source` holds the cited sentences.

    >>> from citeback.index.search.analyzer import Analyzer
    >>> texts = "Norway tried to leave.", "Norway leaves.", "Norway had to leave."
    >>> meant, claim, other = (ClaimText(text, Analyzer()) for text in texts)
    >>> list(reported_as_done(claim, [meant])), list(reported_as_done(other, [meant]))
    (['the source says only “tried to leave”'], [])
    """
    if any(word.lower in _NOT_DONE_MARKERS and word.text != "May" for word in claim.words):
        return
    meant = [list(_intentions(claim_text.words)) for claim_text in source]
    never = terms_only_at(source, [frozenset(chain.from_iterable(at for _, at in each)) for each in meant])
    beside = pairwise([None, *claim.words])
    mine = [
        word.term for last, word in beside if word and word.is_content and not (last and last.lower == "to")
    ]
    for claim_text, each in zip(source, meant, strict=True):
        for start, at in each:
            terms = [claim_text.words[i].term for i in at]
            if all(term in never and any(_are_verb_forms(term, one) for one in mine) for term in terms):
                words = claim_text.words[start : at[-1] + 1]
                yield f"the source says only “{' '.join(word.text for word in words)}”"


def _are_verb_forms(one: str, other: str) -> bool:
    """Return whether two terms may be forms of one verb, such as "withdraw" and "withdrew"."""
    shorter = min(len(one), len(other))
    same = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    return one == other or same >= max(_BEGIN, _LIKE * shorter)


def _intentions(words: Sequence[Word]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the position of each verb of intention, and the positions of the words for what is intended."""
    for i, word in enumerate(words):
        if word.lower not in _INTENTION_VERBS:
            continue
        for j in range(i + 1, min(i + 1 + _MAX_DISTANCE, len(words))):
            if words[j].lower in ("to", "that"):
                most = 1 if words[j].lower == "to" else _THAT
                if at := tuple(k for k in next_content_words(words, j, _SCOPE) if not words[k].name)[:most]:
                    yield i, at
                break
