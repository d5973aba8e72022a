"""Measure the cost of updating the inverted lists of a large index, and their recall.

    python -m bench.lists [--data DIR] [--set scifact] [--rows 300000] [--changed 0.0001 0.01 0.1]

Vectors are those of `bench.scale`. Lists are built from scratch, and then updated after a share of the rows
was replaced. Recall is measured on queries drawn like the new rows.
"""

import argparse
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from bench.scale import BLOCK, Real
from bench.sets import DATA, OUT, commit, lay_out
from citeback.index.embedding.protocols import Floats
from citeback.index.search.ivf import IvfIndex, PreviousIndex, exact_neighbours
from citeback.index.search.vectors import RowNumbers

ASKED, TOP = 200, 10


def recall(lists: IvfIndex, matrix: Floats, queries: Floats) -> float:
    """Return the share of the `TOP` rows nearest to each query that the lists propose, 0 to 1."""
    best = exact_neighbours(queries, lambda rows: matrix[rows], len(matrix), TOP)
    results = [np.isin(near, lists.propose(q, 36)).mean() for near, q in zip(best, queries, strict=True)]
    return float(np.mean(results))


def replaced(matrix: Floats, share: float, real: Real) -> tuple[Floats, RowNumbers]:
    """Return the matrix with a share of its rows replaced, and the former row of each (-1 for a new one)."""
    changed, origin = matrix.copy(), np.arange(len(matrix))
    gone = np.random.default_rng(1).permutation(len(matrix))[: round(share * len(matrix))]
    if len(gone):
        changed[gone] = real.perturbed(range(3 * len(matrix), 3 * len(matrix) + len(gone)))
        origin[gone] = -1
    return changed, origin


def main() -> None:
    """Print a row for new lists and for each changed share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--set", default="scifact")
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--changed", type=float, nargs="+", default=[0.0001, 0.01, 0.1])
    args = parser.parse_args()
    with lay_out(args.set, args.data).store.current() as generation:
        real = Real.of(generation)
    starts = range(0, args.rows, BLOCK)
    matrix = np.concatenate([real.perturbed(range(n, min(n + BLOCK, args.rows))) for n in starts])
    queries = real.perturbed(range(2 * args.rows, 2 * args.rows + ASKED))
    print(f"`python -m bench.lists --set {args.set} --rows {args.rows}` at {commit()}\n")
    print("| rows changed | seconds | of the processor | recall@10 |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=OUT) as place:
        first = Path(place) / "first"
        for share in (None, *args.changed):
            changed, origin = replaced(matrix, share or 0.0, real)
            before = None if share is None else PreviousIndex(IvfIndex.open(first), origin)
            path = first if share is None else Path(place) / "next"
            start, used = perf_counter(), process_time()
            IvfIndex.build(path, changed.__getitem__, args.rows, matrix.shape[1], before)
            took = f"{perf_counter() - start:.1f} | {process_time() - used:.1f}"
            result = recall(IvfIndex.open(path), changed, queries)
            named = "all: new lists" if share is None else f"{share:.2%}"
            print(f"| {named} | {took} | {result:.3f} |", flush=True)


if __name__ == "__main__":
    main()
