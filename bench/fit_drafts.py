"""Fit the trees that judge the claims of a draft, and write `rag/drafts/claim_trees.json`.

    python -m bench.fit_drafts TRAINING [--data DIR] [--each 150]

Fitted on three kinds of claims: the train split of `bench.stated_drafts`, the even documents of two sets of
`bench.drafts`, and claims with their evidence from the open data sets in `TRAINING`, of which only documents
are taken that the reader of claims was not trained on. Each set weighs as the root of its size, and our own
drafts four times as much. What a comparison lacks without a reader of claims is left out of every third one.
The thresholds, which are printed, are chosen on the same drafts; `bench.drafts` and `bench.stated_drafts`
measure on others.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from math import nan, sqrt
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from bench.conflict_folder import write_documents
from bench.drafts import ComparedSentence, DraftedSentence, DraftSet, drafts, indexed
from bench.sets import DATA, commit
from bench.stated_drafts import drafted_folder
from bench.train.example import kept_back
from bench.train.sources import Claimed, claimed
from bench.trees import fitted_trees
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.search.filters import NO_FILTER
from citeback.index.sync.sync import sync
from citeback.rag.boosted_trees import BoostedTrees
from citeback.rag.checking.claims.alignment import encode_texts, token_similarity
from citeback.rag.drafts.checked_claim import ClaimVerdict
from citeback.rag.drafts.claim_signs import ClaimComparer, ClaimSigns

OWN_SETS = ("conversations", "press")
UNREAD_SETS = ("summedits", "factcheck_gpt")
"""Sets that the reader of claims was not trained on at all."""
OPEN_SETS = (
    "vitaminc_real",
    "vitaminc_synthetic",
    "fever_dev",
    "foolmetwice_dev_test",
    "contractnli",
    *UNREAD_SETS,
)
MOST, LONGEST = 350, 4_000  # claims of an open set, and characters of their evidence
OWN_WEIGHT, DEPTH, TREES = 4.0, 3, 80
PRECISIONS = {ClaimVerdict.SUPPORTED: ("support", 0.95), ClaimVerdict.CONTRADICTED: ("contradiction", 0.88)}
"""What each model is called, and the precision at which its threshold is set."""
VERDICTS = {
    "support": ClaimVerdict.SUPPORTED,
    "refute": ClaimVerdict.CONTRADICTED,
    "nei": ClaimVerdict.NOT_SAID,
}
WRITTEN = Path(__file__).parents[1] / "rag" / "drafts" / "claim_trees.json"


@dataclass(frozen=True, slots=True, eq=False)
class FittedSet:
    """Compared claims of one set; `own` ones are drafts that we made."""

    name: str
    claims: tuple[ComparedSentence, ...]
    own: bool


def own_drafts(name: str, data: Path, each: int) -> FittedSet:
    """Return the drafts made of the even documents of a set."""
    checked = DraftSet(indexed(name, data).current())
    claims = [c for draft in drafts(checked.generation, False, each) for c in checked.compared(draft)]
    return FittedSet(name=name, claims=tuple(claims), own=True)


def stated(each: int) -> FittedSet:
    """Return the claims of the train split of `bench.stated_drafts`."""
    made = drafted_folder(["train"], 2 * each, 7)
    with TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        write_documents(made.documents, documents)
        store = Store(Path(folder) / "store")
        sync(store, [documents], load=load_encoder)
        checker = DraftSet(store.current()).checker(NO_FILTER)
        claims = []
        for known in made.claims:
            (read,) = encode_texts([known.text], checker.checker.encoder)
            rows = checker.rows(known.text, ())
            encoded = checker.encoded({row.row: row for row in rows})
            compared = checker.compare(read, [encoded[row.row] for row in rows])
            claims.append(
                ComparedSentence(
                    known=DraftedSentence(text=known.text, verdict=known.verdict, kind=known.kind, span=None),
                    comparisons=tuple(each.comparison for each in compared),
                    own=tuple(
                        bool(known.document) and each.passage.row.document.endswith(known.document)
                        for each in compared
                    ),
                )
            )
    return FittedSet(name="stated", claims=tuple(claims), own=True)


def open_claims(folder: Path, checked: DraftSet) -> Iterator[FittedSet]:
    """Yield claims of open sets, compared with their evidence."""
    sets = defaultdict[str, list[Claimed]](list)
    for one in claimed(folder):
        if one.source in OPEN_SETS and (one.source in UNREAD_SETS or kept_back(one.group)):
            sets[one.source].append(one)
    checker = checked.checker(NO_FILTER)
    comparer = ClaimComparer(checker.checker, checker.open_reader)
    for name, many in sets.items():
        Random(3).shuffle(many)  # noqa: S311  the same claims at every run
        claims = []
        for one in many[:MOST]:
            text, evidence = encode_texts(
                [one.claim, " ".join(one.evidence)[:LONGEST]], checker.checker.encoder
            )
            if not evidence.sentences:
                continue
            comparison = comparer.compare(text, evidence, token_similarity(text, evidence))
            known = DraftedSentence(text=one.claim, verdict=VERDICTS[one.verdict], kind=name, span=None)
            claims.append(ComparedSentence(known=known, comparisons=(comparison,), own=(True,)))
        yield FittedSet(name=name, claims=tuple(claims), own=False)


def labelled(sets: Sequence[FittedSet], verdict: ClaimVerdict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the signs, labels and weights of comparisons that certainly are of a verdict or are not."""
    rows, labels, weights = list[tuple[float, ...]](), list[bool](), list[float]()
    for each in sets:
        certain = [
            (comparison.signs, own and known.known.verdict is verdict)
            for known in each.claims
            for comparison, own in zip(known.comparisons, known.own, strict=True)
            if own or known.known.verdict is not verdict
        ]
        weight = (OWN_WEIGHT if each.own else 1.0) / sqrt(len(certain))
        for n, (signs, right) in enumerate(certain):
            for shown in (signs, *([replace(signs, supports=nan, refutes=nan)] if n % 3 == 0 else ())):
                rows.append(astuple(shown))
                labels.append(right)
                weights.append(weight)
    return np.array(rows), np.array(labels), np.array(weights) * len(weights) / sum(weights)


def threshold(
    sets: Sequence[FittedSet], model: BoostedTrees, verdict: ClaimVerdict, precision: float
) -> float:
    """Return the lowest threshold at which a verdict has a precision on our own drafts."""
    best = [
        (
            max(
                (model(one.signs) for one in each.comparisons if not _silent(one.elsewhere, verdict)),
                default=0.0,
            ),
            each.known.verdict is verdict,
        )
        for one_set in sets
        if one_set.own
        for each in one_set.claims
    ]
    for least in np.arange(0.3, 1.0, 0.01):
        given = [right for chance, right in best if chance >= least]
        if given and sum(given) / len(given) >= precision:
            return float(least)
    return 1.0


def _silent(elsewhere: bool, verdict: ClaimVerdict) -> bool:
    return elsewhere and verdict is ClaimVerdict.CONTRADICTED


def main() -> None:
    """Collect the claims, fit both models, write them and print the thresholds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("training", type=Path)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--each", type=int, default=150)
    args = parser.parse_args()
    sets = [stated(args.each), *(own_drafts(name, args.data, args.each) for name in OWN_SETS)]
    sets += open_claims(args.training, DraftSet(indexed(OWN_SETS[0], args.data).current()))
    print(f"Commit {commit()}; " + ", ".join(f"{each.name} {len(each.claims)}" for each in sets))
    names = [each.name for each in fields(ClaimSigns)]
    models: dict[str, Any] = {}
    for verdict, (name, precision) in PRECISIONS.items():
        x, y, weights = labelled(sets, verdict)
        models[name] = fitted_trees(x, y, weights, names, depth=DEPTH, trees=TREES)
        chosen = threshold(sets, BoostedTrees.of(models[name]), verdict, precision)
        print(f"{name}: threshold for a precision of {precision}: {chosen:.2f}")
    WRITTEN.write_text(json.dumps(models, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
