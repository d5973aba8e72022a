"""Measure every quality figure in the docs: third-party questions asked through the command line, scored.

    python -m bench.quality [--data DIR] [SET ...]

SET is a folder of the data (scifact, chunking, squad2, conversations) or NAME-off (half of the documents,
questions about both halves). Prints a Markdown table with the data set, the command and the commit.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.sets import DATA, Laid, commit, lay_out

SETS = ("scifact", "chunking", "squad2", "squad2-off", "conversations")
ASKED = frozenset({"chunking", "squad2", "squad2-off", "conversations"})


def ask(laid: Laid, command: str) -> Path:
    """Run `citeback search` or `citeback ask` over a set's questions; return the file of its answers."""
    out = laid.folder / f"{command}.jsonl"
    batch = ["--batch", str(laid.folder / "questions.jsonl"), "--json", "--store", str(laid.store.path)]
    more = ["-k", "10"] if command == "search" else []
    with out.open("w", encoding="utf-8") as lines:
        subprocess.run([sys.executable, "-m", "citeback", command, *batch, *more], check=True, stdout=lines)
    return out


def score(laid: Laid, command: str, answers: Path, data: Path) -> Iterator[tuple[str, str]]:
    """Yield (figure, value) as printed by the data's own scorer."""
    scorer = [sys.executable, str(data / "bench.py"), "score", command, str(laid.folder), str(answers)]
    printed = subprocess.run(scorer, check=True, capture_output=True, text=True).stdout
    for line in printed.splitlines():
        figure, value = line.rsplit(maxsplit=1)
        yield figure.strip(), value


def exact(laid: Laid, answers: Path) -> tuple[int, int]:
    """Return (citations whose quote equals the source's text at the span, all citations)."""
    citations = [c for row in _rows(answers) for s in row["sentences"] for c in s["citations"]]
    texts = {p.name: p.read_bytes().decode() for p in (laid.folder / "documents").iterdir()}
    right = sum(texts[c["document"]][c["start"] : c["end"]] == c["quote"] for c in citations)
    return right, len(citations)


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def main() -> None:
    """Print one row for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("sets", nargs="*", default=SETS)
    args = parser.parse_args()
    print(f"`python -m bench.quality {' '.join(args.sets)}` at {commit()}\n")
    print("| set | command | figure | value |\n|---|---|---|---|")
    for name in args.sets:
        laid = lay_out(name, args.data)
        for command in ("search", *(["ask"] if name in ASKED else [])):
            answers = ask(laid, command)
            for figure, value in score(laid, command, answers, args.data):
                print(f"| {name} | {command} | {figure} | {value} |", flush=True)
            if command == "ask":
                right, all_of_them = exact(laid, answers)
                print(
                    f"| {name} | ask | citations equal to the source | {right} of {all_of_them} |", flush=True
                )


if __name__ == "__main__":
    main()
