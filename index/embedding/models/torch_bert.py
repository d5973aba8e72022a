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

from citeback.index.embedding.models.attention import attend
from citeback.index.embedding.models.parameters import (
    BertParameters,
    EmbeddingTable,
    LayerParameters,
    WeightAndBias,
)

_ROW_MULTIPLE = 16
"""Batches are padded to a multiple of this: oneDNN compiles a kernel for each new number of rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A linear layer; `weight` is (out, in), in oneDNN's blocked format if `packed`."""

    weight: Tensor
    bias: Tensor
    packed: bool

    @classmethod
    def of(cls, parameters: WeightAndBias, dtype: torch.dtype) -> Self:
        """Return the layer in `dtype`, its weight packed for oneDNN where available."""
        weight, bias = (tensor.to(dtype) for tensor in parameters)
        if not torch._C._has_mkldnn:
            return cls(weight=weight, bias=bias, packed=False)
        blocked = torch.ops.mkldnn._reorder_linear_weight(weight.contiguous())
        return cls(weight=blocked, bias=bias, packed=True)

    def __call__(self, x: Tensor) -> Tensor:
        """Apply the layer to `x`, (rows, in); return (rows, out)."""
        return self._fused(x, "none") if self.packed else F.linear(x, self.weight, self.bias)

    def gelu(self, x: Tensor) -> Tensor:
        """Return `gelu(linear(x))`, fused where possible; `x` is (rows, in)."""
        return self._fused(x, "gelu") if self.packed else F.gelu(F.linear(x, self.weight, self.bias))

    def add_residual(self, x: Tensor, residual: Tensor) -> Tensor:
        """Return `linear(x) + residual`, fused where possible; `residual` is (rows, out)."""
        if self.packed:
            added: Tensor = torch.ops.mkldnn._linear_pointwise.binary(
                x, residual, self.weight, self.bias, "add"
            )
            return added
        return F.linear(x, self.weight, self.bias) + residual

    def _fused(self, x: Tensor, post_op: str) -> Tensor:
        product: Tensor = torch.ops.mkldnn._linear_pointwise(x, self.weight, self.bias, post_op, [], "none")
        return product


@dataclass(frozen=True, slots=True, eq=False)
class LayerNorm:
    """Layer normalization over the last dimension."""

    weight: Tensor
    bias: Tensor
    eps: float

    @classmethod
    def of(cls, parameters: WeightAndBias, eps: float, dtype: torch.dtype) -> Self:
        """Return the layer with its parameters in `dtype`."""
        weight, bias = (tensor.to(dtype) for tensor in parameters)
        return cls(weight=weight, bias=bias, eps=eps)

    def __call__(self, x: Tensor) -> Tensor:
        """Return `x` normalized, in the same shape."""
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


class TransformerLayer(Protocol):
    """A Transformer block: self-attention and a feed-forward network."""

    def __call__(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the block's output, (rows, hidden), for texts of these lengths plus padding rows."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class BertLayer:
    """A post-norm Transformer block (Devlin et al., 2019) in floating point."""

    heads: int
    qkv: Linear
    attention_output: Linear
    attention_norm: LayerNorm
    up_projection: Linear
    down_projection: Linear
    output_norm: LayerNorm

    @classmethod
    def of(cls, layer: LayerParameters, parameters: BertParameters, dtype: torch.dtype) -> Self:
        """Return the block with its parameters in `dtype`."""
        eps = parameters.eps
        return cls(
            heads=parameters.heads,
            qkv=Linear.of(layer.qkv, dtype),
            attention_output=Linear.of(layer.attention_output, dtype),
            attention_norm=LayerNorm.of(layer.attention_norm, eps, dtype),
            up_projection=Linear.of(layer.up_projection, dtype),
            down_projection=Linear.of(layer.down_projection, dtype),
            output_norm=LayerNorm.of(layer.output_norm, eps, dtype),
        )

    def __call__(self, x: Tensor, lengths: Sequence[int]) -> Tensor:
        """Return the block's output, (rows, hidden)."""
        x = self.attention_norm(
            self.attention_output.add_residual(attend(self.qkv(x), lengths, self.heads, x.dtype), x)
        )
        return self.output_norm(self.down_projection.add_residual(self.up_projection.gelu(x), x))


LayerT = TypeVar("LayerT", bound=TransformerLayer, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Bert(Generic[LayerT]):
    """A BERT encoder, its weights laid out for fast products. Safe to share between threads."""

    word_embeddings: EmbeddingTable
    position_embeddings: Tensor
    embedding_norm: LayerNorm
    layers: tuple[LayerT, ...]

    @torch.inference_mode()
    def __call__(self, texts: Sequence[Tensor]) -> Tensor:
        """Return the token vectors of all texts, (rows, hidden), one row per token.

        Each text is an array of token ids, (tokens,). Internally, rows are padded to a multiple of
        `_ROW_MULTIPLE`.
        """
        lengths = [len(text) for text in texts]
        rows = sum(lengths)
        x = F.pad(self.embed(texts), (0, 0, 0, -rows % _ROW_MULTIPLE))
        for layer in self.layers:
            x = layer(x, lengths)
        return x[:rows]

    def embed(self, texts: Sequence[Tensor]) -> Tensor:
        """Return the sum of word and position embeddings after layer norm, (rows, hidden)."""
        positions = torch.cat([self.position_embeddings[: len(text)] for text in texts])
        return self.embedding_norm(self.word_embeddings[torch.cat(list(texts))] + positions)


def float_bert(parameters: BertParameters, dtype: torch.dtype) -> Bert[BertLayer]:
    """Return the BERT encoder that computes in `dtype`."""
    return Bert(
        word_embeddings=parameters.word_embeddings.to(dtype),
        position_embeddings=parameters.position_embeddings.to(dtype),
        embedding_norm=LayerNorm.of(parameters.embedding_norm, parameters.eps, dtype),
        layers=tuple(BertLayer.of(layer, parameters, dtype) for layer in parameters.layers),
    )
