"""How sure the evidence makes us that the documents answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ranked import ENGLISH, RANKED, asking, evidence

from citeback.index.search.analyzer import Analyzer
from citeback.rag.confidence import (
    DOUBT,
    LARGE_LEAD,
    LONG_QUESTION,
    MEASURED_THRESHOLDS,
    SHORT_QUESTION,
    STATEMENT_MODEL,
    THRESHOLD,
    TOPIC_MODEL,
    UNANSWERED,
    USUAL_LEAD,
    ConfidenceFeatures,
    combine,
    confidence,
    confidence_features,
    explain_threshold,
)
from citeback.rag.evidence.quoted import select_evidence
from citeback.rag.evidence.ranking import Evidence, Features


def test_no_evidence_is_no_confidence() -> None:
    assert confidence(asking(3), (), ENGLISH) == 0.0
    assert confidence_features(asking(3), (), ENGLISH) is None
    assert select_evidence(()) == ()


BETTER = [
    lambda e: replace(e, features=replace(e.features, similarity=1.0)),
    lambda e: replace(e, features=replace(e.features, coverage=1.0)),
]


@given(RANKED.filter(bool), st.sampled_from(BETTER))
def test_confidence_is_a_probability_that_grows_with_better_evidence(
    ranked: tuple[Evidence, ...], improve: Callable[[Evidence], Evidence]
) -> None:
    asked = asking(4)
    better = [improve(e) for e in ranked]
    assert 0 < confidence(asked, ranked, ENGLISH) <= confidence(asked, better, ENGLISH) < 1


@given(RANKED.filter(bool), st.floats(0, 99), st.floats(0, 99))
def test_a_longer_question_needs_fewer_of_its_words_said_in_one_place(
    ranked: tuple[Evidence, ...], one: float, other: float
) -> None:
    def sure(asked: float) -> float:
        return confidence(asking(asked), ranked, ENGLISH)

    assert sure(min(one, other)) <= sure(max(one, other))
    assert (sure(0), sure(LONG_QUESTION + 50)) == (sure(SHORT_QUESTION), sure(LONG_QUESTION))


def test_signs_are_the_best_of_each_figure() -> None:
    near = replace(evidence(1, 0.8), features=Features(0.5, 0.7, 0.1))
    result = confidence_features(asking(4.5), (evidence(0, 0.9), near), ENGLISH)
    assert result
    assert replace(result, lead=0.0) == ConfidenceFeatures(
        0.7, together=1.0, more=1.5, missing=0.0, denied=0.0
    )
    assert result.lead == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("logit", "lead", "answered", "stands_out"),
    [
        (-2.0, 5.0, 0.0, 0.0),
        (1.5, 5.0, 1.5, 0.0),
        (-2.0, 8.0, 0.0, 2.0),
        (1.5, 8.0, 1.5, 2.0),
        (1.5, 30.0, 1.5, LARGE_LEAD - USUAL_LEAD),  # as between the topics of a tiny folder
        (UNANSWERED, 8.0, 0.0, 0.0),
    ],
)
def test_the_reader_and_a_sentence_that_stands_out_only_ever_speak_for_an_answer(
    logit: float, lead: float, answered: float, stands_out: float
) -> None:
    first = replace(evidence(0, lead), passage_logit=logit)
    result = confidence_features(asking(3), (first, evidence(1, 0.0)), ENGLISH)
    assert result
    assert (result.answered, result.stands_out) == (answered, stands_out)
    without = replace(result, answered=0.0, stands_out=0.0)
    assert TOPIC_MODEL(result) >= TOPIC_MODEL(without)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Did Ada Holm keep the lock in 1923?", 0.0),
        ("Did Ada Ek keep the lock in 1924?", 2 / 3),
        ("Did the keeper come from Osby?", 0.0),  # the heading names it
        ("Who kept the lock?", 0.0),
    ],
)
def test_what_a_question_names_and_the_passage_lacks_is_missing(question: str, missing: float) -> None:
    results = (
        replace(evidence(0, 0.9, text="Ada Holm kept the lock."), context="The keepers of Osby"),
        evidence(1, 0.8, passage=2, text="Ek came in 1924."),
        evidence(3, 0.7, text="She came in 1923."),
    )
    result = confidence_features(asking(3, question), results, ENGLISH)
    assert result and result.missing == pytest.approx(missing)


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Who kept the lock in 1923?", 0.0),
        ("Who kept the lock in 1924?", 1.0),
        ("Who kept lock 7 in 1924?", 0.0),  # it has one of them, as where two years are compared
        ("Who kept the lock in May?", 1.0),
        ("May I keep the lock?", 0.0),
        ("Who kept the lock for two years?", 0.0),  # a count in words may be the asker's own
        ("Who kept lock 8 of the report of 2019?", 0.0),  # the file's name has the year
    ],
)
def test_a_figure_of_the_question_has_to_stand_in_the_passage(question: str, figures: float) -> None:
    first = replace(evidence(0, 0.9, text="Ada kept lock 7 in 1923."), document="reports/locks-2019.txt")
    elsewhere = evidence(1, 0.8, passage=2, text="Ek came in May 1924.")
    result = confidence_features(asking(3, question), (first, elsewhere), ENGLISH)
    assert result and result.figures == figures
    assert STATEMENT_MODEL(result) <= STATEMENT_MODEL(replace(result, figures=0.0))


def test_the_lead_is_over_the_fourth_best() -> None:
    ranked = tuple(evidence(n, score) for n, score in enumerate((5.0, 4.0, 3.5, 3.0, 1.0)))
    few, many = (confidence_features(asking(3), ranked[:n], ENGLISH) for n in (2, 5))
    assert few and many and (few.lead, many.lead) == (1.0, 2.0)


def test_where_little_fits_the_lead_is_over_what_does_not() -> None:
    every = tuple(evidence(n, score) for n, score in enumerate((9.0, 5.0, 4.0, 3.5, 3.0, 1.0)))
    alone, two = (confidence_features(asking(3), every[1:n], ENGLISH, every) for n in (2, 3))
    assert alone and two and (alone.lead, two.lead) == (2.0, 2.0)


@given(st.floats(0, 1), st.floats(0, 1))
def test_there_is_an_answer_if_the_documents_cover_the_topic_and_the_top_sentence_is_no_stranger(
    about: float, said: float
) -> None:
    assume(abs(said - DOUBT) > 1e-9)
    assert (combine(about, said) >= THRESHOLD) == (about >= THRESHOLD and said >= DOUBT)
    assert 0 <= combine(about, said) <= 1
    assert combine(about, said) <= min(combine(about, 1.0), combine(1.0, said))


@pytest.mark.parametrize(
    ("question", "sentence", "denied"),
    [
        ("Who did not keep the lock?", "Ada kept the lock.", 1.0),
        ("Who didn't keep the lock?", "Ada never kept the lock.", 0.0),
        ("Who kept the lock?", "Ada did not keep the lock.", 0.0),
    ],
)
def test_what_is_denied_by_the_question_alone_is_told(question: str, sentence: str, denied: float) -> None:
    results = (evidence(0, 0.9, text=sentence),)
    result, other = (
        confidence_features(asking(3, question), results, ENGLISH),
        confidence_features(asking(3, question), results, Analyzer("de")),
    )
    assert result and result.denied == denied
    assert other and other.denied == 0.0


def test_a_threshold_is_explained_by_the_nearest_that_was_measured() -> None:
    assert "it still answers about 2" in explain_threshold(0.5)
    assert (
        explain_threshold(0.0) == explain_threshold(0.2) != explain_threshold(1.0) == explain_threshold(0.8)
    )
    answered, refused = zip(*(MEASURED_THRESHOLDS[t] for t in sorted(MEASURED_THRESHOLDS)), strict=True)
    assert list(answered) == sorted(answered, reverse=True) and list(refused) == sorted(refused)
