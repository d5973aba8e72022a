"""A model that reads a question or a claim together with the sentences of passages.

`rag/reader/weights/README.md` says what it was trained on. It runs in ONNX Runtime, since importing PyTorch
takes longer than answering.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeAlias

import numpy as np
from threadpoolctl import ThreadpoolController

from citeback.index.embedding.models.numpy_bert import NumpyLinear, gelu_in_place
from citeback.index.embedding.models.onnx_bert import Ids
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.protocols import Floats

MAX_QUESTION_TOKENS, MAX_CONTEXT_TOKENS, MAX_TOKENS = 64, 40, 500
THREADS = min(2, os.cpu_count() or 1)
_NONE = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Marks:
    """Token ids of a vocabulary: where a text begins, what ends each of its parts, what marks a claim."""

    first: int
    end: int
    claim: int


BERT_MARKS = Marks(first=101, end=102, claim=1)
"""[CLS], [SEP] and [unused0]."""
XLM_R_MARKS = Marks(first=0, end=2, claim=250_001)
"""<s>, </s> and <mask>."""


@dataclass(frozen=True, slots=True)
class ReaderPassage:
    """Sentences of one passage in reading order, and the context above them."""

    above: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ReaderLogits:
    """The reader's output for one passage.

    `sentences` holds one logit a sentence: for a question, that it answers, against 0 for "none of these";
    for a claim, that it supports or refutes it. `passage` holds the logits of the passage: for a question,
    that something in it answers; for a claim, those of support, refutation and neither.
    """

    sentences: Floats
    passage: Floats


@dataclass(frozen=True, slots=True)
class ReaderIdentity:
    """Which reader it is: the SHA-256 of its weights, and its token budget.

    `token_budget` bounds the tokens that it reads for a question, the question itself and headings included.
    """

    sha256: str
    token_budget: int


class PassageReader(Protocol):
    """Reads passages; safe to share between threads."""

    @property
    def identity(self) -> ReaderIdentity:
        """Return the reader's identity and token budget."""
        ...

    def answers(self, question: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        """Return, for each passage, which of its sentences answer the question and whether any does."""
        ...


class ClaimReader(Protocol):
    """Reads claims with the passages they may rest on; safe to share between threads."""

    def stances(self, claim: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        """Return, for each passage, its stance on a claim and which of its sentences express it."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """A perceptron with one hidden layer."""

    hidden: NumpyLinear
    output: NumpyLinear

    @classmethod
    def of(cls, state: Mapping[str, Floats], name: str) -> Self:
        """Return the scorer of that name."""
        return cls(
            hidden=NumpyLinear.of(state, f"{name}.inner"), output=NumpyLinear.of(state, f"{name}.outer")
        )

    def __call__(self, x: Floats) -> Floats:
        """Return the outputs, shape (rows, out)."""
        return self.output(gelu_in_place(self.hidden(x)))


@dataclass(frozen=True, slots=True, eq=False)
class ReaderHead:
    """Scores sentences by their tokens, and a passage by its sentences."""

    token: NumpyLinear
    sentence: Scorer
    passage: Scorer

    @classmethod
    def of(cls, state: Mapping[str, Floats], name: str) -> Self:
        """Return the head of that name."""
        return cls(
            token=NumpyLinear.of(state, f"{name}.token"),
            sentence=Scorer.of(state, f"{name}.sentence"),
            passage=Scorer.of(state, f"{name}.whole"),
        )

    def __call__(self, hidden: Floats, bounds: Sequence[tuple[int, int]]) -> ReaderLogits:
        """Score a text from its hidden states, (tokens, hidden); `bounds` are its sentences' token ranges."""
        first, tokens = hidden[:1], self.token(hidden)[:, 0]
        means = np.array([hidden[a:b].mean(axis=0) for a, b in bounds])
        best = np.array([tokens[a:b].max() for a, b in bounds])
        pooled = np.concatenate([means, np.repeat(first, len(means), axis=0), means * first], axis=1)
        sentences = self.sentence(pooled)[:, 0] + best
        powers = np.exp(sentences - sentences.max())
        main = (powers / powers.sum()) @ means
        tops = [np.log(powers.sum()) + sentences.max(), sentences.max()]
        whole = self.passage(np.concatenate([first[0], main, tops])[None].astype(np.float32))
        return ReaderLogits(sentences, whole[0])


BertPass: TypeAlias = Callable[[Sequence[Ids], Sequence[Ids]], list[Floats]]
"""Returns token vectors (tokens, hidden) of texts, given their token ids and token types."""


@dataclass(frozen=True, slots=True, eq=False)
class PassageScorer:
    """A BERT that reads passages for a question or a claim; safe to share between threads."""

    bert: BertPass
    tokenizer: Tokenizer
    marks: Marks
    threads: ThreadpoolController = field(default_factory=ThreadpoolController, kw_only=True)

    def __call__(
        self, begin: list[int], asked: str, passages: Sequence[ReaderPassage], head: ReaderHead
    ) -> list[ReaderLogits]:
        """Return what `head` makes of each passage; `begin` are the tokens before the question or claim."""
        real = [n for n, shown in enumerate(passages) if shown.sentences]
        inputs = self._inputs(begin, asked, [passages[n] for n in real])
        none = np.zeros(0, np.float32)
        reader_logits = [ReaderLogits(none, np.full(head.passage.output.bias.shape, _NONE))] * len(passages)
        shares = _balance([len(each.ids) for each in inputs], THREADS)
        # One thread a processor, each with its own matrix products: threads that share products wait for each
        # other.
        with self.threads.limit(limits=1, user_api="blas"), ThreadPoolExecutor(max(1, len(shares))) as pool:
            for share, readings in pool.map(
                lambda share: (share, self._forward(inputs, share, head)), shares
            ):
                for n, reading in zip(share, readings, strict=True):
                    reader_logits[real[n]] = reading
        return reader_logits

    def _forward(
        self, inputs: Sequence["ReaderInput"], share: Sequence[int], head: ReaderHead
    ) -> list[ReaderLogits]:
        own = [inputs[n] for n in share]
        hidden = self.bert([each.ids for each in own], [each.token_types for each in own])
        return [head(rows, each.bounds) for rows, each in zip(hidden, own, strict=True)]

    def _inputs(self, begin: list[int], asked: str, passages: Sequence[ReaderPassage]) -> list["ReaderInput"]:
        texts = [asked, *(text for shown in passages for text in (shown.above, *shown.sentences))]
        results = iter([tokens.ids[1:-1] for tokens in self.tokenizer(texts)])
        head, end = [*begin, *next(results)[:MAX_QUESTION_TOKENS], self.marks.end], self.marks.end
        return [
            ReaderInput.of(
                head, next(results)[:MAX_CONTEXT_TOKENS], [next(results) for _ in shown.sentences], end
            )
            for shown in passages
        ]


@dataclass(frozen=True, slots=True, eq=False)
class TrainedReader:
    """A reader whose weights ship with Citeback."""

    identity: ReaderIdentity
    scorer: PassageScorer
    head: ReaderHead

    def answers(self, question: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        """Return, for each passage, which of its sentences answer the question and whether any does."""
        return self.scorer([self.scorer.marks.first], question, passages, self.head)


@dataclass(frozen=True, slots=True, eq=False)
class TrainedClaimReader:
    """A reader of claims whose weights ship with Citeback."""

    scorer: PassageScorer
    head: ReaderHead

    def stances(self, claim: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        """Return, for each passage, its stance on a claim and which of its sentences express it."""
        marks = self.scorer.marks
        return self.scorer([marks.first, marks.claim], claim, passages, self.head)


@dataclass(frozen=True, slots=True, eq=False)
class ReaderInput:
    """Token ids of a question and a passage, their segments (0 question, 1 passage), and sentence bounds."""

    ids: Ids
    token_types: Ids
    bounds: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, head: Sequence[int], above: Ids, sentences: Sequence[Ids], end: int) -> Self:
        """Build the input; sentences beyond the model's maximum length are cut to their first token.

        `end` is the token that ends each part.
        """
        ids = [*head, *above.tolist(), end]
        bounds: list[tuple[int, int]] = []
        for sentence in sentences:
            part = (sentence if len(sentence) else np.array([end]))[: max(1, MAX_TOKENS - len(ids))]
            bounds.append((len(ids), len(ids) + len(part)))
            ids += part.tolist()
            if len(ids) > MAX_TOKENS + 8:
                break
        ids.append(end)
        token_types = np.ones(len(ids), np.int64)
        token_types[: len(head)] = 0
        bounds += bounds[-1:] * (len(sentences) - len(bounds))
        return cls(ids=np.array(ids, np.int64), token_types=token_types, bounds=tuple(bounds))


def _balance(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Assign texts to threads: the longest first, each to the thread with the least work."""
    shares: list[list[int]] = [[] for _ in range(min(most, len(lengths)))]
    for n in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
        min(shares, key=lambda share: sum(lengths[m] for m in share)).append(n)
    return shares
