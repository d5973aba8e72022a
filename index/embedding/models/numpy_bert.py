"""BERT's forward pass in NumPy, for encoding questions without importing PyTorch.

As in `torch_bert.py`, texts are concatenated instead of padded, and attention is computed per text.
Element-wise operations run in place on blocks that fit the CPU cache; otherwise they would take longer than
the matrix products.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.models.plain_bert import WordEmbeddings
from citeback.index.embedding.protocols import Floats

TokenIds: TypeAlias = NDArray[np.int64]
_ERF = tuple(map(np.float32, (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)))
_BLOCK = 32
"""Rows of a feed-forward activation that fit into the L2 cache together with temporaries."""


@dataclass(frozen=True, slots=True, eq=False)
class NumpyLinear:
    """A linear layer; `weight` is (in, out)."""

    weight: Floats
    bias: Floats

    @classmethod
    def of(cls, state: Mapping[str, Floats], *names: str) -> Self:
        """Return the named layers, concatenated along `out`."""
        weight = np.concatenate([state[f"{name}.weight"] for name in names])
        bias = np.concatenate([state[f"{name}.bias"] for name in names])
        return cls(weight=np.ascontiguousarray(weight.T), bias=bias)

    def __call__(self, x: Floats) -> Floats:
        """Apply the layer to `x`, (rows, in); return (rows, out)."""
        y = x @ self.weight
        y += self.bias
        return y


@dataclass(frozen=True, slots=True, eq=False)
class NumpyLayerNorm:
    """Layer normalization over the last dimension."""

    weight: Floats
    bias: Floats
    eps: float

    @classmethod
    def of(cls, state: Mapping[str, Floats], name: str, eps: float) -> Self:
        """Return the layer of this name."""
        return cls(weight=state[f"{name}.weight"], bias=state[f"{name}.bias"], eps=eps)

    def __call__(self, x: Floats) -> Floats:
        """Normalize `x` in place and return it."""
        x -= x.mean(axis=-1, keepdims=True)
        width = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(x.shape[-1])
        x *= 1 / np.sqrt(width + np.float32(self.eps))
        x *= self.weight
        x += self.bias
        return x


@dataclass(frozen=True, slots=True, eq=False)
class NumpyBertLayer:
    """A post-norm Transformer block: self-attention and a feed-forward network."""

    heads: int
    qkv: NumpyLinear
    attention_output: NumpyLinear
    attention_norm: NumpyLayerNorm
    up_projection: NumpyLinear
    down_projection: NumpyLinear
    output_norm: NumpyLayerNorm

    def __call__(self, x: Floats, lengths: Sequence[int]) -> Floats:
        """Return the block's output, (rows, hidden), for texts of these lengths."""
        y = self.attention_output(self._attend(self.qkv(x), lengths))
        y += x
        y = self.attention_norm(y)
        z = self.down_projection(gelu_in_place(self.up_projection(y)))
        z += y
        return self.output_norm(z)

    def _attend(self, x: Floats, lengths: Sequence[int]) -> Floats:
        ends = np.cumsum(lengths)
        return np.concatenate([self._attend_text(own) for own in np.split(x, ends[:-1])])

    def _attend_text(self, x: Floats) -> Floats:
        query, key, value = x.reshape(len(x), 3, self.heads, -1).transpose(1, 2, 0, 3)
        scores = query @ (key.transpose(0, 2, 1) / np.sqrt(np.float32(query.shape[-1])))
        scores -= scores.max(axis=-1, keepdims=True)
        weights = np.exp(scores, out=scores)
        mean = weights @ value / weights.sum(axis=-1, keepdims=True)
        return np.asarray(mean.transpose(1, 0, 2).reshape(len(x), -1))


@dataclass(frozen=True, slots=True, eq=False)
class NumpyBert:
    """A BERT encoder in NumPy. Safe to share between threads."""

    word_embeddings: WordEmbeddings
    position_embeddings: Floats
    """With the token type of a text that stands alone."""
    embedding_norm: NumpyLayerNorm
    layers: tuple[NumpyBertLayer, ...]

    @classmethod
    def of(
        cls, state: Mapping[str, Floats], words: WordEmbeddings, layers: int, heads: int, eps: float
    ) -> Self:
        """Return the model for a state dict with the parameter names of transformers' `BertModel`."""
        positions, token_types = (
            state[f"embeddings.{name}_embeddings.weight"] for name in ("position", "token_type")
        )
        return cls(
            word_embeddings=words,
            position_embeddings=positions + token_types[0],
            embedding_norm=NumpyLayerNorm.of(state, "embeddings.LayerNorm", eps),
            layers=tuple(_layer(state, n, heads, eps) for n in range(layers)),
        )

    def __call__(self, texts: Sequence[TokenIds]) -> list[Floats]:
        """Return each text's token vectors, (tokens, hidden)."""
        lengths = [len(text) for text in texts]
        x = self.word_embeddings[np.concatenate(texts)]
        x += np.concatenate([self.position_embeddings[:length] for length in lengths])
        x = self.embedding_norm(x)
        for layer in self.layers:
            x = layer(x, lengths)
        return np.split(x, np.cumsum(lengths)[:-1])


def _layer(state: Mapping[str, Floats], n: int, heads: int, eps: float) -> NumpyBertLayer:
    name = f"encoder.layer.{n}"
    return NumpyBertLayer(
        heads=heads,
        qkv=NumpyLinear.of(state, *(f"{name}.attention.self.{part}" for part in ("query", "key", "value"))),
        attention_output=NumpyLinear.of(state, f"{name}.attention.output.dense"),
        attention_norm=NumpyLayerNorm.of(state, f"{name}.attention.output.LayerNorm", eps),
        up_projection=NumpyLinear.of(state, f"{name}.intermediate.dense"),
        down_projection=NumpyLinear.of(state, f"{name}.output.dense"),
        output_norm=NumpyLayerNorm.of(state, f"{name}.output.LayerNorm", eps),
    )


def gelu(x: Floats) -> Floats:
    """Return GELU(x) = x * Phi(x), with Phi the standard normal distribution function.

    Uses Abramowitz and Stegun's approximation of erf, formula 7.1.26, whose error is below 1.5e-7.
    """
    return gelu_in_place(np.array(x, np.float32, ndmin=2)).reshape(np.shape(x))


def gelu_in_place(x: Floats) -> Floats:
    """Apply GELU to `x`, (rows, width), in place and return it."""
    size, t = np.empty((2, min(_BLOCK, len(x)), x.shape[-1]), np.float32)
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        _gelu(block, size[: len(block)], t[: len(block)])
    return x


def _gelu(x: Floats, size: Floats, t: Floats) -> None:
    """Apply GELU to one block in place: (x + |x| erf(|x| / sqrt 2)) / 2; `size` and `t` are scratch space."""
    a, b, c, d, e = _ERF
    np.abs(x, out=size)
    np.multiply(size, np.float32(0.3275911 * 0.5**0.5), out=t)
    t += np.float32(1)
    np.reciprocal(t, out=t)
    series = t * e
    for term in (d, c, b, a):
        series += term
        series *= t
    np.multiply(size, size, out=t)
    t *= np.float32(-0.5)
    np.exp(t, out=t)
    series *= t
    np.subtract(np.float32(1), series, out=series)
    series *= size
    x += series
    x *= np.float32(0.5)
