"""Retrieval, first sentences, refusal and confidence in any language: `python -m bench.languages FOLDER...`.

Each FOLDER holds `documents.jsonl` ({id, title, text}) and `questions.jsonl` ({question, relevant: [{doc_id,
start, end}]}); a question without anything relevant must be refused. The others are asked twice: of all
documents, and with those that answer it hidden, which must be refused too, unless `hide` is false. `--own`
measures our own sentences (`bench.own_languages`). With `--speed`, both models encode the folder's texts in
the same run.
"""

import argparse
import json
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.own_languages import own_sets
from bench.sets import OUT, commit
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.generations.store import Store
from citeback.index.search.name_filter import ALL_NAMES, NameFilter
from citeback.index.settings import DEFAULT_MODEL, MULTILINGUAL, MULTILINGUAL_MODEL, Settings
from citeback.index.sync.sync import sync
from citeback.rag.answer import Answer, AnswerCompleted
from citeback.rag.corpus import Corpus

SPEED_TEXTS = 60
HEAD = "| set | n | nDCG@10 | R@5 | first | three | answered | hidden: refused | absent: refused | AUROC |"


@dataclass(frozen=True, slots=True)
class LaidFolder:
    """Documents as files in `folder`, and their questions; `files` gives the file of each document id."""

    name: str
    folder: Path
    files: Mapping[str, str]
    questions: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, given: Path, out: Path) -> "LaidFolder":
        """Lay out the documents of a set."""
        folder = out / "languages" / given.name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "documents").mkdir(parents=True)
        files = {}
        for n, each in enumerate(_lines(given / "documents.jsonl")):
            files[str(each["id"])] = f"{n:05d}.txt"
            (folder / "documents" / f"{n:05d}.txt").write_text(each["text"], "utf-8", newline="")
        return cls(name=given.name, folder=folder, files=files, questions=_lines(given / "questions.jsonl"))

    def sampled(self, most: int) -> list[Mapping[str, Any]]:
        """Return at most so many questions, drawn by a fixed seed."""
        return random.Random(7).sample(  # noqa: S311  a draw, no secret
            list(self.questions), min(most, len(self.questions))
        )


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """What one asking of a question gave; `right` tells whether each cited sentence holds the answer.

    `kind` is "known" if the visible documents answer it, "hidden" if those that do were hidden, "absent" if
    none does.
    """

    kind: str
    answered: bool
    confidence: float
    right: tuple[bool, ...] = ()
    ndcg: float = 0.0
    at_five: float = 0.0


def measure(laid: LaidFolder, corpus: Corpus, question: Mapping[str, Any]) -> list[QuestionFigures]:
    """Ask a question of all documents and, if they answer it, of those that do not."""
    asked, relevant = str(question["question"]), question["relevant"]
    answer = completed(corpus, asked, ALL_NAMES)
    if not relevant:
        return [QuestionFigures(kind="absent", answered=not answer.abstained, confidence=answer.confidence)]
    names = {laid.files[str(each["doc_id"])] for each in relevant}
    found = list(dict.fromkeys(passage.document for passage in corpus.search(asked, 20)))
    gains = [1 / log2(rank + 2) for rank, name in enumerate(found[:10]) if name in names]
    best = sum(1 / log2(rank + 2) for rank in range(min(10, len(names))))
    gold = [(laid.files[str(each["doc_id"])], each["start"], each["end"]) for each in relevant]
    right = tuple(
        any(
            c.document == name and c.span.start <= start and end <= c.span.end
            for c in sentence.citations
            for name, start, end in gold
        )
        for sentence in answer.sentences
    )
    results = [
        QuestionFigures(
            kind="known",
            answered=not answer.abstained,
            confidence=answer.confidence,
            right=right,
            ndcg=sum(gains) / best,
            at_five=float(bool(names & set(found[:5]))),
        )
    ]
    if question.get("hide", True):
        rest = completed(corpus, asked, NameFilter(tuple(f"!{name}" for name in sorted(names))))
        results.append(
            QuestionFigures(kind="hidden", answered=not rest.abstained, confidence=rest.confidence)
        )
    return results


def completed(corpus: Corpus, question: str, visible: NameFilter) -> Answer:
    """Return the answer from the documents that are visible."""
    for event in corpus.stream(question, visible=visible):
        if isinstance(event, AnswerCompleted):
            return event.answer
    raise AssertionError("every question ends with AnswerCompleted")


def report(name: str, results: Sequence[QuestionFigures]) -> str:
    """Return a row of the table: the means of all figures, "-" where nothing was asked."""
    known, hidden, absent = ([e for e in results if e.kind == kind] for kind in ("known", "hidden", "absent"))
    sure = [each.confidence for each in known if any(each.right[:1])]
    unsure = [each.confidence for each in results if not any(each.right[:1])]
    columns: list[Sequence[float]] = [
        [each.ndcg for each in known],
        [each.at_five for each in known],
        [any(each.right[:1]) for each in known],
        [any(each.right[:3]) for each in known],
        [each.answered for each in known],
        [not each.answered for each in hidden],
        [not each.answered for each in absent],
        [(good > bad) + (good == bad) / 2 for good in sure for bad in unsure],
    ]
    means = " | ".join(f"{sum(column) / len(column):.3f}" if column else "-" for column in columns)
    return f"| {name} | {len(known)} + {len(absent)} | {means} |"


def speed_ratio(laid: LaidFolder) -> float:
    """Return how fast the model for many languages encodes texts, as a share of the default model's speed."""
    paths = sorted((laid.folder / "documents").iterdir())
    texts = [path.read_text("utf-8")[:900] for path in paths][:SPEED_TEXTS]
    default, many = load_encoder(Settings()), load_encoder(Settings(model=MULTILINGUAL_MODEL))
    rounds = [(_seconds(default, texts), _seconds(many, texts)) for _ in range(4)][1:]
    return min(own for own, _ in rounds) / min(other for _, other in rounds)


def main() -> None:
    """Measure each folder with one model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--own", action="store_true", help="our own sentences in many languages")
    parser.add_argument("--model", default=MULTILINGUAL_MODEL)
    parser.add_argument("--most", type=int, default=200, help="questions a folder, drawn by a fixed seed")
    parser.add_argument(
        "--speed", action="store_true", help="compare the speed of the model for many languages"
    )
    args = parser.parse_args()
    settings = Settings(model=args.model, language="en" if args.model == DEFAULT_MODEL else MULTILINGUAL)
    print(f"{args.model}, {commit()}\n\n{HEAD}\n{'|---' * HEAD.count(' | ')}|---|")
    together: list[QuestionFigures] = []
    for given in [*args.folders, *(own_sets(OUT) if args.own else ())]:
        laid = LaidFolder.of(given, OUT)
        store = Store(laid.folder / "store")
        sync(store, [laid.folder / "documents"], load=load_encoder, settings=settings)
        with Corpus.open(store) as corpus:
            results = [each for asked in laid.sampled(args.most) for each in measure(laid, corpus, asked)]
        print(report(laid.name, results), flush=True)
        together += results if given.parent.name == "twelve" else []
        if args.speed:
            print(f"\nspeed beside the default model: {speed_ratio(laid):.2f}\n", flush=True)
    if together:
        print(report("twelve, each alone", together))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _seconds(encoder: SentenceEncoder, texts: list[str]) -> float:
    began = perf_counter()
    encoder.embed_documents(texts)
    return perf_counter() - began


if __name__ == "__main__":
    main()
