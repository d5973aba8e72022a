"""Where not every row is compared: what is found is scored exactly, and nearly all of it is found."""

import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeback.index.embedding.protocols import Floats, normalize_rows
from citeback.index.errors import DamagedGeneration
from citeback.index.search import ivf
from citeback.index.search.ivf import IvfIndex
from citeback.index.search.vectors import NEAREST_FILE, RowNumbers, VectorIndex

ROWS, NEAR = 4000, 10


def clustered(rows: int, seed: int) -> Floats:
    """Return unit vectors that lie in clusters, as those of texts do."""
    generator = np.random.default_rng(seed)
    centres = normalize_rows(generator.standard_normal((60, 48)))
    return normalize_rows(
        centres[generator.integers(60, size=rows)] + 0.12 * generator.standard_normal((rows, 48))
    )


def written(directory: Path, matrix: Floats, exact: int) -> VectorIndex:
    directory.mkdir(exist_ok=True)
    VectorIndex.build(directory / "vectors.faiss", matrix.shape[1], [matrix[:1500], matrix[1500:]], exact)
    return VectorIndex.open(directory / "vectors.faiss", exact)


@pytest.fixture(scope="module")
def matrix() -> Floats:
    return clustered(ROWS, seed=1)


@pytest.fixture(scope="module")
def vectors(matrix: Floats, tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    return written(tmp_path_factory.mktemp("nearest"), matrix, exact=1000)


def exactly(matrix: Floats, query: Floats, k: int, allowed: np.ndarray | None = None) -> list[int]:
    scores = (matrix.astype(float) @ query.astype(float)).astype(np.float32)
    rows = range(len(matrix)) if allowed is None else np.flatnonzero(allowed).tolist()
    return sorted(rows, key=lambda row: (-scores[row], row))[:k]


def test_nearly_all_of_the_nearest_are_found(vectors: VectorIndex, matrix: Floats) -> None:
    queries = clustered(100, seed=2)
    _, rows = vectors.search(queries, NEAR)
    shares = [len({*rows[n].tolist()} & {*exactly(matrix, q, NEAR)}) / NEAR for n, q in enumerate(queries)]
    assert np.mean(shares) > 0.98


def test_what_is_found_is_scored_exactly_and_in_order(vectors: VectorIndex, matrix: Floats) -> None:
    queries = clustered(20, seed=3)
    scores, rows = vectors.search(queries, NEAR)
    assert scores.shape == rows.shape == (20, NEAR)
    for n, query in enumerate(queries):
        exact = (matrix[rows[n]].astype(float) @ query.astype(float)).astype(np.float32)
        np.testing.assert_array_equal(scores[n], exact)
        assert [*zip(-scores[n], rows[n], strict=True)] == sorted(zip(-scores[n], rows[n], strict=True))


def test_a_few_rows_are_compared_one_by_one(vectors: VectorIndex, matrix: Floats) -> None:
    allowed = np.zeros(ROWS, dtype=bool)
    allowed[5:900:3] = True
    [query] = clustered(1, seed=4)
    assert vectors.search(query[None], 20, allowed)[1][0].tolist() == exactly(matrix, query, 20, allowed)


def test_many_rows_that_are_allowed_are_the_only_ones_found(vectors: VectorIndex) -> None:
    allowed = np.random.default_rng(5).random(ROWS) < 0.6
    _, rows = vectors.search(clustered(30, seed=6), NEAR, allowed)
    assert allowed[rows].all()


def test_as_many_are_found_as_there_are(vectors: VectorIndex, matrix: Floats) -> None:
    """Where the lists that a query looks into hold too few rows, all rows are compared."""
    [query] = clustered(1, seed=7)
    assert vectors.search(query[None], ROWS)[1][0].tolist() == exactly(matrix, query, ROWS)


def test_the_same_rows_make_the_same_file(vectors: VectorIndex, matrix: Floats, tmp_path: Path) -> None:
    for name in ("once", "twice"):
        written(tmp_path / name, matrix, exact=1000)
    assert (tmp_path / "once" / NEAREST_FILE).read_bytes() == (tmp_path / "twice" / NEAREST_FILE).read_bytes()


def test_few_rows_need_no_lists(matrix: Floats, tmp_path: Path) -> None:
    written(tmp_path, matrix, exact=ROWS)
    assert not (tmp_path / NEAREST_FILE).exists()


def test_a_file_that_holds_no_lists_is_damage(matrix: Floats, tmp_path: Path) -> None:
    written(tmp_path, matrix, exact=1000)
    (tmp_path / NEAREST_FILE).write_bytes(b"no index")
    with pytest.raises(DamagedGeneration, match=NEAREST_FILE):
        VectorIndex.open(tmp_path / "vectors.faiss")


def after(matrix: Floats, dropped: slice, new: Floats) -> tuple[Floats, RowNumbers]:
    """Return the rows that are left of a matrix with new ones in their midst, and which row each was."""
    left = np.delete(np.arange(len(matrix)), dropped)
    middle = len(left) // 2
    origin = np.concatenate([left[:middle], np.full(len(new), -1), left[middle:]])
    return np.concatenate([matrix[left[:middle]], new, matrix[left[middle:]]]), origin


def rebuilt(directory: Path, vectors: VectorIndex, matrix: Floats, origin: RowNumbers) -> VectorIndex:
    path = directory / "vectors.faiss"
    VectorIndex.build(path, matrix.shape[1], [matrix], exact=1000, before=(vectors, origin))
    return VectorIndex.open(path, exact=1000)


def found(vectors: VectorIndex, matrix: Floats, queries: Floats) -> float:
    _, rows = vectors.search(queries, NEAR)
    return float(
        np.mean(
            [len({*rows[n].tolist()} & {*exactly(matrix, q, NEAR)}) / NEAR for n, q in enumerate(queries)]
        )
    )


def test_what_changed_little_keeps_its_lists(
    vectors: VectorIndex, matrix: Floats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = normalize_rows(matrix[::40] + 0.05 * np.random.default_rng(8).standard_normal((100, 48)))
    changed, origin = after(matrix, slice(300, 450), near)
    monkeypatch.setattr(ivf, "_train", lambda *_: pytest.fail("k-means ran again"))
    kept = rebuilt(tmp_path, vectors, changed, origin)
    assert found(kept, changed, clustered(100, seed=2)) > 0.98
    assert found(kept, changed, near) > 0.98


def test_what_lies_elsewhere_gets_new_lists(
    vectors: VectorIndex, matrix: Floats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = clustered(600, seed=9)  # other clusters, which no list was made for
    changed, origin = after(matrix, slice(0, 200), elsewhere)
    assert found(rebuilt(tmp_path, vectors, changed, origin), changed, elsewhere[:100]) > 0.98
    monkeypatch.setattr(IvfIndex, "_has_recall", lambda *_: True)
    assert found(rebuilt(tmp_path, vectors, changed, origin), changed, elsewhere[:100]) < 0.95


@pytest.mark.parametrize("rows", [1500, 9100])
def test_many_rows_fewer_or_more_get_new_lists(
    rows: int, vectors: VectorIndex, matrix: Floats, tmp_path: Path
) -> None:
    other = np.resize(matrix, (rows, matrix.shape[1]))
    origin = np.where(np.arange(rows) < ROWS, np.arange(rows), -1)
    before = vectors._nearest
    assert before and before._updated(lambda asked: other[asked], origin) is None


@settings(max_examples=25)  # each trains an index
@given(st.data())
def test_every_row_has_one_place_and_those_that_were_there_keep_their_bits(data: st.DataObject) -> None:
    rows = data.draw(st.integers(60, 90))
    matrix = normalize_rows(np.random.default_rng(rows).standard_normal((rows, 16)))
    left = data.draw(st.lists(st.integers(0, rows - 1), unique=True, min_size=50))
    new = data.draw(st.integers(0, 10))
    origin = np.array(data.draw(st.permutations([*left, *[-1] * new])), dtype=np.int64)
    changed = np.where(origin[:, None] < 0, np.float32(0.25), matrix[origin])
    with tempfile.TemporaryDirectory() as place, patch.object(IvfIndex, "_has_recall", return_value=True):
        path = Path(place) / NEAREST_FILE
        IvfIndex.build(path, lambda asked: matrix[asked], rows, 16)
        before = IvfIndex.open(path)
        kept = before._updated(lambda asked: changed[asked], origin)
        assert kept and len(kept) == len(origin)
        codes, were = by_row(kept), by_row(before)
    assert sorted(codes) == list(range(len(origin)))
    assert all(codes[row] == were[was] for row, was in enumerate(origin.tolist()) if was >= 0)


def by_row(one: IvfIndex) -> dict[int, bytes]:
    """Return the list and the bits of every row."""
    index: Any = one._index
    held: dict[int, bytes] = {}
    for n in range(index.nlist):
        size, width = index.invlists.list_size(n), index.code_size
        if size:
            ids = faiss.rev_swig_ptr(index.invlists.get_ids(n), size).tolist()
            bits = faiss.rev_swig_ptr(index.invlists.get_codes(n), size * width).reshape(size, width)
            assert not {*ids} & {*held}
            held |= {row: bytes([n]) + bits[i].tobytes() for i, row in enumerate(ids)}
    return held
