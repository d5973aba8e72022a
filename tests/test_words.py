"""BM25 against a dozen plain lines, and what opening an index leaves behind."""

from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeback.index.errors import DamagedGeneration
from citeback.index.generations.parts.manifest import compute_checksums
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.bm25 import Bm25Index

K1, B = 1.2, 0.75


def kept_lengths() -> list[int]:
    """Return the 256 lengths that a byte can stand for: exact to 40, then in steps of an eighth."""
    return [n if n < 40 else 24 + ((8 + (n - 24) % 8) << ((n - 24) // 8 - 1)) for n in range(256)]


def plain_bm25(documents: Sequence[Sequence[str]], query: Sequence[str]) -> dict[int, float]:
    """Return the score of every row with a term in common, by the textbook formula."""
    average = sum(map(len, documents)) / len(documents)
    scores: dict[int, float] = {}
    for term in query:
        holding = {row: Counter(d)[term] for row, d in enumerate(documents) if term in d}
        idf = log(1 + (len(documents) - len(holding) + 0.5) / (len(holding) + 0.5))
        for row, times in holding.items():
            length = max(kept for kept in kept_lengths() if kept <= len(documents[row]))
            weight = times * (1 + K1) / (times + K1 * (1 - B + B * length / average))
            scores[row] = scores.get(row, 0) + idf * weight
    return scores


def built(documents: Sequence[Sequence[str]], directory: Path) -> Bm25Index:
    Bm25Index.build(directory, documents)
    return Bm25Index.open(directory)


documents_of_terms = st.lists(
    st.lists(st.sampled_from("abcdefg"), max_size=60).map(tuple), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(documents_of_terms, st.lists(st.sampled_from("abcdefgx"), max_size=5), st.integers(1, 6))
def test_scores_and_order_equal_a_plain_bm25(
    documents: list[tuple[str, ...]], query: list[str], k: int
) -> None:
    with TemporaryDirectory(ignore_cleanup_errors=True) as directory:  # tantivy may lock it late
        words = built(documents, Path(directory))
        scores, rows = words.search(query, k)
        expected = plain_bm25(documents, query)
        assert len(words) == len(documents)
        assert len(rows) == min(k, len(expected))
        assert len(set(rows.tolist())) == len(rows)
        assert scores == pytest.approx([expected[row] for row in rows.tolist()], rel=1e-4)
        best = sorted(expected.values(), reverse=True)[: len(rows)]
        assert scores == pytest.approx(best, rel=1e-4)
        held = {term: sum(term in d for d in documents) for term in query}
        assert words.document_frequency(query) == held


@pytest.mark.parametrize("copies", [5, 100])
def test_ties_go_by_row_even_at_the_edge(tmp_path: Path, copies: int) -> None:
    words = built([("other",), *[("same", "text")] * copies, ("same",)], tmp_path)
    scores, rows = words.search(["same"], 4)
    assert rows.tolist() == [copies + 1, 1, 2, 3]
    assert scores[1] == scores[2] == scores[3]


def test_ties_go_by_row_across_segments(tmp_path: Path) -> None:
    # Rows of rare words fill a segment sooner, so the later ones are larger, and tantivy puts those first.
    rare, rows = 8_000, 24_000
    documents = (["same", *(f"w{n}of{row}" if row < rare else "x" for n in range(30))] for row in range(rows))
    Bm25Index.build(tmp_path, documents, heap=15_000_000)
    assert len(list(tmp_path.glob("*.idx"))) > 1
    words = Bm25Index.open(tmp_path)
    assert words.search(["same"], 50)[1].tolist() == list(range(50))
    assert words.search([f"w3of{rare - 1}", "same"], 3)[1].tolist() == [rare - 1, 0, 1]
    assert words.rows().tolist() == list(range(rows))


def test_a_rare_number_or_name_is_found_among_many(tmp_path: Path) -> None:
    analyzer = Analyzer("en")
    texts = [f"The report of the year speaks of losses and gains, part {n}." for n in range(3000)]
    texts[1234] = "More than 3,000 volunteers were dispatched from Tartus."
    words = built([analyzer.terms(text) for text in texts], tmp_path)
    assert words.search(analyzer.query_terms("Who sent 3000?"), 1)[1].tolist() == [1234]
    assert words.search(analyzer.query_terms("the report of tartus"), 1)[1].tolist() == [1234]


def test_nothing_asked_and_nothing_held_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "some").mkdir()
    none, some = built([], tmp_path / "none"), built([("a",), ()], tmp_path / "some")
    for words, query, k in [(none, ["a"], 3), (some, [], 3), (some, ["a"], 0), (some, ["b"], 3)]:
        scores, rows = words.search(query, k)
        assert (len(scores), len(rows)) == (0, 0)
    assert some.rows().tolist() == [0, 1]
    assert none.rows().tolist() == []


def test_terms_with_the_marks_of_query_languages_are_only_terms(tmp_path: Path) -> None:
    words = built([("a:b", "c*"), ("a", "b")], tmp_path)
    assert words.search(["a:b"], 5)[1].tolist() == [0]
    assert words.search(['"a', "+b", "(a OR b)", "*"], 5)[1].tolist() == []


def test_opening_and_searching_change_no_file(tmp_path: Path) -> None:
    built([("a", "b"), ("b",)], tmp_path)
    before = compute_checksums(tmp_path), {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    for _ in range(3):
        Bm25Index.open(tmp_path).search(["b"], 2)
    assert (compute_checksums(tmp_path), {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()}) == before


def test_what_is_not_an_index_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedGeneration, match="not an index of words"):
        Bm25Index.open(tmp_path)


def test_same_terms_same_results(tmp_path: Path) -> None:
    documents = [[f"w{n % 7}", f"w{n % 11}", "all"] for n in range(500)]
    results = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        results.append(built(documents, tmp_path / name).search(["w3", "w5", "all"], 50))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    np.testing.assert_array_equal(results[0][1], results[1][1])
