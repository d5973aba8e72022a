"""Fit the support score on claims with the web pages they cite, and report the value of each feature.

    python -m bench.support [--data DIR]

Every claim is also paired with a few sentences alone: those that support it, and others of the same page. All
pairs of a claim are held out together. Prints AUROC, then the weights for
`rag/checking/claims/support_score.py`.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

from bench.sets import DATA, OUT
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.search.analyzer import Analyzer
from citeback.index.settings import Settings
from citeback.rag.checking.claims.alignment import TokenEncoder, encode_texts, token_similarity
from citeback.rag.checking.claims.facts import facts
from citeback.rag.checking.claims.support_score import SupportFeatures, support_features

KEPT = OUT / "support-signs.npz"
WHOLE = "whole page"


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, its evidence (`kind` says which part of the page) and whether it is supported."""

    group: str
    kind: str
    claim: str
    evidence: str
    supported: bool


def pairs(data: Path, seed: int = 5) -> Iterator[Pair]:
    """Yield every claim with its whole page, with its supporting sentences, and with others of the page."""
    draw = Random(seed)  # noqa: S311  the same pairs at every run
    with (data / "support" / "pairs.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield Pair(
                group=row["id"],
                kind=WHOLE,
                claim=row["claim"],
                evidence=row["evidence"],
                supported=bool(row["label"]),
            )
            yield from _short(row, draw)


def _short(row: Mapping[str, Any], draw: Random) -> Iterator[Pair]:
    spans, sets = row["evidence_sentence_spans"], row["supporting_sentence_sets"]
    label, held = bool(row["label"]), {i for one in sets for i in one}

    def cut(kept: Sequence[int]) -> str:
        return "\n".join(row["evidence"][spans[i][0] : spans[i][1]] for i in sorted(kept) if i < len(spans))

    if sets:
        least = min(sets, key=len)
        around = {j for i in least for j in (i - 1, i, i + 1) if j >= 0}
        yield Pair(
            group=row["id"], kind="its sentences", claim=row["claim"], evidence=cut(least), supported=label
        )
        yield Pair(
            group=row["id"],
            kind="its sentences, with neighbours",
            claim=row["claim"],
            evidence=cut(list(around)),
            supported=label,
        )
    rest = [i for i in range(len(spans)) if not held & set(range(i - 2, i + 3))]
    if len(rest) > 6 and (label or not sets):
        first = draw.randrange(len(rest) - 5)
        yield Pair(
            group=row["id"],
            kind="others of the page",
            claim=row["claim"],
            evidence=cut(rest[first : first + 6]),
            supported=False,
        )


def look(results: Sequence[Pair], reader: TokenEncoder, analyzer: Analyzer) -> NDArray[np.float64]:
    """Return the features of every pair, shape (pairs, features)."""
    rows = []
    for pair in results:
        claim, text = encode_texts([pair.claim, pair.evidence], reader)
        sentences = [span.of(pair.evidence) for span in text.sentences]
        stated = facts(pair.claim, analyzer)
        rows.append(
            astuple(support_features(pair.claim, stated, sentences, token_similarity(claim, text), analyzer))
        )
    return np.array(rows)


def held_out(
    seen: NDArray[np.float64], labels: NDArray[np.bool_], groups: Sequence[str], seed: int
) -> NDArray[np.float64]:
    """Return the score of every pair by a model that saw none of its claim."""
    folds = StratifiedGroupKFold(n_splits=10, shuffle=True, random_state=seed)
    model = LogisticRegression(C=1.0)
    result = cross_val_predict(model, seen, labels, groups=groups, cv=folds, method="predict_proba")
    return np.asarray(result[:, 1])


def report(results: Sequence[Pair], seen: NDArray[np.float64]) -> None:
    """Print the value of each feature alone, the held-out figures, and the weights fitted on all pairs."""
    labels = np.array([pair.supported for pair in results])
    groups = [pair.group for pair in results]
    kinds = np.array([pair.kind for pair in results])
    whole = kinds == WHOLE
    print("| sign | AUROC alone, whole pages |\n|---|---|")
    for name, column in zip([f.name for f in fields(SupportFeatures)], seen.T, strict=True):
        print(f"| {name} | {roc_auc_score(labels[whole], column[whole]):.3f} |")
    page = [groups[i] for i in np.flatnonzero(whole)]
    alone = [held_out(seen[whole], labels[whole], page, seed) for seed in range(5)]
    both = [held_out(seen, labels, groups, seed) for seed in range(5)]
    print(f"held out, fitted on whole pages: AUROC {_auroc(labels[whole], alone):.3f}")
    print(f"held out, fitted on all pairs: AUROC {_auroc(labels[whole], [b[whole] for b in both]):.3f},")
    print(f"  short evidence {_auroc(labels[~whole], [b[~whole] for b in both]):.3f}")
    for threshold in (0.25, 0.4, 0.5, 0.6):
        passed, true = both[0][whole] >= threshold, labels[whole]
        print(f"  from {threshold}: precision {true[passed].mean():.3f}, recall {passed[true].mean():.3f}")
    model = LogisticRegression(C=1.0).fit(seen, labels)
    weights = dict(
        zip([f.name for f in fields(SupportFeatures)], model.coef_[0].round(2).tolist(), strict=True)
    )
    print(f"weights {weights}, bias {model.intercept_[0]:.2f}")


def _auroc(labels: NDArray[np.bool_], runs: Sequence[NDArray[np.float64]]) -> float:
    return float(np.mean([roc_auc_score(labels, run) for run in runs]))


def main() -> None:
    """Compute the features of every pair, score and fit; the features are saved in `bench/out`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    args = parser.parse_args()
    results = list(pairs(args.data))
    seen = look(results, load_encoder(Settings()), Analyzer("en"))
    OUT.mkdir(exist_ok=True)
    np.savez(KEPT, seen=seen)
    report(results, seen)


if __name__ == "__main__":
    main()
