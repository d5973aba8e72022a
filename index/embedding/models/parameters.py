"""The parameters of a plain BERT in float32, grouped by layer."""

from dataclasses import dataclass
from math import e, log2, sqrt
from typing import Self, TypeAlias

import torch
from torch import Tensor

from citeback.index.embedding.models.four_bit import FourBitMatrix
from citeback.index.embedding.models.plain_bert import PlainBert, WordEmbeddings

WeightAndBias: TypeAlias = tuple[Tensor, Tensor]
"""Weight and bias: (out, in) and (out,) for a linear layer, both (hidden,) for a layer norm."""


@dataclass(frozen=True, slots=True, eq=False)
class WideningEmbeddings:
    """Token embeddings in 4-bit integers, widened to `dtype` when they are looked up."""

    matrix: FourBitMatrix
    dtype: torch.dtype = torch.float32

    def __getitem__(self, ids: Tensor) -> Tensor:
        """Return the embeddings of token ids, (tokens, hidden)."""
        return torch.from_numpy(self.matrix[ids.numpy()]).to(self.dtype)

    def to(self, dtype: torch.dtype) -> "WideningEmbeddings":
        """Return the embeddings in another number format."""
        return WideningEmbeddings(self.matrix, dtype)


EmbeddingTable: TypeAlias = Tensor | WideningEmbeddings


def _embedding_table(words: WordEmbeddings) -> EmbeddingTable:
    return WideningEmbeddings(words) if isinstance(words, FourBitMatrix) else torch.from_numpy(words)


@dataclass(frozen=True, slots=True, eq=False)
class LayerParameters:
    """One Transformer block: attention, feed-forward network, and the layer norm after each."""

    qkv: WeightAndBias
    """Query, key and value projections, stacked along `out`; queries are pre-scaled for `attend`."""
    attention_output: WeightAndBias
    attention_norm: WeightAndBias
    up_projection: WeightAndBias
    down_projection: WeightAndBias
    output_norm: WeightAndBias


@dataclass(frozen=True, slots=True, eq=False)
class BertParameters:
    """All parameters of a BERT encoder.

    The word embeddings are (vocabulary, hidden), the position embeddings (positions, hidden). `eps` is the
    layer norms' epsilon.
    """

    heads: int
    eps: float
    word_embeddings: EmbeddingTable
    position_embeddings: Tensor
    embedding_norm: WeightAndBias
    layers: tuple[LayerParameters, ...]

    @classmethod
    def of(cls, folder: PlainBert) -> Self:
        """Load the parameters of a model."""
        state = {name: torch.from_numpy(values.copy()) for name, values in folder.state_dict().items()}

        def pair(name: str) -> WeightAndBias:
            return state[f"{name}.weight"], state[f"{name}.bias"]

        def layer(n: int) -> LayerParameters:
            at = f"encoder.layer.{n}"
            (weight, bias), key, value = (
                pair(f"{at}.attention.self.{name}") for name in ("query", "key", "value")
            )
            # 2 ** (scale * q·k) equals exp(q·k / sqrt(head size)).
            scale = log2(e) / sqrt(weight.shape[0] / folder.heads)
            query = weight * scale, bias * scale
            return LayerParameters(
                qkv=(torch.cat([query[0], key[0], value[0]]), torch.cat([query[1], key[1], value[1]])),
                attention_output=pair(f"{at}.attention.output.dense"),
                attention_norm=pair(f"{at}.attention.output.LayerNorm"),
                up_projection=pair(f"{at}.intermediate.dense"),
                down_projection=pair(f"{at}.output.dense"),
                output_norm=pair(f"{at}.output.LayerNorm"),
            )

        position, token_type = (
            state[f"embeddings.{n}_embeddings.weight"] for n in ("position", "token_type")
        )
        return cls(
            heads=folder.heads,
            eps=folder.eps,
            word_embeddings=_embedding_table(folder.word_embeddings()),
            position_embeddings=position + token_type[0],
            embedding_norm=pair("embeddings.LayerNorm"),
            layers=tuple(map(layer, range(folder.layers))),
        )
