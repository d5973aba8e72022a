"""A search kept to some documents finds what a plain search of those alone would find."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy import ToyEncoder, loading, vector

from citeback.index.embedding.protocols import normalize_rows
from citeback.index.errors import SettingsError
from citeback.index.generations.store import Store
from citeback.index.records import Document
from citeback.index.search.bm25 import Bm25Index
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.search.vectors import VectorIndex
from citeback.index.sync.sync import sync


def document(name: str, author: str = "", date: str = "", kind: str = "text") -> Document:
    return Document(name, "/d", f"/d/{name}", 1, 1_600_000_000 * 10**9, "", name, kind, 1, author, date)


@pytest.mark.parametrize(
    ("patterns", "name", "fits"),
    [
        (("reports/**",), "reports/2022/a.txt", True),
        (("reports/",), "reports/2022/a.txt", True),
        (("reports",), "reports/a.txt", True),
        (("reports/**",), "old/reports/a.txt", False),
        (("*.pdf",), "deep/er/a.pdf", True),
        (("reports/*.pdf",), "reports/deep/a.pdf", False),
        (("reports/**/*.pdf",), "reports/deep/a.pdf", True),
        (("a.txt", "b.txt"), "b.txt", True),
        (("*.txt", "!drafts/**"), "drafts/a.txt", False),
    ],
)
def test_paths_fit_as_in_a_gitignore_file(patterns: tuple[str, ...], name: str, fits: bool) -> None:
    assert Filter(paths=patterns).allows(document(name)) is fits


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        ("2022", "", True),
        ("2022-05-31", "2022-05-31", True),
        ("2022-06", "", False),
        ("", "2022", True),
        ("", "2022-05", True),
        ("", "2022-05-30", False),
        ("2023", "", False),
    ],
)
def test_dates_include_their_bounds(since: str, until: str, fits: bool) -> None:
    assert Filter(since=since, until=until).allows(document("a", date="2022-05-31")) is fits


def test_a_document_without_a_date_has_that_of_its_file() -> None:
    assert document("a").day == "2020-09-13"
    assert Filter(since="2020-09-13", until="2020-09-13").allows(document("a"))


def test_kinds_suffixes_and_authors_fit_in_any_case() -> None:
    memo = document("a/Memo.DOCX", author="Ada Holm; Bo Ek", kind="word")
    assert Filter(kinds=("Word",)).allows(memo)
    assert Filter(kinds=("pdf", ".docx")).allows(memo)
    assert not Filter(kinds=("ocx",)).allows(memo)
    assert Filter(authors=("holm",)).allows(memo)
    assert not Filter(authors=("Eck",)).allows(memo)
    assert NO_FILTER.allows(memo)


@pytest.mark.parametrize("date", ["yesterday", "2022-5", "31.05.2022", "2022-05-31T00:00"])
def test_what_is_no_date_says_how_to_write_one(date: str) -> None:
    with pytest.raises(SettingsError, match=r"Next: write it as 2024"):
        Filter(since=date)


allowed_rows = st.lists(st.booleans(), min_size=1, max_size=60).map(lambda each: np.array(each, dtype=bool))


@given(allowed_rows, st.integers(1, 70), st.randoms(use_true_random=False))
def test_vectors_search_the_allowed_rows_as_numpy_would(
    allowed: "np.ndarray[tuple[int], np.dtype[np.bool_]]", k: int, random: object
) -> None:
    rows = normalize_rows(
        np.array([[(n * 7 + d * 3) % 11 - 5 for d in range(4)] for n in range(len(allowed))])
    )
    vectors = VectorIndex.empty(4)
    vectors.add(rows)
    query = normalize_rows(np.array([1.0, 2.0, -1.0, 0.5]))
    products = (rows.astype(np.float64) * query.astype(np.float64)).sum(axis=1).astype(np.float32)
    best = [n for n in np.lexsort((np.arange(len(rows)), -products)) if allowed[n]][:k]
    scores, result = vectors.search(query[None], k, allowed)
    assert result[0].tolist() == best
    assert np.array_equal(scores[0], products[best])


@settings(max_examples=20)
@given(allowed_rows, st.integers(1, 8))
def test_words_search_the_allowed_rows_as_they_would_all(
    allowed: "np.ndarray[tuple[int], np.dtype[np.bool_]]", k: int
) -> None:
    with TemporaryDirectory() as directory:
        Bm25Index.build(
            Path(directory), [["ship"] * (1 + n % 3) + ["sea"] * (n % 5) for n in range(len(allowed))]
        )
        words = Bm25Index.open(Path(directory))
        scores, rows = words.search(["ship", "sea"], len(allowed))
        kept = allowed[rows]
        results = words.search(["ship", "sea"], k, allowed)
        assert results[1].tolist() == rows[kept][:k].tolist()
        assert np.array_equal(results[0], scores[kept][:k])


def test_a_generation_knows_the_rows_of_the_documents_that_pass(tmp_path: Path) -> None:
    for name in ("a/one.txt", "b/two.txt", "b/three.txt"):
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text(f"First of {name}.\n\nSecond of {name}.")
    sync(Store(tmp_path / "store"), [tmp_path / "docs"], load=loading(ToyEncoder()))
    with Store(tmp_path / "store").current() as generation:
        assert generation.filter_mask(NO_FILTER) is None
        allowed = generation.filter_mask(Filter(paths=("b/",)))
        assert allowed is not None
        assert [generation.document_of(int(row)).name for row in np.flatnonzero(allowed)] == [
            *["b/three.txt"] * 2,
            *["b/two.txt"] * 2,
        ]
        nothing = generation.filter_mask(Filter(kinds=("pdf",)))
        assert generation.vectors.search(vector("First")[None], 5, nothing)[1].shape == (1, 0)
