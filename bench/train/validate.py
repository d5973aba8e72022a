"""Validation metrics of a network: ranking, answerability, verdicts."""

from collections.abc import Sequence
from random import Random

import torch

from bench.train.batches import Encoded, batch, batches
from bench.train.losses import scores
from bench.train.network import Network

_TOKENS = 6_000


def figures(network: Network, units: Sequence[list[Encoded]]) -> dict[str, float]:
    """Return the metrics of units, all of one kind."""
    claim = units[0][0].example.kind == "claim"
    dtype = next(network.parameters()).dtype
    hits, across, wholes, answered = [], [], [], []
    for group in batches(units, _TOKENS, Random(0)):  # noqa: S311  no secret
        sentences, _, whole = scores(network, made := batch(group, dtype), claim)
        wholes.append(whole)
        answered.append(made.targets["answered"])
        rows = iter(sentences)
        for unit in group:
            best = [
                (float(row.max()), int(row.argmax()) in e.right) for e, row in zip(unit, rows, strict=False)
            ]
            hits += [hit for e, (_, hit) in zip(unit, best, strict=True) if 0 < len(e.right) < len(e.bounds)]
            if len(unit) > 1:
                across.append(max(best)[1])
    whole, truth = torch.cat(wholes), torch.cat(answered)
    first = round(sum(hits) / max(1, len(hits)), 4)
    if not claim:
        over = round(sum(across) / max(1, len(across)), 4)
        return {"first": first, "across": over, "auroc": auroc(whole[:, 0].tolist(), truth.tolist())}
    support = whole[:, 0] - whole[:, 1:].logsumexp(-1)
    exact = float((whole.argmax(-1) == truth).float().mean())
    return {
        "evidence": first,
        "exact": round(exact, 4),
        "support": auroc(support.tolist(), (truth == 0).long().tolist()),
    }


def auroc(scores: Sequence[float], labels: Sequence[int]) -> float:
    """Return the probability that a positive is scored above a negative."""
    pairs = sorted(zip(scores, labels, strict=True))
    ranks, n = 0.0, 0
    while n < len(pairs):
        same = n
        while same < len(pairs) and pairs[same][0] == pairs[n][0]:
            same += 1
        ranks += sum(label for _, label in pairs[n:same]) * (n + same + 1) / 2
        n = same
    good = sum(label for _, label in pairs)
    bad = len(pairs) - good
    return round((ranks - good * (good + 1) / 2) / max(1, good * bad), 4)
