"""The origin of each row of the next generation: reused in ranges, or newly computed.

Rows are sorted by document name, so neighbouring documents that are unchanged stay neighbours. One change
costs one range before it and one after it, however many rows these hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ReusedRows:
    """A range of rows of the previous generation, with the range of their sentence vectors."""

    rows: range
    sentences: range


@dataclass(frozen=True, slots=True)
class NewRows:
    """Newly chunked rows, by the keys of their vectors."""

    keys: tuple[bytes, ...]


RowSource: TypeAlias = ReusedRows | NewRows


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """Documents that were neighbours before and still are (`reused`), or one document to chunk."""

    names: tuple[str, ...]
    reused: bool


def document_groups(names: Sequence[str], positions: Mapping[str, int]) -> Iterator[DocumentGroup]:
    """Group sorted names into the fewest groups possible.

    `positions` maps each reused document to its index in the previous generation.

      >>> [group.names for group in document_groups(["a", "b", "c", "d"], {"a": 0, "b": 1, "d": 2})]
      [('a', 'b'), ('c',), ('d',)]
    """
    run: list[str] = []
    for name in names:
        if run and positions.get(name) != positions[run[-1]] + 1:
            yield DocumentGroup(tuple(run), reused=True)
            run = []
        if name in positions:
            run.append(name)
        else:
            yield DocumentGroup((name,), reused=False)
    if run:
        yield DocumentGroup(tuple(run), reused=True)


def batched_rows(parts: Iterable[RowSource], most: int) -> Iterator[range | tuple[bytes, ...]]:
    """Yield ranges of previous rows and tuples of new keys, in order, of at most `most` each.

    >>> list(batched_rows([NewRows((b"x",)), NewRows((b"y",)), ReusedRows(range(5, 8), range(0))], 2))
    [(b'x', b'y'), range(5, 7), range(7, 8)]
    """
    for kind, of_a_kind in groupby(parts, type):
        if kind is NewRows:
            keys = chain.from_iterable(part.keys for part in of_a_kind if isinstance(part, NewRows))
            while block := tuple(islice(keys, most)):
                yield block
        else:
            for part in of_a_kind:
                if isinstance(part, ReusedRows):
                    yield from split_range(part.rows, most)


def previous_rows(parts: Iterable[RowSource]) -> NDArray[np.int64]:
    """Return the previous row of each row, -1 for new ones; (rows,).

    >>> previous_rows([NewRows((b"x",)), ReusedRows(range(5, 7), range(0))]).tolist()
    [-1, 5, 6]
    """
    rows = [
        np.arange(part.rows.start, part.rows.stop)
        if isinstance(part, ReusedRows)
        else np.full(len(part.keys), -1, dtype=np.int64)
        for part in parts
    ]
    return np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)


def split_range(rows: range, most: int) -> Iterator[range]:
    """Split a range into ranges of at most `most`."""
    return (rows[start : start + most] for start in range(0, len(rows), most))
