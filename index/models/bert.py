"""The forward pass of a BERT on a processor, in plain PyTorch. Must never know texts or tokenizers.

Texts of one length go through together, so that nothing is padded and nothing is masked. Weights are
reordered once for oneDNN, whose matrix products then do GELU and the residual sums as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import e, log, log2, sqrt
from typing import Self, TypeAlias

import torch
import torch.nn.functional as F  # noqa: N812  as PyTorch itself calls it
from torch import Tensor

from index.encoder import Floats, unit
from index.models.model import Ids
from index.models.processor import THREADS, number_format, single
from index.models.weights import BertFolder

Part: TypeAlias = Callable[[str], tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A linear layer; `weight` is (out, in), in an order of oneDNN's own where that is `packed`."""

    weight: Tensor
    bias: Tensor
    packed: bool

    @classmethod
    def of(cls, weight: Tensor, bias: Tensor) -> Self:
        """Return the layer in the order that is fastest here."""
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

    def __call__(self, x: Tensor) -> Tensor:
        """Return `x` normalised, in the same shape."""
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Attention and the feed-forward part, each with its residual and its norm."""

    heads: int
    look: Linear
    gather: Linear
    gathered: Norm
    widen: Linear
    narrow: Linear
    narrowed: Norm

    @classmethod
    def of(cls, part: Part, folder: BertFolder, dtype: torch.dtype) -> Self:
        """Return the layer whose float32 weights and biases `part` hands out by BERT's names."""

        def linear(*pair: Tensor) -> Linear:
            return Linear.of(*(tensor.to(dtype) for tensor in pair))

        def norm(name: str) -> Norm:
            weight, bias = part(name)
            return Norm(weight.to(dtype), bias.to(dtype), folder.eps)

        (weight, bias), key, value = (part(f"attention.self.{name}") for name in ("query", "key", "value"))
        # exp(x / sqrt(size of a head)) is 2 to the power of what the scaled queries find.
        scale = log2(e) / sqrt(weight.shape[0] / folder.heads)
        look = (torch.cat(parts) for parts in zip((weight * scale, bias * scale), key, value, strict=True))
        return cls(
            folder.heads,
            linear(*look),
            linear(*part("attention.output.dense")),
            norm("attention.output.LayerNorm"),
            linear(*part("intermediate.dense")),
            linear(*part("output.dense")),
            norm("output.LayerNorm"),
        )

    def __call__(self, x: Tensor, texts: int, plainly: bool) -> Tensor:
        """Return the next (rows, hidden); the rows are those of `texts` texts of one length."""
        x = self.gathered(self.gather.plus(self._attend(self.look(x), texts, plainly), x))
        return self.narrowed(self.narrow.plus(self.widen.gelu(x), x))

    def _attend(self, looked: Tensor, texts: int, plainly: bool) -> Tensor:
        """Return (rows, hidden): for each token the mean of the values that it looks at.

        A softmax without its first pass, which finds each row's highest score to keep the powers small:
        those of a trained model stay far below the 2 ** 127 that a float holds. PyTorch's own attention
        took twice as long on a text of 200 tokens (bench/LOG.md). `plainly` is with that pass.
        """
        rows, hidden = looked.shape[0], looked.shape[1] // 3
        tokens, size = rows // texts, hidden // self.heads
        parted = looked.view(texts, tokens, 3, self.heads, size).permute(2, 0, 3, 1, 4).contiguous()
        query, key, value = parted.view(3, texts * self.heads, tokens, size)
        powers = torch.bmm(query, key.transpose(1, 2))
        powers = torch.softmax(powers * log(2), -1) if plainly else powers.exp2_()
        mean = torch.bmm(powers, value).div_(powers.sum(-1, keepdim=True))
        return mean.view(texts, self.heads, tokens, size).transpose(1, 2).reshape(rows, hidden)


@dataclass(frozen=True, slots=True, eq=False)
class Bert:
    """A BERT with its weights in the order in which they are multiplied; safe to share between threads."""

    words: Tensor
    places: Tensor
    entry: Norm
    layers: tuple[Layer, ...]

    @classmethod
    def of(cls, folder: BertFolder, dtype: torch.dtype) -> Self:
        """Return the model of a folder, computing in `dtype`."""
        state = {name: torch.from_numpy(values) for name, values in folder.state().items()}

        def part(name: str) -> tuple[Tensor, Tensor]:
            return state[f"{name}.weight"], state[f"{name}.bias"]

        def layer(n: int) -> Layer:
            return Layer.of(lambda name: part(f"encoder.layer.{n}.{name}"), folder, dtype)

        word, place, kind = (
            state[f"embeddings.{n}_embeddings.weight"] for n in ("word", "position", "token_type")
        )
        weight, bias = part("embeddings.LayerNorm")
        entry = Norm(weight.to(dtype), bias.to(dtype), folder.eps)
        return cls(
            word.to(dtype), (place + kind[0]).to(dtype), entry, tuple(map(layer, range(folder.layers)))
        )

    @torch.inference_mode()
    def __call__(self, ids: Tensor) -> Tensor:
        """Return (texts, tokens, hidden) for token ids (texts, tokens), special tokens among them."""
        found = self._through(ids, plainly=False)
        # What overflows does not come back: it is infinite, or no number, in every layer after.
        return found if torch.isfinite(found.sum()) else self._through(ids, plainly=True)

    def _through(self, ids: Tensor, plainly: bool) -> Tensor:
        texts, tokens = ids.shape
        x = self.entry((self.words[ids] + self.places[:tokens]).view(texts * tokens, -1))
        for layer in self.layers:
            x = layer(x, texts, plainly)
        return x.view(texts, tokens, -1)


class MeanOfTokens:
    """A BERT whose text vectors are the mean of the token vectors."""

    threads = THREADS

    def __init__(self, bert: Bert) -> None:
        self._bert = bert
        self.dtype = str(bert.words.dtype).removeprefix("torch.")

    @classmethod
    def of(cls, folder: BertFolder, dtype: str | None = None) -> Self:
        """Return the model of a folder, computing in `dtype` or in what is fastest here."""
        return cls(Bert.of(folder, number_format(dtype)))

    def words(self, ids: Ids) -> Floats:
        """Return what the table holds for ids (tokens,), less its mean, (tokens, hidden)."""
        found: Floats = (self._bert.words[torch.from_numpy(ids)].float() - self._middle).numpy()
        return found

    @cached_property
    def _middle(self) -> Tensor:
        return self._bert.words.float().mean(dim=0)

    def __call__(self, ids: Ids) -> tuple[Floats, Floats]:
        """Return token vectors (texts, tokens, hidden) and unit text vectors (texts, hidden)."""
        with single():
            hidden: Floats = self._bert(torch.from_numpy(ids)).float().numpy()
        return hidden, unit(hidden.mean(axis=1))
