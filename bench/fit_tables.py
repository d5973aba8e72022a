"""Fits the weights of readings of questions over tables, and the confidence from which on one is answered.

    python -m bench.fit_tables --data DIR [--half first|second|both] [--held] [--write]

DIR holds `tables.py`, which compares answers as the published evaluation does, `tables/documents` and
`tables/questions.jsonl`. The tables are split in halves; the weights are fitted on one and measured on the
other. The threshold is the least confidence from which on the answers, over folds by table, are right as
often as wanted.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.engine import NotComputed
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.reading_confidence import ReadingWeights, features
from citeback.rag.tables.readings import results
from citeback.rag.tables.table import Table, tables

WANTED, LEAST_ANSWERED, FOLDS, SEED, STRENGTH = 0.95, 40, 6, 20261130, 6.0
SHARES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1.0)
WEIGHTS = Path(__file__).parent.parent / "rag" / "tables" / "weights.json"

Compare = Callable[[list[str], tuple[str, ...]], bool]
LabelledLine = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LabelledReading:
    """A reading of a question: its features, its result as it is compared, and whether that is right."""

    features: Mapping[str, float]
    result: tuple[str, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """A question with its readings."""

    table: str
    text: str
    readings: tuple[LabelledReading, ...]


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """The confidence in the first reading of a question, and whether it is right."""

    question: TableQuestion
    confidence: float
    right: bool


def halves(lines: Sequence[LabelledLine]) -> tuple[list[LabelledLine], list[LabelledLine]]:
    """Return the questions over one half of the tables, and those over the other."""
    names = sorted({each["in"][0] for each in lines})
    Random(SEED).shuffle(names)  # noqa: S311  the same halves at every run
    first = set(names[: len(names) // 2])
    return [q for q in lines if q["in"][0] in first], [q for q in lines if q["in"][0] not in first]


def largest(folder: Path, name: str) -> Table | None:
    """Return the largest table of a file."""
    return max(
        tables(read((folder / name).read_bytes(), name)), key=lambda each: len(each.rows), default=None
    )


def labelled(folder: Path, lines: Sequence[LabelledLine], same: Compare) -> Iterator[TableQuestion]:
    """Yield the questions with all their readings."""
    analyzer, by_table = Analyzer(), defaultdict[str, list[LabelledLine]](list)
    for line in lines:
        by_table[line["in"][0]].append(line)
    for name, some in by_table.items():
        table = largest(folder, name)
        for line in some:
            words = QuestionWords(line["question"], analyzer)
            readings = []
            for reading, result in results(words, table, analyzer) if table else ():
                if isinstance(result, NotComputed):
                    continue
                values = tuple("yes" if v is True else "no" if v is False else str(v) for v in result.values)
                right = same(line["answers"], values)
                readings.append(LabelledReading(features(reading, result, words), values, right))
            yield TableQuestion(name, line["question"], tuple(readings))


def fit(questions: Sequence[TableQuestion]) -> dict[str, float]:
    """Return the weights of a logistic regression over readings.

    A question counts by the square root of how many readings it has.
    """
    names = sorted({name for q in questions for e in q.readings for name in e.features})
    place = {name: n for n, name in enumerate(names)}
    rows = [(e, 1 / len(q.readings) ** 0.5) for q in questions for e in q.readings]
    x = np.zeros((len(rows), len(names)))
    for n, (reading, _) in enumerate(rows):
        for name, amount in reading.features.items():
            x[n, place[name]] = amount
    y = np.array([float(e.right) for e, _ in rows])
    weight = np.array([w for _, w in rows])
    w = np.zeros(len(names))
    for _ in range(30):  # Newton's steps
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (weight * (p - y)) + STRENGTH * w
        hessian = (x * (weight * p * (1 - p))[:, None]).T @ x + STRENGTH * np.eye(len(names))
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if np.abs(step).max() < 1e-6:
            break
    return {name: round(float(w[n]), 4) for name, n in place.items() if abs(w[n]) > 5e-5}


def outcome(question: TableQuestion, weights: ReadingWeights) -> TableOutcome:
    """Return what a question is answered with, as `rag.tables.readings` computes it."""
    best: dict[tuple[str, ...], tuple[float, bool, bool]] = {}
    for each in question.readings:
        probability = weights.probability(each.features)
        if probability > best.get(each.result, (-1.0, False, False))[0]:
            complete = not each.features["left"] and not each.features["verbs left"]
            best[each.result] = probability, each.right, complete
    ranked = sorted(best.values(), key=lambda one: -one[0])
    if not ranked or not ranked[0][2]:
        return TableOutcome(question, 0.0, bool(ranked) and ranked[0][1])
    runner_up = ranked[1][0] if len(ranked) > 1 else 0.0
    return TableOutcome(question, ranked[0][0] - runner_up / 2, ranked[0][1])


def cross_validated(questions: Sequence[TableQuestion]) -> list[TableOutcome]:
    """Return how each question is answered by weights that are fitted without its table."""
    names = sorted({q.table for q in questions})
    Random(SEED + 1).shuffle(names)  # noqa: S311  the same folds at every run
    fold = {name: n % FOLDS for n, name in enumerate(names)}
    outcomes = list[TableOutcome]()
    for n in range(FOLDS):
        weights = ReadingWeights(fit([q for q in questions if fold[q.table] != n]), 0.0)
        outcomes += [outcome(q, weights) for q in questions if fold[q.table] == n]
    return outcomes


def least_confidence(outcomes: Sequence[TableOutcome], wanted: float) -> float:
    """Return the least confidence from which on answers are right as often as wanted; 1 if there is none.

    At least `LEAST_ANSWERED` questions must be answered from there on.
    """
    right, least = 0, 1.0
    for n, each in enumerate(sorted(outcomes, key=lambda each: -each.confidence), start=1):
        right += each.right
        if n >= LEAST_ANSWERED and right / n >= wanted:
            least = each.confidence
    return least


def lower_bound(right: int, of: int, z: float = 1.645) -> float:
    """Return Wilson's lower bound of a share; with this `z`, 95 in 100 shares are above it."""
    share = right / of
    centre = share + z * z / (2 * of)
    return float((centre - z * sqrt((share * (1 - share) + z * z / (4 * of)) / of)) / (1 + z * z / of))


def report(what: str, outcomes: Sequence[TableOutcome], threshold: float) -> None:
    """Print how many questions are answered, and how many of those rightly."""
    answers = [each.right for each in outcomes if each.confidence >= threshold]
    ranked = [each.right for each in sorted(outcomes, key=lambda each: -each.confidence)]
    right = sum(answers)
    print(f"{what}: {len(outcomes)} questions; from {threshold:.3f} on {len(answers)} answered", end="")
    print(f" ({len(answers) / len(outcomes):.3f}), {right} rightly", end="")
    print(
        f" ({right / len(answers):.3f}, at least {lower_bound(right, len(answers)):.3f})" if answers else ""
    )
    best = (f"{s:.0%} {np.mean(ranked[: int(s * len(ranked))]):.3f}" for s in SHARES)
    print("  right of the most confident: " + ", ".join(best))
    attainable = np.mean([any(e.right for e in each.question.readings) for each in outcomes])
    print(f"  a right reading among all: {attainable:.3f}")


def main() -> None:
    """Fit on one half of the tables, measure on the other."""
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("first", "second", "both"), default="first", help="to fit on")
    parser.add_argument("--wanted", type=float, default=WANTED, help="share of right answers")
    parser.add_argument("--held", action="store_true", help="measure on the other half as well")
    parser.add_argument("--write", action="store_true", help="write the weights that ship with the product")
    parser.add_argument("--wrong", type=int, default=0, help="show the most confident wrong answers")
    args = parser.parse_args()
    sys.path.insert(0, str(args.data))
    from tables import same  # type: ignore[import-not-found]

    folder = args.data / "tables"
    lines = [json.loads(line) for line in (folder / "questions.jsonl").open(encoding="utf-8")]
    first, second = halves(lines)
    fitted = {"first": first, "second": second, "both": lines}[args.half]
    questions = list(labelled(folder / "documents", fitted, same))
    outcomes = cross_validated(questions)
    threshold = least_confidence(outcomes, args.wanted)
    weights = ReadingWeights(fit(questions), threshold)
    report(f"fitted on ({args.half}), over folds by table", outcomes, threshold)
    if args.held:
        other = second if args.half == "first" else first
        held = [outcome(q, weights) for q in labelled(folder / "documents", other, same)]
        report("held out", held, threshold)
    wrong = sorted((each for each in outcomes if not each.right), key=lambda each: -each.confidence)
    for each in wrong[: args.wrong]:
        print(f"  wrong {each.confidence:.2f} {each.question.table} {each.question.text}")
    if args.write:
        written = {"threshold": round(threshold, 4), "weights": weights.features}
        WEIGHTS.write_text(json.dumps(written, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
