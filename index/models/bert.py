"""BERT's forward pass in floating point, in plain PyTorch with oneDNN.

The texts of a batch are concatenated instead of padded: linear layers see one matrix of tokens, and attention
is computed per text without a mask. Weights are reordered once into oneDNN's blocked format, and GELU and
residual additions are fused into its matrix products.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

import torch
import torch.nn.functional as F  # noqa: N812  as PyTorch itself calls it
from torch import Tensor

from index.models.attention import attend
from index.models.parameters import LayerParameters, Pair, Parameters

_ROWS = 16
"""Batches are padded to a multiple of this: oneDNN compiles a kernel for each new number of rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A linear layer; `weight` is (out, in), in oneDNN's blocked format if `packed`."""

    weight: Tensor
    bias: Tensor
    packed: bool

    @classmethod
    def of(cls, pair: Pair, dtype: torch.dtype) -> Self:
        """Return the layer in `dtype`, its weight packed for oneDNN where available."""
        weight, bias = (tensor.to(dtype) for tensor in pair)
        if not torch._C._has_mkldnn:
            return cls(weight, bias, packed=False)
        return cls(torch.ops.mkldnn._reorder_linear_weight(weight.contiguous()), bias, packed=True)

    def __call__(self, x: Tensor) -> Tensor:
        """Apply the layer to `x`, (rows, in); return (rows, out)."""
        return self._product(x, "none") if self.packed else F.linear(x, self.weight, self.bias)

    def gelu(self, x: Tensor) -> Tensor:
        """Return `gelu(linear(x))`, fused where possible; `x` is (rows, in)."""
        return self._product(x, "gelu") if self.packed else F.gelu(F.linear(x, self.weight, self.bias))

    def plus(self, x: Tensor, other: Tensor) -> Tensor:
        """Return `linear(x) + other`, fused where possible; `other` is (rows, out)."""
        if self.packed:
            added: Tensor = torch.ops.mkldnn._linear_pointwise.binary(x, other, self.weight, self.bias, "add")
            return added
        return F.linear(x, self.weight, self.bias) + other

    def _product(self, x: Tensor, then: str) -> Tensor:
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.weight, self.bias, then, [], "none")
        return product


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """Layer normalization over the last dimension."""

    weight: Tensor
    bias: Tensor
    eps: float

    @classmethod
    def of(cls, pair: Pair, eps: float, dtype: torch.dtype) -> Self:
        """Return the layer with its parameters in `dtype`."""
        weight, bias = (tensor.to(dtype) for tensor in pair)
        return cls(weight, bias, eps)

    def __call__(self, x: Tensor) -> Tensor:
        """Return `x` normalized, in the same shape."""
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


class Block(Protocol):
    """A Transformer block: self-attention and a feed-forward network."""

    def __call__(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the block's output, (rows, hidden), for texts of these lengths plus padding rows."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A post-norm Transformer block (Devlin et al., 2019) in floating point."""

    heads: int
    look: Linear
    gather: Linear
    gathered: Norm
    widen: Linear
    narrow: Linear
    narrowed: Norm

    @classmethod
    def of(cls, own: LayerParameters, of_all: Parameters, dtype: torch.dtype) -> Self:
        """Return the block with its parameters in `dtype`."""
        eps = of_all.eps
        return cls(
            of_all.heads,
            Linear.of(own.look, dtype),
            Linear.of(own.gather, dtype),
            Norm.of(own.gathered, eps, dtype),
            Linear.of(own.widen, dtype),
            Linear.of(own.narrow, dtype),
            Norm.of(own.narrowed, eps, dtype),
        )

    def __call__(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the block's output, (rows, hidden)."""
        x = self.gathered(self.gather.plus(attend(self.look(x), lengths, self.heads, x.dtype), x))
        return self.narrowed(self.narrow.plus(self.widen.gelu(x), x))


Kind = TypeVar("Kind", bound=Block, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Bert(Generic[Kind]):
    """A BERT encoder, its weights laid out for fast products. Safe to share between threads."""

    words: Tensor
    places: Tensor
    entry: Norm
    layers: tuple[Kind, ...]

    @torch.inference_mode()
    def __call__(self, texts: Sequence[Tensor]) -> Tensor:
        """Return the token vectors of all texts, (rows, hidden), one row per token.

        Each text is an array of token ids, (tokens,). Internally, rows are padded to a multiple of `_ROWS`.
        """
        lengths = [len(text) for text in texts]
        rows = sum(lengths)
        x = F.pad(self.begin(texts), (0, 0, 0, -rows % _ROWS))
        for layer in self.layers:
            x = layer(x, lengths)
        return x[:rows]

    def begin(self, texts: Sequence[Tensor]) -> Tensor:
        """Return the sum of word and position embeddings after layer norm, (rows, hidden)."""
        places = torch.cat([self.places[: len(text)] for text in texts])
        return self.entry(self.words[torch.cat(list(texts))] + places)


def floating(given: Parameters, dtype: torch.dtype) -> Bert[Layer]:
    """Return the BERT encoder that computes in `dtype`."""
    entry = Norm.of(given.entry, given.eps, dtype)
    layers = tuple(Layer.of(own, given, dtype) for own in given.layers)
    return Bert(given.words.to(dtype), given.places.to(dtype), entry, layers)
