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

from citeback.index.embedding.models.attention import attend
from citeback.index.embedding.models.parameters import BertParameters, LayerParameters, WeightAndBias
from citeback.index.embedding.models.torch_bert import Bert, BertLayer, LayerNorm

_MIGRATION_STRENGTH = 0.75  # SmoothQuant's migration strength (alpha)
_NORM_HEADROOM = 1.1  # headroom of the grid beyond the calibrated range, behind a norm
_HEADROOM = 1.25  # headroom elsewhere
_OUTLIERS = 8  # outlier channels of the feed-forward network kept in floating point
_GELU_MINIMUM = -0.17


@dataclass(frozen=True, slots=True, eq=False)
class ChannelRange:
    """The calibrated range of a tensor: minimum and maximum per channel, both (channels,)."""

    minimum: Tensor
    maximum: Tensor

    @classmethod
    def of(cls, x: Tensor) -> Self:
        """Return the range of `x`, (rows, channels)."""
        return cls(minimum=x.amin(dim=0).float(), maximum=x.amax(dim=0).float())

    @property
    def absolute_maximum(self) -> Tensor:
        """Return the maximum absolute value of each channel, (channels,)."""
        return torch.maximum(self.minimum.abs(), self.maximum.abs())


@dataclass(frozen=True, slots=True, eq=False)
class InputRanges:
    """The calibrated input ranges of a block's four linear layers."""

    qkv: ChannelRange
    attention_output: ChannelRange
    up_projection: ChannelRange
    down_projection: ChannelRange


def observe_ranges(layer: BertLayer, x: Tensor, lengths: Sequence[int]) -> tuple[InputRanges, Tensor]:
    """Return the input ranges of a block's linear layers for `x`, (rows, hidden), and the block's output."""
    attention = attend(layer.qkv(x), lengths, layer.heads, x.dtype)
    hidden = layer.attention_norm(layer.attention_output.add_residual(attention, x))
    activation = layer.up_projection.gelu(hidden)
    ranges = InputRanges(
        qkv=ChannelRange.of(x),
        attention_output=ChannelRange.of(attention),
        up_projection=ChannelRange.of(hidden),
        down_projection=ChannelRange.of(activation),
    )
    return ranges, layer.output_norm(layer.down_projection.add_residual(activation, hidden))


@dataclass(frozen=True, slots=True, eq=False)
class QuantizationGrid:
    """A quantization grid: value = scale * (q - zero point), with a scale per channel or one for all."""

    scale: Tensor
    zero_point: float

    @classmethod
    def of_range(
        cls, minimum: Tensor, maximum: Tensor, headroom: float, channel_scales: Tensor | None = None
    ) -> Self:
        """Return a grid of 256 levels over a range.

        `minimum` and `maximum` are (channels,); `headroom` is the headroom factor. `channel_scales`,
        (channels,), gives the relative scale of each channel; without it, all channels have the same scale.
        """
        channel_scales = torch.ones(()) if channel_scales is None else channel_scales
        lowest = min((minimum / channel_scales).min().item() * headroom, 0.0)
        scale = max((maximum / channel_scales).max().item() * headroom - lowest, 1e-6) / 255
        return cls(scale=channel_scales * scale, zero_point=float(round(-lowest / scale)))

    @classmethod
    def smoothed(cls, ranges: ChannelRange, weight: Tensor) -> Self:
        """Return a SmoothQuant grid for a layer's input, given its `weight`, (out, channels)."""
        weights = weight.abs().amax(dim=0).clamp_min(1e-6)
        channel_scales = ranges.absolute_maximum.clamp_min(1e-6) ** _MIGRATION_STRENGTH / weights ** (
            1 - _MIGRATION_STRENGTH
        )
        return cls.of_range(ranges.minimum, ranges.maximum, _NORM_HEADROOM, channel_scales)

    def quantizing_norm(self, parameters: WeightAndBias, eps: float) -> LayerNorm:
        """Return the layer norm fused with quantization; 0.5 is added so that truncation rounds."""
        weight, bias = parameters
        shifted = bias / self.scale + self.zero_point + 0.5
        return LayerNorm(weight=weight / self.scale, bias=shifted, eps=eps)


def to_uint8(x: Tensor) -> Tensor:
    """Truncate to unsigned 8-bit integers, clamped to the grid."""
    # Through int32, since PyTorch converts float to uint8 one element at a time.
    return torch.clamp(x, 0, 255).to(torch.int32).to(torch.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class QuantizedLinear:
    """A linear layer over quantized inputs.

    `weight` is int8, packed for oneDNN; its scales are per output channel, (out,).
    """

    weight: Tensor
    scales: Tensor
    zero_points: Tensor
    bias: Tensor

    @classmethod
    def of(cls, parameters: WeightAndBias, grid: QuantizationGrid) -> Self:
        """Return the layer for inputs quantized on `grid`."""
        weight, bias = parameters[0] * grid.scale, parameters[1]
        scales = weight.abs().amax(dim=1).clamp_min(1e-12) / 127
        quantized = torch.round(weight / scales[:, None])
        bias = bias - grid.zero_point * quantized.sum(dim=1) * scales
        packed = torch.ops.onednn.qlinear_prepack(quantized.to(torch.int8), None)
        zero_points = torch.zeros(len(scales), dtype=torch.int32)
        return cls(weight=packed, scales=scales, zero_points=zero_points, bias=bias)

    def __call__(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        """Return the output in floating point, (rows, out), for quantized inputs, (rows, in)."""
        return self._fused(x, 1.0, 0, dtype, "none")

    def gelu(self, x: Tensor, grid: QuantizationGrid) -> Tensor:
        """Return `gelu(linear(x))`, (rows, out), requantized on `grid`."""
        return self._fused(x, grid.scale.item(), int(grid.zero_point), torch.uint8, "gelu")

    def _fused(self, x: Tensor, scale: float, zero_point: int, dtype: torch.dtype, post_op: str) -> Tensor:
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            x,
            1.0,
            0,
            self.weight,
            self.scales,
            self.zero_points,
            self.bias,
            scale,
            zero_point,
            dtype,
            post_op,
            [],
            "none",
        )
        return product


@dataclass(frozen=True, slots=True, eq=False)
class OutlierChannels:
    """The outlier channels of a feed-forward network, in floating point; `down_projection` is (few, out)."""

    up_projection: QuantizedLinear
    down_projection: Tensor

    @classmethod
    def of(cls, layer: LayerParameters, channels: Tensor, grid: QuantizationGrid) -> Self:
        """Return the outliers given by `channels`, for inputs quantized on `grid`."""
        weight, bias = layer.up_projection[0][channels], layer.up_projection[1][channels]
        return cls(
            up_projection=QuantizedLinear.of((weight, bias), grid),
            down_projection=layer.down_projection[0][:, channels].T.contiguous(),
        )

    def add(self, output: Tensor, x: Tensor) -> Tensor:
        """Add the outliers' contribution to `output`, (rows, out), in place."""
        return output.addmm_(F.gelu(self.up_projection(x, torch.float32)), self.down_projection)


@dataclass(frozen=True, slots=True, eq=False)
class QuantizedBertLayer:
    """A Transformer block over quantized activations, from one grid to the next."""

    heads: int
    dtype: torch.dtype
    """Number format of attention."""
    input_grid: QuantizationGrid
    qkv: QuantizedLinear
    attention_grid: QuantizationGrid
    attention_output: QuantizedLinear
    attention_norm: LayerNorm
    feed_forward_grid: QuantizationGrid
    up_projection: QuantizedLinear
    activation_grid: QuantizationGrid
    down_projection: QuantizedLinear
    outliers: OutlierChannels
    output_norm: LayerNorm

    @classmethod
    def of(
        cls, layer: LayerParameters, parameters: BertParameters, ranges: InputRanges, dtype: torch.dtype
    ) -> Self:
        """Return the block calibrated on `ranges`; its last norm does not quantize yet."""
        input_grid, feed_forward_grid = (
            QuantizationGrid.smoothed(ranges.qkv, layer.qkv[0]),
            QuantizationGrid.smoothed(ranges.up_projection, layer.up_projection[0]),
        )
        attention_grid = QuantizationGrid.of_range(
            ranges.attention_output.minimum, ranges.attention_output.maximum, _HEADROOM
        )
        order = ranges.down_projection.absolute_maximum.argsort()
        regular, outliers = order[:-_OUTLIERS], order[-_OUTLIERS:]
        maximum = ranges.down_projection.maximum[regular] * _HEADROOM
        activation_grid = QuantizationGrid.of_range(torch.full_like(maximum, _GELU_MINIMUM), maximum, 1.0)
        down_weight = layer.down_projection[0].clone()
        down_weight[:, outliers] = 0
        # The values are scaled to the grid of the attention output, which is a weighted mean of them.
        qkv_scale = torch.ones(len(layer.qkv[1]))
        qkv_scale[-len(layer.attention_output[1]) :] /= attention_grid.scale
        qkv = layer.qkv[0] * qkv_scale[:, None], layer.qkv[1] * qkv_scale
        attention_output = _absorb_zero_point(layer.attention_output, input_grid)
        down_projection = _absorb_zero_point((down_weight, layer.down_projection[1]), feed_forward_grid)
        output_weight, output_bias = layer.output_norm
        return cls(
            heads=parameters.heads,
            dtype=dtype,
            input_grid=input_grid,
            qkv=QuantizedLinear.of(qkv, input_grid),
            attention_grid=attention_grid,
            attention_output=QuantizedLinear.of(attention_output, attention_grid),
            attention_norm=feed_forward_grid.quantizing_norm(layer.attention_norm, parameters.eps),
            feed_forward_grid=feed_forward_grid,
            up_projection=QuantizedLinear.of(layer.up_projection, feed_forward_grid),
            activation_grid=activation_grid,
            down_projection=QuantizedLinear.of(down_projection, activation_grid),
            outliers=OutlierChannels.of(layer, outliers, feed_forward_grid),
            output_norm=LayerNorm(weight=output_weight, bias=output_bias, eps=parameters.eps),
        )

    def __call__(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the block's output, (rows, hidden), in quantized units plus 0.5."""
        attention = attend(self.qkv(to_uint8(x), self.dtype), lengths, self.heads, torch.float32)
        projected = self.attention_output(
            to_uint8(attention.add_(self.attention_grid.zero_point + 0.5)), torch.float32
        )
        x = self.attention_norm(projected.addcmul_(x, self.input_grid.scale))
        quantized = to_uint8(x)
        output = self.down_projection(self.up_projection.gelu(quantized, self.activation_grid), torch.float32)
        return self.output_norm(
            self.outliers.add(output, quantized).addcmul_(x, self.feed_forward_grid.scale)
        )


def _absorb_zero_point(parameters: WeightAndBias, grid: QuantizationGrid) -> WeightAndBias:
    """Return a layer whose bias absorbs the zero point and the 0.5 of a residual on `grid`."""
    weight, bias = parameters
    return weight, bias - (grid.zero_point + 0.5) * grid.scale


@torch.inference_mode()
def quantized_bert(
    parameters: BertParameters, bert: Bert[BertLayer], samples: Sequence[Tensor]
) -> Bert[QuantizedBertLayer]:
    """Return the quantized model, calibrated on samples.

    Each sample is an array of token ids, (tokens,), encoded by the floating-point model `bert`.
    """
    x, lengths, layers = bert.embed(samples), [len(text) for text in samples], []
    for own, layer in zip(parameters.layers, bert.layers, strict=True):
        ranges, after = observe_ranges(layer, x, lengths)
        layers.append(QuantizedBertLayer.of(own, parameters, ranges, x.dtype))
        x = after
    embedding_norm = layers[0].input_grid.quantizing_norm(parameters.embedding_norm, parameters.eps)
    chained = [
        replace(layer, output_norm=after.input_grid.quantizing_norm(own.output_norm, parameters.eps))
        for own, (layer, after) in zip(parameters.layers[:-1], pairwise(layers), strict=True)
    ]
    return Bert(
        word_embeddings=parameters.word_embeddings,
        position_embeddings=parameters.position_embeddings,
        embedding_norm=embedding_norm,
        layers=(*chained, layers[-1]),
    )
