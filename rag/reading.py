"""What a reader says of the sentences that were found: as many are read as there is time for.

Must never know models, documents or how a score is made of what is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.reader import PassageReader, Shown

TOKENS = 500
"""Tokens that are read for a question, those of the question and of headings among them."""
LONGEST = 160  # tokens that one sentence counts at most
ABOVE = 16  # tokens that what stands above a passage counts
UNREAD = 2.0  # how far below the least of what was read a sentence counts that was not


@dataclass(frozen=True, slots=True)
class Readable:
    """A sentence that may be read.

    `place` tells which of a passage's sentences it is, `score` how likely it seems without reading, `tokens`
    how long it is, `above` what stands above it.
    """

    passage: int
    place: int
    text: str
    above: str
    score: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the reader says of a sentence, and of its passage: logits, of the latter None where not read."""

    sentence: float
    passage: float | None = None


def judged(question: str, sentences: Sequence[Readable], reader: PassageReader) -> list[Judgement]:
    """Return what the reader says of each sentence; what there is no time for comes below what is read."""
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
    """Return the likeliest sentences that `budget` tokens have room for, in reading order.

    The first sentence of each passage costs `opening` tokens more: the question is read with every passage.
    """
    left, opened, chosen = budget, set[int](), list[Readable]()
    for each in sorted(sentences, key=lambda each: -each.score):
        cost = min(each.tokens, LONGEST) + (0 if each.passage in opened else opening)
        if cost <= left or not chosen:
            left -= cost
            opened.add(each.passage)
            chosen.append(each)
    return tuple(sorted(chosen, key=lambda each: (each.passage, each.place)))
