"""Retrieval, first sentences and refusal in any language: `python -m bench.languages FOLDER...`.

Each FOLDER holds `documents.jsonl` ({id, title, text}) and `questions.jsonl` ({question, relevant: [{doc_id,
start, end}]}). `--twelve` lays out our own sentences in twelve languages as such folders. Every question is
asked twice: of all documents, and with those that answer it hidden, which must be refused. The folder is also
indexed with the default model, and the speeds of both are compared in the same run.
"""

import argparse
import json
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.sets import OUT, commit
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.generations.store import Store
from citeback.index.search.name_filter import ALL_NAMES, NameFilter
from citeback.index.settings import DEFAULT_MODEL, MULTILINGUAL, MULTILINGUAL_MODEL, Settings
from citeback.index.sync.sync import sync
from citeback.rag.answer import Answer, AnswerCompleted
from citeback.rag.corpus import Corpus

TWELVE = Path(__file__).parents[1] / "tests" / "twelve_languages.json"
SPEED_TEXTS = 60


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
        questions = [q for q in _lines(given / "questions.jsonl") if q["relevant"]]
        return cls(name=given.name, folder=folder, files=files, questions=questions)


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """The figures of one question, each from 0 to 1."""

    ndcg: float
    at_five: float
    first: float
    three: float
    answered: float
    refused: float


def measure(laid: LaidFolder, corpus: Corpus, question: Mapping[str, Any]) -> QuestionFigures:
    """Ask a question of all documents, and of those that do not answer it."""
    asked, relevant = str(question["question"]), question["relevant"]
    names = {laid.files[str(each["doc_id"])] for each in relevant}
    found = list(dict.fromkeys(passage.document for passage in corpus.search(asked, 20)))
    gains = [1 / log2(rank + 2) for rank, name in enumerate(found[:10]) if name in names]
    best = sum(1 / log2(rank + 2) for rank in range(min(10, len(names))))
    answer = completed(corpus, asked, ALL_NAMES)
    gold = [(laid.files[str(each["doc_id"])], each["start"], each["end"]) for each in relevant]
    right = [
        any(c.document == name and c.span.start <= start and end <= c.span.end for name, start, end in gold)
        for sentence in answer.sentences
        for c in sentence.citations
    ]
    without = completed(corpus, asked, NameFilter(tuple(f"!{name}" for name in sorted(names))))
    return QuestionFigures(
        ndcg=sum(gains) / best,
        at_five=float(bool(names & set(found[:5]))),
        first=float(any(right[:1])),
        three=float(any(right[:3])),
        answered=float(not answer.abstained),
        refused=float(without.abstained),
    )


def completed(corpus: Corpus, question: str, visible: NameFilter) -> Answer:
    """Return the answer from the documents that are visible."""
    for event in corpus.stream(question, visible=visible):
        if isinstance(event, AnswerCompleted):
            return event.answer
    raise AssertionError("every question ends with AnswerCompleted")


def report(name: str, figures: Sequence[QuestionFigures]) -> str:
    """Return a row of the table: the means of all figures."""
    columns = zip(
        *((f.ndcg, f.at_five, f.first, f.three, f.answered, f.refused) for f in figures), strict=True
    )
    means = " | ".join(f"{sum(column) / len(figures):.3f}" for column in columns)
    return f"| {name} | {len(figures)} | {means} |"


def speed_ratio(laid: LaidFolder) -> float:
    """Return how fast the model for many languages encodes texts, as a share of the default model's speed."""
    paths = sorted((laid.folder / "documents").iterdir())
    texts = [path.read_text("utf-8")[:900] for path in paths][:SPEED_TEXTS]
    default, many = load_encoder(Settings()), load_encoder(Settings(model=MULTILINGUAL_MODEL))
    rounds = [(_seconds(default, texts), _seconds(many, texts)) for _ in range(4)][1:]
    return min(own for own, _ in rounds) / min(other for _, other in rounds)


def twelve(out: Path) -> Iterator[Path]:
    """Lay out our own sentences, a folder for each language; yield the folders."""
    for language, own in json.loads(TWELVE.read_text("utf-8")).items():
        folder = out / "twelve" / language
        folder.mkdir(parents=True, exist_ok=True)
        texts = {name: [*map(str, given[0])] for name, given in own.items() if name != "absent"}
        documents = [{"id": name, "title": name, "text": " ".join(said)} for name, said in texts.items()]
        questions = [
            {"question": asked, "relevant": [{"doc_id": name, **_place(texts[name], n)}]}
            for name in texts
            for asked, n in own[name][1]
        ]
        for name, rows in (("documents", documents), ("questions", questions)):
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (folder / f"{name}.jsonl").write_text(lines, "utf-8")
        yield folder


def main() -> None:
    """Measure each folder with one model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--twelve", action="store_true", help="our own sentences in twelve languages")
    parser.add_argument("--model", default=MULTILINGUAL_MODEL)
    parser.add_argument("--most", type=int, default=200, help="questions a folder, drawn by a fixed seed")
    parser.add_argument(
        "--speed", action="store_true", help="compare the speed of the model for many languages"
    )
    args = parser.parse_args()
    language = "en" if args.model == DEFAULT_MODEL else MULTILINGUAL
    print(f"{args.model}, {commit()}\n\n| set | n | nDCG@10 | R@5 | first | three | answered | refused |")
    print("|---|---|---|---|---|---|---|---|")
    for given in [*args.folders, *(twelve(OUT) if args.twelve else ())]:
        laid = LaidFolder.of(given, OUT)
        store = Store(laid.folder / "store")
        settings = Settings(model=args.model, language=language)
        sync(store, [laid.folder / "documents"], load=load_encoder, settings=settings)
        asked = random.Random(7).sample(  # noqa: S311  a draw, no secret
            list(laid.questions), min(args.most, len(laid.questions))
        )
        with Corpus.open(store) as corpus:
            print(report(laid.name, [measure(laid, corpus, question) for question in asked]), flush=True)
        if args.speed:
            print(f"\nspeed beside the default model: {speed_ratio(laid):.2f}\n", flush=True)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _place(sentences: Sequence[str], n: int) -> dict[str, int]:
    start = sum(len(each) + 1 for each in sentences[:n])
    return {"start": start, "end": start + len(sentences[n])}


def _seconds(encoder: SentenceEncoder, texts: list[str]) -> float:
    began = perf_counter()
    encoder.embed_documents(texts)
    return perf_counter() - began


if __name__ == "__main__":
    main()
