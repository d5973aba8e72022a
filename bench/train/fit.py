"""Fit evidence and confidence weights with the reader, on the output of `observed` and `scored`.

    python -m bench.train.fit CACHE SCORED

Prints how each choice of features ranks, with every set held out; then how well answered questions are told
from others; then the weights for `rag/evidence/ranking.py` and `rag/confidence.py`.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.fit_evidence import Listed, fit
from citeback.index.records import Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.confidence import ConfidenceFeatures, confidence_features
from citeback.rag.coverage import WeightedPieces
from citeback.rag.evidence.ranking import WEIGHTS, Evidence, Features
from citeback.rag.query import Query

FEATURES = tuple(field.name for field in fields(Features))
SIGNS = tuple(field.name for field in fields(ConfidenceFeatures))
CHOICES = {
    "without the reader": FEATURES[:-1],
    "the reader alone": FEATURES[-1:],
    "all": FEATURES,
    **{f"all but {name}": tuple(f for f in FEATURES if f != name) for name in FEATURES[:-1]},
}
MODELS = (
    SIGNS,
    ("together", "passage", "lead", "figures"),
    ("together", "passage", "lead"),
    ("passage", "lead"),
    ("together", "lead"),
)
AROUND = 13.0
"""The fixed weight of `coverage`.

Fitted weights are scaled to it, so that scores keep the scale for which `ranking.SCORE_MARGIN` and
`citeback.rag.evidence.snippets.TEMPERATURE` were chosen.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A question: what was observed, the reader's output, and the features of each sentence."""

    observed: Mapping[str, Any]
    scored: Mapping[str, Any]

    @property
    def features(self) -> NDArray[np.float64]:
        """Return the features (sentences, features), with the reader's logit last."""
        own = np.array(self.scored["features"])[:, : len(FEATURES) - 1].reshape(-1, len(FEATURES) - 1)
        return np.column_stack([own, self.scored["logits"]])

    def listed(self, columns: Sequence[int]) -> Listed:
        """Return the training example for a ranking."""
        right = np.array(self.scored["right"], bool)
        return Listed(features=self.features[:, columns], right=right, group=str(self.scored["set"]))

    def signs(self, weights: NDArray[np.float64], analyzer: Analyzer) -> ConfidenceFeatures | None:
        """Return the confidence features if sentences are ranked by these weights."""
        ranked = sorted(self._evidence(weights), key=lambda e: -e.score)
        row = self.observed
        nothing = np.zeros(0)
        asked = 3.0 + (row["signs"][2] if row["signs"] else 0)
        weighed = WeightedPieces(nothing.reshape(0, 1).astype(np.float32), nothing)
        zeros = nothing.astype(np.float32)
        query = Query(
            text=row["question"],
            question=row["own"],
            vector=zeros,
            weights={},
            word_pieces=weighed,
            rare_words=asked,
        )
        return confidence_features(query, ranked, analyzer)

    def _evidence(self, weights: NDArray[np.float64]) -> Iterator[Evidence]:
        scores, features, at = self.features @ weights, self.features, -1
        for n, chunk in enumerate(self.observed["chunks"]):
            for place, text in enumerate(chunk["sentences"]):
                if chunk["scores"][place] is None:
                    continue
                at += 1
                yield Evidence(
                    document=chunk["document"],
                    span=Span(0, len(text)),
                    text=text,
                    page=None,
                    passage=n,
                    position=place,
                    features=Features(*features[at].tolist()),
                    coverage=0.0,
                    score=float(scores[at]),
                    context=chunk["above"][place],
                    passage_logit=self.scored["wholes"][at] or 0.0,
                )


def load(cache: Path, scored: Path) -> dict[str, list[Row]]:
    """Return the questions of every scored set, except those without a sentence."""
    return {
        path.stem: [
            Row(*pair)
            for pair in zip(_rows(cache / path.name), _rows(path), strict=False)
            if pair[1]["features"]
        ]
        for path in sorted(scored.glob("*.jsonl"))
        if path.stem != "support"
    }


def _rows(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def rank(sets: Mapping[str, Sequence[Row]]) -> None:
    """Print how often the first, and one of the first three, is right, for each choice of features."""
    known = {
        name: [row for row in rows if row.scored["answerable"] and any(row.scored["right"])]
        for name, rows in sets.items()
    }
    known = {name: rows for name, rows in known.items() if rows}
    print("| features | " + " | ".join(known) + " |\n|---|" + "---|" * len(known))
    for choice, names in CHOICES.items():
        columns = [FEATURES.index(name) for name in names]
        cells = []
        for name, rows in known.items():
            others = [r.listed(columns) for other, rs in known.items() if other != name for r in rs]
            weights = fit(others or [r.listed(columns) for r in rows])
            total = [r for r in sets[name] if r.scored["answerable"]]
            order = [np.argsort(-(r.listed(columns).features @ weights), kind="stable") for r in total]
            rights = [np.array(r.scored["right"], bool)[o] for r, o in zip(total, order, strict=True)]
            cells.append(
                f"{np.mean([r[:1].any() for r in rights]):.3f} / {np.mean([r[:3].any() for r in rights]):.3f}"
            )
        print(f"| {choice} | " + " | ".join(cells) + " |", flush=True)


def weights(sets: Mapping[str, Sequence[Row]]) -> NDArray[np.float64]:
    """Return the weights fitted on the questions of all sets."""
    columns = range(len(FEATURES))
    result = fit([r.listed(columns) for rows in sets.values() for r in rows if any(r.scored["right"])])
    return np.asarray(result * AROUND / result[FEATURES.index("coverage")], dtype=np.float64)


def confidence(sets: Mapping[str, Sequence[Row]], ranking: NDArray[np.float64]) -> None:
    """Print how each feature, and models of some, tell a right first sentence from any other.

    Each set is scored by a model fitted on the others; then the model fitted on all is printed.
    """
    seen = {name: _said(rows, ranking) for name, rows in sets.items()}
    both = {name: pair for name, pair in seen.items() if 3 < pair[1].sum() < len(pair[1])}
    print("\n| signs | " + " | ".join(both) + " |\n|---|" + "---|" * len(both))
    for n, sign in enumerate(SIGNS):
        cells = [f"{roc_auc_score(right, result[:, n]):.3f}" for result, right in both.values()]
        print(f"| {sign} | " + " | ".join(cells) + " |")
    for chosen in MODELS:
        columns = [SIGNS.index(name) for name in chosen]
        cells = []
        for name, (result, right) in both.items():
            model = _logistic({k: v for k, v in both.items() if k != name} or both, columns)
            cells.append(f"{roc_auc_score(right, model.decision_function(result[:, columns])):.3f}")
        print(f"| {', '.join(chosen)} | " + " | ".join(cells) + " |", flush=True)
        model = _logistic(both, columns)
        print(
            " ", dict(zip(chosen, model.coef_[0].round(2).tolist(), strict=True)), model.intercept_.round(2)
        )


def _said(rows: Sequence[Row], ranking: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the features of every question with a known answer, and whether its first sentence holds it."""
    analyzer = Analyzer("en")
    known = [r for r in rows if r.scored["answerable"] is not None]
    known = [r for r in known if any(r.scored["right"]) or not r.scored["answerable"]]
    pairs = [(r, s) for r in known if (s := r.signs(ranking, analyzer))]
    right = [r.scored["right"][int(np.argmax(r.features @ ranking))] for r, _ in pairs]
    return np.array([astuple(s) for _, s in pairs]), np.array(right, bool)


def _logistic(
    sets: Mapping[str, tuple[NDArray[np.float64], NDArray[np.bool_]]], columns: Sequence[int]
) -> LogisticRegression:
    """Return a model of some features, with every set weighted equally."""
    counts = np.concatenate([np.full(len(answered), 1 / len(answered)) for _, answered in sets.values()])
    return LogisticRegression(C=10.0, max_iter=1000).fit(
        np.concatenate([found for found, _ in sets.values()])[:, list(columns)],
        np.concatenate([answered for _, answered in sets.values()]),
        sample_weight=counts * len(counts) / counts.sum(),
    )


def main(cache: Path, scored: Path) -> None:
    """Print the tables and the weights."""
    sets = load(cache, scored)
    rank(sets)
    ranking = weights(sets)
    print("weights", dict(zip(FEATURES, ranking.round(2).tolist(), strict=True)))
    confidence(sets, np.array(astuple(WEIGHTS)))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
