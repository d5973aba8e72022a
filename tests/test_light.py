"""The encoder of questions against sentence-transformers, and that it loads nothing heavy."""

import subprocess
import sys
from math import erf, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from citeback.index.embedding.models.numpy_bert import gelu
from citeback.index.embedding.protocols import normalize_rows
from citeback.index.embedding.query_encoder import NumpyQueryEncoder, load_query_encoder
from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.settings import Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HEAVY = {"torch", "transformers", "sentence_transformers", "langchain_core", "gradio", "scipy"}
ODD = (
    "",
    " \n\t",
    "ship",
    "How many ships passed the canal in 2022?",
    "船什么时候在运河上通过?" * 3,
    "🚢🌊👩‍👩‍👧‍👦",
    "naïve Ünïcode ﬁ ŁÓDŹ",
    "\x00\ufeff\u200b",
    "[CLS] [SEP] [MASK] [UNK]",
    "ſhips ' \" <b>&amp;</b> \\ {}",
    "antidisestablishmentarianism" * 9,
    "word " * 2000,
    "运" * 10_000,
)


@pytest.fixture(scope="module")
def light() -> NumpyQueryEncoder:
    encoder = NumpyQueryEncoder.of(Settings())
    assert encoder
    return encoder


def nearness(light: NumpyQueryEncoder, theirs: "SentenceTransformer", text: str) -> float:
    return float(np.array(light.embed_query(text)) @ normalize_rows(theirs.encode_query(text)))


@pytest.mark.parametrize("text", ODD)
def test_a_question_has_the_vector_of_sentence_transformers(
    light: NumpyQueryEncoder, theirs: "SentenceTransformer", text: str
) -> None:
    assert nearness(light, theirs, text) > 0.999999


@hypothesis_settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_so_has_any_text(light: NumpyQueryEncoder, theirs: "SentenceTransformer", text: str) -> None:
    assert nearness(light, theirs, text) > 0.99999


def test_it_is_the_same_model_as_the_one_for_documents(
    light: NumpyQueryEncoder, encoder: SentenceEncoder
) -> None:
    assert light.fingerprint == encoder.fingerprint
    question = "Who counted the ships?"
    assert np.dot(light.embed_query(question), encoder.embed_query(question)) > 0.999


def test_gelu_is_that_of_the_error_function() -> None:
    x = np.linspace(-9, 9, 9001, dtype=np.float32)
    np.testing.assert_allclose(gelu(x), [v * (1 + erf(v / sqrt(2))) / 2 for v in x.tolist()], atol=2e-6)


def test_a_model_that_is_no_plain_bert_goes_through_its_own(tmp_path: Path) -> None:
    assert NumpyQueryEncoder.of(Settings(model=str(tmp_path))) is None
    assert isinstance(load_query_encoder(Settings()), NumpyQueryEncoder)


def test_a_question_needs_no_heavy_import() -> None:
    """What a search imports, in a process of its own: each of these would cost it a second or more."""
    code = (
        "import sys; from citeback import open_corpus, wire; from citeback.terminal import cli;"
        "from citeback.index.embedding.query_encoder import load_query_encoder as load;"
        "from citeback.index.settings import Settings; load(Settings()).embed_query('x');"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "citeback" in done.stdout.split()
    assert set(done.stdout.split()) & HEAVY == set()


def test_pieces_are_those_of_the_other_encoder(light: NumpyQueryEncoder, encoder: SentenceEncoder) -> None:
    texts = ["When did the antidisestablishmentarian land?", "", "Żółw"]
    for ours, others in zip(light.word_pieces(texts), encoder.word_pieces(texts), strict=True):
        assert ours.starts.tolist() == others.starts.tolist()
        assert ours.vectors.shape == others.vectors.shape
        assert (ours.vectors * others.vectors).sum(axis=1) == pytest.approx(1, abs=0.001)
    assert light.word_pieces([]) == encoder.word_pieces([]) == []
