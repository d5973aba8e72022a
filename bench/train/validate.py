"""Validation metrics of a network: ranking, answerability, verdicts."""

from collections.abc import Sequence
from random import Random

import torch

from bench.train.batches import Encoded, batch, batches
from bench.train.losses import scores
from bench.train.network import Network

_TOKENS = 6_000


def figures(network: Network, results: Sequence[Encoded]) -> dict[str, float]:
    """Return the metrics of examples, all of one kind."""
    claim = results[0].example.kind == "claim"
    dtype = next(network.parameters()).dtype
    hits, wholes, answered, right = [], [], [], []
    for group in batches(results, _TOKENS, Random(0)):  # noqa: S311  no secret
        sentences, _, whole = scores(network, made := batch(group, dtype), claim)
        wholes.append(whole)
        answered.append(made.targets["answered"])
        for e, row in zip(group, sentences, strict=True):
            if e.right and len(e.right) < len(e.bounds):
                hits.append(int(row.argmax()) in e.right)
        right += [e.example.answered for e in group]
    whole, truth = torch.cat(wholes), torch.cat(answered)
    first = round(sum(hits) / max(1, len(hits)), 4)
    if not claim:
        return {"first": first, "auroc": auroc(whole[:, 0].tolist(), truth.tolist())}
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
