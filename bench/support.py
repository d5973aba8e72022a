"""Fit the support score on claims with the texts they rest on, and report the value of each feature.

    python -m bench.support [--data DIR] [--training DIR] [--each 1000] [--weights FILE]

Three sets that the reader of claims did not learn from: claims with the web pages they cite (`support` of
DATA), and of the training data Factcheck-Bench and SummEdits. Every claim of the first is also paired with a
few sentences alone: those that support it, and others of the same page. Prints AUROC, of the model with
several weights of the reader as well, and the weights of the other features, which are fitted on the web
pages, for `rag/checking/claims/support_score.py`.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.sets import DATA
from bench.train.sources import rows
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.search.analyzer import Analyzer
from citeback.index.settings import Settings
from citeback.rag.checking.claims.alignment import TokenEncoder, encode_texts, token_similarity
from citeback.rag.checking.claims.facts import facts
from citeback.rag.checking.claims.stance import stance
from citeback.rag.checking.claims.support_score import (
    MODEL,
    USUAL_SUPPORT,
    SupportFeatures,
    support_features,
)
from citeback.rag.reader.loading import CLAIM_WEIGHTS, load_claim_reader
from citeback.rag.reader.model import ClaimReader

UNSEEN = ("factcheck_gpt", "summedits")
"""Sets of the training data that the reader of claims was not trained on (`bench.train.run --without`)."""
PAGES, WHOLE = "wice", "whole page"
NAMES = tuple(field.name for field in fields(SupportFeatures))
READER_WEIGHTS = (0.0, 0.3, 0.4, 0.5, 0.6, 1.0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, its evidence (`kind` says which part of the page) and whether it is supported."""

    source: str
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
                source=PAGES,
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
            source=PAGES, kind="its sentences", claim=row["claim"], evidence=cut(least), supported=label
        )
        yield Pair(
            source=PAGES,
            kind="its sentences, with neighbours",
            claim=row["claim"],
            evidence=cut(list(around)),
            supported=label,
        )
    rest = [i for i in range(len(spans)) if not held & set(range(i - 2, i + 3))]
    if len(rest) > 6 and (label or not sets):
        first = draw.randrange(len(rest) - 5)
        yield Pair(
            source=PAGES,
            kind="others of the page",
            claim=row["claim"],
            evidence=cut(rest[first : first + 6]),
            supported=False,
        )


def unseen(training: Path, name: str, each: int, seed: int = 3) -> Iterator[Pair]:
    """Yield up to `each` claims of a set of the training data."""
    given = list(rows(training, name))
    Random(seed).shuffle(given)  # noqa: S311  the same at every run
    for row in given[:each]:
        yield Pair(
            source=name,
            kind=WHOLE,
            claim=row["claim"],
            evidence=row["evidence"],
            supported=row["label3"] == "support",
        )


def look(
    given: Sequence[Pair], encoder: TokenEncoder, reader: ClaimReader, analyzer: Analyzer
) -> NDArray[np.float64]:
    """Return the features of every pair, shape (pairs, features of `SupportFeatures`)."""
    seen = []
    for pair in given:
        claim, text = encode_texts([pair.claim, pair.evidence], encoder)
        sentences = [span.of(pair.evidence) for span in text.sentences]
        near = token_similarity(claim, text)
        own = support_features(pair.claim, facts(pair.claim, analyzer), sentences, near, analyzer)
        read = stance(pair.claim, sentences, near, reader)
        seen.append(astuple(replace(own, supports=read.supports - USUAL_SUPPORT) if read else own))
    return np.array(seen)


def report(given: Sequence[Pair], seen: NDArray[np.float64]) -> None:
    """Print the AUROC of each feature alone, then of the model with several weights of the reader."""
    weights = np.array(astuple(MODEL.weights))
    print(f"| set | claims | {' | '.join(NAMES)} | {' | '.join(map(str, READER_WEIGHTS))} |")
    for name in dict.fromkeys(pair.source for pair in given):
        own = [n for n, pair in enumerate(given) if pair.source == name and pair.kind == WHOLE]
        labels = [given[n].supported for n in own]
        values = [seen[own, column] for column in range(len(NAMES))]
        values += [seen[own] @ np.array([*weights[:-1], weight]) for weight in READER_WEIGHTS]
        print(f"| {name} | {len(own)} | {' | '.join(f'{roc_auc_score(labels, v):.3f}' for v in values)} |")


def fit(given: Sequence[Pair], seen: NDArray[np.float64]) -> None:
    """Print the weights of the features but the reader's, fitted on the web pages and parts of them."""
    own = [n for n, pair in enumerate(given) if pair.source == PAGES]
    labels = [given[n].supported for n in own]
    model = LogisticRegression(C=1.0).fit(seen[own, :-1], labels)
    print(dict(zip(NAMES, model.coef_[0].round(2).tolist(), strict=False)), model.intercept_.round(2))


def main() -> None:
    """Compute the features of every pair, score and fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--training", type=Path, default=DATA.parent / "training")
    parser.add_argument("--each", type=int, default=1_000)
    parser.add_argument("--weights", type=Path, default=CLAIM_WEIGHTS, help="of the reader of claims")
    args = parser.parse_args()
    given = list(pairs(args.data))
    for name in UNSEEN:
        given += unseen(args.training, name, args.each)
    encoder = load_encoder(Settings())
    seen = look(given, encoder, load_claim_reader(path=args.weights), Analyzer("en"))
    report(given, seen)
    fit(given, seen)


if __name__ == "__main__":
    main()
