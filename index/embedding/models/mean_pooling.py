"""BERT with mean pooling: the forward pass that the default embedding model uses."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import torch

from citeback.index.embedding.models.calibration_texts import CALIBRATION_TEXTS
from citeback.index.embedding.models.cpu import INT8, THREADS, number_format, single_threaded, uses_int8
from citeback.index.embedding.models.embedding_model import EmbeddingModel, ForwardPass, TokenIds
from citeback.index.embedding.models.int8_bert import quantized_bert
from citeback.index.embedding.models.parameters import BertParameters
from citeback.index.embedding.models.plain_bert import PlainBert
from citeback.index.embedding.models.torch_bert import Bert, TransformerLayer, float_bert
from citeback.index.embedding.protocols import Floats, normalize_rows


class MeanPooledBert:
    """BERT with mean pooling; `dtype` names the number format of its linear layers."""

    threads = THREADS

    def __init__(self, bert: Bert[TransformerLayer], dtype: str, mean_embedding: Floats) -> None:
        self._bert = bert
        self._mean_embedding = torch.from_numpy(mean_embedding)
        self.dtype = dtype

    def word_embeddings(self, ids: TokenIds) -> Floats:
        """Return word embeddings for token ids, (tokens, hidden), centred on the vocabulary's mean."""
        result: Floats = (
            self._bert.word_embeddings[torch.from_numpy(ids)].float() - self._mean_embedding
        ).numpy()
        return result

    def __call__(self, texts: Sequence[TokenIds]) -> list[tuple[Floats, Floats]]:
        """Return each text's token vectors, (tokens, hidden), and its unit vector, (hidden,)."""
        with single_threaded():
            rows = self._bert([torch.from_numpy(ids) for ids in texts]).float()
        results = np.split(rows.numpy(), np.cumsum([len(ids) for ids in texts])[:-1])
        return [(own, normalize_rows(own.mean(axis=0))) for own in results]


def load_bert(folder: PlainBert, fingerprint: str, dtype: str | None) -> EmbeddingModel:
    """Return the model, computing in `dtype` or the fastest format of this CPU."""
    bert, tokenizer = float_bert(BertParameters.of(folder), number_format(dtype)), folder.tokenizer()
    middle = folder.mean_embedding()
    forward = MeanPooledBert(bert, str(bert.word_embeddings.dtype).removeprefix("torch."), middle)

    @cache
    def bulk_forward() -> ForwardPass:
        if not uses_int8(dtype):
            return forward
        samples = [
            torch.from_numpy(tokenizer.truncated_ids(text, folder.max_tokens)) for text in CALIBRATION_TEXTS
        ]
        with single_threaded():
            return MeanPooledBert(quantized_bert(BertParameters.of(folder), bert, samples), INT8, middle)

    return EmbeddingModel(
        forward=forward,
        bulk_forward=bulk_forward,
        tokenizer=tokenizer,
        max_tokens=folder.max_tokens,
        dimension=folder.dimension,
        fingerprint=fingerprint,
        query_prompt=folder.query_prompt,
        document_prompt=folder.document_prompt,
    )
