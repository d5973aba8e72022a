"""Fuzz the readers, guided by coverage: whatever the bytes, only ReadError may come out.

    python -m bench.fuzz [--seconds 60] [--format .docx ...]

For each format, a process (`bench.fuzzed`) mutates small files from `bench.reading` with atheris, guided by
the lines reached in the readers and their Python libraries. Stops at the first format whose reader raises
another exception, takes 20 s or uses 4 GB, and names the file that caused it. Linux only.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from bench.fuzzed import PARTS
from bench.reading import FORMATS, paragraphs
from bench.sets import commit

_DONE = re.compile(r"Done (\d+) runs in (\d+) second")
_REACHED = re.compile(r"cov: (\d+)")


def run(suffix: str, seconds: int, folder: Path) -> tuple[int, int]:
    """Fuzz a format in its own process; return (files read, places reached). Exits on failure."""
    sample, corpus = folder / f"sample{suffix}", folder / suffix[1:]
    corpus.mkdir()
    for seed in range(3):
        data = FORMATS[suffix](paragraphs(seed)[:3])
        sample.write_bytes(data)
        if suffix in PARTS:
            with zipfile.ZipFile(BytesIO(data)) as package:
                data = package.read(PARTS[suffix])
        (corpus / str(seed)).write_bytes(data)
    command = [sys.executable, "-m", "bench.fuzzed", suffix, str(seconds), str(sample), str(corpus)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    match, reached = _DONE.search(done.stderr), _REACHED.findall(done.stderr)
    if done.returncode or not match:
        sys.exit(f"{suffix}: {done.stderr[-3000:]}")
    return int(match[1]), int(reached[-1]) if reached else 0


def main() -> None:
    """Fuzz each format in turn and print the coverage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--format", nargs="*", default=list(FORMATS), choices=list(FORMATS))
    args = parser.parse_args()
    print(f"`python -m bench.fuzz --seconds {args.seconds}` at {commit()}\n")
    print("| format | files read | places of the code reached |\n|---|---|---|")
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))  # kept, with the file that failed, if one did
    for suffix in args.format:
        runs, reached = run(suffix, args.seconds, folder)
        print(f"| {suffix} | {runs:,} | {reached:,} |", flush=True)


if __name__ == "__main__":
    main()
