"""Which sentences are quoted, in which order, and how sure that makes us."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from index.records import Span
from rag.confidence import Signs, confidence, signs
from rag.evidence import Evidence, choose


def evidence(place: int, score: float, passage: int = 1, text: str = "") -> Evidence:
    text = text or f"Sentence {passage}.{place}."
    return Evidence(
        "a.txt", Span(place * 20, place * 20 + len(text)), text, None, passage, place, 0.5, 0.5, 0.5, score
    )


RANKED = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3), st.floats(0, 1)), max_size=20).map(
    lambda found: tuple(
        sorted(
            {(p, n): evidence(p, score, n) for p, n, score in found}.values(),
            key=lambda e: (-e.score, e.passage, e.place),
        )
    )
)


@given(RANKED)
def test_the_surest_comes_first_and_nothing_far_below_it_is_chosen(ranked: tuple[Evidence, ...]) -> None:
    chosen = choose(ranked, most=4, within=0.1)
    assert chosen[:1] == ranked[:1]
    assert len(chosen) == len(set(chosen)) <= 4
    assert all(e.score >= ranked[0].score - 0.1 for e in chosen)


@given(RANKED)
def test_neighbours_stay_together_in_reading_order(ranked: tuple[Evidence, ...]) -> None:
    chosen = choose(ranked, most=6, within=1.0)
    where = {(e.passage, e.place): n for n, e in enumerate(chosen)}
    run_of: dict[tuple[int, int], tuple[int, int]] = {}
    for passage, place in sorted(where):
        run_of[passage, place] = run_of.get((passage, place - 1), (passage, place))
    runs = [run_of[e.passage, e.place] for e in chosen]
    assert len(set(runs)) == len([a for a, b in zip(runs, [None, *runs], strict=False) if a != b])
    for run in set(runs):
        places = [e.place for e in chosen if run_of[e.passage, e.place] == run]
        assert places[1:] == sorted(places[1:])


def test_the_same_words_are_quoted_once() -> None:
    twice = (evidence(1, 0.9, text="All landed."), evidence(5, 0.9, passage=2, text="All  landed."))
    assert choose(twice) == twice[:1]


def test_no_evidence_is_no_confidence() -> None:
    assert confidence(()) == 0.0
    assert signs(()) is None
    assert choose(()) == ()


BETTER = [
    lambda e: replace(e, similarity=1.0),
    lambda e: replace(e, cover=1.0),
    lambda e: replace(e, around=1.0),
]


@given(RANKED.filter(bool), st.sampled_from(BETTER))
def test_confidence_is_a_probability_that_grows_with_better_evidence(
    ranked: tuple[Evidence, ...], improve: Callable[[Evidence], Evidence]
) -> None:
    assert 0 < confidence(ranked) <= confidence([improve(e) for e in ranked]) < 1


def test_signs_are_the_best_of_each_figure() -> None:
    found = signs((evidence(0, 0.9), replace(evidence(1, 0.8), similarity=0.7, cover=0.2, around=0.9)))
    assert found == Signs(similarity=0.7, together=1.0)
