"""Where not every row is compared: what is found is scored exactly, and nearly all of it is found."""

from pathlib import Path

import numpy as np
import pytest

from index.encoder import Floats, unit
from index.errors import Damaged
from index.vectors import NEAREST, Vectors

ROWS, NEAR = 4000, 10


def clustered(rows: int, seed: int) -> Floats:
    """Return unit vectors that lie in clusters, as those of texts do."""
    generator = np.random.default_rng(seed)
    centres = unit(generator.standard_normal((60, 48)))
    return unit(centres[generator.integers(60, size=rows)] + 0.12 * generator.standard_normal((rows, 48)))


def written(directory: Path, matrix: Floats, exact: int) -> Vectors:
    directory.mkdir(exist_ok=True)
    Vectors.build(directory / "vectors.faiss", matrix.shape[1], [matrix[:1500], matrix[1500:]], exact)
    return Vectors.open(directory / "vectors.faiss", exact)


@pytest.fixture(scope="module")
def matrix() -> Floats:
    return clustered(ROWS, seed=1)


@pytest.fixture(scope="module")
def vectors(matrix: Floats, tmp_path_factory: pytest.TempPathFactory) -> Vectors:
    return written(tmp_path_factory.mktemp("nearest"), matrix, exact=1000)


def exactly(matrix: Floats, query: Floats, k: int, allowed: np.ndarray | None = None) -> list[int]:
    scores = (matrix.astype(float) @ query.astype(float)).astype(np.float32)
    rows = range(len(matrix)) if allowed is None else np.flatnonzero(allowed).tolist()
    return sorted(rows, key=lambda row: (-scores[row], row))[:k]


def test_nearly_all_of_the_nearest_are_found(vectors: Vectors, matrix: Floats) -> None:
    queries = clustered(100, seed=2)
    _, rows = vectors.search(queries, NEAR)
    shares = [len({*rows[n].tolist()} & {*exactly(matrix, q, NEAR)}) / NEAR for n, q in enumerate(queries)]
    assert np.mean(shares) > 0.98


def test_what_is_found_is_scored_exactly_and_in_order(vectors: Vectors, matrix: Floats) -> None:
    queries = clustered(20, seed=3)
    scores, rows = vectors.search(queries, NEAR)
    assert scores.shape == rows.shape == (20, NEAR)
    for n, query in enumerate(queries):
        exact = (matrix[rows[n]].astype(float) @ query.astype(float)).astype(np.float32)
        np.testing.assert_array_equal(scores[n], exact)
        assert [*zip(-scores[n], rows[n], strict=True)] == sorted(zip(-scores[n], rows[n], strict=True))


def test_a_few_rows_are_compared_one_by_one(vectors: Vectors, matrix: Floats) -> None:
    allowed = np.zeros(ROWS, dtype=bool)
    allowed[5:900:3] = True
    [query] = clustered(1, seed=4)
    assert vectors.search(query[None], 20, allowed)[1][0].tolist() == exactly(matrix, query, 20, allowed)


def test_many_rows_that_are_allowed_are_the_only_ones_found(vectors: Vectors) -> None:
    allowed = np.random.default_rng(5).random(ROWS) < 0.6
    _, rows = vectors.search(clustered(30, seed=6), NEAR, allowed)
    assert allowed[rows].all()


def test_as_many_are_found_as_there_are(vectors: Vectors, matrix: Floats) -> None:
    """Where the lists that a query looks into hold too few rows, all rows are compared."""
    [query] = clustered(1, seed=7)
    assert vectors.search(query[None], ROWS)[1][0].tolist() == exactly(matrix, query, ROWS)


def test_the_same_rows_make_the_same_file(vectors: Vectors, matrix: Floats, tmp_path: Path) -> None:
    for name in ("once", "twice"):
        written(tmp_path / name, matrix, exact=1000)
    assert (tmp_path / "once" / NEAREST).read_bytes() == (tmp_path / "twice" / NEAREST).read_bytes()


def test_few_rows_need_no_lists(matrix: Floats, tmp_path: Path) -> None:
    written(tmp_path, matrix, exact=ROWS)
    assert not (tmp_path / NEAREST).exists()


def test_a_file_that_holds_no_lists_is_damage(matrix: Floats, tmp_path: Path) -> None:
    written(tmp_path, matrix, exact=1000)
    (tmp_path / NEAREST).write_bytes(b"no index")
    with pytest.raises(Damaged, match=NEAREST):
        Vectors.open(tmp_path / "vectors.faiss")
