"""What a trained reader makes of a claim and its evidence: whether it is supported or refuted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from citeback.index.embedding.protocols import Floats
from citeback.index.languages import ENGLISH, detect
from citeback.rag.reader.model import ClaimReader, ReaderPassage

STRETCH = 900
"""About how many characters are read at once."""
SUPPORT, REFUTE, NEITHER = range(3)
"""Indices of the reader's logits for a passage."""


@dataclass(frozen=True, slots=True)
class Stance:
    """Log-odds that evidence supports a claim, and that it refutes it."""

    supports: float
    refutes: float


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a passage is read: the sentences nearest to a claim, and characters in all."""

    nearest: int
    characters: int


EXTENT = Extent(nearest=6, characters=3_600)


def stance(
    claim: str, sentences: Sequence[str], near: Floats, reader: ClaimReader, extent: Extent = EXTENT
) -> Stance | None:
    """Return what the reader makes of a claim and the sentences nearest to it, with their neighbours.

    `near` has shape (content tokens, sentences), as `alignment.token_similarity` returns it. Long evidence is
    read in stretches, of which the one that supports most counts, and the one that refutes most. None means
    that there is nothing to read, or that it is not in English.
    """
    shown = _stretches(sentences, near, extent)
    if not shown or detect(f"{claim}\n{shown[0].sentences[0]}") != ENGLISH:
        return None
    logits = [each.passage for each in reader.stances(claim, shown)]
    return Stance(
        supports=max(_log_odds(each, SUPPORT) for each in logits),
        refutes=max(_log_odds(each, REFUTE) for each in logits),
    )


def _stretches(sentences: Sequence[str], near: Floats, extent: Extent) -> list[ReaderPassage]:
    if not near.size:
        return []
    shown, own, size = list[ReaderPassage](), list[str](), 0
    for sentence in (sentences[n][:STRETCH] for n in _read(sentences, near, extent)):
        if own and size + len(sentence) > STRETCH:
            shown.append(ReaderPassage("", tuple(own)))
            own, size = [], 0
        own.append(sentence)
        size += len(sentence)
    return [*shown, ReaderPassage("", tuple(own))]


def _read(sentences: Sequence[str], near: Floats, extent: Extent) -> list[int]:
    """Return the indices of the nearest sentences and their neighbours, in order, as far as they are read."""
    best = np.argsort(-near.mean(axis=0), kind="stable")[: extent.nearest].tolist()
    chosen, left = set[int](), extent.characters
    for n in (m for each in best for m in (each, each - 1, each + 1) if 0 <= m < len(sentences)):
        if n not in chosen and left > 0:
            chosen.add(n)
            left -= min(len(sentences[n]), STRETCH)
    return sorted(chosen)


def _log_odds(logits: Floats, wanted: int) -> float:
    others = np.delete(logits, wanted)
    return float(logits[wanted] - np.logaddexp.reduce(others))
