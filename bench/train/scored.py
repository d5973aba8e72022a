"""What a reader makes of everything that was written down by `observed`.

    python -m bench.train.scored WEIGHTS CACHE OUT [SET ...]
"""

import json
import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from rag.reader import Shown, TrainedReader, open_reader
from rag.reading import Readable, worth_reading

NEAREST, BESIDE, TOGETHER = 12, 1, 330
"""Of a page that a claim is held against: sentences that are read, with those beside them; tokens at once."""


def question(row: Mapping[str, Any], reader: TrainedReader, budget: int) -> dict[str, Any]:
    """Return what the reader says of a question's sentences; nothing of those that it did not read."""
    chunks = row["chunks"]
    lengths = [reader.tokenizer.lengths(chunk["sentences"]) for chunk in chunks]
    found = [
        Readable(n, place, score, lengths[n][place] - 2)
        for n, chunk in enumerate(chunks)
        for place, score in enumerate(chunk["scores"])
        if score is not None
    ]
    chosen = worth_reading(found, reader.tokenizer.length(row["question"]) + 16, budget)
    groups = [(n, list(own)) for n, own in groupby(chosen, key=lambda each: each.passage)]
    shown = [
        Shown(
            max((chunks[n]["above"][e.place] for e in own), key=len),
            tuple(chunks[n]["sentences"][e.place] for e in own),
        )
        for n, own in groups
    ]
    readings = reader.answers(row["question"], shown)
    logits: list[list[float | None]] = [[None] * len(chunk["sentences"]) for chunk in chunks]
    wholes: list[float | None] = [None] * len(chunks)
    for (n, own), reading in zip(groups, readings, strict=True):
        wholes[n] = round(float(reading.whole[0]), 4)
        for each, logit in zip(own, reading.sentences.tolist(), strict=True):
            logits[n][each.place] = round(logit, 4)
    return {
        **{name: row[name] for name in ("set", "id", "kind", "group", "answerable", "signs", "question")},
        "features": [chunk["features"] for chunk in chunks],
        "scores": [chunk["scores"] for chunk in chunks],
        "right": [chunk["right"] for chunk in chunks],
        "logits": logits,
        "wholes": wholes,
    }


def claim(row: Mapping[str, Any], reader: TrainedReader) -> dict[str, Any]:
    """Return what the reader says of a claim's page, read in stretches."""
    near = np.array(row["near"])
    best = {m for n in np.argsort(-near)[:NEAREST].tolist() for m in range(n - BESIDE, n + BESIDE + 1)}
    shown, own, size = [], list[str](), 0
    for n in sorted(m for m in best if 0 <= m < len(near)):
        length = min(160, reader.tokenizer.length(row["sentences"][n]))
        if own and size + length > TOGETHER:
            shown.append(Shown("", tuple(own)))
            own, size = [], 0
        own.append(row["sentences"][n])
        size += length
    shown += [Shown("", tuple(own))] if own else []
    readings = reader.supports(row["claim"], shown)
    return {
        **{name: row[name] for name in ("set", "id", "signs", "label")},
        "wholes": [reading.whole.round(4).tolist() for reading in readings],
        "sentences": [reading.sentences.round(4).tolist() for reading in readings],
    }


def main(weights: Path, cache: Path, out: Path, names: list[str], budget: int = 600) -> None:
    """Score every set that is named, or all that there are."""
    reader = open_reader(path=weights)
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(cache.glob("*.jsonl")):
        if names and path.stem not in names:
            continue
        with path.open(encoding="utf-8") as rows, (out / path.name).open("w", encoding="utf-8") as file:
            for row in map(json.loads, rows):
                found = claim(row, reader) if path.stem == "support" else question(row, reader, budget)
                file.write(json.dumps(found) + "\n")
        print(path.stem, flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), names=sys.argv[4:])
