"""Encodes questions in NumPy: importing PyTorch takes longer than answering."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from threadpoolctl import ThreadpoolController

from citeback.index.embedding.models.loading import open_plain_bert
from citeback.index.embedding.models.numpy_bert import NumpyBert
from citeback.index.embedding.models.plain_bert import PlainBert
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.models.wordpieces import look_up_word_pieces
from citeback.index.embedding.protocols import Floats, QueryEncoder, WordPieces, normalize_rows
from citeback.index.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class NumpyQueryEncoder:
    """The query side of a plain BERT model. Safe to share between threads."""

    folder: PlainBert
    tokenizer: Tokenizer
    bert: NumpyBert
    settings: Settings
    fingerprint: str
    threads: ThreadpoolController
    mean_embedding: Floats
    """The mean of the word embeddings, (hidden,)."""

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Load the configured model, or return None if it is not a plain BERT.

        Raises:
            ModelError: the model is not installed, or its weights are not the expected ones.
        """
        plain = open_plain_bert(settings)
        if plain is None:
            return None
        folder, fingerprint = plain
        words = folder.word_embeddings()
        bert = NumpyBert.of(folder.state_dict(), words, folder.layers, folder.heads, folder.eps)
        return cls(
            folder=folder,
            tokenizer=folder.tokenizer(),
            bert=bert,
            settings=settings,
            fingerprint=fingerprint,
            threads=ThreadpoolController(),
            mean_embedding=folder.mean_embedding(),
        )

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question, truncated to the model's token limit."""
        ids = self.tokenizer.truncated_ids(self.folder.query_prompt + text, self.folder.max_tokens)
        # A dozen tokens gain nothing from a second thread. At a load of 8 on two cores, a question took 300
        # ms on two threads and 80 ms on one.
        with self.threads.limit(limits=1, user_api="blas"):
            [hidden] = self.bert([ids])
        vector: list[float] = normalize_rows(hidden.mean(axis=0)).tolist()
        return vector

    def word_pieces(self, texts: Sequence[str]) -> list[WordPieces]:
        """Return the word pieces of each text with static embeddings from the model's embedding table."""
        return look_up_word_pieces(
            texts, self.tokenizer, lambda ids: self.bert.word_embeddings[ids] - self.mean_embedding
        )


def load_query_encoder(settings: Settings) -> QueryEncoder:
    """Load the lightest encoder for questions that fits the configured model.

    Raises:
        ModelError: the model cannot be loaded, or the default model's weights are not the expected ones.
    """
    if light := NumpyQueryEncoder.of(settings):
        return light
    # Imported on demand: PyTorch and sentence-transformers take seconds, and the default needs neither.
    from citeback.index.embedding.sentence_encoder import load_encoder

    return load_encoder(settings)
