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
class Stretch:
    """A range of rows of the previous generation, with the range of their sentence vectors."""

    rows: range
    sentences: range


@dataclass(frozen=True, slots=True)
class New:
    """Newly chunked rows, by the keys of their vectors."""

    keys: tuple[bytes, ...]


Part: TypeAlias = Stretch | New


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that were neighbours before and still are (`taken`), or one document to chunk."""

    names: tuple[str, ...]
    taken: bool


def groups(names: Sequence[str], places: Mapping[str, int]) -> Iterator[Group]:
    """Group sorted names into the fewest groups possible.

    `places` maps each reused document to its index in the previous generation.

      >>> [group.names for group in groups(["a", "b", "c", "d"], {"a": 0, "b": 1, "d": 2})]
      [('a', 'b'), ('c',), ('d',)]
    """
    run: list[str] = []
    for name in names:
        if run and places.get(name) != places[run[-1]] + 1:
            yield Group(tuple(run), taken=True)
            run = []
        if name in places:
            run.append(name)
        else:
            yield Group((name,), taken=False)
    if run:
        yield Group(tuple(run), taken=True)


def blocked(parts: Iterable[Part], most: int) -> Iterator[range | tuple[bytes, ...]]:
    """Yield ranges of previous rows and tuples of new keys, in order, of at most `most` each.

    >>> list(blocked([New((b"x",)), New((b"y",)), Stretch(range(5, 8), range(0))], 2))
    [(b'x', b'y'), range(5, 7), range(7, 8)]
    """
    for kind, of_a_kind in groupby(parts, type):
        if kind is New:
            keys = chain.from_iterable(part.keys for part in of_a_kind if isinstance(part, New))
            while block := tuple(islice(keys, most)):
                yield block
        else:
            for part in of_a_kind:
                if isinstance(part, Stretch):
                    yield from cut(part.rows, most)


def origins(parts: Iterable[Part]) -> NDArray[np.int64]:
    """Return the previous row of each row, -1 for new ones; (rows,).

    >>> origins([New((b"x",)), Stretch(range(5, 7), range(0))]).tolist()
    [-1, 5, 6]
    """
    rows = [
        np.arange(part.rows.start, part.rows.stop)
        if isinstance(part, Stretch)
        else np.full(len(part.keys), -1, dtype=np.int64)
        for part in parts
    ]
    return np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)


def cut(rows: range, most: int) -> Iterator[range]:
    """Split a range into ranges of at most `most`."""
    return (rows[start : start + most] for start in range(0, len(rows), most))
