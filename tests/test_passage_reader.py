"""The reader: its numbers against those of PyTorch, what is read, and which weights ship."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file

from bench.train.batches import batch, encode
from bench.train.encoders import opened
from bench.train.example import Example
from bench.train.export import main as export
from bench.train.losses import scores
from bench.train.network import Network, begin
from citeback.index.embedding.models.model_files import WORD_EMBEDDINGS, BertFolder
from citeback.index.embedding.models.model_path import model_path
from citeback.index.embedding.models.onnx_bert import OnnxBert
from citeback.index.embedding.query_encoder import NumpyQueryEncoder
from citeback.index.errors import ModelError
from citeback.index.settings import Settings
from citeback.rag.checking.claims.stance import NEITHER, REFUTE, SUPPORT
from citeback.rag.reader import model as module
from citeback.rag.reader.loading import ENGLISH_WEIGHTS, SHA256, load_claim_reader, load_english_reader
from citeback.rag.reader.model import (
    PassageScorer,
    ReaderIdentity,
    ReaderInput,
    ReaderLogits,
    ReaderPassage,
    TrainedReader,
)
from citeback.rag.reader.scores import (
    MAX_SENTENCE_TOKENS,
    ReaderSentence,
    score_sentences,
    select_for_reading,
)

ASKED = "How much does a boat of 13 m pay?"
TEXTS = [
    ReaderPassage(
        "Lock rules", ("The lock opens at six.", "Boats over 12 m pay 40 euros.", "What is a lock?")
    ),
    ReaderPassage("", ("A heron eats eels.",)),
    ReaderPassage("Prices", ("Drill\t12 EUR", "Lamp\t9 EUR", "Kettle\t30 EUR", "Tent\t99 EUR")),
]


@pytest.fixture(scope="module")
def network() -> Network:
    folder = BertFolder.of(model_path(Settings()))
    assert folder
    torch.manual_seed(3)
    state = folder.state_dict()
    return begin(state, torch.from_numpy(state[WORD_EMBEDDINGS]), folder.layers)


@pytest.fixture(scope="module")
def untrained(network: Network, tmp_path_factory: pytest.TempPathFactory) -> TrainedReader:
    folder: Path = tmp_path_factory.mktemp("weights")
    save_file(
        {name: value.detach().contiguous() for name, value in network.named_parameters()}, folder / "trained"
    )
    export(folder / "trained", folder / "ships")
    return load_english_reader(path=folder / "ships")


def assert_computes(network: Network, scorer: PassageScorer, ours: list[ReaderLogits], kind: str) -> None:
    for shown, reading in zip(TEXTS, ours, strict=True):
        one = Example(kind, ASKED, shown.above, shown.sentences, (0,), 0, (), "", False)
        [encoded] = encode([one], scorer.tokenizer, Random(0), thin=False)  # noqa: S311  no secret
        made = batch([[encoded]], torch.float32)
        with torch.no_grad():
            sentences, _, whole = scores(network, made, kind == "claim")
        np.testing.assert_allclose(reading.sentences, sentences[0].numpy(), atol=0.15)
        np.testing.assert_allclose(reading.passage, whole[0].numpy(), atol=0.15)


def test_it_computes_what_pytorch_trained(network: Network, untrained: TrainedReader) -> None:
    assert_computes(network, untrained.scorer, untrained.answers(ASKED, TEXTS), "question")


def test_the_reader_of_claims_stands_on_the_lower_layers_of_the_other(tmp_path: Path) -> None:
    torch.manual_seed(3)
    given = opened("reader")
    network = begin(given.state, given.words, given.layers, given.frozen, given.marked)
    save_file({name: value.detach().contiguous() for name, value in network.trained()}, tmp_path / "trained")
    export(tmp_path / "trained", tmp_path / "ships")
    reader = load_claim_reader(path=tmp_path / "ships")
    assert_computes(network, reader.scorer, reader.stances(ASKED, TEXTS), "claim")


def test_the_reader_of_claims_tells_support_from_refutation() -> None:
    reader = load_claim_reader()
    shown = [ReaderPassage("", ("The lock opens at six in the morning.", "Boats over 12 m pay 40 euros."))]
    [right], [wrong], [other] = (
        reader.stances(claim, shown)
        for claim in (
            "The lock opens in the morning.",
            "The lock opens at eight.",
            "Herons eat eels.",
        )
    )
    assert [each.passage.argmax() for each in (right, wrong, other)] == [SUPPORT, REFUTE, NEITHER]


def test_a_passage_reads_the_same_whatever_is_read_with_it(untrained: TrainedReader) -> None:
    together = untrained.answers("When does the lock open?", TEXTS)
    for shown, reading in zip(TEXTS, together, strict=True):
        [alone] = untrained.answers("When does the lock open?", [shown])
        np.testing.assert_allclose(alone.sentences, reading.sentences, atol=1e-4)


@pytest.mark.parametrize(
    "shown",
    [
        ReaderPassage("", ()),
        ReaderPassage("", ("",)),
        ReaderPassage("word " * 900, ("word " * 900, "word " * 900, "last")),
        ReaderPassage("", tuple("Sentence." for _ in range(400))),
        ReaderPassage("\x00", ("\ufeff\u200b", "🚢" * 50)),
    ],
)
def test_any_text_is_read_sentence_by_sentence(untrained: TrainedReader, shown: ReaderPassage) -> None:
    for asked in ("", "why", "why " * 500):
        [reading] = untrained.answers(asked, [shown])
        assert len(reading.sentences) == len(shown.sentences)
        assert np.isfinite(reading.sentences).all() and np.isfinite(reading.passage).all()


def test_nothing_to_read_is_nothing(untrained: TrainedReader) -> None:
    assert untrained.answers("Why?", []) == []


def test_what_is_read_at_once_is_bounded() -> None:
    made = ReaderInput.of([101, 5, 102], np.arange(40), [np.arange(300)] * 50, 102)
    assert len(made.ids) < module.MAX_TOKENS + 60
    assert len(made.bounds) == 50 and made.bounds[-1][1] <= len(made.ids)


def test_weights_that_are_not_those_expected_are_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "reader.safetensors"
    other.write_bytes(b"no weights")
    monkeypatch.setitem(SHA256, other, SHA256[ENGLISH_WEIGHTS])
    with pytest.raises(ModelError, match="SHA-256"):
        load_english_reader(path=other)


def test_it_shares_the_words_of_the_embedding_model() -> None:
    light = NumpyQueryEncoder.of(Settings())
    assert light
    bert = load_english_reader(light).scorer.bert
    assert isinstance(bert, OnnxBert) and bert.words is light.bert.word_embeddings


def test_it_tells_a_sentence_that_answers_from_one_that_does_not() -> None:
    reader_logits = load_english_reader().answers("When does the lock open?", TEXTS)
    assert reader_logits[0].sentences.argmax() == 0
    assert reader_logits[0].passage[0] > max(other.passage[0] for other in reader_logits[1:])


READABLE = st.lists(
    st.builds(
        ReaderSentence,
        passage=st.integers(1, 5),
        position=st.integers(0, 9),
        text=st.just("A sentence."),
        context=st.just(""),
        score=st.floats(-9, 9),
        tokens=st.integers(0, 400),
    ),
    max_size=30,
    unique_by=lambda each: (each.passage, each.position),
)


@given(READABLE, st.integers(0, 1000))
def test_what_is_worth_reading_keeps_to_the_budget_and_to_the_order(
    found: Sequence[ReaderSentence], budget: int
) -> None:
    chosen = select_for_reading(found, 20, budget)
    cost = sum(min(e.tokens, MAX_SENTENCE_TOKENS) for e in chosen) + 20 * len({e.passage for e in chosen})
    assert len(chosen) == min(1, len(found)) or cost <= budget
    assert list(chosen) == sorted(chosen, key=lambda e: (e.passage, e.position))
    if found:
        assert max(found, key=lambda e: e.score).score == max(e.score for e in chosen)


class ScriptedReader:
    """Says of a sentence its length."""

    identity = ReaderIdentity(sha256="", token_budget=1_000)

    def answers(self, question: str, passages: Sequence[ReaderPassage]) -> list[ReaderLogits]:
        return [
            ReaderLogits(np.array([len(s) for s in p.sentences], np.float32), np.array([3.0], np.float32))
            for p in passages
        ]


def test_what_was_not_read_comes_below_what_was() -> None:
    reader_sentences = [ReaderSentence(n, 0, "word " * (9 - n), "", -n, 150) for n in range(9)]
    judgements = score_sentences("Why?", reader_sentences, ScriptedReader())
    read = [j for j in judgements if j.passage is not None]
    assert 0 < len(read) < 9
    assert all(j.sentence < min(r.sentence for r in read) for j in judgements if j.passage is None)
