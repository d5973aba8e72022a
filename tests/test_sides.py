"""A claim that takes the other side of its source, "for" or "against", is contradicted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.search.analyzer import Analyzer
from citeback.rag.checking.claims.negation import contradictions
from citeback.rag.checking.claims.word_sequence import ClaimText

ENGLISH = Analyzer("en")
OPPOSITE = "the source says the opposite of “{}”"


def reasons(claim: str, source: str) -> list[str]:
    return list(contradictions(ClaimText(claim, ENGLISH), [ClaimText(source, ENGLISH)]))


@pytest.mark.parametrize(
    ("claim", "source", "side"),
    [
        ("Ada voted for the toll.", "Ada voted against the toll.", "for"),
        ("Ada voted against the toll.", "In May Ada voted for the toll.", "against"),
        ("Ada votes for the toll.", "Ada voted against the toll.", "for"),
        ("Ada voted against the toll.", "Ada voted against the toll, Bo for it.", ""),
        ("Ada voted for the toll.", "Of all who voted for or voted against it, Ada was first.", ""),
        ("Ada waited for the vote.", "Ada voted against the toll.", ""),
        ("Ada voted for the toll.", "Ada voted on the toll.", ""),
    ],
)
def test_the_other_side_contradicts(claim: str, source: str, side: str) -> None:
    assert reasons(claim, source) == ([OPPOSITE.format(side)] if side else [])


@given(
    st.lists(st.sampled_from(["voted for", "voted against", "spoke for", "spoke against", "it"]), max_size=8)
)
def test_a_text_never_contradicts_itself(words: list[str]) -> None:
    assert reasons(" ".join(words), " ".join(words)) == []


@pytest.mark.parametrize(
    ("claim", "source", "contrary"),
    [
        ("Photographs are not permitted in the hall.", "The hall does not permit photographs.", False),
        ("Photographs are permitted in the hall.", "The hall does not permit photographs.", True),
        ("The terrace is accessible by lift.", "The terrace is inaccessible by lift.", True),
        ("The bill was unpaid in May.", "The bill was paid in May.", True),
        ("The vase is valuable to him.", "The vase is invaluable to him.", False),
    ],
)
def test_a_denial_in_other_words_is_the_same_and_a_prefix_denies(
    claim: str, source: str, contrary: bool
) -> None:
    assert bool(reasons(claim, source)) is contrary
