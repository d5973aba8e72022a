"""Encodes questions in NumPy: importing PyTorch takes longer than answering."""

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
    """The query side of a plain BERT model. Safe to share between threads."""

    folder: BertFolder
    tokenizer: Tokenizer
    bert: PlainBert
    settings: Settings
    fingerprint: str
    threads: ThreadpoolController
    middle: Floats
    """The mean of the word embeddings, (hidden,)."""

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Load the configured model, or return None if it is not a plain BERT.

        Raises:
            ModelError: the default model's weights are not the expected ones.
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
        """Return the unit vector of a question, truncated to the model's token limit."""
        ids = self.tokenizer.first(text, self.folder.max_tokens)
        # A dozen tokens gain nothing from a second thread. At a load of 8 on two cores, a question took 300
        # ms on two threads and 80 ms on one.
        with self.threads.limit(limits=1, user_api="blas"):
            [hidden] = self.bert([ids])
        vector: list[float] = unit(hidden.mean(axis=0)).tolist()
        return vector

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the word pieces of each text with static embeddings from the model's embedding table."""
        return look_up(texts, self.tokenizer, lambda ids: self.bert.words[ids] - self.middle)


def load_for_questions(settings: Settings) -> QueryEncoder:
    """Load the lightest encoder for questions that fits the configured model.

    Raises:
        ModelError: the model cannot be loaded, or the default model's weights are not the expected ones.
    """
    if light := LightEncoder.of(settings):
        return light
    # Imported on demand: PyTorch and sentence-transformers take seconds, and the default needs neither.
    from index.embed import load

    return load(settings)
