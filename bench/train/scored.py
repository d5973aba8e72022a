"""Scores with a reader everything that `observed` has saved.

    python -m bench.train.scored [--many] [--budget TOKENS] WEIGHTS CACHE OUT [SET ...]

WEIGHTS is the exported file, CACHE the output folder of `observed`. `--many` tells that the weights are those
of the reader for many languages.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from citeback.rag.reader.loading import load_english_reader, load_multilingual_reader
from citeback.rag.reader.model import TrainedReader
from citeback.rag.reader.scores import ReaderSentence, score_sentences

_KEPT = ("set", "id", "kind", "group", "answerable", "signs", "question")


def question(row: Mapping[str, Any], reader: TrainedReader) -> dict[str, Any]:
    """Return the features, the reader's logits and the labels of each sentence that may be cited."""
    chunks = row["chunks"]
    reader_sentences = [
        ReaderSentence(passage=n, position=place, text=text, context=above, score=score, tokens=length - 2)
        for n, chunk in enumerate(chunks)
        for place, (text, above, score, length) in enumerate(
            zip(
                chunk["sentences"],
                chunk["above"],
                chunk["scores"],
                reader.scorer.tokenizer.token_counts(chunk["sentences"]),
                strict=True,
            )
        )
        if score is not None
    ]
    judgements = score_sentences(row["question"], reader_sentences, reader)
    return {
        **{name: row[name] for name in _KEPT},
        "features": [chunks[e.passage]["features"][e.position] for e in reader_sentences],
        "scores": [e.score for e in reader_sentences],
        "right": [chunks[e.passage]["right"][e.position] for e in reader_sentences],
        "passages": [e.passage for e in reader_sentences],
        "logits": [round(each.sentence, 4) for each in judgements],
        "wholes": [each.passage and round(each.passage, 4) for each in judgements],
    }


def main() -> None:
    """Score the given sets, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--many", action="store_true")
    parser.add_argument("--budget", type=int, help="tokens read for a question, instead of the product's")
    args = parser.parse_args()
    reader = (load_multilingual_reader if args.many else load_english_reader)(path=args.weights)
    if args.budget:
        reader = replace(reader, identity=replace(reader.identity, token_budget=args.budget))
    args.out.mkdir(parents=True, exist_ok=True)
    for path in sorted(args.cache.glob("*.jsonl")):
        if args.names and path.stem not in args.names:
            continue
        with path.open(encoding="utf-8") as rows, (args.out / path.name).open("w", encoding="utf-8") as file:
            for row in map(json.loads, rows):
                file.write(json.dumps(question(row, reader)) + "\n")
        print(path.stem, flush=True)


if __name__ == "__main__":
    main()
