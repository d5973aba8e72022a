"""Measure `citeback search` in a new process, beside an import that it avoids.

    python -m bench.coldstart [--data DIR] [--set scifact] [--rounds 5]

Prints wall-clock and CPU seconds, alternating with a process that only imports sentence-transformers. The
first round, which fills the page cache, is not counted.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.sets import DATA, commit, lay_out
from citeback import open_corpus

QUESTION = "Does vitamin D lower the risk of infection?"


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; return (wall-clock seconds, CPU seconds)."""
    start, before = perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    spent, after = perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return spent, used


def main() -> None:
    """Print a row for each command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--set", default="scifact")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    store = lay_out(args.set, args.data).store.path
    with open_corpus(store) as corpus:
        documents = len(corpus.documents)
    citeback = [sys.executable, "-m", "citeback"]
    commands = {
        "`citeback search`": [*citeback, "search", QUESTION, "--store", str(store)],
        "`citeback ask`": [*citeback, "ask", QUESTION, "--store", str(store)],
        "`python -c 'import sentence_transformers'`": [sys.executable, "-c", "import sentence_transformers"],
    }
    rounds = [{name: timed(command) for name, command in commands.items()} for _ in range(args.rounds + 1)]
    print(f"`python -m bench.coldstart --set {args.set}` at {commit()}: {documents} documents, ", end="")
    print(f"median (lowest to highest) of {args.rounds} rounds\n\n| process | seconds | of the processor |")
    print("|---|---|---|")
    for name in commands:
        wall, used = zip(*(round_[name] for round_ in rounds[1:]), strict=True)
        spread = f"{median(wall):.2f} ({min(wall):.2f} to {max(wall):.2f})"
        print(f"| {name} | {spread} | {median(used):.2f} |")


if __name__ == "__main__":
    main()
