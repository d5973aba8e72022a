"""Which sentences are quoted, and in which order."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ranked import RANKED, evidence
from toy import loading

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.records import Span
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.sync import sync
from citeback.rag.coverage import AFTER, BASE_WEIGHT, BEFORE, coverage, max_similarity, weight_pieces
from citeback.rag.evidence.quoted import MAX_QUOTED, QUOTED_MARGIN, select_evidence
from citeback.rag.evidence.ranking import Evidence, Features, rank_evidence
from citeback.rag.evidence.snippets import best_window
from citeback.rag.query import build_query
from citeback.rag.question import StandaloneQuestion
from citeback.rag.retrieval.hybrid import retrieve


@given(RANKED)
def test_the_surest_comes_first_and_nothing_far_below_it_is_chosen(ranked: tuple[Evidence, ...]) -> None:
    chosen = select_evidence(ranked)
    assert chosen[:1] == ranked[:1]
    assert len(chosen) == len(set(chosen)) <= MAX_QUOTED
    assert all(e.score >= ranked[0].score - QUOTED_MARGIN for e in chosen)


@given(RANKED)
def test_neighbours_stay_together_in_reading_order(ranked: tuple[Evidence, ...]) -> None:
    chosen = select_evidence(ranked, everything=True)
    where = {(e.passage, e.position): n for n, e in enumerate(chosen)}
    run_of: dict[tuple[int, int], tuple[int, int]] = {}
    for passage, place in sorted(where):
        run_of[passage, place] = run_of.get((passage, place - 1), (passage, place))
    runs = [run_of[e.passage, e.position] for e in chosen]
    assert len(set(runs)) == len([a for a, b in zip(runs, [None, *runs], strict=False) if a != b])
    for run in set(runs):
        places = [e.position for e in chosen if run_of[e.passage, e.position] == run]
        assert places[1:] == sorted(places[1:])


def test_the_same_words_are_quoted_once() -> None:
    twice = (evidence(1, 0.9, text="All landed."), evidence(5, 0.9, passage=2, text="All  landed."))
    assert select_evidence(twice) == twice[:1]


@pytest.mark.parametrize("surer", [0, 1])
def test_a_sentence_that_another_brings_along_is_not_quoted_beside_it(surer: int) -> None:
    first, second = evidence(0, 0.9), evidence(1, 0.9)
    both = replace(second, span=Span(first.span.start, second.span.end), text="Sentence 1.0. Sentence 1.1.")
    ranked = (first, both) if surer == 0 else (both, first)
    assert select_evidence(ranked) == (both,)


TEXT = """# Birds

The heron waits at the lock. It eats eels. Swans hiss at boats.

In 1923 Ada Holm kept the lock. The lock was closed to all boats.
"""


@pytest.fixture(scope="module")
def generation(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder: Path = tmp_path_factory.mktemp("documents")
    (folder / "birds.md").write_text(TEXT)
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(encoder))
    with store.current() as current:
        yield current


@pytest.fixture(scope="module")
def ranked(encoder: SentenceEncoder, generation: Generation) -> Callable[[str], tuple[Evidence, ...]]:
    def found(question: str) -> tuple[Evidence, ...]:
        analyzer = Analyzer("en")
        query = build_query(StandaloneQuestion(question), encoder, analyzer, generation.lexical)
        return rank_evidence(generation, query, retrieve(generation, query, 5), encoder)

    return found


def test_a_sentence_that_points_back_brings_what_it_points_to(
    ranked: Callable[[str], tuple[Evidence, ...]],
) -> None:
    first = ranked("What does it eat?")[0]
    assert first.text == "The heron waits at the lock. It eats eels." == first.span.of(TEXT)


def test_every_sentence_but_the_heading_is_evidence_and_says_its_own_words(
    ranked: Callable[[str], tuple[Evidence, ...]],
) -> None:
    results = ranked("Who kept the lock in 1923?")
    assert len(results) == 5
    assert all(e.span.of(TEXT) == e.text and "#" not in e.text for e in results)
    assert results[0].text == "In 1923 Ada Holm kept the lock."
    assert [e.score for e in results] == sorted((e.score for e in results), reverse=True)


def test_a_sentence_covers_less_alone_than_in_its_context(
    ranked: Callable[[str], tuple[Evidence, ...]],
) -> None:
    results = ranked("Who kept the lock in 1923?")
    assert all(e.coverage <= e.features.coverage for e in results)
    assert any(e.coverage < e.features.coverage for e in results)


def test_a_near_word_covers_more_than_a_far_one(encoder: SentenceEncoder) -> None:
    asked = weight_pieces("car", encoder.word_pieces(["car"])[0], {"car": 2.0}, Analyzer("en"))
    near = max_similarity(asked, encoder.word_pieces(["car", "automobile", "cheese", ""]))
    alone, _ = coverage(asked, near, np.zeros_like(near))
    assert alone[0] == pytest.approx(1.0, abs=1e-3)
    assert alone[0] > alone[1] > alone[2] >= alone[3] == 0.0


def test_cover_is_the_mean_of_the_likest_pieces_by_rarity(encoder: SentenceEncoder) -> None:
    text, sentences = "When did herons nest?", ["A heron sat.", "They nested in May.", "Swans left."]
    rarity = {"heron": 3.0, "nest": 1.5}
    pieces = encoder.word_pieces([text, *sentences])
    asked = weight_pieces(text, pieces[0], rarity, Analyzer("en"))
    over = np.full((3, len(asked.weights)), 0.2)
    alone, around = coverage(asked, max_similarity(asked, pieces[1:]), over)
    table = [[max(float(q @ v) for v in p.vectors) for q in pieces[0].vectors] for p in pieces[1:]]
    own = np.maximum(table, 0)
    beside = np.maximum.reduce([own[1], BEFORE * own[0], AFTER * own[2], over[1]])
    shares = weight_pieces(text, pieces[0], rarity, Analyzer("en")).weights
    assert shares.sum() == pytest.approx(1)
    assert shares.min() == pytest.approx(BASE_WEIGHT / (BASE_WEIGHT * len(shares) + 4.5))
    assert alone == pytest.approx(own @ shares)
    assert around[1] == pytest.approx(beside @ shares)


def test_the_words_of_all_sentences_at_once_are_those_of_each_alone(encoder: SentenceEncoder) -> None:
    asked = weight_pieces(
        "Where do herons nest?", encoder.word_pieces(["Where do herons nest?"])[0], {}, Analyzer("en")
    )
    sentences = encoder.word_pieces(["", "A heron nests.", "", "Swans left in May.", ""])
    alone = [max_similarity(asked, [sentence])[0] for sentence in sentences]
    assert max_similarity(asked, sentences) == pytest.approx(np.array(alone), abs=1e-6)
    assert max_similarity(asked, sentences)[[0, 2, 4]].max() == 0.0
    assert max_similarity(asked, []).shape == (0, len(asked.weights))


SENTENCES = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 5), st.floats(0, 1)), min_size=1, max_size=8
)


@given(SENTENCES, st.sampled_from([0.0, 0.001, 0.01, 0.1]))
def test_a_window_is_the_run_that_is_worth_most(found: list[tuple[int, int, float]], price: float) -> None:
    spans, at = [], 0
    for length, gap, _ in found:
        spans.append(Span(at + gap, at + gap + length))
        at = spans[-1].end
    likely = {n: value for n, (_, _, value) in enumerate(found)}

    def worth(span: Span) -> float:
        inside = sum(value for n, value in likely.items() if span.covers(spans[n]))
        return inside - price * len(span)

    runs = [Span(a.start, b.end) for i, a in enumerate(spans) for b in spans[i:]]
    got = best_window(spans, likely, price)
    assert got in runs
    assert worth(got) == pytest.approx(max(map(worth, runs)))


def test_quoting_ends_where_a_sentence_is_much_less_likely() -> None:
    near, far = evidence(2, 5.0 - 1.9), evidence(4, 5.0 - 2.1)
    ranked = (evidence(0, 5.0), near, far)
    assert select_evidence(ranked) == ranked[:2]
    assert select_evidence(ranked, everything=True) == ranked


def test_a_sentence_that_the_reader_believes_much_less_is_not_quoted() -> None:
    first, near, far = (
        replace(evidence(place, 5.0 - place / 9), features=Features(0.5, 0.5, 0.5, answer_logit=logit))
        for place, logit in ((0, 1.0), (2, 0.1), (4, -0.1))
    )
    assert select_evidence((first, near, far)) == (first, near)
    assert select_evidence((first, near, far), everything=True) == (first, near, far)
