"""What a trained reader makes of a claim and its evidence: whether it is supported or refuted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from citeback.index.embedding.protocols import Floats
from citeback.index.languages import ENGLISH, detect
from citeback.rag.reader.model import ClaimReader, ReaderPassage

NEAREST, STRETCH = 6, 900
"""How many of the sentences nearest to a claim are read, and about how many characters at once."""
SUPPORT, REFUTE, NEITHER = range(3)
"""Indices of the reader's logits for a passage."""


@dataclass(frozen=True, slots=True)
class Stance:
    """Log-odds that evidence supports a claim, and that it refutes it."""

    supports: float
    refutes: float


def stance(claim: str, sentences: Sequence[str], near: Floats, reader: ClaimReader) -> Stance | None:
    """Return what the reader makes of a claim and the sentences nearest to it, with their neighbours.

    `near` has shape (content tokens, sentences), as `alignment.token_similarity` returns it. Long evidence is
    read in stretches, of which the one that supports most counts, and the one that refutes most. None means
    that there is nothing to read, or that it is not in English.
    """
    shown = _stretches(sentences, near)
    if not shown or detect(f"{claim}\n{shown[0].sentences[0]}") != ENGLISH:
        return None
    logits = [each.passage for each in reader.stances(claim, shown)]
    return Stance(
        supports=max(_log_odds(each, SUPPORT) for each in logits),
        refutes=max(_log_odds(each, REFUTE) for each in logits),
    )


def _stretches(sentences: Sequence[str], near: Floats) -> list[ReaderPassage]:
    if not near.size:
        return []
    best = np.argsort(-near.mean(axis=0), kind="stable")[:NEAREST].tolist()
    around = sorted({m for n in best for m in (n - 1, n, n + 1) if 0 <= m < len(sentences)})
    shown, own, size = list[ReaderPassage](), list[str](), 0
    for n in around:
        if own and size + len(sentences[n]) > STRETCH:
            shown.append(ReaderPassage("", tuple(own)))
            own, size = [], 0
        own.append(sentences[n])
        size += len(sentences[n])
    return [*shown, ReaderPassage("", tuple(own))]


def _log_odds(logits: Floats, wanted: int) -> float:
    others = np.delete(logits, wanted)
    return float(logits[wanted] - np.logaddexp.reduce(others))
