"""Whatever interrupts a sync, the store opens, checks clean, answers as before or after, and syncs on."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from citeback.index.sync.building.run import WRITE_STEPS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and SIGKILL")

HERE = Path(__file__).parent
# A kill is not a power cut: memory loses nothing by it, and a thousand syncs through to a disk take minutes.
MEMORY = Path("/dev/shm")  # noqa: S108
INSTANTS, PROCESSES = 40, 2


@pytest.fixture
def place() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as directory:
        yield laid_out(Path(directory) / "one")


def laid_out(place: Path) -> Path:
    (place / "docs").mkdir(parents=True)
    for name in ("a", "b", "r"):
        (place / "docs" / f"{name}.txt").write_text(f"Some old text of {name}.")
    return place


def started(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "killed.py"), *map(str, arguments)]
    environment = {"PYTHONPATH": f"{HERE.parent}:{HERE}", "PATH": os.environ["PATH"]}
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def lines(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    out, err = process.communicate()
    assert process.returncode == 0, err
    return [json.loads(line) for line in out.splitlines()]


def states(results: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what was seen without an interruption, and what was seen after each one."""
    first, *others = [line for line in results if "before" in line]
    assert first["state"] != first["state_after"]
    return first, others


def whole(state: dict[str, Any], first: dict[str, Any]) -> None:
    """Assert that nothing was lost."""
    assert state["problems"] == state["problems_after"] == state["notices"] == [], state
    assert (state["before"], state["state"]) in [(1, first["state"]), (2, first["state_after"])], state
    assert (state["after"], state["state_after"]) == (2, first["state_after"]), state
    assert state["kept"] == [None, None], state
    assert state["left"] == [".gitignore", "generations", "lock", "places.json", "writer"], state


def test_a_kill_at_any_step_costs_at_most_a_batch(place: Path) -> None:
    results = lines(started("steps", place))
    first, seen = states(results)
    steps = [tuple(line["at"]) for line in results if "at" in line]
    assert (results[-1]["status"], results[-1]["steps"]) == (0, len(seen))
    assert {item for stage, _, item in steps if stage == "writing"} == {*WRITE_STEPS, ""}
    for step, state in zip([*steps, ("done", 0, "")], seen, strict=True):
        whole(state, first)
        published = step in {("writing", len(WRITE_STEPS), ""), ("done", 0, "")}
        assert state["before"] == (2 if published else 1), step
        assert state["embedded"] == expected(step), step


def expected(step: tuple[str, int, str]) -> int:
    """Return how many of the ten new chunks the model must still see."""
    stage, done, _ = step
    if stage == "embedding":
        return 10 - done
    return 10 if stage == "reading" else 0


def test_a_kill_at_any_instant_costs_nothing(place: Path) -> None:
    places = [laid_out(place.with_name(f"instants{n}")) for n in range(PROCESSES)]
    running = [started("instants", at, n, INSTANTS // PROCESSES) for n, at in enumerate(places)]
    for process in running:
        results = lines(process)
        first, seen = states(results)
        assert results[-1] == {"killed": INSTANTS // PROCESSES}
        for state in seen:
            whole(state, first)


@pytest.mark.parametrize("options", [(8192,), (16384, 0)], ids=["a small disk", "a limit for every file"])
def test_a_full_disk_costs_nothing_wherever_it_is_full(place: Path, options: tuple[int, ...]) -> None:
    results = lines(started("full", place, *options))
    if len(options) == 1 and not results[1]["mounted"]:
        pytest.skip("no disk may be mounted here; the other case limits files instead")
    first, seen = states(results)
    messages = [line["told"] for line in results if "told" in line]
    assert len(messages) == len(seen) > 3
    assert [line["ended"] for line in results if "ended" in line] == [0] * len(seen)
    for state, result in zip(seen, messages, strict=True):
        whole(state, first)
        assert (state["before"] == 2) == (result == "")
        assert result == "" or "Next: free some space, then: citeback index" in result


def test_a_file_that_may_not_be_read_is_told_and_read_later(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("another user can be had by root alone; test_sync.py has the same by script")
    place.parent.chmod(0o755)
    results = lines(started("unreadable", place))
    first, (state,) = states(results)
    (done,) = [line for line in results if "failed" in line]
    assert done == {"failed": [["c.txt", "cannot be opened: Permission denied"]], "problems": []}
    assert (state["after"], state["state_after"], state["problems_after"]) == (3, first["state_after"], [])
