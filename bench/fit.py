"""Fit the confidence models on questions that the folder can and cannot answer.

    python -m bench.fit [--data DIR]

The topic model (`TOPIC_MODEL`) is fitted on short questions (squad2-off) and, with a lower weight, on
questions about two long texts (chunking-off); the weights of `FIXED` are as they ship. The answer model
(`STATEMENT_MODEL`) is as it ships: `bench.train.fit` fits it. Prints held-out figures, for which no question
is scored by a topic model that saw its article; the figures of the final models on each set; and the weights
for `rag/confidence.py`.
"""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.observe import Observed, observe
from bench.sets import DATA, lay_out
from citeback.rag.confidence import (
    STATEMENT_MODEL,
    TOPIC_MODEL,
    ConfidenceFeatures,
    combine,
    confidence_features,
)
from citeback.rag.reader.loading import load_english_reader

SHORT, LONG, LIKE, TOPIC = "squad2-off", "chunking-off", "squad2", "conversations"
EVEN = 0.2  # added to the bias, so that wrong refusals and wrong answers balance on held-out questions
LONG_COUNTS = 0.1  # weight beside the short questions; bench/LOG.md reports other values
HELD_OUT = (LIKE, TOPIC, SHORT)
SETS = (SHORT, LONG, "chunking", LIKE, TOPIC)
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
NAMES = tuple(field.name for field in fields(ConfidenceFeatures))
# The features that the topic model is fitted on; the weights of the others are zero or fixed.
ABOUT_SIGNS = [NAMES.index(name) for name in ("similarity", "together", "more", "missing")]
FIXED = ("denied", "answered", "stands_out")
"""The features whose weights in the topic model are set by hand."""
STATEMENT_WEIGHTS = np.array([*astuple(STATEMENT_MODEL.weights), STATEMENT_MODEL.bias])


Weights = NDArray[np.float64]
"""One weight for each feature, then the bias."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Features `(questions, features)`, whether each question is answerable, and its held-out group."""

    signs: NDArray[np.float64]
    answerable: NDArray[np.bool_]
    groups: NDArray[np.str_]

    def without(self, group: str) -> "Known":
        """Return the questions of all other groups."""
        kept = self.groups != group
        return Known(signs=self.signs[kept], answerable=self.answerable[kept], groups=self.groups[kept])


def known(observed: Iterable[Observed]) -> Known:
    """Return the features of every question whose answerability is known."""
    asked = [each for each in observed if each.question.get("answerable") is not None]
    nothing = (0.0,) * len(fields(ConfidenceFeatures))
    rows = [
        astuple(seen) if (seen := confidence_features(each.query, each.ranked, each.analyzer)) else nothing
        for each in asked
    ]
    answerable = np.array([each.question["answerable"] for each in asked], bool)
    return Known(signs=np.array(rows), answerable=answerable, groups=np.array([each.group for each in asked]))


def about(short: Known, long: Known) -> Weights:
    """Fit `TOPIC_MODEL`; long questions weigh `LONG_COUNTS`, balanced between answerable and unanswerable."""
    share = np.where(long.answerable, long.answerable.mean(), 1 - long.answerable.mean())
    counts = LONG_COUNTS * len(short.signs) / len(long.signs) / (2 * share)
    model = LogisticRegression(C=10.0).fit(
        np.concatenate([short.signs, long.signs])[:, ABOUT_SIGNS],
        np.concatenate([short.answerable, long.answerable]),
        sample_weight=np.concatenate([np.ones(len(short.signs)), counts]),
    )
    weights = _weights(ABOUT_SIGNS, model, EVEN)
    for name in FIXED:
        weights[NAMES.index(name)] = getattr(TOPIC_MODEL.weights, name)
    return weights


def held_out(sets: Mapping[str, Known], name: str) -> NDArray[np.float64]:
    """Return the confidence of each question of a set by models that did not see its group."""
    asked = sets[name]
    result = np.zeros(len(asked.signs))
    for group in np.unique(asked.groups):
        others = {each: known.without(group) for each, known in sets.items()}
        its = asked.groups == group
        result[its] = _sure(about(others[SHORT], others[LONG]), asked.signs[its])
    return result


def report(sets: Mapping[str, Known]) -> None:
    """Print how well questions are told apart, held out and on each set, and the weights."""
    for name in HELD_OUT:
        result = held_out(sets, name)
        print(f"{name}, held out: {_separation(sets[name].answerable, result, THRESHOLDS)}", flush=True)
    fitted = about(sets[SHORT], sets[LONG])
    for name, theirs in sets.items():
        print(f"{name}: {_separation(theirs.answerable, _sure(fitted, theirs.signs), (0.5,))}")
    print("TOPIC_MODEL", dict(zip([*NAMES, "bias"], fitted.round(2).tolist(), strict=True)), flush=True)


def _weights(columns: Sequence[int], model: LogisticRegression, more: float) -> Weights:
    weights = np.zeros(len(NAMES) + 1)
    weights[columns] = model.coef_[0]
    weights[-1] = model.intercept_[0] + more
    return weights


def _separation(right: NDArray[np.bool_], sure: NDArray[np.float64], thresholds: Sequence[float]) -> str:
    both = f"AUROC {roc_auc_score(right, sure):.3f}" if len(set(right)) > 1 else "all can be answered"
    lines = [f"{len(right)} questions, {both}"]
    for threshold in thresholds:
        answered, others = np.mean(sure[right] >= threshold), sure[~right] < threshold
        refused = f", refuses {np.mean(others):.3f}" if len(others) else ""
        lines.append(f"  threshold {threshold}: answers {answered:.3f}{refused}")
    return "\n".join(lines)


def _sure(about: Weights, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    both = (expit(seen @ weights[:-1] + weights[-1]) for weights in (about, STATEMENT_WEIGHTS))
    return np.array([combine(*pair) for pair in zip(*both, strict=True)])


def main() -> None:
    """Observe, score and fit; print the weights for `rag/confidence.py`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    args = parser.parse_args()
    reader = load_english_reader()
    report({name: known(observe(lay_out(name, args.data), reader=reader)) for name in SETS})


if __name__ == "__main__":
    main()
