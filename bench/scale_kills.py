"""Kill everything that takes part in an index on an object store, at random instants, and count what is lost.

    python -m bench.scale_kills [--driver 20] [--brief 10] [--store 15] [--node 10] [--server 15] [--seed 7]

Needs the extra `scale-tests`. Stops at the first thing that is not as it should be (tests/scale_kills.py).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from bench.sets import commit

SCRIPT = Path(__file__).parents[1] / "tests" / "scale_kills.py"
COUNTS = {"driver": 20, "brief": 10, "store": 15, "node": 10, "server": 15}


def killed(what: str, count: int, seed: int) -> list[dict[str, float]]:
    """Kill something so many times; return what each kill found. Raises CalledProcessError."""
    command = [sys.executable, str(SCRIPT), what, str(count), str(seed)]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            lines.append(json.loads(line))
            print(what, line.strip(), file=sys.stderr, flush=True)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return lines


def main() -> None:
    """Print a row for each kind of kill."""
    parser = argparse.ArgumentParser(description=__doc__)
    for what, count in COUNTS.items():
        parser.add_argument(f"--{what}", type=int, default=count)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    print(f"`python -m bench.scale_kills` at {commit()}\n\n| killed | times | whole each time | lost |")
    print("|---|---|---|---|")
    for what in COUNTS:
        if count := getattr(args, what):
            done = killed(what, count, args.seed)
            extra = [row["seconds"] - row["whole"] for row in done if "seconds" in row]
            lost = f"{sum(extra) / len(extra):.1f} s a node" if extra else "nothing"
            print(f"| {what} | {count} | {len(done)} | {lost} |", flush=True)


if __name__ == "__main__":
    main()
