"""Chooses which of the ranked evidence an answer quotes: one sentence, or those that add to it."""

from collections.abc import Iterator, Sequence
from math import inf

from citeback.rag.evidence.ranking import Evidence

MAX_QUOTED = 3  # maximum number of sentences to quote; a fourth is seldom worth reading
MAX_LISTED = 6  # the same where a question asks for everything of a kind
QUOTED_MARGIN, LISTED_MARGIN = 2.0, 4.0  # maximum difference in score of a quoted sentence to the top one
LOGIT_MARGIN = 1.0  # maximum difference in the reader's logit; unused where everything is asked for


def select_evidence(ranked: Sequence[Evidence], everything: bool = False) -> tuple[Evidence, ...]:
    """Return the evidence to quote, as few sentences as needed.

    None scores, or is read, much below the best, except where the documents differ; where `everything` of a
    kind is asked for, more are quoted.
    The best comes first; neighbouring sentences stay together. Evidence contained in other evidence is not
    quoted twice.
    """
    if not ranked:
        return ()
    first, most = ranked[0], MAX_LISTED if everything else MAX_QUOTED
    lowest = first.score - (LISTED_MARGIN if everything else QUOTED_MARGIN)
    least = -inf if everything else first.features.answer_logit - LOGIT_MARGIN
    near = [
        e for e in _distinct(ranked) if e.differs or (e.score >= lowest and e.features.answer_logit >= least)
    ][:most]
    near = [_longest_containing(e, near) for e in near]
    order: list[Evidence] = []
    for evidence in dict.fromkeys(near):
        if evidence not in order:
            order += [evidence, *(e for e in _neighbours(evidence, near) if e not in order and e != evidence)]
    return tuple(order)


def _longest_containing(evidence: Evidence, among: Sequence[Evidence]) -> Evidence:
    """Return the longest evidence that contains `evidence`."""
    holding = [e for e in among if e.document == evidence.document and e.cited.covers(evidence.cited)]
    return max(holding, key=lambda e: len(e.cited))


def _distinct(ranked: Sequence[Evidence]) -> Iterator[Evidence]:
    seen: set[str] = set()
    for evidence in ranked:
        words = " ".join(evidence.text.split()).casefold()
        if words not in seen:
            seen.add(words)
            yield evidence


def _neighbours(evidence: Evidence, among: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences of `among` in the unbroken run around `evidence`, in reading order."""
    beside = {e.position: e for e in among if e.passage == evidence.passage}
    first = last = evidence.position
    while first - 1 in beside:
        first -= 1
    while last + 1 in beside:
        last += 1
    return [beside[place] for place in range(first, last + 1)]
