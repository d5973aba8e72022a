"""A question's vector in NumPy, without importing PyTorch, whose import takes longer than answering.

Must never know stores or chunks. For documents there is `index/models/bert.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from threadpoolctl import ThreadpoolController

from index.encoder import Floats, QueryEncoder, unit
from index.models.model import fingerprint_of, place_of
from index.models.pieces import Pieces, look_up
from index.models.plain import PlainBert
from index.models.tokens import Tokenizer
from index.models.weights import WORDS, BertFolder, digest
from index.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class LightEncoder:
    """The query side of a model that is a plain BERT; safe to share between threads."""

    folder: BertFolder
    tokenizer: Tokenizer
    bert: PlainBert
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
        bert = PlainBert.of(state, folder.layers, folder.heads, folder.eps)
        middle = np.asarray(state[WORDS].mean(axis=0))
        return cls(folder, folder.tokenizer(), bert, settings, fingerprint, ThreadpoolController(), middle)

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question; what is beyond `max_tokens` of it is not read."""
        ids = self.tokenizer.first(text, self.folder.max_tokens)
        # On one thread: a dozen tokens gain nothing from two, which wait for each other. At a load of 8 on
        # two cores a question took 300 ms with two threads, 80 with one.
        with self.threads.limit(limits=1, user_api="blas"):
            [hidden] = self.bert([ids])
        vector: list[float] = unit(hidden.mean(axis=0)).tolist()
        return vector

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return each text's word pieces with their vectors, looked up in the model's own table."""
        return look_up(texts, self.tokenizer, lambda ids: self.bert.words[ids] - self.middle)


def load_for_questions(settings: Settings) -> QueryEncoder:
    """Return what encodes questions for the model that the settings name, as lightly as it can be had.

    Raises ModelError as `index.embed.load` does.
    """
    if light := LightEncoder.of(settings):
        return light
    # Imported here: PyTorch and sentence-transformers take seconds, and the default model needs neither.
    from index.embed import load

    return load(settings)
