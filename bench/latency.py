"""Measure `ask` in a warm process, without a chat model.

    python -m bench.latency [--data DIR] [--set scifact] [--questions 200]

Prints the median and 95th percentile of the whole and of each stage, in milliseconds.
"""

import argparse
from collections import defaultdict
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.sets import DATA, commit, lay_out
from citeback import open_corpus


def main() -> None:
    """Ask the questions one after another and print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--set", default="scifact")
    parser.add_argument("--questions", type=int, default=200)
    args = parser.parse_args()
    laid = lay_out(args.set, args.data)
    seconds: dict[str, list[float]] = defaultdict(list)
    with open_corpus(laid.store.path) as corpus:
        corpus.ask("warm up")
        for question in islice(laid.questions(), args.questions):
            start = perf_counter()
            answer = corpus.ask(question["question"])
            seconds["whole"].append(perf_counter() - start)
            for stage, spent in answer.seconds.items():
                seconds[stage].append(spent)
        documents = len(corpus.documents)
    print(f"`python -m bench.latency --set {args.set}` at {commit()}: {documents} documents, ", end="")
    print(f"{len(seconds['whole'])} questions, in ms\n\n| stage | median | 95th percentile |\n|---|---|---|")
    for stage, all_spent in seconds.items():
        print(f"| {stage} | {np.median(all_spent) * 1000:.0f} | {np.percentile(all_spent, 95) * 1000:.0f} |")


if __name__ == "__main__":
    main()
