"""Break the code in twenty places, and see the tests go red.

    python -m bench.mutations [--only PART] [--workers 2]

Each mutation replaces one expression in a copy of the checkout, where the tests named beside it then run. The
copy is restored after each. Exits with 1 if a mutation is not caught or no longer fits the code.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
LIST = Path(__file__).with_suffix(".json")
LEFT_OUT = ignore_patterns(
    ".venv", ".git", "site", "dist", "__pycache__", ".hypothesis", ".*_cache", "shared"
)


@dataclass(frozen=True, slots=True)
class Mutation:
    """A replacement in a file, and the tests that must notice it."""

    path: str
    before: str
    after: str
    tests: tuple[str, ...]


def main() -> int:
    """Run the mutations; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="mutate only files with this in their path")
    parser.add_argument("--workers", default="2", help="processes of pytest")
    args = parser.parse_args()
    with TemporaryDirectory(prefix="citeback-mutations-") as made:
        copy = Path(made) / "checkout"
        copytree(ROOT, copy, symlinks=True, ignore=LEFT_OUT)
        results = [caught(copy, each, args.workers) for each in mutations() if args.only in each.path]
    print(f"{sum(results)} of {len(results)} mutations are caught.")
    return 0 if all(results) else 1


def mutations() -> Iterator[Mutation]:
    """Yield the mutations of `mutations.json`."""
    for each in json.loads(LIST.read_text(encoding="utf-8")):
        yield Mutation(
            path=each["path"], before=each["before"], after=each["after"], tests=tuple(each["tests"])
        )


def caught(copy: Path, mutation: Mutation, workers: str) -> bool:
    """Mutate a checkout, run the tests, print and return whether one failed, and restore it."""
    path = copy / mutation.path
    original = path.read_text(encoding="utf-8")
    if original.count(mutation.before) != 1:
        print(f"does not fit  {mutation.path}: {mutation.before}")
        return False
    path.write_text(original.replace(mutation.before, mutation.after), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-n", workers, *mutation.tests]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    path.write_text(original, encoding="utf-8")
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    red = done.returncode != 0 and bool(failed)
    shown = failed[0].removeprefix("FAILED ").partition(" - ")[0] if red else done.stdout[-1_000:]
    print(f"{'red  ' if red else 'GREEN'}  {mutation.path}: {mutation.before}\n       {shown}", flush=True)
    return red


if __name__ == "__main__":
    raise SystemExit(main())
