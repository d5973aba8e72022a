"""How sure the product is that the documents answer a question. Must never know how it is shown.

A logistic model over a few readable signs, fitted by `python -m bench.fit` on short and on long questions
whose article is, and is not, in the folder. bench/LOG.md has its figures.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import exp

from index.terms import Analyzer
from rag.claims.facts import Known, facts
from rag.claims.said import Said
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
    said in one place. `missing` is the share of the question's names, numbers, dates and quotes that the
    passage of the surest sentence lacks. `denied` is 1 where the question denies something and that
    sentence denies nothing.
    """

    similarity: float
    together: float
    more: float
    missing: float
    denied: float


WEIGHTS = Signs(similarity=5.63, together=13.36, more=0.96, missing=-2.13, denied=-4.0)
BIAS = -15.5
"""`denied` is set by hand (bench/LOG.md): of the questions that the rest is fitted on hardly any denies."""

THRESHOLD = 0.5
"""Below it the answer is that the documents do not say."""

# Threshold -> of 100 questions, how many are still answered that the folder cannot answer, and how many
# refused that it can; held out, as `python -m bench.fit` prints them.
MEASURED = {0.2: (11, 1), 0.3: (7, 1), 0.4: (5, 2), 0.5: (3, 3), 0.6: (2, 4), 0.7: (2, 5), 0.8: (1, 7)}


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

    `model` names a chat model (see `rag.llm`); "" quotes the documents, None is whatever the corpus has.
    """

    threshold: float = THRESHOLD
    passages: int = 5
    model: str | None = None


def signs(query: Query, ranked: Sequence[Evidence], analyzer: Analyzer) -> Signs | None:
    """Return the signs of a question's ranked evidence, None where there is none."""
    if not ranked:
        return None
    return Signs(
        similarity=max(e.features.similarity for e in ranked),
        together=max(e.features.similarity + e.features.around for e in ranked),
        more=min(max(query.asked, SHORT), LONG) - SHORT,
        missing=_missing(query.text, ranked, analyzer),
        denied=float(_denies(query.text, analyzer) and not _denies(ranked[0].text, analyzer)),
    )


def confidence(query: Query, ranked: Sequence[Evidence], analyzer: Analyzer) -> float:
    """Return the probability (0 to 1) that the documents answer; 0 where there is no evidence."""
    found = signs(query, ranked, analyzer)
    if found is None:
        return 0.0
    total = BIAS + sum(w * x for w, x in zip(astuple(WEIGHTS), astuple(found), strict=True))
    return 1 / (1 + exp(-total))


def _missing(question: str, ranked: Sequence[Evidence], analyzer: Analyzer) -> float:
    stated = facts(question, analyzer)
    same = [e for e in ranked if e.passage == ranked[0].passage]
    passage = Known("\n".join([same[0].above, *(e.text for e in same)]), analyzer)
    return len(passage.missing(stated)) / max(1, len(stated))


def _denies(text: str, analyzer: Analyzer) -> bool:
    return analyzer.language == "en" and any(word.negates for word in Said(text, analyzer).words)
