"""BERT with mean pooling: the forward pass that the default embedding model uses."""

from collections.abc import Sequence
from functools import cache, cached_property

import numpy as np
import torch

from index.encoder import Floats, unit
from index.models.bert import Bert, Block, floating
from index.models.integers import rounded
from index.models.model import Forward, Ids, Model
from index.models.parameters import Parameters
from index.models.processor import INTEGERS, THREADS, integers, number_format, single
from index.models.samples import SAMPLES
from index.models.weights import BertFolder


class MeanOfTokens:
    """BERT with mean pooling; `dtype` names the number format of its linear layers."""

    threads = THREADS

    def __init__(self, bert: Bert[Block], dtype: str) -> None:
        self._bert = bert
        self.dtype = dtype

    def words(self, ids: Ids) -> Floats:
        """Return word embeddings for token ids, (tokens, hidden), centred on the vocabulary's mean."""
        found: Floats = (self._bert.words[torch.from_numpy(ids)].float() - self._middle).numpy()
        return found

    @cached_property
    def _middle(self) -> torch.Tensor:
        return self._bert.words.float().mean(dim=0)

    def __call__(self, texts: Sequence[Ids]) -> list[tuple[Floats, Floats]]:
        """Return each text's token vectors, (tokens, hidden), and its unit vector, (hidden,)."""
        with single():
            rows = self._bert([torch.from_numpy(ids) for ids in texts]).float()
        found = np.split(rows.numpy(), np.cumsum([len(ids) for ids in texts])[:-1])
        return [(own, unit(own.mean(axis=0))) for own in found]


def open_mean(folder: BertFolder, fingerprint: str, dtype: str | None) -> Model:
    """Return the model in a folder, computing in `dtype` or the fastest format of this CPU."""
    bert, tokenizer = floating(Parameters.of(folder), number_format(dtype)), folder.tokenizer()
    forward = MeanOfTokens(bert, str(bert.words.dtype).removeprefix("torch."))

    @cache
    def many() -> Forward:
        if not integers(dtype):
            return forward
        samples = [torch.from_numpy(tokenizer.first(text, folder.max_tokens)) for text in SAMPLES]
        with single():
            return MeanOfTokens(rounded(Parameters.of(folder), bert, samples), INTEGERS)

    return Model(forward, many, tokenizer, folder.max_tokens, folder.dimension, fingerprint)
