"""A few kills of everything that takes part in an index on an object store; `bench.scale_kills` has many."""

import subprocess
import sys
from pathlib import Path

import pytest
from weed import require_scale

SCRIPT = Path(__file__).with_name("scale_kills.py")


@pytest.mark.parametrize(("what", "count"), [("driver", 2), ("store", 1), ("server", 1)])
def test_whatever_is_killed_nothing_is_lost_twice_or_left(what: str, count: int) -> None:
    require_scale()
    done = subprocess.run(
        [sys.executable, SCRIPT, what, str(count)], capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    assert len(done.stdout.splitlines()) == count
