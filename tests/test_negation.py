"""Negated questions: near-tied evidence with a negation comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ranked import ENGLISH, evidence

from citeback.index.search.analyzer import Analyzer
from citeback.rag.evidence.ranking import SCORE_MARGIN
from citeback.rag.negation import is_negated, negated_first

TERMS = ("The minimum term is 24 months.", "The minimum term is none.", "There is a fee.")


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which tariff has no minimum term?", 1),
        ("Which tariff doesn't have a minimum term?", 1),
        ("Which tariff has a minimum term?", 0),
    ],
)
def test_a_negated_question_prefers_a_negated_sentence(question: str, first: int) -> None:
    ranked = tuple(evidence(n, 9 - n / 10, text=text) for n, text in enumerate(TERMS))
    assert negated_first(question, ranked, ENGLISH)[0] is ranked[first]


def test_a_sentence_far_below_the_top_stays_there() -> None:
    ranked = (evidence(0, 9, text=TERMS[0]), evidence(1, 8.9 - SCORE_MARGIN, text=TERMS[1]))
    assert negated_first("Which tariff has no minimum term?", ranked, ENGLISH) == ranked


@given(st.lists(st.sampled_from(TERMS), max_size=6), st.booleans())
def test_nothing_is_lost_and_only_one_sentence_moves(texts: list[str], negated: bool) -> None:
    ranked = tuple(evidence(n, 9 - n / 10, text=text) for n, text in enumerate(texts))
    result = negated_first("Is there no fee?" if negated else "Is there a fee?", ranked, ENGLISH)
    assert sorted(e.position for e in result) == list(range(len(texts)))
    moved = result[0].position if result else 0
    assert list(result[1:]) == [e for e in ranked if e.position != moved]
    if negated and result and not is_negated(result[0].text, ENGLISH):
        assert not any(is_negated(text, ENGLISH) for text in texts)


def test_negation_is_read_in_english_only() -> None:
    assert not is_negated("Which tariff has no minimum term?", Analyzer("de"))
