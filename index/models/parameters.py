"""The parameters of a plain BERT, float32, put together as layers use them. Must never know a pass."""

from dataclasses import dataclass
from math import e, log2, sqrt
from typing import Self, TypeAlias

import torch
from torch import Tensor

from index.models.weights import BertFolder

Pair: TypeAlias = tuple[Tensor, Tensor]
"""Weight and bias: of a linear layer (out, in) and (out,), of a norm (hidden,) both."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerParameters:
    """Attention looks and gathers, the feed-forward part widens and narrows; a norm after each."""

    look: Pair
    """Queries, keys and values, one below another; queries scaled as `attend` wants them."""
    gather: Pair
    gathered: Pair
    widen: Pair
    narrow: Pair
    narrowed: Pair


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """`words` is (vocabulary, hidden), `places` (tokens, hidden); `eps` is what norms add to a variance."""

    heads: int
    eps: float
    words: Tensor
    places: Tensor
    entry: Pair
    layers: tuple[LayerParameters, ...]

    @classmethod
    def of(cls, folder: BertFolder) -> Self:
        """Return the parameters of a folder."""
        state = {name: torch.from_numpy(values) for name, values in folder.state().items()}

        def pair(name: str) -> Pair:
            return state[f"{name}.weight"], state[f"{name}.bias"]

        def layer(n: int) -> LayerParameters:
            at = f"encoder.layer.{n}"
            (weight, bias), key, value = (
                pair(f"{at}.attention.self.{name}") for name in ("query", "key", "value")
            )
            # exp(x / sqrt(size of a head)) is 2 to the power of what the scaled queries find.
            scale = log2(e) / sqrt(weight.shape[0] / folder.heads)
            query = weight * scale, bias * scale
            return LayerParameters(
                (torch.cat([query[0], key[0], value[0]]), torch.cat([query[1], key[1], value[1]])),
                pair(f"{at}.attention.output.dense"),
                pair(f"{at}.attention.output.LayerNorm"),
                pair(f"{at}.intermediate.dense"),
                pair(f"{at}.output.dense"),
                pair(f"{at}.output.LayerNorm"),
            )

        word, place, kind = (
            state[f"embeddings.{n}_embeddings.weight"] for n in ("word", "position", "token_type")
        )
        layers = tuple(map(layer, range(folder.layers)))
        return cls(folder.heads, folder.eps, word, place + kind[0], pair("embeddings.LayerNorm"), layers)
