"""Passages ranked anew: a plain oracle, a scripted judge in the ask line, and a real CrossEncoder."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from cross import cross_encoder
from toy import loading
from typed import Typed

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.errors import ModelError
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.sync import sync
from citeback.rag.corpus import Corpus
from citeback.rag.query import Query, build_query
from citeback.rag.question import StandaloneQuestion
from citeback.rag.retrieval.hybrid import Candidate, retrieve
from citeback.rag.retrieval.rerank import RERANKED_CANDIDATES, load_reranker, rerank_candidates

QUESTION = "How many ships passed the canal?"


@pytest.fixture(scope="module")
def store(encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("documents")
    for n in range(RERANKED_CANDIDATES + 6):
        (folder / f"{n}.md").write_text(f"# Year {n}\n\nIn all {n} ships passed the canal, which is old.")
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(encoder))
    return store


@pytest.fixture(scope="module")
def generation(store: Store) -> Iterator[Generation]:
    with store.current() as current:
        yield current


@pytest.fixture(scope="module")
def query(generation: Generation, encoder: SentenceEncoder) -> Query:
    return build_query(StandaloneQuestion(QUESTION), encoder, Analyzer("en"), generation.lexical)


@pytest.fixture(scope="module")
def found(generation: Generation, query: Query) -> tuple[Candidate, ...]:
    return retrieve(generation, query, RERANKED_CANDIDATES + 4)


def by_year(question: str, passages: Sequence[str]) -> list[float]:
    assert question == QUESTION
    return [float(passage.split("In all ")[1].split()[0]) for passage in passages]


def test_the_ranking_is_the_mean_of_both(
    generation: Generation, query: Query, found: tuple[Candidate, ...]
) -> None:
    got = rerank_candidates(generation, query, found, by_year)
    years = [float(c.row.document.removesuffix(".md")) for c in found]
    low, high = min(years[:RERANKED_CANDIDATES]), max(years[:RERANKED_CANDIDATES])
    expected = [c.score / 2 + (year - low) / (high - low) / 2 for c, year in zip(found, years, strict=True)]
    expected[RERANKED_CANDIDATES:] = [c.score / 2 for c in found[RERANKED_CANDIDATES:]]
    order = sorted(range(len(found)), key=lambda i: -expected[i])
    assert [c.row.row for c in got] == [found[i].row.row for i in order]
    assert [c.score for c in got] == pytest.approx([expected[i] for i in order])
    assert [c.row.row for c in got[RERANKED_CANDIDATES:]] == [c.row.row for c in found[RERANKED_CANDIDATES:]]
    assert all(0 <= c.score <= 1 for c in got)


def test_a_judge_that_finds_all_alike_changes_no_order(
    generation: Generation, query: Query, found: tuple[Candidate, ...]
) -> None:
    got = rerank_candidates(generation, query, found, lambda _, passages: [7.0] * len(passages))
    assert [c.row.row for c in got] == [c.row.row for c in found]
    assert rerank_candidates(generation, query, (), by_year) == ()


def test_the_judge_reads_where_the_passage_stands_and_no_more_than_it_can(
    generation: Generation, query: Query, found: tuple[Candidate, ...]
) -> None:
    seen: list[str] = []

    def judge(_: str, passages: Sequence[str]) -> list[float]:
        seen.extend(passages)
        return [0.0] * len(passages)

    rerank_candidates(generation, query, found, judge)
    assert len(seen) == RERANKED_CANDIDATES
    year = found[0].row.document.removesuffix(".md")
    assert seen[0].startswith(f"Year {year}\n")
    assert seen[0].endswith(f"In all {year} ships passed the canal, which is old.")


def test_searches_and_answers_follow_the_judge_and_cite_exactly(
    store: Store, corpus_over: Callable[..., Corpus]
) -> None:
    with (
        corpus_over(store, threshold=0.0, relevance=by_year) as judged,
        corpus_over(store, threshold=0.0) as plain,
    ):
        assert plain.search(QUESTION, 5)[0].document != judged.search(QUESTION, 5)[0].document
        answer = judged.ask(QUESTION)
        assert answer.passages[0].document == judged.search(QUESTION, 1)[0].document
        for citation in (c for sentence in answer.sentences for c in sentence.citations):
            assert citation.span.of(judged.source(citation.document).text) == citation.quote


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> str:
    return cross_encoder(tmp_path_factory.mktemp("models") / "judge", {0: "relevant"})


def test_a_real_cross_encoder_tells_passages_apart(judge: str, tmp_path: Path) -> None:
    relevance = load_reranker(judge)
    alone = [relevance("a b", [passage])[0] for passage in ("a", "b b", "a b a")]
    assert relevance("a b", ["a", "b b", "a b a"]) == pytest.approx(alone, abs=1e-5)
    assert np.ptp(alone) > 0
    assert relevance("a b", []) == []
    with pytest.raises(ModelError, match="has 2 outputs"):
        load_reranker(cross_encoder(tmp_path / "two", {0: "good", 1: "bad"}))
    with pytest.raises(ModelError, match="could not be loaded"):
        load_reranker(str(tmp_path / "none"))


def test_a_search_takes_a_cross_encoder_by_its_path(judge: str, tmp_path: Path) -> None:
    folder, store = tmp_path / "documents", tmp_path / "store"
    folder.mkdir()
    (folder / "canal.txt").write_text("In 2022, 412 ships passed the canal.")
    (folder / "lock.txt").write_text("Ada Holm keeps the lock of the canal.")
    assert Typed("index", folder, "--store", store).status == 0
    plain = Typed("search", QUESTION, "--store", store, "--json").json
    judged = Typed("search", QUESTION, "--rerank", judge, "--store", store, "--json").json
    assert {p["document"] for p in judged["passages"]} == {p["document"] for p in plain["passages"]}
    scores = [[p["score"] for p in each["passages"]] for each in (plain, judged)]
    assert scores[0] != scores[1]
    wrong = Typed("search", QUESTION, "--rerank", tmp_path / "none", "--store", store)
    assert wrong.status == 1
    assert "could not be loaded" in wrong.err and "without --rerank" in wrong.err
