"""Fits how readings of questions over tables are ranked, and from which confidence on one is answered.

    python -m bench.fit_tables --data DIR [--part open|kept|both] [--held] [--write]

DIR holds `tables.py`, which compares answers as the published evaluation does, `tables/documents` and
`tables/questions.jsonl`. The tables are split by chance: wrong answers over three fifths of them are looked
at (`open`), the others are only measured on (`kept`). First readings are ranked: what is made likeliest is
that one of those whose result is the known answer comes first. Then the confidence in the first is fitted on
rankings of questions over tables that the ranking was not fitted on. The threshold is the least confidence
from which on the answers, over folds by table, are right as often as wanted.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from bench.table_examples import examples
from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.derived_columns import with_derived
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.reading_confidence import (
    ASKS_FOR_ANOTHER,
    ReadingWeights,
    ScoredReading,
    confidence_features,
    ranked_results,
)
from citeback.rag.tables.reading_features import ReadingFeatures
from citeback.rag.tables.readings import results
from citeback.rag.tables.result import NotComputed
from citeback.rag.tables.table import Table, tables

WANTED, LEAST_ANSWERED, FOLDS, SEED = 0.90, 60, 10, 20261130
OPEN, OPEN_SEED = 0.6, 777  # the share of the tables that are looked at, and the seed that draws them
RANKING_STRENGTH, CONFIDENCE_STRENGTH = 2.0, 40.0
RANKING_SEEN, CONFIDENCE_SEEN = 3, 40  # questions that must have a feature, so that it has a weight
SHARES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1.0)
WEIGHTS = Path(__file__).parent.parent / "rag" / "tables" / "weights.json"

Compare = Callable[[list[str], tuple[str, ...]], bool]
LabelledLine = Mapping[str, Any]
Array = NDArray[np.float64]


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
class RankedQuestion:
    """A question whose readings are ranked: what speaks for the first, and whether that is right."""

    question: TableQuestion
    features: Mapping[str, float]
    right: bool


@dataclass(frozen=True, slots=True)
class TableOutcome:
    """The confidence in the first reading of a question, and whether it is right."""

    question: TableQuestion
    confidence: float
    right: bool


def parts(lines: Sequence[LabelledLine]) -> tuple[list[LabelledLine], list[LabelledLine]]:
    """Return the questions over the tables that are looked at, and those over the ones that are kept."""
    names = sorted({each["in"][0] for each in lines})
    Random(OPEN_SEED).shuffle(names)  # noqa: S311  the same parts at every run
    seen_tables = set(names[: int(OPEN * len(names))])
    return (
        [q for q in lines if q["in"][0] in seen_tables],
        [q for q in lines if q["in"][0] not in seen_tables],
    )


def largest(folder: Path, name: str) -> Table | None:
    """Return the largest table of a file, with the columns that are derived from its own."""
    found = max(
        tables(read((folder / name).read_bytes(), name)), key=lambda each: len(each.rows), default=None
    )
    return with_derived(found) if found else None


def labelled(folder: Path, lines: Sequence[LabelledLine], same: Compare) -> Iterator[TableQuestion]:
    """Yield the questions with all their readings."""
    analyzer, by_table = Analyzer(), defaultdict[str, list[LabelledLine]](list)
    for line in lines:
        by_table[line["in"][0]].append(line)
    for name, some in by_table.items():
        table = largest(folder, name)
        for line in some:
            readings = _readings(table, line, analyzer, same) if table else ()
            yield TableQuestion(table=name, text=line["question"], readings=tuple(readings))


def labelled_examples(same: Compare) -> Iterator[TableQuestion]:
    """Yield the questions over sheets of our own."""
    analyzer = Analyzer()
    for n, sheet in enumerate(examples()):
        (table,) = tables(read(sheet.text.encode(), f"sheet {n}"))
        for question, answers in sheet.questions:
            line = {"question": question, "answers": answers}
            readings = _readings(with_derived(table), line, analyzer, same)
            yield TableQuestion(table=f"sheet {n}", text=question, readings=tuple(readings))


def _readings(
    table: Table, line: LabelledLine, analyzer: Analyzer, same: Compare
) -> Iterator[LabelledReading]:
    asked = QuestionOnTable(Mentions(QuestionWords(line["question"], analyzer), table, analyzer))
    queries = ListQueries(table, asked.mentions.row_terms)
    features = ReadingFeatures(asked, queries)
    for reading, result in results(asked, queries):
        if not isinstance(result, NotComputed):
            values = tuple("yes" if v is True else "no" if v is False else str(v) for v in result.values)
            yield LabelledReading(
                features=features.of(reading, result), result=values, right=same(line["answers"], values)
            )


def matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> csr_matrix:
    """Return features as a matrix."""
    place = {name: n for n, name in enumerate(names)}
    cells = [
        (n, place[name], amount)
        for n, row in enumerate(rows)
        for name, amount in row.items()
        if name in place
    ]
    at, column, amounts = zip(*cells, strict=True)
    return csr_matrix((amounts, (at, column)), shape=(len(rows), len(names)))


def seen(groups: Sequence[Sequence[Mapping[str, float]]], least: int) -> list[str]:
    """Return the features that at least so many groups have."""
    counted = Counter(name for group in groups for name in {name for row in group for name in row})
    counted.pop(ASKS_FOR_ANOTHER, None)  # a limit, no weight
    return sorted(name for name, times in counted.items() if times >= least)


def fit_ranking(questions: Sequence[TableQuestion]) -> dict[str, float]:
    """Return the weights that make it likeliest that a right reading is first, where there is one."""
    solvable = [q for q in questions if any(e.right for e in q.readings)]
    names = seen([[e.features for e in q.readings] for q in solvable], RANKING_SEEN)
    x = matrix([e.features for q in solvable for e in q.readings], names)
    of = np.repeat(np.arange(len(solvable)), [len(q.readings) for q in solvable])
    right = np.array([float(e.right) for q in solvable for e in q.readings])

    def loss(w: Array) -> tuple[float, Array]:
        scores = x @ w
        most = np.full(len(solvable), -np.inf)
        np.maximum.at(most, of, scores)
        raised = np.exp(scores - most[of])
        shares = raised / np.bincount(of, raised)[of]
        together = np.maximum(np.bincount(of, shares * right), 1e-300)
        gradient = x.T @ (shares - shares * right / together[of]) + RANKING_STRENGTH * w
        return float(-np.log(together).sum() + RANKING_STRENGTH * (w @ w) / 2), gradient

    return _named(names, _least(loss, len(names)))


def fit_confidence(ranked: Sequence[RankedQuestion]) -> dict[str, float]:
    """Return the weights of a logistic regression of whether the first reading is right."""
    names = seen([[each.features] for each in ranked], CONFIDENCE_SEEN)
    x = matrix([each.features for each in ranked], names)
    scale = np.array([_spread(x[:, n].toarray()) if n_ranking(name) else 1.4 for n, name in enumerate(names)])
    x = x.multiply(1 / scale).tocsr()
    y = np.array([float(each.right) for each in ranked])
    penalty = CONFIDENCE_STRENGTH * np.array([0.0 if name == "constant" else 1.0 for name in names])

    def loss(w: Array) -> tuple[float, Array]:
        total = np.clip(x @ w, -30, 30)
        p = 1 / (1 + np.exp(-total))
        likely = y * np.log(p) + (1 - y) * np.log(1 - p)
        return float(-likely.sum() + (penalty * w) @ w / 2), x.T @ (p - y) + penalty * w

    return _named(names, _least(loss, len(names)) / scale)


def n_ranking(name: str) -> bool:
    """Tell whether a feature says how far a reading is ahead, and is no count or mark."""
    return name.startswith("ranking: ")


def _spread(column: Array) -> float:
    return float(column.std()) or 1.0


def _least(loss: Callable[[Array], tuple[float, Array]], size: int) -> Array:
    found = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(found.x)


def _named(names: Sequence[str], weights: Array) -> dict[str, float]:
    return {name: round(float(w), 4) for name, w in zip(names, weights, strict=True) if abs(w) >= 5e-4}


def ranked_question(question: TableQuestion, weights: ReadingWeights) -> RankedQuestion:
    """Return a question with its readings ranked, as `rag.tables.readings` ranks them."""
    scored = [
        ScoredReading(result=e.result, features=e.features, score=weights.score(e.features))
        for e in question.readings
    ]
    ranked = ranked_results(scored)
    if not ranked:
        return RankedQuestion(question=question, features={}, right=False)
    right = question.readings[ranked[0].best].right
    return RankedQuestion(question=question, features=confidence_features(scored, ranked), right=right)


def _folded(tables_of: Sequence[str]) -> dict[str, int]:
    names = sorted(set(tables_of))
    Random(SEED + 1).shuffle(names)  # noqa: S311  the same folds at every run
    return {name: n % FOLDS for n, name in enumerate(names)}


def ranked_over_folds(questions: Sequence[TableQuestion]) -> list[RankedQuestion]:
    """Return how each question is ranked by weights that are fitted without its table."""
    fold, found = _folded([q.table for q in questions]), list[RankedQuestion]()
    for n in range(FOLDS):
        weights = ReadingWeights(
            ranking=fit_ranking([q for q in questions if fold[q.table] != n]), confidence={}, threshold=0.0
        )
        found += [ranked_question(q, weights) for q in questions if fold[q.table] == n]
    return found


def outcomes_over_folds(ranked: Sequence[RankedQuestion]) -> list[TableOutcome]:
    """Return the confidence in each by weights that are fitted without its table."""
    fold, found = _folded([r.question.table for r in ranked]), list[TableOutcome]()
    for n in range(FOLDS):
        fitted = fit_confidence([r for r in ranked if fold[r.question.table] != n and r.features])
        weights = ReadingWeights(ranking={}, confidence=fitted, threshold=0.0)
        found += [outcome(r, weights) for r in ranked if fold[r.question.table] == n]
    return found


def _is_sheet(question: TableQuestion) -> bool:
    return question.table.startswith("sheet ")


def outcome(ranked: RankedQuestion, weights: ReadingWeights) -> TableOutcome:
    """Return the confidence in the first reading of a question."""
    confidence = weights.probability(ranked.features) if ranked.features else 0.0
    return TableOutcome(question=ranked.question, confidence=confidence, right=ranked.right)


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


def _arguments() -> argparse.Namespace:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=formatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--part", choices=("open", "kept", "both"), default="open", help="to fit on")
    parser.add_argument("--wanted", type=float, default=WANTED, help="share of right answers")
    parser.add_argument("--held", action="store_true", help="measure on the other part as well")
    parser.add_argument("--write", action="store_true", help="write the weights that ship with the product")
    parser.add_argument("--wrong", type=int, default=0, help="show the most confident wrong answers")
    return parser.parse_args()


def main() -> None:
    """Fit on one part of the tables, measure on the other."""
    args = _arguments()
    sys.path.insert(0, str(args.data))
    from tables import same  # type: ignore[import-not-found]

    folder = args.data / "tables"
    lines = [json.loads(line) for line in (folder / "questions.jsonl").open(encoding="utf-8")]
    first, second = parts(lines)
    fitted = {"open": first, "kept": second, "both": lines}[args.part]
    questions = list(labelled(folder / "documents", fitted, same))
    questions += labelled_examples(same)
    ranked = ranked_over_folds(questions)
    everything = outcomes_over_folds(ranked)
    outcomes = [each for each in everything if not _is_sheet(each.question)]
    threshold = least_confidence(outcomes, args.wanted)
    confidence = fit_confidence([each for each in ranked if each.features])
    weights = ReadingWeights(ranking=fit_ranking(questions), confidence=confidence, threshold=threshold)
    report(f"fitted on ({args.part}), over folds by table", outcomes, threshold)
    report("sheets of our own", [each for each in everything if _is_sheet(each.question)], threshold)
    if args.held:
        other = second if args.part == "open" else first
        asked = labelled(folder / "documents", other, same)
        report("held out", [outcome(ranked_question(q, weights), weights) for q in asked], threshold)
    wrong = sorted((each for each in outcomes if not each.right), key=lambda each: -each.confidence)
    for each in wrong[: args.wrong]:
        print(f"  wrong {each.confidence:.2f} {each.question.table} {each.question.text}")
    if args.write:
        written = {
            "threshold": round(threshold, 4),
            "confidence": weights.confidence,
            "ranking": weights.ranking,
        }
        WEIGHTS.write_text(json.dumps(written, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
