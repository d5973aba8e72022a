"""The forward pass of a BERT whose linear layers multiply 8-bit integers, for texts by the thousand.

Must never know texts or tokenizers. What a linear layer is given is counted in steps of a grid that was laid
beforehand over what the layer is given for sample texts: integers of 0 to 255. Its weights are integers of
-127 to 127, in steps of their own for each output. Norms, GELU, residual sums and attention stay in floating
point, and norms return counts already. Two things keep the vectors near those of floating point:

- Where a few channels of a layer's input reach far and their weights do not, range is moved from the one to
  the other (SmoothQuant, arXiv 2211.10438).
- A handful of wide channels reach so far that a grid over all of them is too coarse for the others. What
  GELU makes of them stays in floating point.
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

_MOVED = 0.75  # the share of a channel's range that goes over to the weights (alpha)
_ROOM = 1.1  # how much farther than the samples a grid reaches, for what norms return,
_FREE = 1.25  # and for what has no norm behind it
_APART = 8  # wide channels that are computed in floating point
_LOWEST_GELU = -0.17


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The lowest and the highest value of each channel, (channels,) both."""

    low: Tensor
    high: Tensor

    @classmethod
    def of(cls, x: Tensor) -> Self:
        """Return those of (rows, channels)."""
        return cls(x.amin(dim=0).float(), x.amax(dim=0).float())

    @property
    def reach(self) -> Tensor:
        """Return how far each channel is from zero at most."""
        return torch.maximum(self.low.abs(), self.high.abs())


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What the four linear layers of a layer were given."""

    look: Seen
    gather: Seen
    widen: Seen
    narrow: Seen


def watch(layer: Layer, x: Tensor, lengths: Sequence[int]) -> tuple[Watched, Tensor]:
    """Return what a layer's linear layers are given for (rows, hidden), and what the layer returns."""
    mean = attend(layer.look(x), lengths, layer.heads, x.dtype)
    inner = layer.gathered(layer.gather.plus(mean, x))
    wide = layer.widen.gelu(inner)
    seen = Watched(*map(Seen.of, (x, mean, inner, wide)))
    return seen, layer.narrowed(layer.narrow.plus(wide, inner))


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A value of a channel is its step times (count - zero); steps are (channels,) or one for all of them."""

    step: Tensor
    zero: float

    @classmethod
    def over(cls, low: Tensor, high: Tensor, room: float, share: Tensor | None = None) -> Self:
        """Return 256 steps over all channels; `share`, (channels,), is how long each channel's are."""
        share = torch.ones(()) if share is None else share
        lowest = min((low / share).min().item() * room, 0.0)
        step = max((high / share).max().item() * room - lowest, 1e-6) / 255
        return cls(share * step, float(round(-lowest / step)))

    @classmethod
    def shared(cls, seen: Seen, weight: Tensor) -> Self:
        """Return longer steps for a channel that reaches far and whose weights, (out, channels), do not."""
        weights = weight.abs().amax(dim=0).clamp_min(1e-6)
        share = seen.reach.clamp_min(1e-6) ** _MOVED / weights ** (1 - _MOVED)
        return cls.over(seen.low, seen.high, _ROOM, share)

    def norm(self, pair: Pair, eps: float) -> Norm:
        """Return the norm that returns counts, and half a count so that cutting off rounds."""
        weight, bias = pair
        return Norm(weight / self.step, bias / self.step + self.zero + 0.5, eps)


def counts(x: Tensor) -> Tensor:
    """Return counts, and half a count, as integers: what is beyond the grid is at its end."""
    # Through 32 bits, since PyTorch makes 8 of a float one by one.
    return torch.clamp(x, 0, 255).to(torch.int32).to(torch.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLinear:
    """A linear layer over counts; `weight` is in an order of oneDNN's own, `steps` are its, (out,)."""

    weight: Tensor
    steps: Tensor
    zeros: Tensor
    bias: Tensor

    @classmethod
    def of(cls, pair: Pair, grid: Grid) -> Self:
        """Return the layer whose inputs are counted on a grid."""
        weight, bias = pair[0] * grid.step, pair[1]
        steps = weight.abs().amax(dim=1).clamp_min(1e-12) / 127
        rounded = torch.round(weight / steps[:, None])
        bias = bias - grid.zero * rounded.sum(dim=1) * steps
        packed = torch.ops.onednn.qlinear_prepack(rounded.to(torch.int8), None)
        return cls(packed, steps, torch.zeros(len(steps), dtype=torch.int32), bias)

    def __call__(self, given: Tensor, dtype: torch.dtype) -> Tensor:
        """Return (rows, out) in a number format for counts (rows, in)."""
        return self._product(given, 1.0, 0, dtype, "none")

    def gelu(self, given: Tensor, grid: Grid) -> Tensor:
        """Return the same through GELU as counts on another grid."""
        return self._product(given, grid.step.item(), int(grid.zero), torch.uint8, "gelu")

    def _product(self, given: Tensor, step: float, zero: int, dtype: torch.dtype, then: str) -> Tensor:
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            given, 1.0, 0, self.weight, self.steps, self.zeros, self.bias, step, zero, dtype, then, [], "none"
        )
        return product


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """The channels whose GELU stays in floating point; `narrow` is (few, out)."""

    widen: IntegerLinear
    narrow: Tensor

    @classmethod
    def of(cls, own: LayerParameters, channels: Tensor, grid: Grid) -> Self:
        """Return those channels, for counts on a grid."""
        weight, bias = own.widen[0][channels], own.widen[1][channels]
        return cls(IntegerLinear.of((weight, bias), grid), own.narrow[0][:, channels].T.contiguous())

    def add(self, narrowed: Tensor, given: Tensor) -> Tensor:
        """Add what these channels make of counts (rows, in) to (rows, out), in place."""
        return narrowed.addmm_(F.gelu(self.widen(given, torch.float32)), self.narrow)


@dataclass(frozen=True, slots=True, eq=False)
class IntegerLayer:
    """A layer from counts to counts: `outer` is the grid of its input, `inner` that between its halves."""

    heads: int
    dtype: torch.dtype
    """What attention computes in."""
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
        """Return the layer for what was seen; its last norm does not return counts yet."""
        outer, inner = Grid.shared(seen.look, own.look[0]), Grid.shared(seen.widen, own.widen[0])
        found = Grid.over(seen.gather.low, seen.gather.high, _FREE)
        order = seen.narrow.reach.argsort()
        near, far = order[:-_APART], order[-_APART:]
        high = seen.narrow.high[near] * _FREE
        wide = Grid.over(torch.full_like(high, _LOWEST_GELU), high, 1.0)
        narrow = own.narrow[0].clone()
        narrow[:, far] = 0
        # Values are looked at in counts of `found`, so that their means come as such.
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
        """Return the next counts (rows, hidden), half a count among them."""
        mean = attend(self.look(counts(x), self.dtype), lengths, self.heads, torch.float32)
        gathered = self.gather(counts(mean.add_(self.found.zero + 0.5)), torch.float32)
        x = self.gathered(gathered.addcmul_(x, self.outer.step))
        given = counts(x)
        narrowed = self.narrow(self.widen.gelu(given, self.wide), torch.float32)
        return self.narrowed(self.apart.add(narrowed, given).addcmul_(x, self.inner.step))


def _less(pair: Pair, grid: Grid) -> Pair:
    """Return a layer that takes off what counts on a grid have too much when they are added to its output."""
    weight, bias = pair
    return weight, bias - (grid.zero + 0.5) * grid.step


@torch.inference_mode()
def rounded(given: Parameters, bert: Bert[Layer], samples: Sequence[Tensor]) -> Bert[IntegerLayer]:
    """Return the model in integers, its grids laid over what `bert` makes of samples, ids (tokens,) each."""
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
