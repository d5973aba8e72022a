"""The fused ranking against a dozen obvious lines."""

from collections.abc import Iterator, Sequence
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import ToyEncoder, ToyQueries, loading, read, vector

from citeback.index.embedding.protocols import Floats
from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.sync import sync
from citeback.rag.answer import Passage
from citeback.rag.query import build_query
from citeback.rag.question import StandaloneQuestion
from citeback.rag.retrieval.hybrid import (
    DIVERSITY_PENALTY,
    FEEDBACK_CHUNKS,
    FEEDBACK_WEIGHT,
    Candidate,
    duplicate_detector,
    retrieve,
    to_passages,
)
from citeback.rag.retrieval.langchain_retriever import HybridRetriever

TOPICS = [
    "ships passed the canal",
    "forces landed at Tartus",
    "rain fell on 62 farms",
    "prices rose by 3,000 marks",
]


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder: Path = tmp_path_factory.mktemp("documents")
    for n in range(12):
        lines = [
            f"In {1990 + n} {TOPICS[(n + i) % 4]}. Nobody in town {n} saw it {i} times." for i in range(3)
        ]
        (folder / f"{n}.txt").write_text("\n\n".join(lines))
    (folder / "copy.txt").write_text((folder / "3.txt").read_text())
    near = (folder / "5.txt").read_text().split("\n\n")
    (folder / "near.txt").write_text("\n\n".join(f"{said} Others did." for said in near))
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(ToyEncoder()), read=read)
    with store.current() as current:
        yield current


def whole(generation: Generation, found: Sequence[Candidate]) -> tuple[Passage, ...]:
    return to_passages(generation, found, [candidate.row.chunk.span for candidate in found])


def oracle(generation: Generation, question: str) -> list[tuple[float, int]]:
    """Rank every chunk plainly: by its nearest sentence and itself, and by its BM25, both stretched to 0..1.

    The question is moved towards the best three, and what a document has above costs its chunks, as does
    a nearest sentence that stands above already.
    """
    terms = Analyzer("en").query_terms(question)
    scores, rows = generation.lexical.search(terms, 1000)  # BM25 has an oracle of its own in test_words.py
    lexical = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    rows_all = range(len(generation))
    sentences = [generation.sentence_vectors(r).astype(np.float32) for r in rows_all]

    def fused(asked: Floats) -> list[float]:
        nearest = [max(float(s @ asked) for s in vectors) for vectors in sentences]
        own = [float(generation.vectors.vectors([r])[0] @ asked) for r in rows_all]
        near = [0.6 * best + 0.4 * whole for best, whole in zip(nearest, own, strict=True)]
        low, high, most = min(near), max(near), max(lexical.values(), default=1)
        dense = [(n - low) / (high - low) for n in near]
        return [0.55 * dense[r] + 0.45 * lexical.get(r, 0) / most for r in rows_all]

    first = fused(vector(question))
    best = sorted(rows_all, key=lambda r: (-first[r], r))[:FEEDBACK_CHUNKS]
    moved = vector(question) + FEEDBACK_WEIGHT * np.mean(
        [generation.vectors.vectors([r])[0] for r in best], axis=0
    )
    left, seen, ranked = dict(enumerate(fused(moved / np.linalg.norm(moved)))), set(), []
    results: set[frozenset[str]] = set()
    gave_way: set[int] = set()
    while left:
        row = max(left, key=lambda r: (left[r], -r))
        score, text, name = left.pop(row), generation.text(row), generation.chunk(row).document
        spans = generation.chunk(row).chunk.sentences
        best_of = int(np.argmax(sentences[row] @ vector(question)))
        nearest = frozenset(spans[best_of].of(generation.source(name).text).split())
        if nearest in results and row not in gave_way:
            gave_way.add(row)
            left[row] = score - DIVERSITY_PENALTY
            continue
        results.add(nearest)
        if text not in seen:
            seen.add(text)
            ranked.append((max(0.0, score), row))
            for other in left:
                if generation.chunk(other).document == name:
                    left[other] -= DIVERSITY_PENALTY * len(text) / len(generation.source(name).text)
    return ranked


@given(st.sampled_from(TOPICS), st.integers(0, 11), st.integers(1, 20))
def test_passages_are_ranked_by_both_halves(generation: Generation, topic: str, town: int, k: int) -> None:
    question = f"When did {topic} near town {town}?"
    query = build_query(StandaloneQuestion(question), ToyQueries(), Analyzer("en"), generation.lexical)
    expected = oracle(generation, question)
    candidates = retrieve(generation, query, k)
    assert [c.score for c in candidates] == pytest.approx([score for score, _ in expected[:k]], abs=1e-4)
    close = {round(score, 4) for score, _ in expected}
    if len(close) == len(expected):
        assert [c.row.row for c in candidates] == [row for _, row in expected[:k]]


def test_copies_are_told_by_their_words_and_numbers() -> None:
    is_copy = duplicate_detector()
    words = " ".join(f"word{chr(97 + n)}" for n in range(20))
    assert [
        is_copy(text) for text in (words, words.upper(), f"{words} more", f"{words} 1", f"{words} 2")
    ] == [
        *(False, True, True, False, False),
    ]
    assert not is_copy("other words altogether")


def test_the_same_text_in_two_documents_takes_one_place(generation: Generation) -> None:
    query = build_query(StandaloneQuestion("town 3"), ToyQueries(), Analyzer("en"), generation.lexical)
    texts = [p.text for p in whole(generation, retrieve(generation, query, 50))]
    assert len(texts) == len(set(texts)) == 39


def test_near_copies_give_way_to_other_texts(generation: Generation) -> None:
    query = build_query(
        StandaloneQuestion("Nobody in town 5 saw it 2 times"),
        ToyQueries(),
        Analyzer("en"),
        generation.lexical,
    )
    results = whole(generation, retrieve(generation, query, 50))
    places = [p.n for p in results if "in town 5 saw it 2 times" in p.text]
    assert places[0] == 1 and places[1] > 5
    assert results[0].near == (("near.txt",) if results[0].document == "5.txt" else ("5.txt",))
    assert results[0].also == ()


def test_passages_are_cut_from_their_sources_and_numbered(generation: Generation) -> None:
    query = build_query(
        StandaloneQuestion("Who landed at Tartus?"), ToyQueries(), Analyzer("en"), generation.lexical
    )
    results = whole(generation, retrieve(generation, query, 5))
    assert [p.n for p in results] == [1, 2, 3, 4, 5]
    assert all(p.span.of(generation.source(p.document).text) == p.text for p in results)
    assert "Tartus" in results[0].text
    assert 0 <= results[-1].score <= results[0].score <= 1


def test_a_term_weighs_what_its_rarity_says(generation: Generation) -> None:
    query = build_query(
        StandaloneQuestion("the Tartus unicorn"), ToyQueries(), Analyzer("en"), generation.lexical
    )
    held = sum("Tartus" in generation.text(r) for r in range(len(generation)))
    assert query.weights == {
        "tartus": pytest.approx(log(1 + (len(generation) - held + 0.5) / (held + 0.5))),
        "unicorn": pytest.approx(log(1 + (len(generation) + 0.5) / 0.5)),
    }


def test_what_is_carried_over_counts_half(generation: Generation) -> None:
    alone = build_query(
        StandaloneQuestion("the Tartus farms"), ToyQueries(), Analyzer("en"), generation.lexical
    )
    query = build_query(
        StandaloneQuestion("the Tartus", "farms of Tartus"), ToyQueries(), Analyzer("en"), generation.lexical
    )
    assert query.text == "the Tartus (farms of Tartus)"
    assert query.weights["tartus"] == alone.weights["tartus"]
    assert query.weights["farm"] == pytest.approx(alone.weights["farm"] / 2)
    assert np.linalg.norm(query.vector) == pytest.approx(1)


def test_an_empty_generation_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    store = Store(tmp_path / "store")
    sync(store, [tmp_path / "documents"], load=loading(ToyEncoder()), read=read)
    with store.current() as empty:
        query = build_query(StandaloneQuestion("anything?"), ToyQueries(), Analyzer("en"), empty.lexical)
        assert retrieve(empty, query, 5) == ()


def test_the_langchain_retriever_returns_the_passages(generation: Generation) -> None:
    def search(question: str, k: int) -> tuple[object, ...]:
        query = build_query(StandaloneQuestion(question), ToyQueries(), Analyzer("en"), generation.lexical)
        return whole(generation, retrieve(generation, query, k))

    documents = HybridRetriever(search=search, k=3).invoke("Who landed at Tartus?")
    assert len(documents) == 3
    for document in documents:
        where = document.metadata
        assert (
            generation.source(where["document"]).text[where["start"] : where["end"]] == document.page_content
        )


def test_pages_under_one_title_do_not_give_way_for_it(encoder: SentenceEncoder, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for n, text in enumerate(["Pines burn in summer.", "Crews train in May.", "Smoke harms the lungs."]):
        (tmp_path / f"documents/{n}.md").write_text(f"# Wildfires\n\n{text}")
    store = Store(tmp_path / "store")
    sync(store, [tmp_path / "documents"], load=loading(encoder))
    with store.current() as pages:
        query = build_query(StandaloneQuestion("Wildfires"), encoder, Analyzer("en"), pages.lexical)
        candidates = retrieve(pages, query, 5)
        nearest = [c.nearest_sentence.of(pages.source(c.row.document).text) for c in candidates]
    assert nearest == ["# Wildfires"] * 3
    assert min(c.score for c in candidates) > 0.3
