"""Which sentences are quoted, in which order, and how sure that makes us."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import loading

from index.embed import SentenceEncoder
from index.generation import Generation
from index.records import Span
from index.store import Store
from index.sync import sync
from index.terms import Analyzer
from rag.confidence import LONG, MEASURED, SHORT, THRESHOLD, Signs, confidence, meaning, signs, sure
from rag.cover import AFTER, BEFORE, PLAIN, Weighed, covers, likest, weigh
from rag.evidence import Evidence, Features, choose, gather
from rag.query import Query, understand
from rag.question import Asked
from rag.retrieve import retrieve
from rag.windows import window


def evidence(place: int, score: float, passage: int = 1, text: str = "") -> Evidence:
    text = text or f"Sentence {passage}.{place}."
    start = passage * 1000 + place * 20
    features = Features(passage=0.5, similarity=0.5, around=0.5)
    return Evidence("a.txt", Span(start, start + len(text)), text, None, passage, place, features, 0.5, score)


RANKED = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3), st.floats(0, 9)), max_size=20).map(
    lambda found: tuple(
        sorted(
            {(p, n): evidence(p, score, n) for p, n, score in found}.values(),
            key=lambda e: (-e.score, e.passage, e.place),
        )
    )
)


@given(RANKED)
def test_the_surest_comes_first_and_nothing_far_below_it_is_chosen(ranked: tuple[Evidence, ...]) -> None:
    chosen = choose(ranked, most=4, within=3.0)
    assert chosen[:1] == ranked[:1]
    assert len(chosen) == len(set(chosen)) <= 4
    assert all(e.score >= ranked[0].score - 3.0 for e in chosen)


@given(RANKED)
def test_neighbours_stay_together_in_reading_order(ranked: tuple[Evidence, ...]) -> None:
    chosen = choose(ranked, most=6, within=9.0)
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


@pytest.mark.parametrize("surer", [0, 1])
def test_a_sentence_that_another_brings_along_is_not_quoted_beside_it(surer: int) -> None:
    first, second = evidence(0, 0.9), evidence(1, 0.9)
    both = replace(second, span=Span(first.span.start, second.span.end), text="Sentence 1.0. Sentence 1.1.")
    ranked = (first, both) if surer == 0 else (both, first)
    assert choose(ranked) == (both,)


ENGLISH = Analyzer("en")


def asking(asked: float, text: str = "") -> Query:
    nothing = Weighed(np.zeros((0, 0), np.float32), np.zeros(0))
    return Query(text, text, np.zeros(0, np.float32), {}, nothing, asked)


def test_no_evidence_is_no_confidence() -> None:
    assert confidence(asking(3), (), ENGLISH) == 0.0
    assert signs(asking(3), (), ENGLISH) is None
    assert choose(()) == ()


BETTER = [
    lambda e: replace(e, features=replace(e.features, similarity=1.0)),
    lambda e: replace(e, features=replace(e.features, around=1.0)),
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
    assert (sure(0), sure(LONG + 50)) == (sure(SHORT), sure(LONG))


def test_signs_are_the_best_of_each_figure() -> None:
    near = replace(evidence(1, 0.8), features=Features(0.5, 0.7, 0.1))
    found = signs(asking(4.5), (evidence(0, 0.9), near), ENGLISH)
    assert found == Signs(0.7, together=1.0, more=1.5, missing=0.0, unsaid=0.0, apart=0.0, denied=0.0)


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
    said = (
        replace(evidence(0, 0.9, text="Ada Holm kept the lock."), above="The keepers of Osby"),
        evidence(1, 0.8, passage=2, text="Ek came in 1924."),
        evidence(3, 0.7, text="She came in 1923."),
    )
    found = signs(asking(3, question), said, ENGLISH)
    assert found and found.missing == pytest.approx(missing)


@pytest.mark.parametrize(
    ("question", "unsaid", "apart"),
    [
        ("Did Ada Holm keep the lock?", 0.0, 0.0),
        ("Did Ada Holm come in 1923?", 1.0, 0.0),  # the next sentence says when
        ("Did Ada Holm leave in 1931?", 1.0, 1.0),  # one further down does
        ("Did the keeper come from Osby?", 0.0, 0.0),  # the heading names it
    ],
)
def test_what_the_surest_sentence_leaves_to_others_is_told(
    question: str, unsaid: float, apart: float
) -> None:
    said = (
        replace(evidence(0, 0.9, text="Ada Holm kept the lock."), above="The keepers of Osby"),
        evidence(1, 0.8, text="She came in 1923."),
        evidence(2, 0.7, text="She left in 1931."),
        evidence(1, 0.6, passage=2, text="In 1931 the lock was closed."),
    )
    found = signs(asking(3, question), said, ENGLISH)
    assert found and (found.unsaid, found.apart) == (unsaid, apart)
    assert found.missing == 0.0


def test_what_a_follow_up_carries_over_need_not_be_said_by_the_sentence() -> None:
    said = (evidence(0, 0.9, text="Ada Holm kept the lock."), evidence(4, 0.8, text="It was closed in 1931."))
    follow_up = replace(asking(3, "Who kept it? (Was the lock closed in 1931?)"), question="Who kept it?")
    found, plain = signs(follow_up, said, ENGLISH), signs(asking(3, follow_up.text), said, ENGLISH)
    assert found and plain and (found.unsaid, plain.unsaid) == (0.0, 1.0)


@given(st.floats(0, 1), st.floats(0, 1))
def test_whether_there_is_an_answer_hangs_on_what_the_documents_speak_of_alone(
    about: float, said: float
) -> None:
    assert (sure(about, said) >= THRESHOLD) == (about >= THRESHOLD)
    assert 0 <= sure(about, said) <= 1
    assert sure(about, said) <= min(sure(about, 1.0), sure(1.0, said))


@pytest.mark.parametrize(
    ("question", "sentence", "denied"),
    [
        ("Who did not keep the lock?", "Ada kept the lock.", 1.0),
        ("Who didn't keep the lock?", "Ada never kept the lock.", 0.0),
        ("Who kept the lock?", "Ada did not keep the lock.", 0.0),
    ],
)
def test_what_is_denied_by_the_question_alone_is_told(question: str, sentence: str, denied: float) -> None:
    said = (evidence(0, 0.9, text=sentence),)
    found, other = signs(asking(3, question), said, ENGLISH), signs(asking(3, question), said, Analyzer("de"))
    assert found and found.denied == denied
    assert other and other.denied == 0.0


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
        query = understand(Asked(question), encoder, analyzer, generation.words)
        return gather(generation, query, retrieve(generation, query, 5), encoder)

    return found


def test_a_sentence_that_points_back_brings_what_it_points_to(
    ranked: Callable[[str], tuple[Evidence, ...]],
) -> None:
    first = ranked("What does it eat?")[0]
    assert first.text == "The heron waits at the lock. It eats eels." == first.span.of(TEXT)


def test_every_sentence_but_the_heading_is_evidence_and_says_its_own_words(
    ranked: Callable[[str], tuple[Evidence, ...]],
) -> None:
    found = ranked("Who kept the lock in 1923?")
    assert len(found) == 5
    assert all(e.span.of(TEXT) == e.text and "#" not in e.text for e in found)
    assert found[0].text == "In 1923 Ada Holm kept the lock."
    assert [e.score for e in found] == sorted((e.score for e in found), reverse=True)


def test_a_near_word_covers_more_than_a_far_one(encoder: SentenceEncoder) -> None:
    asked = weigh("car", encoder.pieces(["car"])[0], {"car": 2.0}, Analyzer("en"))
    near = likest(asked, encoder.pieces(["car", "automobile", "cheese", ""]))
    alone, _ = covers(asked, near, np.zeros_like(near))
    assert alone[0] == pytest.approx(1.0, abs=1e-3)
    assert alone[0] > alone[1] > alone[2] >= alone[3] == 0.0


def test_cover_is_the_mean_of_the_likest_pieces_by_rarity(encoder: SentenceEncoder) -> None:
    text, sentences = "When did herons nest?", ["A heron sat.", "They nested in May.", "Swans left."]
    rarity = {"heron": 3.0, "nest": 1.5}
    pieces = encoder.pieces([text, *sentences])
    asked = weigh(text, pieces[0], rarity, Analyzer("en"))
    over = np.full((3, len(asked.shares)), 0.2)
    alone, around = covers(asked, likest(asked, pieces[1:]), over)
    table = [[max(float(q @ v) for v in p.vectors) for q in pieces[0].vectors] for p in pieces[1:]]
    own = np.maximum(table, 0)
    beside = np.maximum.reduce([own[1], BEFORE * own[0], AFTER * own[2], over[1]])
    shares = weigh(text, pieces[0], rarity, Analyzer("en")).shares
    assert shares.sum() == pytest.approx(1)
    assert shares.min() == pytest.approx(PLAIN / (PLAIN * len(shares) + 4.5))
    assert alone == pytest.approx(own @ shares)
    assert around[1] == pytest.approx(beside @ shares)


def test_the_words_of_all_sentences_at_once_are_those_of_each_alone(encoder: SentenceEncoder) -> None:
    asked = weigh("Where do herons nest?", encoder.pieces(["Where do herons nest?"])[0], {}, Analyzer("en"))
    sentences = encoder.pieces(["", "A heron nests.", "", "Swans left in May.", ""])
    alone = [likest(asked, [sentence])[0] for sentence in sentences]
    assert likest(asked, sentences) == pytest.approx(np.array(alone), abs=1e-6)
    assert likest(asked, sentences)[[0, 2, 4]].max() == 0.0
    assert likest(asked, []).shape == (0, len(asked.shares))


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
    got = window(spans, likely, price)
    assert got in runs
    assert worth(got) == pytest.approx(max(map(worth, runs)))


def test_scores_are_logarithms_of_likelihood() -> None:
    """Four and a half times less likely than the surest is where quoting ends."""
    assert exp(-1.5) == pytest.approx(1 / 4.5, abs=1e-2)
    near, far = evidence(2, 5.0 - log(4.4)), evidence(4, 5.0 - log(4.6))
    assert choose((evidence(0, 5.0), near, far)) == (evidence(0, 5.0), near)


def test_a_threshold_is_explained_by_the_nearest_that_was_measured() -> None:
    assert "about 3 are still answered" in meaning(0.5)
    assert meaning(0.0) == meaning(0.2) != meaning(1.0) == meaning(0.8)
    answered, refused = zip(*(MEASURED[t] for t in sorted(MEASURED)), strict=True)
    assert list(answered) == sorted(answered, reverse=True) and list(refused) == sorted(refused)
