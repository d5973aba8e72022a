"""Where each row of the next generation comes from: taken over in stretches, or new. Must never know files.

Rows go by the names of their documents, so documents that stood beside each other and still do keep their
rows beside each other: a change costs one stretch before it and one after it, however many rows they hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring rows of the previous generation, and the sentence vectors that are theirs."""

    rows: range
    sentences: range


@dataclass(frozen=True, slots=True)
class New:
    """Rows that were cut now, by the keys of their vectors."""

    keys: tuple[bytes, ...]


Part: TypeAlias = Stretch | New


@dataclass(frozen=True, slots=True)
class Group:
    """Documents by name, neighbours before and now (`taken`), or a single one to be cut."""

    names: tuple[str, ...]
    taken: bool


def groups(names: Sequence[str], places: Mapping[str, int]) -> Iterator[Group]:
    """Yield sorted names in as few groups as there can be.

    `places` holds those that are taken over, each with its place among all documents before.

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
    """Yield rows of the previous generation and keys of new rows, in order, `most` at a time.

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
    """Return for each row which row of the previous generation it was, -1 for a new one.

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
    """Yield a range in pieces of at most `most`."""
    return (rows[start : start + most] for start in range(0, len(rows), most))
