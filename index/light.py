"""A plain BERT's forward pass over one text, in NumPy: what a question needs, without importing PyTorch.

Must never know stores or chunks. A dozen tokens are some 10 ms of work; importing PyTorch takes longer than
answering. For documents there is `index/models/bert.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from index.encoder import Floats, QueryEncoder, unit
from index.models.model import fingerprint_of, place_of
from index.models.pieces import Pieces, look_up
from index.models.tokens import Tokenizer
from index.models.weights import WORDS, BertFolder, digest
from index.settings import Settings

State: TypeAlias = dict[str, Floats]
_ERF = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)


@dataclass(frozen=True, slots=True, eq=False)
class LightEncoder:
    """The query side of a model that is a plain BERT; safe to share between threads."""

    folder: BertFolder
    tokenizer: Tokenizer
    state: State
    settings: Settings
    fingerprint: str
    threads: ThreadpoolController
    middle: Floats
    """The mean of the table of words, (hidden,)."""

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the encoder that the settings name, or None where its model is not a plain BERT.

        Raises ModelError where the default's weights are not those expected.
        """
        place = place_of(settings)
        folder = BertFolder.of(place)
        if folder is None:
            return None
        fingerprint, state = fingerprint_of(settings, digest(place)), folder.state()
        middle = np.asarray(state[WORDS].mean(axis=0))
        return cls(folder, folder.tokenizer(), state, settings, fingerprint, ThreadpoolController(), middle)

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question; what is beyond `max_tokens` of it is not read."""
        ids = self.tokenizer.first(text, self.folder.max_tokens)
        # On one thread: a dozen tokens gain nothing from two, which wait for each other. At a load of 8 on
        # two cores a question took 300 ms with two threads, 80 with one.
        with self.threads.limit(limits=1, user_api="blas"):
            hidden = self._forward(ids)
        vector: list[float] = unit(hidden.mean(axis=0)).tolist()
        return vector

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return each text's word pieces with their vectors, looked up in the model's own table."""
        return look_up(texts, self.tokenizer, lambda ids: self.state[WORDS][ids] - self.middle)

    def _forward(self, ids: NDArray[np.int64]) -> Floats:
        """Return a vector for each token, shape (tokens, hidden)."""
        word, place, kind = (
            self.state[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        )
        x = self._norm(word[ids] + place[: len(ids)] + kind[0], "embeddings.LayerNorm")
        for n in range(self.folder.layers):
            x = self._layer(x, f"encoder.layer.{n}")
        return x

    def _layer(self, x: Floats, name: str) -> Floats:
        attended = self._linear(self._attend(x, f"{name}.attention.self"), f"{name}.attention.output.dense")
        x = self._norm(x + attended, f"{name}.attention.output.LayerNorm")
        wide = gelu(self._linear(x, f"{name}.intermediate.dense"))
        return self._norm(x + self._linear(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attend(self, x: Floats, name: str) -> Floats:
        query, key, value = (
            self._linear(x, f"{name}.{part}").reshape(len(x), self.folder.heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(np.float32(query.shape[-1]))
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mean = powers @ value / powers.sum(axis=-1, keepdims=True)
        return np.asarray(mean.transpose(1, 0, 2).reshape(x.shape))

    def _linear(self, x: Floats, name: str) -> Floats:
        return np.asarray(x @ self.state[f"{name}.weight"].T + self.state[f"{name}.bias"])

    def _norm(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        width = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(self.folder.eps))
        return np.asarray(centred / width * self.state[f"{name}.weight"] + self.state[f"{name}.bias"])


def gelu(x: Floats) -> Floats:
    """Return x times the share of a normal distribution that lies below it.

    The error function is Abramowitz and Stegun's formula 7.1.26, whose error is below 1.5e-7.
    """
    size = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    a, b, c, d, e = map(np.float32, _ERF)
    series = t * (a + t * (b + t * (c + t * (d + t * e))))
    erf = np.copysign(1 - series * np.exp(-size * size), x)
    return np.asarray(x * (1 + erf) / 2)


def load_for_questions(settings: Settings) -> QueryEncoder:
    """Return what encodes questions for the model that the settings name, as lightly as it can be had.

    Raises ModelError as `index.embed.load` does.
    """
    if light := LightEncoder.of(settings):
        return light
    # Imported here: PyTorch and sentence-transformers take seconds, and the default model needs neither.
    from index.embed import load

    return load(settings)
