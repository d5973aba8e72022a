"""Which sentences the reader reads of what was found: as many as there is time for. Must never know models."""

from collections.abc import Sequence
from dataclasses import dataclass

TOKENS = 600
"""Tokens that are read for a question, what stands above a passage and the question itself among them."""
LONGEST = 160  # of a sentence, tokens that are read


@dataclass(frozen=True, slots=True)
class Readable:
    """A sentence that may be read: where it stands, how likely it seems to be worth it, its tokens."""

    passage: int
    place: int
    score: float
    tokens: int


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
