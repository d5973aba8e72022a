"""Trained weights -> the file that ships: matrices as 8-bit integers, a scale for each row.

    python -m bench.train.export /tmp/run/weights.safetensors rag/reader/weights/reader.safetensors

Prints its size and its SHA-256, which `rag/reader/model.py` compares.
"""

import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from citeback.index.embedding.models.model_files import quantized_rows, widened

_EMBEDDINGS = {
    "positions": "embeddings.position_embeddings.weight",
    "token_types": "embeddings.token_type_embeddings.weight",
}
_LAYER = {
    "attention_output": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "output_norm": "output.LayerNorm",
}
Named = dict[str, NDArray[np.float32]]


def renamed(trained: Mapping[str, NDArray[np.float32]]) -> Named:
    """Return weights under the names that transformers' BERT has, the heads' as they are."""
    out: Named = {}
    for name, value in trained.items():
        if name in _EMBEDDINGS:
            out[_EMBEDDINGS[name]] = value
        elif name.startswith("embedding_norm."):
            out[f"embeddings.LayerNorm.{name.removeprefix('embedding_norm.')}"] = value
        elif name.startswith("layers."):
            _, n, part, what = name.split(".")
            if part == "qkv":
                for own, rows in zip(("query", "key", "value"), np.split(value, 3), strict=True):
                    out[f"encoder.layer.{n}.attention.self.{own}.{what}"] = rows
            else:
                out[f"encoder.layer.{n}.{_LAYER[part]}.{what}"] = value
        else:
            out[name] = value
    return out


def restored(shipped: Mapping[str, NDArray[np.generic]]) -> Named:
    """Return what `renamed` and `quantized_rows` were given, from what they made of it."""
    wide = {name: widened(shipped, name) for name in shipped if not name.endswith(".scale")}
    out = {ours: wide[theirs] for ours, theirs in _EMBEDDINGS.items() if theirs in wide}
    for what in ("weight", "bias"):
        if f"embeddings.LayerNorm.{what}" in wide:
            out[f"embedding_norm.{what}"] = wide[f"embeddings.LayerNorm.{what}"]
    for n in sorted({name.split(".")[2] for name in wide if name.startswith("encoder.")}, key=int):
        own = f"encoder.layer.{n}"
        for what in ("weight", "bias"):
            rows = [wide[f"{own}.attention.self.{part}.{what}"] for part in ("query", "key", "value")]
            out[f"layers.{n}.qkv.{what}"] = np.concatenate(rows)
            for ours, theirs in _LAYER.items():
                out[f"layers.{n}.{ours}.{what}"] = wide[f"{own}.{theirs}.{what}"]
    return out | {
        name: value for name, value in wide.items() if not name.startswith(("embeddings", "encoder"))
    }


def main(trained: Path, out: Path) -> None:
    """Write the file that ships: of a reader of questions, without the head for claims."""
    weights = load_file(trained)
    questions = any(name.startswith("answer.") for name in weights)
    shipped = {name: w for name, w in weights.items() if not (questions and name.startswith("claim."))}
    save_file(quantized_rows(renamed(shipped)), out)
    print(out.stat().st_size, sha256(out.read_bytes()).hexdigest())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
