"""Reproduce every figure in the docs, one command after another: `python -m bench [--data DIR]`.

Each command can also be run alone, for example `python -m bench.quality`, with options of its own. The first
run takes hours on two cores, mostly for indexing.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from bench.sets import DATA

ASKING = ("quality", "latency", "coldstart", "scale")
INDEXING = ("reading", "indexing", "peak", "store")
CHECKING = ("support", "lies")
COMMANDS = (*ASKING, *INDEXING, *CHECKING, "fit_evidence", "fit")
ALONE = ("injection", "load", "encodings", "hostile")  # these need no data sets


def main() -> None:
    """Run all commands on the same data; stop at the first failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder that holds bench.py and the sets")
    args = parser.parse_args()
    if not (args.data / "bench.py").is_file():
        parser.error(f"{args.data} holds no bench.py. Next: make bench ARGS='--data path/to/sets'")
    for command in COMMANDS:
        print(f"\n## {command}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{command}", "--data", str(args.data)], check=True)
    for command in ALONE:
        print(f"\n## {command}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{command}"], check=True)


if __name__ == "__main__":
    main()
