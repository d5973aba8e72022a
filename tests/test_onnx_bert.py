"""The integer pass against the plain one, and the bytes of its graph."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from citeback.index.embedding.models import onnx_bert
from citeback.index.embedding.models.model_files import WORD_EMBEDDINGS, BertFolder, quantized_rows
from citeback.index.embedding.models.model_path import model_path
from citeback.index.embedding.models.numpy_bert import NumpyBert
from citeback.index.embedding.models.onnx_bert import OnnxBert
from citeback.index.embedding.models.onnx_graph import Graph, varint
from citeback.index.settings import Settings

TEXTS = [np.array([101, 2129, 2116, 4121, 102]), np.arange(1000, 1090), np.array([101])]


@pytest.fixture(scope="module")
def folder() -> BertFolder:
    bert_folder = BertFolder.of(model_path(Settings()))
    assert bert_folder
    return bert_folder


def of(folder: BertFolder, state: Mapping[str, NDArray[np.float32]]) -> OnnxBert:
    stored = quantized_rows({name: value for name, value in state.items() if name != WORD_EMBEDDINGS})
    return OnnxBert.of(state[WORD_EMBEDDINGS], stored, folder.layers, folder.heads, folder.eps)


@pytest.mark.parametrize("saturates", [False, True])
def test_integers_say_nearly_what_float32_says(
    folder: BertFolder, saturates: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_bert, "saturates", lambda: saturates)
    state = folder.state_dict()
    plain = NumpyBert.of(state, folder.word_embeddings(), folder.layers, folder.heads, folder.eps)(TEXTS)
    results = of(folder, state)(TEXTS, [np.zeros(len(ids), np.int64) for ids in TEXTS])
    for ours, theirs in zip(results, plain, strict=True):
        assert ours.shape == theirs.shape
        norms = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
        assert ((ours * theirs).sum(axis=1) / norms).mean() > 0.98


def test_the_type_of_a_token_counts(folder: BertFolder) -> None:
    bert = of(folder, folder.state_dict())
    first, second = (bert(TEXTS[:1], [np.full(5, kind)])[0] for kind in (0, 1))
    assert np.abs(first - second).max() > 0.01


def test_a_product_that_does_not_fit_into_16_bits_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(model: bytes, precise: bool) -> object:
        return lambda x: np.minimum(x * 0 + 32767.0, 32767.0)

    monkeypatch.setattr(onnx_bert, "open_session", cut_off)
    assert onnx_bert.saturates()


def test_a_graph_computes_what_it_was_told() -> None:
    graph = Graph()
    doubled = graph.add("Mul", "x", graph.constant(np.array([2.0, -1.0], np.float32)))
    turned = graph.add("Softmax", doubled, axis=-1)
    run = onnx_bert.open_session(graph.model("x", turned, 2), precise=False)
    np.testing.assert_allclose(
        run(np.array([[0.0, 0.0], [1.0, 2.0]], np.float32)), [[0.5, 0.5], [0.982, 0.018]], atol=1e-3
    )


@given(st.integers(0, 2**63 - 1))
def test_numbers_are_read_back(value: int) -> None:
    groups = varint(value)
    assert sum((byte & 0x7F) << (7 * n) for n, byte in enumerate(groups)) == value
    assert [byte >> 7 for byte in groups] == [1] * (len(groups) - 1) + [0]
