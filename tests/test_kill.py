"""kill -9 at every step that a sync names leaves a store that opens, checks clean and syncs on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.next import PARTS


@pytest.mark.skipif(sys.platform == "win32", reason="forks and SIGKILL")
def test_a_kill_at_any_step_costs_at_most_a_batch(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name in ("a", "b"):
        (tmp_path / "docs" / f"{name}.txt").write_text(f"Some old text of {name}.")
    here = Path(__file__).parent
    command = [sys.executable, str(here / "killed.py"), str(tmp_path)]
    environment = {"PYTHONPATH": f"{here.parent}:{here}", "PATH": ""}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[-1]["status"] == 0, done.stderr
    steps = [tuple(line["at"]) for line in lines if "at" in line]
    states = [line for line in lines if "before" in line]
    assert len(states) == len(steps) + 1 == lines[-1]["steps"]
    assert {item for stage, _, item in steps if stage == "writing"} == {*PARTS, ""}
    for step, state in zip([*steps, ("done", 0, "")], states, strict=True):
        assert state["problems"] == state["problems_after"] == [], step
        assert state["names"] == ["b.txt", "c.txt", "d.txt"], step
        assert state["contents"] == states[-1]["contents"], step
        assert state["left"] == [".gitignore", "generations", "lock", "writer"], step
        published = step in {("writing", len(PARTS), ""), ("done", 0, "")}
        assert (state["before"], state["after"]) == ((2, 2) if published else (1, 2)), step
        assert state["answers"] == ([0] if published else [0, 1]), step
        assert state["embedded"] == expected(step), step


def expected(step: tuple[str, int, str]) -> int:
    """Return how many of the eight new chunks the model must still see."""
    stage, done, _ = step
    if stage == "embedding":
        return 8 - done
    return 8 if stage in {"reading", "splitting"} else 0
