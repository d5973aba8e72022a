"""FAISS against NumPy."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Floats, normalize_rows
from citeback.index.errors import DamagedGeneration
from citeback.index.search.vectors import VectorIndex


def plain_top(matrix: Floats, query: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return the k greatest products, ties by row."""
    scores = np.array([np.sum(row.astype(float) * query.astype(float)) for row in matrix], dtype=np.float32)
    rows = sorted(range(len(matrix)), key=lambda row: (-scores[row], row))[:k]
    return scores[rows], np.array(rows, dtype=np.int64)


def on_disk(directory: Path, matrix: Floats, block: int = 7) -> VectorIndex:
    path = directory / "vectors.faiss"
    VectorIndex.build(path, matrix.shape[1], (matrix[n : n + block] for n in range(0, len(matrix), block)))
    return VectorIndex.open(path)


@st.composite
def units(draw: st.DrawFn) -> Floats:
    """Draw unit vectors of which many are the same, so that ties are the rule."""
    dimension = draw(st.integers(1, 12))
    pool = draw(arrays(np.float32, (draw(st.integers(1, 6)), dimension), elements=st.integers(-3, 3)))
    pool[~pool.any(axis=1), 0] = 1
    picks = draw(st.lists(st.integers(0, len(pool) - 1), min_size=1, max_size=60))
    return normalize_rows(pool[picks])


@settings(max_examples=150, deadline=None)
@given(units(), st.integers(1, 70), st.data())
def test_top_k_equals_a_dot_product(matrix: Floats, k: int, data: st.DataObject) -> None:
    picks = data.draw(st.lists(st.integers(0, len(matrix) - 1), min_size=1, max_size=4))
    queries = normalize_rows(matrix[picks] + np.float32(0.25))
    with TemporaryDirectory() as directory:
        scores, rows = on_disk(Path(directory), matrix).search(queries, k)
    assert scores.shape == rows.shape == (len(queries), min(k, len(matrix)))
    for n, query in enumerate(queries):
        expected = plain_top(matrix, query, k)
        np.testing.assert_array_equal(rows[n], expected[1])
        np.testing.assert_array_equal(scores[n], expected[0])


@pytest.mark.parametrize("queries", [1, 30])  # FAISS goes another way from 20 queries on
def test_many_vectors_and_many_twins(tmp_path: Path, queries: int) -> None:
    generator = np.random.default_rng(5)
    matrix = normalize_rows(generator.standard_normal((3000, 384)))
    matrix[generator.permutation(3000)[:900]] = matrix[17]
    # Not quite twins: how they rank is decided by less than FAISS's own rounding.
    nearly = generator.permutation(3000)[:900]
    matrix[nearly] = np.nextafter(matrix[17], generator.choice([-1, 1], (900, 384)).astype(np.float32))
    vectors = on_disk(tmp_path, matrix, 1000)
    asked = normalize_rows(generator.standard_normal((queries, 384)) * 0.1 + matrix[17])
    scores, rows = vectors.search(asked, 40)
    for n in range(queries):
        expected = plain_top(matrix, asked[n], 40)
        np.testing.assert_array_equal(rows[n], expected[1])
        np.testing.assert_array_equal(scores[n], expected[0])


def test_vectors_come_back_as_they_went_in(tmp_path: Path) -> None:
    matrix = normalize_rows(np.random.default_rng(1).standard_normal((20, 8)))
    vectors = on_disk(tmp_path, matrix)
    assert (len(vectors), vectors.dimension) == (20, 8)
    np.testing.assert_array_equal(vectors.vectors([3, 19, 3, 0]), matrix[[3, 19, 3, 0]])
    assert vectors.vectors([]).shape == (0, 8)
    for row in (-1, 20):
        with pytest.raises(IndexError):
            vectors.vectors([row])


@pytest.mark.parametrize("dimension", [0, 8])
def test_no_vectors_answer_any_query(tmp_path: Path, dimension: int) -> None:
    vectors = on_disk(tmp_path, np.empty((0, dimension), np.float32))
    scores, rows = vectors.search(np.ones((2, 384), np.float32), 5)
    assert scores.shape == rows.shape == (2, 0)


def test_rows_move_up_when_some_are_removed() -> None:
    matrix = normalize_rows(np.eye(4, dtype=np.float32))
    vectors = VectorIndex.empty(4)
    vectors.add(matrix)
    vectors.remove(np.array([1, 2]))
    np.testing.assert_array_equal(vectors.vectors([0, 1]), matrix[[0, 3]])


def test_what_is_not_an_index_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "vectors.faiss").write_bytes(b"no index at all")
    with pytest.raises(DamagedGeneration, match="not an index of vectors"):
        VectorIndex.open(tmp_path / "vectors.faiss")


def test_unit_leaves_zeros_alone() -> None:
    scaled = normalize_rows(np.array([[3.0, 4.0], [0.0, 0.0]]))
    np.testing.assert_allclose(scaled, np.array([[0.6, 0.8], [0, 0]], np.float32))
    assert scaled.dtype == np.float32
