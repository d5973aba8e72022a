"""A few kills of everything that takes part in an index on an object store; `bench.scale_kills` has many."""

from collections.abc import Iterator
from random import Random

import pytest
from scale_kills import KILLS, KilledIndex
from weed import WeedServer


@pytest.fixture(scope="module")
def index(weed: WeedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KilledIndex]:
    yield KilledIndex(tmp_path_factory.mktemp("kills"), weed, Random(7))  # noqa: S311


@pytest.mark.parametrize(("what", "count"), [("driver", 2), ("brief", 3), ("store", 1), ("server", 1)])
def test_whatever_is_killed_nothing_is_lost_twice_or_left(index: KilledIndex, what: str, count: int) -> None:
    assert len([*KILLS[what](index, count)]) == count
