"""Applies a reader to the evidence, within a token budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.reader import PassageReader, Shown

TOKENS = 500
"""Token budget of a question, including the question itself and headings."""
LONGEST = 160  # maximum tokens that one sentence counts
ABOVE = 16  # tokens that the context above a passage counts
UNREAD = 2.0  # how far below the lowest logit an unread sentence ranks


@dataclass(frozen=True, slots=True)
class Readable:
    """A sentence that may be read.

    `place` is its index within the passage, `score` its score before reading, `tokens` its length, and
    `above` the context above it.
    """

    passage: int
    place: int
    text: str
    above: str
    score: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The reader's logits for a sentence and its passage; the latter is None if it was not read."""

    sentence: float
    passage: float | None = None


def judged(question: str, sentences: Sequence[Readable], reader: PassageReader) -> list[Judgement]:
    """Return the reader's judgement of each sentence; unread sentences rank below those read."""
    if not sentences:
        return []
    chosen = worth_reading(sentences, len(question) // 4 + ABOVE)
    passages = [list(own) for _, own in groupby(chosen, key=lambda each: each.passage)]
    shown = [Shown(max((e.above for e in own), key=len), tuple(e.text for e in own)) for own in passages]
    found: dict[tuple[int, int], Judgement] = {}
    for own, reading in zip(passages, reader.answers(question, shown), strict=True):
        for each, logit in zip(own, reading.sentences.tolist(), strict=True):
            found[each.passage, each.place] = Judgement(logit, float(reading.whole[0]))
    unread = Judgement(min(each.sentence for each in found.values()) - UNREAD)
    return [found.get((each.passage, each.place), unread) for each in sentences]


def worth_reading(sentences: Sequence[Readable], opening: int, budget: int = TOKENS) -> tuple[Readable, ...]:
    """Return the highest-scoring sentences that fit in `budget` tokens, in reading order.

    The first sentence of each passage costs `opening` tokens more, as the question is read with every
    passage.
    """
    left, opened, chosen = budget, set[int](), list[Readable]()
    for each in sorted(sentences, key=lambda each: -each.score):
        cost = min(each.tokens, LONGEST) + (0 if each.passage in opened else opening)
        if cost <= left or not chosen:
            left -= cost
            opened.add(each.passage)
            chosen.append(each)
    return tuple(sorted(chosen, key=lambda each: (each.passage, each.place)))
