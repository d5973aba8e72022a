"""Open data sets on disk: questions with their texts, and claims with their evidence.

The README beside the data lists origins and licences.
"""

import json
import lzma
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citeback.index.chunking.splitter import sentences
from citeback.index.records import Source, Span

QUESTIONS = {
    "squad2_train10": 99_000,
    "squad1_train_short": 99_000,
    "tydiqa_en": 99_000,
    "mlqa_en_dev": 99_000,
    "nq_open_oracle": 99_000,
    "covidqa": 99_000,
    "tatqa_dev_test": 99_000,
    "quotesum_dev": 99_000,
    "squadshifts_amazon": 4_000,
    "squad1_train_nqg": 6_000,
    "squad1_train_sentences": 6_000,
    "qed_dev": 99_000,
    "selqa_dev_test": 99_000,
    "hotpotqa": 99_000,
    "pubmedqa": 99_000,
    "clapnq_train": 99_000,
    "medquad": 3_500,
}
CLAIMS = {
    "vitaminc_real": 30_000,
    "vitaminc_synthetic": 8_000,
    "fever_dev": 9_000,
    "taxinli": 10_000,
    "foolmetwice_dev_test": 99_000,
    "contractnli": 3_900,
    "summedits": 1_600,
    "scifact_train": 99_000,
    "condaqa_dev": 1_500,
    "fever_symmetric": 99_000,
    "fever_adversarial": 99_000,
    "paws_en": 99_000,
    "factcheck_gpt": 3_100,
    "wice_train_partial": 99_000,
    "boolq_dev": 3_000,
    "evidence_inference": 1_000,
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in sentences; `right` are those that answer, `spans` the answers as (sentence, start, end)."""

    sentences: tuple[str, ...]
    right: tuple[int, ...] = ()
    spans: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its text; `whole` is true if the sentences are in their original order."""

    question: str
    passage: Passage
    source: str
    group: str
    whole: bool
    answers: tuple[str, ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim with its evidence; `verdict` is one of the network's."""

    claim: str
    evidence: tuple[str, ...]
    verdict: str
    source: str
    group: str


def cut(text: str) -> list[Span]:
    """Return the sentences of a text as the product splits them."""
    return list(sentences(Source(text=text, title="", kind="text"), Span(0, len(text)), "en", ()))


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file."""
    with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def asked(folder: Path) -> Iterator[Asked]:
    """Yield every question once, from the first file that has it."""
    seen: set[str] = set()
    for name in QUESTIONS:
        results = list(rows(folder, name))
        of_file = _paragraphs(results, name) if "paragraph" in results[0] else _lists(results, name)
        for one in of_file:
            key = "".join(filter(str.isalnum, one.question.lower()))
            if key not in seen:
                seen.add(key)
                yield one


def claimed(folder: Path) -> Iterator[Claimed]:
    """Yield every claim with its evidence."""
    for name in CLAIMS:
        for row in rows(folder, name):
            verdict = "nei" if row["label3"] == "partial" else row["label3"]
            evidence = tuple(span.of(row["evidence"]) for span in cut(row["evidence"]))
            if evidence and len(row["claim"]) < 600:
                yield Claimed(
                    claim=row["claim"], evidence=evidence, verdict=verdict, source=name, group=row["group"]
                )


def passage(text: str, answers: Iterable[tuple[int, int]]) -> Passage:
    """Return a paragraph split into sentences, its answers given by their spans."""
    cuts = cut(text)
    spans = [
        (n, max(0, start - at.start), min(len(at), end - at.start))
        for start, end in answers
        for n, at in enumerate(cuts)
        if at.start <= start < at.end
    ]
    right = tuple(sorted({n for n, _, _ in spans}))
    return Passage(
        sentences=tuple(at.of(text) for at in cuts), right=right, spans=tuple(dict.fromkeys(spans))
    )


def _paragraphs(results: list[dict[str, Any]], name: str) -> Iterator[Asked]:
    for row in results:
        spans = [(a["start"], a["start"] + len(a["text"])) for a in row["answers"]]
        given = passage(row["paragraph"], spans)
        if bool(given.right) == row["answerable"] and given.sentences:
            texts = tuple(a["text"] for a in row["answers"])
            yield Asked(
                question=row["question"],
                passage=given,
                source=name,
                group=f"{name}:{row['group']}",
                whole=True,
                answers=texts,
            )


def _lists(results: list[dict[str, Any]], name: str) -> Iterator[Asked]:
    """Yield the sentences labelled for a question as one text."""
    of = defaultdict(list)
    for row in results:
        of[row["question"], row["group"]].append((row["sentence"], row["label"]))
    for (question, group), labelled in of.items():
        unique = dict(labelled)
        parts = [(span.of(text), label) for text, label in unique.items() for span in cut(text)]
        if name == "clapnq_train":  # whole passages, without labels for sentences
            yield from _passages(question, unique, name, group)
            continue
        right = tuple(n for n, (_, label) in enumerate(parts) if label)
        if parts:
            given = Passage(tuple(text for text, _ in parts), right)
            yield Asked(question=question, passage=given, source=name, group=f"{name}:{group}", whole=False)


def _passages(question: str, labelled: dict[str, int], name: str, group: str) -> Iterator[Asked]:
    for text, label in labelled.items():
        if label:
            parts = tuple(span.of(text) for span in cut(text))
            given = Passage(parts, tuple(range(len(parts))))
            yield Asked(question=question, passage=given, source=name, group=f"{name}:{group}", whole=True)
