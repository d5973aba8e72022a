"""How sure the product is that the documents answer a question. Must never know how it is shown.

A logistic model over a few readable features of the best evidence, fitted by `bench/fit.py confidence`
on questions whose answer is, and is not, in the folder. bench/LOG.md says on which and with what figures.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import exp

from rag.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Signs:
    """What the model looks at; all but the cosines are shares, 0 to 1.

    `similarity` and `cover` are the highest of any evidence sentence, `together` the highest sum of the
    two, `around` the highest cover of a sentence with its neighbours.
    """

    similarity: float
    cover: float
    together: float
    around: float


WEIGHTS = Signs(similarity=4.0, cover=1.0, together=2.0, around=2.0)
BIAS = -5.0

THRESHOLD = 0.5


def signs(ranked: Sequence[Evidence]) -> Signs | None:
    """Return the features of ranked evidence, None where there is none."""
    if not ranked:
        return None
    return Signs(
        similarity=max(e.similarity for e in ranked),
        cover=max(e.cover for e in ranked),
        together=max(e.similarity + e.cover for e in ranked),
        around=max(e.around for e in ranked),
    )


def confidence(ranked: Sequence[Evidence]) -> float:
    """Return the probability (0 to 1) that the documents answer; 0 where there is no evidence."""
    found = signs(ranked)
    if found is None:
        return 0.0
    total = BIAS + sum(w * x for w, x in zip(astuple(WEIGHTS), astuple(found), strict=True))
    return 1 / (1 + exp(-total))
