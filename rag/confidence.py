"""How sure the product is that the documents answer a question. Must never know how it is shown.

A logistic model over three readable features, fitted by `python -m bench.fit` on short and on long questions
whose article is, and is not, in the folder. bench/LOG.md has its figures.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import exp

from rag.evidence import Evidence
from rag.query import Query

SHORT, LONG = 3.0, 12.0
"""Rare words of a question up to which it counts as short; beyond which none was fitted on."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the model looks at.

    `similarity` is the highest cosine of any evidence sentence with the question, `together` the highest
    sum of a sentence's cosine and its cover with what is around it: one place near in meaning and in words.
    `more` is how many rare words the question has beyond the third (see `Query.asked`): of many, fewer are
    said in one place.
    """

    similarity: float
    together: float
    more: float


WEIGHTS = Signs(similarity=5.24, together=14.55, more=0.85)
BIAS = -17.25

THRESHOLD = 0.5
"""Below it the answer is that the documents do not say."""

# Threshold -> of 100 questions, how many are still answered that the folder cannot answer, and how many
# refused that it can; held out, as `python -m bench.fit squad2-off` prints them.
MEASURED = {0.3: (6, 2), 0.4: (4, 3), 0.5: (4, 4), 0.6: (2, 6), 0.7: (2, 8), 0.8: (1, 12)}


def meaning(threshold: float) -> str:
    """Return what a threshold means, in a sentence for a person: the nearest one that was measured."""
    near = min(MEASURED, key=lambda measured: (abs(measured - threshold), measured))
    answered, refused = MEASURED[near]
    return (
        f"Of 100 questions that the folder cannot answer, about {answered} are still answered; "
        f"of 100 that it can, about {refused} are refused."
    )


@dataclass(frozen=True, slots=True)
class Care:
    """How sure an answer must be (0 to 1), how many passages come with it or a refusal, and who writes it.

    `model` names a chat model (`rag.models.reach`); "" quotes the documents, None is whatever the corpus has.
    """

    threshold: float = THRESHOLD
    passages: int = 5
    model: str | None = None


def signs(query: Query, ranked: Sequence[Evidence]) -> Signs | None:
    """Return the features of a question's ranked evidence, None where there is none."""
    if not ranked:
        return None
    return Signs(
        similarity=max(e.features.similarity for e in ranked),
        together=max(e.features.similarity + e.features.around for e in ranked),
        more=min(max(query.asked, SHORT), LONG) - SHORT,
    )


def confidence(query: Query, ranked: Sequence[Evidence]) -> float:
    """Return the probability (0 to 1) that the documents answer; 0 where there is no evidence."""
    found = signs(query, ranked)
    if found is None:
        return 0.0
    total = BIAS + sum(w * x for w, x in zip(astuple(WEIGHTS), astuple(found), strict=True))
    return 1 / (1 + exp(-total))
