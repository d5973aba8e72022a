"""Examples as tensors: tokens of question, title and sentences in sequence, batched by length."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch

from bench.train.example import Example, Unit
from bench.train.network import Batch
from citeback.index.embedding.models.tokenizer import Tokenizer, Tokens
from citeback.rag.reader.model import BERT_MARKS, Marks

MOST_ASKED, MOST_TITLE = 64, 24
_POOL = 3_000
SHARES = {
    "squad1_train_short": 0.7,
    "tydiqa_en": 0.7,
    "nq_open_oracle": 0.75,
    "squadshifts_amazon": 0.35,
    "squad1_train_nqg": 0.35,
    "squad1_train_sentences": 0.25,
    "selqa_dev_test": 0.5,
    "medquad": 0.25,
    "hotpotqa": 0.6,
    "pubmedqa": 0.5,
    "clapnq_train": 0.5,
    "covidqa": 0.6,
    "made": 0.7,
    "vitaminc_real": 0.8,
    "vitaminc_synthetic": 0.6,
    "fever_dev": 0.8,
    "taxinli": 0.8,
    "foolmetwice_dev_test": 1.0,
    "contractnli": 0.7,
    "summedits": 0.8,
    "factcheck_gpt": 1.0,
    "fever_symmetric": 0.8,
    "fever_adversarial": 0.8,
    "paws_en": 0.6,
    "condaqa_dev": 0.5,
    "boolq_dev": 0.4,
    "evidence_inference": 0.4,
}
"""The share of each source sampled for an epoch; sources not listed are used in full."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A tokenized example: `bounds` of its sentences, `answer` tokens."""

    example: Example
    ids: list[int]
    types: list[int]
    bounds: list[tuple[int, int]]
    right: list[int]
    answer: list[int]


def load(path: Path) -> tuple[list[Unit], list[Unit]]:
    """Return the training and validation examples of a file, in units."""
    learnt: list[Unit] = []
    kept: list[Unit] = []
    with path.open(encoding="utf-8") as file:
        for rows in map(json.loads, file):
            unit = tuple(map(_example, rows))
            (kept if unit[0].kept_back else learnt).append(unit)
    return learnt, kept


def _example(row: dict[str, Any]) -> Example:
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in row.items()}
    return Example(**values)


def encode_units(
    units: Sequence[Unit], tokenizer: Tokenizer, chance: Random, marks: Marks = BERT_MARKS
) -> list[list[Encoded]]:
    """Tokenize the examples of units, thinned."""
    flat = iter(encode([one for unit in units for one in unit], tokenizer, chance, marks=marks))
    return [list(islice(flat, len(unit))) for unit in units]


def encode(
    examples: Sequence[Example],
    tokenizer: Tokenizer,
    chance: Random,
    thin: bool = True,
    marks: Marks = BERT_MARKS,
) -> list[Encoded]:
    """Tokenize examples; with `thin`, some sentences of long texts are left out."""
    out: list[Encoded] = []
    for start in range(0, len(examples), 500):
        some = examples[start : start + 500]
        texts = [t for one in some for t in (one.asked, one.title, *one.sentences)]
        tokens = iter(tokenizer(texts))
        for one in some:
            asked, title = next(tokens).ids[1:-1], next(tokens).ids[1:-1]
            parts = [next(tokens) for _ in one.sentences]
            shown = _shown(one, [len(part) - 2 for part in parts], chance, thin)
            out.append(_one(one, asked.tolist(), title.tolist(), parts, shown, marks))
    return out


def _one(
    one: Example,
    asked: list[int],
    title: list[int],
    parts: Sequence[Tokens],
    shown: Sequence[int],
    marks: Marks,
) -> Encoded:
    begin = [marks.first, *([marks.claim] if one.kind == "claim" else [])]
    ids = [*begin, *asked[:MOST_ASKED], marks.end]
    types = [0] * len(ids)
    ids += [*title[:MOST_TITLE], marks.end]
    bounds: list[tuple[int, int]] = []
    right: list[int] = []
    answer: list[int] = []
    for place, n in enumerate(shown):
        part = parts[n].ids[1:-1].tolist()
        if len(ids) + len(part) > 500:
            part = part[: max(1, 500 - len(ids))]
        bounds.append((len(ids), len(ids) + len(part)))
        if n in one.right:
            right.append(place)
        for _, a, b in (span for span in one.spans if span[0] == n):
            offsets = parts[n].offsets[1:-1][: len(part)]
            hit = np.flatnonzero((offsets[:, 0] < b) & (offsets[:, 1] > a))
            answer += (hit + len(ids)).tolist()
        ids += part
    ids.append(marks.end)
    types += [1] * (len(ids) - len(types))
    return Encoded(example=one, ids=ids, types=types, bounds=bounds, right=right, answer=sorted(set(answer)))


def _shown(one: Example, lengths: Sequence[int], chance: Random, thin: bool) -> list[int]:
    every = [n for n, length in enumerate(lengths) if length > 0]
    if not thin:
        return every
    most = 330 if chance.random() < 0.3 else 140
    others = [n for n in every if n not in one.right]
    chance.shuffle(others)
    total = sum(lengths)
    gone: set[int] = set()
    while others and total > most and len(every) - len(gone) > 2:
        n = others.pop()
        gone.add(n)
        total -= lengths[n]
    return [n for n in every if n not in gone]


Group = list[list[Encoded]]
"""Units that make a batch."""


def batches(units: Sequence[list[Encoded]], tokens: int, chance: Random) -> Iterator[Group]:
    """Yield units of one kind and similar length, in random order, of at most `tokens` after padding."""
    order = list(units)
    chance.shuffle(order)
    for start in range(0, len(order), _POOL):
        pool = order[start : start + _POOL]
        groups: list[Group] = []
        for kind in ("question", "claim"):
            size = 0
            for unit in sorted((u for u in pool if u[0].example.kind == kind), key=_longest, reverse=True):
                if not size or (size + len(unit)) * padded(_longest(groups[-1][0])) > tokens:
                    groups.append([])
                    size = 0
                groups[-1].append(unit)
                size += len(unit)
        chance.shuffle(groups)
        yield from groups


def _longest(unit: list[Encoded]) -> int:
    return max(len(e.ids) for e in unit)


def padded(length: int) -> int:
    """Return the padded length, one of a few, since oneDNN compiles a kernel for each."""
    return -(-length // 16) * 16


def batch(units: Group, dtype: torch.dtype) -> Batch:
    """Return units as tensors."""
    group = [e for unit in units for e in unit]
    length, many = padded(max(len(e.ids) for e in group)), max(len(e.bounds) for e in group)
    shape = (len(group), length)
    ids, types = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
    inside, answer, text = (torch.zeros(shape, dtype=torch.bool) for _ in range(3))
    members = torch.zeros(len(group), many, length)
    right = torch.zeros(len(group), many, dtype=torch.bool)
    for n, e in enumerate(group):
        ids[n, : len(e.ids)], types[n, : len(e.ids)] = torch.tensor(e.ids), torch.tensor(e.types)
        inside[n, : len(e.ids)] = True
        for place, (a, b) in enumerate(e.bounds):
            members[n, place, a:b] = 1 / (b - a)
            text[n, a:b] = True
            if place in e.right:
                right[n, place] = True
                if not e.answer:
                    answer[n, a:b] = True
        answer[n, e.answer] = True
    answered = torch.tensor([e.example.answered for e in group])
    weak = torch.tensor([len(e.right) == len(e.bounds) and len(e.bounds) > 1 for e in group])
    unit = torch.tensor([n for n, of in enumerate(units) for _ in of])
    targets = {
        "right": right,
        "answered": answered,
        "answer": answer,
        "text": text,
        "weak": weak,
        "unit": unit,
    }
    return Batch(ids=ids, types=types, inside=inside, members=members.to(dtype), targets=targets)
