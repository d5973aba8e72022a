"""A sentence-transformers folder with a plain BERT: its configuration, tokenizer and weights.

Reading it imports neither sentence-transformers nor transformers nor PyTorch, which take seconds to import.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load

from citeback.index.embedding.models.tokenizer import Tokenizer

WEIGHTS = "model.safetensors"
_BERT = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
_MEAN_POOLING = ["pooling_mode_mean_tokens"]
WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"
State: TypeAlias = Mapping[str, NDArray[np.generic]]
"""Weights by name; a matrix may be integers, with `NAME.scale` for each row."""
_MODULES = ["Transformer", "Pooling", "Normalize"]


@dataclass(frozen=True, slots=True)
class BertFolder:
    """A model that consists of a BERT, mean pooling and normalization, and nothing else."""

    path: Path
    layers: int
    heads: int
    dimension: int
    max_tokens: int
    eps: float
    """The epsilon of its layer norms."""
    query_prompt: str = ""
    document_prompt: str = ""

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """Return the model in a folder, or None unless it is a plain BERT in float32 without prompts."""
        try:
            config, reading = _json(path, "config"), _json(path, "sentence_bert_config")
            if not _is_plain_bert(path, config, reading):
                return None
            return cls(
                path,
                layers=config["num_hidden_layers"],
                heads=config["num_attention_heads"],
                dimension=config["hidden_size"],
                max_tokens=reading["max_seq_length"],
                eps=config["layer_norm_eps"],
            )
        except (OSError, ValueError, LookupError, TypeError, RecursionError, SafetensorError):
            return None  # sentence-transformers reports what is wrong, if anything is

    def tokenizer(self) -> Tokenizer:
        """Load the tokenizer."""
        return Tokenizer.open(self.path / "tokenizer.json")

    def word_embeddings(self) -> NDArray[np.float32]:
        """Load the word embeddings alone, (vocabulary, hidden)."""
        with safe_open(self.path / WEIGHTS, framework="numpy") as weights:
            result: NDArray[np.float32] = weights.get_tensor(WORD_EMBEDDINGS)
            return result

    def mean_embedding(self) -> NDArray[np.float32]:
        """Return the mean word embedding, (hidden,)."""
        return np.asarray(self.word_embeddings().mean(axis=0))

    def state_dict(self) -> dict[str, NDArray[np.float32]]:
        """Load every weight, by name."""
        with safe_open(self.path / WEIGHTS, framework="numpy") as weights:
            return {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118  no mapping


def parse_safetensors(data: bytes) -> dict[str, NDArray[np.generic]]:
    """Parse the bytes of a safetensors file.

    Raises:
        SafetensorError: the bytes are not a safetensors file.
    """
    return load(data)


def widened(state: State, name: str) -> NDArray[np.float32]:
    """Return a tensor in float32: a matrix may be stored as integers, and `NAME.scale` for each row."""
    value = state[name].astype(np.float32)
    return value * state[f"{name}.scale"].astype(np.float32)[:, None] if f"{name}.scale" in state else value


def quantized_rows(named: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.generic]]:
    """Return matrices as 8-bit integers and `NAME.scale` for each row, as `widened` reads them.

    What is no matrix, or one of at most three rows, stays as it is.
    """
    out: dict[str, NDArray[np.generic]] = {}
    for name, value in named.items():
        if value.ndim == 2 and len(value) > 3:
            scale = np.maximum(np.abs(value).max(axis=1), 1e-9) / 127
            out[name] = np.round(value / scale[:, None]).astype(np.int8)
            out[f"{name}.scale"] = scale.astype(np.float32)
        else:
            out[name] = value.astype(np.float32)
    return out


def digest(path: Path) -> str:
    """Return the SHA-256 of a model folder's weights file.

    Raises:
        OSError: the file cannot be read.
    """
    with (path / WEIGHTS).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_plain_bert(path: Path, config: dict[str, Any], reading: dict[str, Any]) -> bool:
    modules = [module["type"].rpartition(".")[2] for module in _json(path, "modules")]
    pooling, outer = _json(path, "1_Pooling/config"), _json(path, "config_sentence_transformers")
    return (
        modules == _MODULES
        and all(config.get(name, value) == value for name, value in _BERT.items())
        and not config.get("is_decoder")
        and not reading.get("do_lower_case")
        and [name for name, value in pooling.items() if value is True and name.startswith("pooling")]
        == _MEAN_POOLING
        and not any((outer.get("prompts") or {}).values())
        and (path / "tokenizer.json").is_file()
        and _is_float32(path / WEIGHTS)
    )


def _is_float32(path: Path) -> bool:
    with safe_open(path, framework="numpy") as weights:
        names = [name for name in weights.keys() if name.endswith((".weight", ".bias"))]  # noqa: SIM118  no mapping
        return WORD_EMBEDDINGS in names and all(
            weights.get_slice(name).get_dtype() == "F32" for name in names
        )


def _json(path: Path, name: str) -> Any:
    return json.loads((path / f"{name}.json").read_text(encoding="utf-8"))
