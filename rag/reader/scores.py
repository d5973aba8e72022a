"""Applies a reader to the evidence, within a token budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from citeback.rag.reader.model import PassageReader, ReaderPassage

MAX_SENTENCE_TOKENS = 160  # maximum tokens that one sentence counts
CONTEXT_TOKENS = 16  # tokens that the context above a passage counts
UNREAD_MARGIN = 2.0  # how far below the lowest logit an unread sentence ranks


@dataclass(frozen=True, slots=True)
class ReaderSentence:
    """A sentence that may be read.

    `position` is its index within the passage, `score` its score before reading, `tokens` its length, and
    `context` the context above it.
    """

    passage: int
    position: int
    text: str
    context: str
    score: float
    tokens: int


@dataclass(frozen=True, slots=True)
class ReaderScores:
    """The reader's logits for a sentence and its passage; the latter is None if it was not read."""

    sentence: float
    passage: float | None = None


def score_sentences(
    question: str, sentences: Sequence[ReaderSentence], reader: PassageReader
) -> list[ReaderScores]:
    """Return the reader's judgement of each sentence; unread sentences rank below those read."""
    if not sentences:
        return []
    opening = len(question) // 4 + CONTEXT_TOKENS
    chosen = select_for_reading(sentences, opening, reader.identity.token_budget)
    passages = [list(own) for _, own in groupby(chosen, key=lambda each: each.passage)]
    shown = [
        ReaderPassage(max((e.context for e in own), key=len), tuple(e.text for e in own)) for own in passages
    ]
    result: dict[tuple[int, int], ReaderScores] = {}
    for own, reading in zip(passages, reader.answers(question, shown), strict=True):
        for each, logit in zip(own, reading.sentences.tolist(), strict=True):
            result[each.passage, each.position] = ReaderScores(logit, float(reading.passage[0]))
    unread = ReaderScores(min(each.sentence for each in result.values()) - UNREAD_MARGIN)
    return [result.get((each.passage, each.position), unread) for each in sentences]


def select_for_reading(
    sentences: Sequence[ReaderSentence], opening: int, budget: int
) -> tuple[ReaderSentence, ...]:
    """Return the highest-scoring sentences that fit in `budget` tokens, in reading order.

    The first sentence of each passage costs `opening` tokens more, as the question is read with every
    passage.
    """
    left, opened, chosen = budget, set[int](), list[ReaderSentence]()
    for each in sorted(sentences, key=lambda each: -each.score):
        cost = min(each.tokens, MAX_SENTENCE_TOKENS) + (0 if each.passage in opened else opening)
        if cost <= left or not chosen:
            left -= cost
            opened.add(each.passage)
            chosen.append(each)
    return tuple(sorted(chosen, key=lambda each: (each.passage, each.position)))
