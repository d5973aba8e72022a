"""The forward pass of a BERT on a processor, in plain PyTorch. Must never know tokenizers.

The tokens of a few texts go through one behind another: products take them as rows of one matrix, attention
keeps to each text, so that nothing is padded and nothing is masked. Weights are reordered once for oneDNN,
whose products then do GELU and the residual sums as well.
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
"""oneDNN makes itself a program for each number of rows that it meets, which takes as long as many rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A linear layer; `weight` is (out, in), in an order of oneDNN's own where that is `packed`."""

    weight: Tensor
    bias: Tensor
    packed: bool

    @classmethod
    def of(cls, pair: Pair, dtype: torch.dtype) -> Self:
        """Return the layer in the order that is fastest here."""
        weight, bias = (tensor.to(dtype) for tensor in pair)
        if not torch._C._has_mkldnn:
            return cls(weight, bias, packed=False)
        return cls(torch.ops.mkldnn._reorder_linear_weight(weight.contiguous()), bias, packed=True)

    def __call__(self, x: Tensor) -> Tensor:
        """Return (rows, out) for (rows, in)."""
        return self._product(x, "none") if self.packed else F.linear(x, self.weight, self.bias)

    def gelu(self, x: Tensor) -> Tensor:
        """Return the same through GELU."""
        return self._product(x, "gelu") if self.packed else F.gelu(F.linear(x, self.weight, self.bias))

    def plus(self, x: Tensor, other: Tensor) -> Tensor:
        """Return the same with `other`, (rows, out), added."""
        if self.packed:
            added: Tensor = torch.ops.mkldnn._linear_pointwise.binary(x, other, self.weight, self.bias, "add")
            return added
        return F.linear(x, self.weight, self.bias) + other

    def _product(self, x: Tensor, then: str) -> Tensor:
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.weight, self.bias, then, [], "none")
        return product


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """Layer normalisation over the last dimension."""

    weight: Tensor
    bias: Tensor
    eps: float

    @classmethod
    def of(cls, pair: Pair, eps: float, dtype: torch.dtype) -> Self:
        """Return the norm in a number format."""
        weight, bias = (tensor.to(dtype) for tensor in pair)
        return cls(weight, bias, eps)

    def __call__(self, x: Tensor) -> Tensor:
        """Return `x` normalised, in the same shape."""
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


class Block(Protocol):
    """Attention and the feed-forward part."""

    def __call__(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the next (rows, hidden): first those of texts of the given lengths, then rows to fill up."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Attention and the feed-forward part, each with its residual and its norm, in floating point."""

    heads: int
    look: Linear
    gather: Linear
    gathered: Norm
    widen: Linear
    narrow: Linear
    narrowed: Norm

    @classmethod
    def of(cls, own: LayerParameters, of_all: Parameters, dtype: torch.dtype) -> Self:
        """Return a layer in a number format."""
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
        """Return the next (rows, hidden)."""
        x = self.gathered(self.gather.plus(attend(self.look(x), lengths, self.heads, x.dtype), x))
        return self.narrowed(self.narrow.plus(self.widen.gelu(x), x))


Kind = TypeVar("Kind", bound=Block, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Bert(Generic[Kind]):
    """A BERT with its weights in the order in which they are multiplied; safe to share between threads."""

    words: Tensor
    places: Tensor
    entry: Norm
    layers: tuple[Kind, ...]

    @torch.inference_mode()
    def __call__(self, texts: Sequence[Tensor]) -> Tensor:
        """Return (rows, hidden), a row for each token of each text; a text is its token ids (tokens,).

        Rows without a token fill up to a multiple of `_ROWS`.
        """
        lengths = [len(text) for text in texts]
        rows = sum(lengths)
        x = F.pad(self.begin(texts), (0, 0, 0, -rows % _ROWS))
        for layer in self.layers:
            x = layer(x, lengths)
        return x[:rows]

    def begin(self, texts: Sequence[Tensor]) -> Tensor:
        """Return what the first layer is given, (rows, hidden)."""
        places = torch.cat([self.places[: len(text)] for text in texts])
        return self.entry(self.words[torch.cat(list(texts))] + places)


def floating(given: Parameters, dtype: torch.dtype) -> Bert[Layer]:
    """Return the model that computes in a floating-point format."""
    entry = Norm.of(given.entry, given.eps, dtype)
    layers = tuple(Layer.of(own, given, dtype) for own in given.layers)
    return Bert(given.words.to(dtype), given.places.to(dtype), entry, layers)
