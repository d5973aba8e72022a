"""The reader in PyTorch, for training: a BERT over a question and a text, with heads on top.

Weights have the names that the product reads. The word embeddings are those of the embedding model and stay
frozen, so that they need not ship twice; so may the lower layers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812  as PyTorch itself calls it
from torch import Tensor, nn

HIDDEN, HEADS, WIDE, EPS = 384, 12, 1536, 1e-12
POOL = 192
_HEADS = ("answer.", "claim.")
VERDICTS = ("support", "refute", "nei")


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Texts padded to one length, with their targets.

    Shapes, for B texts of L tokens and S sentences: `ids`, `types`, `inside` (B, L), `members` (B, S, L),
    whose rows sum to 1 or, for padding sentences, to 0.
    """

    ids: Tensor
    types: Tensor
    inside: Tensor
    members: Tensor
    targets: dict[str, Tensor]


class Layer(nn.Module):
    """A BERT layer: attention, then the feed-forward network."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.attention_output = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=EPS)
        self.up = nn.Linear(HIDDEN, WIDE)
        self.down = nn.Linear(WIDE, HIDDEN)
        self.output_norm = nn.LayerNorm(HIDDEN, eps=EPS)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the next hidden states (B, L, hidden)."""
        many, length, _ = x.shape
        query, key, value = self.qkv(x).view(many, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        x = self.attention_norm(
            x + self.attention_output(attended.transpose(1, 2).reshape(many, length, HIDDEN))
        )
        result: Tensor = self.output_norm(x + self.down(F.gelu(self.up(x))))
        return result


class Scorer(nn.Module):
    """A perceptron with one hidden layer."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.inner, self.outer = nn.Linear(width, POOL), nn.Linear(POOL, out)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, shape (..., out)."""
        result: Tensor = self.outer(F.gelu(self.inner(x)))
        return result


class Head(nn.Module):
    """Scores the sentences of a text, its tokens, and the text as a whole."""

    def __init__(self, out: int) -> None:
        super().__init__()
        self.sentence = Scorer(3 * HIDDEN, 1)
        self.token = nn.Linear(HIDDEN, 1)
        self.whole = Scorer(2 * HIDDEN + 2, out)

    def forward(self, hidden: Tensor, members: Tensor, inside: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return logits of sentences (B, S), tokens (B, L), and texts (B, out)."""
        first, means = hidden[:, :1], members @ hidden
        none = members.sum(-1) == 0
        tokens = self.token(hidden).squeeze(-1).float().masked_fill(~inside, -1e4)
        apart = tokens.unsqueeze(1).masked_fill(members == 0, -1e4)
        best = apart.amax(-1)
        pooled = torch.cat([means, first.expand_as(means), means * first], -1)
        sentences = (self.sentence(pooled).squeeze(-1).float() + best).masked_fill(none, -1e4)
        shares = sentences.softmax(-1).unsqueeze(1).to(hidden.dtype)
        main = (shares @ means).squeeze(1)
        tops = torch.stack([sentences.logsumexp(-1), sentences.amax(-1)], -1).to(hidden.dtype)
        whole = self.whole(torch.cat([first.squeeze(1), main, tops], -1))
        return sentences, tokens, whole.float()


class Network(nn.Module):
    """The encoder with a head for questions and one for claims.

    With `frozen` layers, these and what is below them stay as they are. An embedding model's see every text
    as one segment, and the segments of question and passage are added above them; a reader's, which are
    `marked`, see them already, and only the head for claims is trained.
    """

    words: Tensor

    def __init__(
        self,
        words: Tensor,
        positions: Tensor,
        token_types: Tensor,
        layers: int,
        frozen: int = 0,
        marked: bool = False,
    ) -> None:
        super().__init__()
        self.frozen, self.unmarked = frozen, bool(frozen and not marked)
        self.register_buffer("words", words, persistent=False)
        self.positions, self.token_types = nn.Parameter(positions.clone()), nn.Parameter(token_types.clone())
        self.embedding_norm = nn.LayerNorm(HIDDEN, eps=EPS)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.answer, self.claim = Head(1), Head(len(VERDICTS))
        if self.unmarked:
            self.segments = nn.Parameter(0.02 * torch.randn(2, HIDDEN))
        if frozen:
            parts = (self.embedding_norm, *self.layers[:frozen], *([self.answer] if marked else []))
            for value in (
                self.positions,
                self.token_types,
                *(v for part in parts for v in part.parameters()),
            ):
                value.requires_grad = False

    def encode(self, ids: Tensor, types: Tensor, inside: Tensor) -> Tensor:
        """Return token vectors (B, L, hidden)."""
        lower = torch.zeros_like(types) if self.unmarked else types
        x: Tensor = self.embedding_norm(
            F.embedding(ids, self.words)
            + self.positions[: ids.shape[1]]
            + F.embedding(lower, self.token_types)
        )
        mask = torch.zeros(inside.shape, dtype=x.dtype).masked_fill(~inside, -1e4)[:, None, None, :]
        for n, layer in enumerate(self.layers):
            if self.unmarked and n == self.frozen:
                x = x + F.embedding(types, self.segments)
            x = layer(x, mask)
        return x

    def trained(self) -> Iterator[tuple[str, nn.Parameter]]:
        """Yield the weights that are trained, by name."""
        return ((name, value) for name, value in self.named_parameters() if value.requires_grad)

    def take(self, weights: Mapping[str, Tensor]) -> None:
        """Take the weights of a run, all that are trained; the head for claims may be missing.

        Raises:
            ValueError: weights are missing, or are not the network's.
        """
        result = self.load_state_dict(dict(weights), strict=False)
        needed = {name for name, _ in self.trained() if not name.startswith("claim.")}
        wrong = sorted(needed.intersection(result.missing_keys).union(result.unexpected_keys))
        if wrong:
            raise ValueError(
                f"The weights do not fit the network: {', '.join(wrong[:3])} ({len(wrong)} in all)."
            )

    def encoder_parameters(self) -> list[nn.Parameter]:
        """Return the pretrained weights that are trained."""
        return [value for name, value in self.trained() if not name.startswith(_HEADS)]

    def head_parameters(self) -> list[nn.Parameter]:
        """Return the new weights."""
        return [value for name, value in self.trained() if name.startswith(_HEADS)]


def begin(
    state: Mapping[str, Any], words: Tensor, layers: int, frozen: int = 0, marked: bool = False
) -> Network:
    """Return the network with an embedding model's or a reader's weights, and new heads."""
    given = {name: torch.tensor(value) for name, value in state.items()}  # copies: files are read-only
    name = "embeddings.{}_embeddings.weight".format
    network = Network(words, given[name("position")], given[name("token_type")], layers, frozen, marked)
    _copy(network.embedding_norm, given, "embeddings.LayerNorm")
    for n, layer in enumerate(network.layers):
        own = f"encoder.layer.{n}"
        for part in ("weight", "bias"):
            rows = [given[f"{own}.attention.self.{what}.{part}"] for what in ("query", "key", "value")]
            getattr(layer.qkv, part).data.copy_(torch.cat(rows))
        _copy(layer.attention_output, given, f"{own}.attention.output.dense")
        _copy(layer.attention_norm, given, f"{own}.attention.output.LayerNorm")
        _copy(layer.up, given, f"{own}.intermediate.dense")
        _copy(layer.down, given, f"{own}.output.dense")
        _copy(layer.output_norm, given, f"{own}.output.LayerNorm")
    if marked:
        heads = {n: w for n, w in given.items() if n.startswith(_HEADS)}
        network.load_state_dict(heads, strict=False)
    return network


def _copy(module: Any, given: dict[str, Tensor], name: str) -> None:
    module.weight.data.copy_(given[f"{name}.weight"])
    module.bias.data.copy_(given[f"{name}.bias"])
