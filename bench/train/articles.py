"""SQuAD 2 articles from `bench/squad2`: questions that their paragraph answers, or only seems to.

The first five articles by name are for training; the others are for selection and measurement.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.train.sources import Asked, passage

LEARNT = 5


def articles(folder: Path) -> Iterator[Asked]:
    """Yield the questions of the training articles."""
    texts = {row["id"]: row["text"] for row in _rows(folder / "documents.jsonl")}
    learnt = set(sorted(texts)[:LEARNT])
    for row in _rows(folder / "questions.jsonl"):
        article, start, end = row["paragraph"]
        if article in learnt:
            spans = [(hit["start"] - start, hit["end"] - start) for hit in row["relevant"]]
            given = passage(texts[article][start:end], spans if row["answerable"] else [])
            if bool(given.right) == bool(row["answerable"]):
                yield Asked(
                    question=row["question"],
                    passage=given,
                    source="articles",
                    group=f"articles:{article}:{start}",
                    whole=True,
                )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
