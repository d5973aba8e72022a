"""How likely it is that the documents answer a question.

Two logistic models over a few interpretable features. The first estimates whether the documents cover the
topic and decides whether there is an answer at all; the second estimates whether the top sentence states the
answer. Both are fitted by `python -m bench.fit`; bench/LOG.md has the figures.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citeback.index.languages import ENGLISH
from citeback.index.search.analyzer import Analyzer
from citeback.rag.checking.claims.facts import Fact, FactIndex, facts
from citeback.rag.evidence.ranking import Evidence
from citeback.rag.logistic import LogisticModel
from citeback.rag.negation import is_negated
from citeback.rag.query import Query

USUAL_LEAD, LARGE_LEAD = 6.0, 10.0
"""Leads between which the top sentence stands out ever more; in a tiny folder, every lead is large."""
UNANSWERED = -2.5  # the reader's logit up to which a passage does not answer, whatever stands out in it
LEAD_OVER = 3  # index of the evidence over which the lead of the top sentence is taken
SHORT_QUESTION, LONG_QUESTION = 3.0, 12.0
"""Numbers of rare words: a short question has at most `SHORT`; no fitted one has more than `LONG`."""
_SEPARATORS = re.compile(r"[-_/.]+")


@dataclass(frozen=True, slots=True)
class ConfidenceFeatures:
    """Features of the confidence models.

    `similarity` is the highest cosine of any evidence sentence with the question, `together` the highest sum
    of a sentence's cosine and its coverage of the question in context. `more` counts the rare words of the
    question beyond the third (see `Query.rare_words`), since one place seldom holds them all. `missing` is
    the share of the question's names, numbers, dates and quotations that the passage of the top sentence
    lacks. `denied` is 1 if the question contains a negation and the top sentence does not. `passage` is the
    reader's logit that the passage of the top sentence answers, or 0 without a reader. `lead` is how far the
    score of the top sentence is above that of the fourth: where many sentences look alike, the top one is
    seldom right. `answered` is `passage` where it is positive, and `stands_out` how far `lead` exceeds
    `USUAL_LEAD` unless the reader is against it: a short question may be unlike the sentence that answers it,
    and then they speak for it. `figures` is 1 if the question itself states numbers or dates, and the passage
    of the top sentence, with what stands above it, has none of them.
    """

    similarity: float = 0.0
    together: float = 0.0
    more: float = 0.0
    missing: float = 0.0
    denied: float = 0.0
    passage: float = 0.0
    lead: float = 0.0
    answered: float = 0.0
    stands_out: float = 0.0
    figures: float = 0.0


TOPIC_MODEL = LogisticModel(
    ConfidenceFeatures(
        similarity=5.53, together=13.4, more=0.97, missing=-2.09, denied=-4.0, answered=1.25, stands_out=0.5
    ),
    bias=-15.52,
)
"""The topic model: do the documents cover the question?

It is fitted on questions whose article is, or is not, in the folder. `denied` is set by hand, since hardly
any of those questions contains a negation; so are `answered` and `stands_out`, since most of those questions
are like their sentences (bench/LOG.md).
"""

TOPIC_MODEL_ACROSS = LogisticModel(ConfidenceFeatures(similarity=12.0, denied=-4.0), bias=-12 * 0.26)
"""The topic model for a question in another language than the best evidence, which shares no words with it.

Set by hand, on the strict side: of 110 questions in eleven languages of English sentences of our own, about
half are answered, and seven eighths of those that nothing there answers are refused (bench/LOG.md).
"""

STATEMENT_MODEL = LogisticModel(
    ConfidenceFeatures(together=0.47, passage=0.25, lead=0.14, figures=-4.0), bias=0.6
)
"""The answer model: does the top sentence state the answer?

It is fitted by `python -m bench.train.fit` on whether the top sentence holds the answer, over sets of many
kinds, each weighted equally. `passage` is 0.03 above what was fitted, and the bias 1.75, so that the
confidence of an answer spreads from `THRESHOLD` to 1, and of the right first sentences of seven sets 4 in 100
are refused (bench/LOG.md).
"""

STATEMENT_MODEL_OTHER = LogisticModel(
    ConfidenceFeatures(together=0.38, passage=0.36, lead=0.14, figures=-3.0), bias=1.42
)
"""The answer model where the English reader does not read: other languages, and across languages."""

DOUBT = 0.74
"""The probability of `STATEMENT_MODEL` below which the top sentence is no answer, whatever the topic."""

THRESHOLD = 0.5
"""Confidence below which the documents are said not to answer."""

# Threshold -> how many of 100 unanswerable questions are still answered, and how many of 100 answerable ones
# are refused; held out, as printed by `python -m bench.fit`.
MEASURED_THRESHOLDS = {
    0.2: (11, 0),
    0.3: (7, 0),
    0.4: (4, 1),
    0.5: (2, 2),
    0.6: (2, 3),
    0.7: (2, 6),
    0.8: (0, 13),
}


def explain_threshold(threshold: float) -> str:
    """Return a sentence that explains a threshold, from the nearest one that was measured."""
    near = min(MEASURED_THRESHOLDS, key=lambda measured: (abs(measured - threshold), measured))
    answered, refused = MEASURED_THRESHOLDS[near]
    return (
        f"Of 100 questions that the folder cannot answer, it still answers about {answered}; "
        f"of 100 that it can, it refuses about {refused}."
    )


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """What a user may choose for an answer: confidence threshold, number of passages, writer.

    `threshold` is from 0 to 1. `passages` come with an answer or a refusal. `model` names a chat model (see
    `citeback.rag.writing`); "" quotes the documents, and None uses the corpus's default.
    """

    threshold: float = THRESHOLD
    passages: int = 5
    model: str | None = None


def confidence_features(
    query: Query, ranked: Sequence[Evidence], analyzer: Analyzer, every: Sequence[Evidence] = ()
) -> ConfidenceFeatures | None:
    """Return the features of a question's ranked evidence, or None without evidence.

    `every` is the evidence before what does not fit the question was left out: where little fits, the top
    sentence leads over what did not.
    """
    if not ranked:
        return None
    first = ranked[0]
    passage = [e for e in ranked if e.passage == first.passage]
    stated = facts(query.text, analyzer)
    missing = _missing(stated, passage, analyzer)
    figures = [fact for fact in facts(query.question, analyzer) if _is_figure(fact)]
    fitting = {(e.passage, e.position) for e in ranked}
    unfit = (e for e in every if (e.passage, e.position) not in fitting)
    behind = [*ranked, *(e for e in unfit if e.score < first.score)]
    lead = first.score - behind[min(len(behind) - 1, LEAD_OVER)].score
    return ConfidenceFeatures(
        similarity=max(e.features.similarity for e in ranked),
        together=max(e.features.similarity + e.features.coverage for e in ranked),
        more=min(max(query.rare_words, SHORT_QUESTION), LONG_QUESTION) - SHORT_QUESTION,
        missing=len(missing) / max(1, len(stated)),
        denied=float(is_negated(query.text, analyzer) and not is_negated(first.text, analyzer)),
        passage=first.passage_logit,
        lead=lead,
        answered=max(first.passage_logit, 0.0),
        stands_out=_stands_out(lead, first.passage_logit),
        figures=float(0 < len(figures) == len(_missing(figures, passage, analyzer))),
    )


def confidence(
    query: Query,
    ranked: Sequence[Evidence],
    analyzer: Analyzer,
    *,
    every: Sequence[Evidence] = (),
    across: bool = False,
) -> float:
    """Return the probability (0 to 1) that the documents answer the question; 0 without evidence.

    `every` is the evidence before what does not fit was left out. `across` tells that the best evidence is in
    another language than the question.
    """
    result = confidence_features(query, ranked, analyzer, every)
    if result is None:
        return 0.0
    topic = TOPIC_MODEL_ACROSS if across else TOPIC_MODEL
    # A clause that is asked for by its number need not resemble the question.
    about = 1.0 if ranked[0].features.numbered else topic(result)
    english = analyzer.language == ENGLISH and not across
    return combine(about, (STATEMENT_MODEL if english else STATEMENT_MODEL_OTHER)(result))


def combine(topic: float, statement: float) -> float:
    """Combine the probabilities of both models.

    The result reaches the threshold if `topic` does and `statement` reaches `DOUBT`; above it, it follows
    `statement`.
    """
    above = THRESHOLD + (1 - THRESHOLD) * (statement - DOUBT) / (1 - DOUBT)
    stated = above if statement >= DOUBT else THRESHOLD * statement / DOUBT
    return stated if topic >= THRESHOLD else min(topic, stated)


def _stands_out(lead: float, passage_logit: float) -> float:
    if passage_logit <= UNANSWERED:
        return 0.0
    return min(max(lead, USUAL_LEAD), LARGE_LEAD) - USUAL_LEAD


def _is_figure(fact: Fact) -> bool:
    return fact.kind == "date" or (fact.kind == "number" and any(map(str.isdigit, fact.text)))


def _missing(stated: Sequence[Fact], evidence: Sequence[Evidence], analyzer: Analyzer) -> tuple[Fact, ...]:
    """Return the facts that are in neither the sentences nor what stands above them, nor the file's name."""
    first = evidence[0]
    above = [_SEPARATORS.sub(" ", first.document), *dict.fromkeys(e.context for e in evidence)]
    return FactIndex("\n".join([*above, *(e.text for e in evidence)]), analyzer).missing(stated)
