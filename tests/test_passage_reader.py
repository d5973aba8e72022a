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
from bench.train.examples import Example
from bench.train.export import main as export
from bench.train.losses import scores
from bench.train.network import Network, begin
from index.errors import ModelError
from index.light import LightEncoder
from index.models.model import place_of
from index.models.weights import BertFolder
from index.settings import Settings
from rag import reader as module
from rag.reader import Input, Reading, Shown, TrainedReader, open_reader
from rag.reading import LONGEST, Readable, judged, worth_reading

TEXTS = [
    Shown("Lock rules", ("The lock opens at six.", "Boats over 12 m pay 40 euros.", "What is a lock?")),
    Shown("", ("A heron eats eels.",)),
    Shown("Prices", ("Drill\t12 EUR", "Lamp\t9 EUR", "Kettle\t30 EUR", "Tent\t99 EUR")),
]


@pytest.fixture(scope="module")
def network() -> Network:
    folder = BertFolder.of(place_of(Settings()))
    assert folder
    torch.manual_seed(3)
    return begin(folder.state())


@pytest.fixture(scope="module")
def untrained(network: Network, tmp_path_factory: pytest.TempPathFactory) -> TrainedReader:
    folder: Path = tmp_path_factory.mktemp("weights")
    save_file(
        {name: value.detach().contiguous() for name, value in network.named_parameters()}, folder / "trained"
    )
    export(folder / "trained", folder / "ships")
    return open_reader(path=folder / "ships")


@pytest.mark.parametrize("kind", ["question", "claim"])
def test_it_computes_what_pytorch_trained(network: Network, untrained: TrainedReader, kind: str) -> None:
    asked = "How much does a boat of 13 m pay?"
    ours = (untrained.supports if kind == "claim" else untrained.answers)(asked, TEXTS)
    for shown, reading in zip(TEXTS, ours, strict=True):
        one = Example(kind, asked, shown.above, shown.sentences, (0,), 0, (), "", False)
        [encoded] = encode([one], untrained.tokenizer, Random(0), thin=False)  # noqa: S311  no secret
        made = batch([encoded], torch.float32)
        with torch.no_grad():
            sentences, _, whole = scores(network, made, kind == "claim")
        np.testing.assert_allclose(reading.sentences, sentences[0].numpy(), atol=0.15)
        np.testing.assert_allclose(reading.whole, whole[0].numpy(), atol=0.15)


def test_a_passage_reads_the_same_whatever_is_read_with_it(untrained: TrainedReader) -> None:
    together = untrained.answers("When does the lock open?", TEXTS)
    for shown, reading in zip(TEXTS, together, strict=True):
        [alone] = untrained.answers("When does the lock open?", [shown])
        np.testing.assert_allclose(alone.sentences, reading.sentences, atol=1e-4)


@pytest.mark.parametrize(
    "shown",
    [
        Shown("", ()),
        Shown("", ("",)),
        Shown("word " * 900, ("word " * 900, "word " * 900, "last")),
        Shown("", tuple("Sentence." for _ in range(400))),
        Shown("\x00", ("\ufeff\u200b", "🚢" * 50)),
    ],
)
def test_any_text_is_read_sentence_by_sentence(untrained: TrainedReader, shown: Shown) -> None:
    for asked in ("", "why", "why " * 500):
        [reading] = untrained.answers(asked, [shown])
        assert len(reading.sentences) == len(shown.sentences)
        assert np.isfinite(reading.sentences).all() and np.isfinite(reading.whole).all()


def test_nothing_to_read_is_nothing(untrained: TrainedReader) -> None:
    assert untrained.answers("Why?", []) == []


def test_what_is_read_at_once_is_bounded() -> None:
    made = Input.of([101, 5, 102], np.arange(40), [np.arange(300)] * 50)
    assert len(made.ids) < module.MOST_TOKENS + 60
    assert len(made.bounds) == 50 and made.bounds[-1][1] <= len(made.ids)


def test_weights_that_are_not_those_expected_are_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "reader.safetensors"
    other.write_bytes(b"no weights")
    monkeypatch.setattr(module, "WEIGHTS", other)
    with pytest.raises(ModelError, match="SHA-256"):
        open_reader(path=other)


def test_it_shares_the_words_of_the_embedding_model() -> None:
    light = LightEncoder.of(Settings())
    assert light
    assert open_reader(light).bert.words is light.bert.words


def test_it_tells_a_sentence_that_answers_from_one_that_does_not() -> None:
    found = open_reader().answers("When does the lock open?", TEXTS)
    assert found[0].sentences.argmax() == 0
    assert found[0].whole[0] > max(other.whole[0] for other in found[1:])


READABLE = st.lists(
    st.builds(
        Readable,
        passage=st.integers(1, 5),
        place=st.integers(0, 9),
        text=st.just("A sentence."),
        above=st.just(""),
        score=st.floats(-9, 9),
        tokens=st.integers(0, 400),
    ),
    max_size=30,
    unique_by=lambda each: (each.passage, each.place),
)


@given(READABLE, st.integers(0, 1000))
def test_what_is_worth_reading_keeps_to_the_budget_and_to_the_order(
    found: Sequence[Readable], budget: int
) -> None:
    chosen = worth_reading(found, 20, budget)
    cost = sum(min(e.tokens, LONGEST) for e in chosen) + 20 * len({e.passage for e in chosen})
    assert len(chosen) == min(1, len(found)) or cost <= budget
    assert list(chosen) == sorted(chosen, key=lambda e: (e.passage, e.place))
    if found:
        assert max(found, key=lambda e: e.score).score == max(e.score for e in chosen)


class Scripted:
    """Says of a sentence its length."""

    def answers(self, question: str, passages: Sequence[Shown]) -> list[Reading]:
        return [
            Reading(np.array([len(s) for s in p.sentences], np.float32), np.array([3.0], np.float32))
            for p in passages
        ]

    def supports(self, claim: str, passages: Sequence[Shown]) -> list[Reading]:
        raise NotImplementedError


def test_what_was_not_read_comes_below_what_was() -> None:
    found = [Readable(n, 0, "word " * (9 - n), "", -n, 150) for n in range(9)]
    judgements = judged("Why?", found, Scripted())
    read = [j for j in judgements if j.passage is not None]
    assert 0 < len(read) < 9
    assert all(j.sentence < min(r.sentence for r in read) for j in judgements if j.passage is None)
