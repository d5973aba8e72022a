"""BERT's forward pass with linear layers in 8-bit integers, for encoding documents in bulk.

Activations are quantized to unsigned 8-bit integers on a static grid (scale and zero point), calibrated on
sample texts. Weights are quantized to signed 8-bit integers with one scale per output channel. Norms, GELU,
residual sums and attention stay in floating point; norms return already quantized values. Two measures limit
the quantization error:

  - Input channels with large activations and small weights pass part of their range to the weights
    (SmoothQuant, arXiv 2211.10438).
  - The few feed-forward channels with the largest activations (outliers) stay in floating point.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import torch
import torch.nn.functional as F  # noqa: N812  as PyTorch itself calls it
from torch import Tensor

from index.models.attention import attend
from index.models.bert import Bert, Layer, Norm
from index.models.parameters import LayerParameters, Pair, Parameters

_MOVED = 0.75  # SmoothQuant's migration strength (alpha)
_ROOM = 1.1  # headroom of the grid beyond the calibrated range, behind a norm
_FREE = 1.25  # headroom elsewhere
_APART = 8  # outlier channels of the feed-forward network kept in floating point
_LOWEST_GELU = -0.17


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The calibrated range of a tensor: minimum and maximum per channel, both (channels,)."""

    low: Tensor
    high: Tensor

    @classmethod
    def of(cls, x: Tensor) -> Self:
        """Return the range of `x`, (rows, channels)."""
        return cls(x.amin(dim=0).float(), x.amax(dim=0).float())

    @property
    def reach(self) -> Tensor:
        """Return the maximum absolute value of each channel, (channels,)."""
        return torch.maximum(self.low.abs(), self.high.abs())


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """The calibrated input ranges of a block's four linear layers."""

    look: Seen
    gather: Seen
    widen: Seen
    narrow: Seen


def watch(layer: Layer, x: Tensor, lengths: Sequence[int]) -> tuple[Watched, Tensor]:
    """Return the input ranges of a block's linear layers for `x`, (rows, hidden), and the block's output."""
    mean = attend(layer.look(x), lengths, layer.heads, x.dtype)
    inner = layer.gathered(layer.gather.plus(mean, x))
    wide = layer.widen.gelu(inner)
    seen = Watched(*map(Seen.of, (x, mean, inner, wide)))
    return seen, layer.narrowed(layer.narrow.plus(wide, inner))


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A quantization grid: value = scale * (q - zero point), with a scale per channel or one for all."""

    step: Tensor
    zero: float

    @classmethod
    def over(cls, low: Tensor, high: Tensor, room: float, share: Tensor | None = None) -> Self:
        """Return a grid of 256 levels over a range.

        `low` and `high` are (channels,); `room` is the headroom factor. `share`, (channels,), gives the
        relative scale of each channel; without it, all channels have the same scale.
        """
        share = torch.ones(()) if share is None else share
        lowest = min((low / share).min().item() * room, 0.0)
        step = max((high / share).max().item() * room - lowest, 1e-6) / 255
        return cls(share * step, float(round(-lowest / step)))

    @classmethod
    def shared(cls, seen: Seen, weight: Tensor) -> Self:
        """Return a SmoothQuant grid for a layer's input, given its `weight`, (out, channels)."""
        weights = weight.abs().amax(dim=0).clamp_min(1e-6)
        share = seen.reach.clamp_min(1e-6) ** _MOVED / weights ** (1 - _MOVED)
        return cls.over(seen.low, seen.high, _ROOM, share)

    def norm(self, pair: Pair, eps: float) -> Norm:
        """Return the layer norm fused with quantization; 0.5 is added so that truncation rounds."""
        weight, bias = pair
        return Norm(weight / self.step, bias / self.step + self.zero + 0.5, eps)


def counts(x: Tensor) -> Tensor:
    """Truncate to unsigned 8-bit integers, clamped to the grid."""
    # Through int32, since PyTorch converts float to uint8 one element at a time.
    return torch.clamp(x, 0, 255).to(torch.int32).to(torch.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLinear:
    """A linear layer over quantized inputs.

    `weight` is int8, packed for oneDNN; its scales are per output channel, (out,).
    """

    weight: Tensor
    steps: Tensor
    zeros: Tensor
    bias: Tensor

    @classmethod
    def of(cls, pair: Pair, grid: Grid) -> Self:
        """Return the layer for inputs quantized on `grid`."""
        weight, bias = pair[0] * grid.step, pair[1]
        steps = weight.abs().amax(dim=1).clamp_min(1e-12) / 127
        rounded = torch.round(weight / steps[:, None])
        bias = bias - grid.zero * rounded.sum(dim=1) * steps
        packed = torch.ops.onednn.qlinear_prepack(rounded.to(torch.int8), None)
        return cls(packed, steps, torch.zeros(len(steps), dtype=torch.int32), bias)

    def __call__(self, given: Tensor, dtype: torch.dtype) -> Tensor:
        """Return the output in floating point, (rows, out), for quantized inputs, (rows, in)."""
        return self._product(given, 1.0, 0, dtype, "none")

    def gelu(self, given: Tensor, grid: Grid) -> Tensor:
        """Return `gelu(linear(given))`, (rows, out), requantized on `grid`."""
        return self._product(given, grid.step.item(), int(grid.zero), torch.uint8, "gelu")

    def _product(self, given: Tensor, step: float, zero: int, dtype: torch.dtype, then: str) -> Tensor:
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            given, 1.0, 0, self.weight, self.steps, self.zeros, self.bias, step, zero, dtype, then, [], "none"
        )
        return product


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """The outlier channels of a feed-forward network, in floating point; `narrow` is (few, out)."""

    widen: IntegerLinear
    narrow: Tensor

    @classmethod
    def of(cls, own: LayerParameters, channels: Tensor, grid: Grid) -> Self:
        """Return the outliers given by `channels`, for inputs quantized on `grid`."""
        weight, bias = own.widen[0][channels], own.widen[1][channels]
        return cls(IntegerLinear.of((weight, bias), grid), own.narrow[0][:, channels].T.contiguous())

    def add(self, narrowed: Tensor, given: Tensor) -> Tensor:
        """Add the outliers' contribution to `narrowed`, (rows, out), in place."""
        return narrowed.addmm_(F.gelu(self.widen(given, torch.float32)), self.narrow)


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLayer:
    """A Transformer block over quantized activations, from one grid to the next."""

    heads: int
    dtype: torch.dtype
    """Number format of attention."""
    outer: Grid
    look: IntegerLinear
    found: Grid
    gather: IntegerLinear
    gathered: Norm
    inner: Grid
    widen: IntegerLinear
    wide: Grid
    narrow: IntegerLinear
    apart: Apart
    narrowed: Norm

    @classmethod
    def of(cls, own: LayerParameters, of_all: Parameters, seen: Watched, dtype: torch.dtype) -> Self:
        """Return the block calibrated on `seen`; its last norm does not quantize yet."""
        outer, inner = Grid.shared(seen.look, own.look[0]), Grid.shared(seen.widen, own.widen[0])
        found = Grid.over(seen.gather.low, seen.gather.high, _FREE)
        order = seen.narrow.reach.argsort()
        near, far = order[:-_APART], order[-_APART:]
        high = seen.narrow.high[near] * _FREE
        wide = Grid.over(torch.full_like(high, _LOWEST_GELU), high, 1.0)
        narrow = own.narrow[0].clone()
        narrow[:, far] = 0
        # The values are scaled to the grid of the attention output, which is a weighted mean of them.
        per_look = torch.ones(len(own.look[1]))
        per_look[-len(own.gather[1]) :] /= found.step
        return cls(
            of_all.heads,
            dtype,
            outer,
            IntegerLinear.of((own.look[0] * per_look[:, None], own.look[1] * per_look), outer),
            found,
            IntegerLinear.of(_less(own.gather, outer), found),
            inner.norm(own.gathered, of_all.eps),
            inner,
            IntegerLinear.of(own.widen, inner),
            wide,
            IntegerLinear.of(_less((narrow, own.narrow[1]), inner), wide),
            Apart.of(own, far, inner),
            Norm(*own.narrowed, of_all.eps),
        )

    def __call__(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the block's output, (rows, hidden), in quantized units plus 0.5."""
        mean = attend(self.look(counts(x), self.dtype), lengths, self.heads, torch.float32)
        gathered = self.gather(counts(mean.add_(self.found.zero + 0.5)), torch.float32)
        x = self.gathered(gathered.addcmul_(x, self.outer.step))
        given = counts(x)
        narrowed = self.narrow(self.widen.gelu(given, self.wide), torch.float32)
        return self.narrowed(self.apart.add(narrowed, given).addcmul_(x, self.inner.step))


def _less(pair: Pair, grid: Grid) -> Pair:
    """Return a layer whose bias absorbs the zero point and the 0.5 of a residual on `grid`."""
    weight, bias = pair
    return weight, bias - (grid.zero + 0.5) * grid.step


@torch.inference_mode()
def rounded(given: Parameters, bert: Bert[Layer], samples: Sequence[Tensor]) -> Bert[IntegerLayer]:
    """Return the quantized model, calibrated on samples.

    Each sample is an array of token ids, (tokens,), encoded by the floating-point model `bert`.
    """
    x, lengths, layers = bert.begin(samples), [len(text) for text in samples], []
    for own, layer in zip(given.layers, bert.layers, strict=True):
        seen, after = watch(layer, x, lengths)
        layers.append(IntegerLayer.of(own, given, seen, x.dtype))
        x = after
    entry = layers[0].outer.norm(given.entry, given.eps)
    onto = [
        replace(layer, narrowed=after.outer.norm(own.narrowed, given.eps))
        for own, (layer, after) in zip(given.layers[:-1], pairwise(layers), strict=True)
    ]
    return Bert(given.words, given.places, entry, (*onto, layers[-1]))
