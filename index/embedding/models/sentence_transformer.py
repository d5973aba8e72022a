"""Any embedding model that sentence-transformers can load."""

from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling

from citeback.index.embedding.models.cpu import THREADS, number_format, single_threaded
from citeback.index.embedding.models.embedding_model import EmbeddingModel, TokenIds
from citeback.index.embedding.models.model_files import WEIGHTS, digest
from citeback.index.embedding.models.model_path import model_fingerprint
from citeback.index.embedding.models.pickled_weights import pickle_problem
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.embedding.protocols import Floats, normalize_rows
from citeback.index.errors import ModelError
from citeback.index.settings import Settings


class SentenceTransformerForward:
    """The forward pass of a sentence-transformers model."""

    threads = THREADS

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        self.dtype = str(next(model.parameters()).dtype).removeprefix("torch.")

    @torch.inference_mode()
    def word_embeddings(self, ids: TokenIds) -> Floats:
        """Return word embeddings for token ids, (tokens, hidden), centred on the vocabulary's mean."""
        result: Floats = (self._embedding_table[torch.from_numpy(ids)].float() - self._mean_embedding).numpy()
        return result

    @cached_property
    def _embedding_table(self) -> torch.Tensor:
        first: Any = self._model[0]
        weight: torch.Tensor = first.auto_model.get_input_embeddings().weight
        return weight.detach()

    @cached_property
    def _mean_embedding(self) -> torch.Tensor:
        return self._embedding_table.float().mean(dim=0)

    @torch.inference_mode()
    def __call__(self, texts: Sequence[TokenIds]) -> list[tuple[Floats, Floats]]:
        """Return each text's token vectors, (tokens, hidden), and its unit vector, (dimension,)."""
        with single_threaded():
            return [self._encode_text(torch.from_numpy(ids)[None]) for ids in texts]

    def _encode_text(self, given: torch.Tensor) -> tuple[Floats, Floats]:
        out: Any = self._model({"input_ids": given, "attention_mask": torch.ones_like(given)})
        [vector] = normalize_rows(out["sentence_embedding"].float().numpy())
        return out["token_embeddings"][0].float().numpy(), vector


def load_sentence_transformer(settings: Settings, place: Path, dtype: str | None) -> EmbeddingModel:
    """Load a model by name or path.

    Raises:
        ModelError: the model cannot be loaded.
    """
    if reason := pickle_problem(place):
        raise _load_error(settings, reason)
    try:
        model = SentenceTransformer(
            str(place),
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"torch_dtype": number_format(dtype), "use_safetensors": True},
        ).eval()
        tokenizer = Tokenizer.parse(model.tokenizer.backend_tokenizer.to_str())
    except (OSError, ValueError, AttributeError) as error:
        raise _load_error(settings, str(error)) from error
    forward = SentenceTransformerForward(model)
    return EmbeddingModel(
        forward=forward,
        bulk_forward=lambda: forward,
        tokenizer=tokenizer,
        max_tokens=int(model.max_seq_length or 512),
        dimension=int(model.get_embedding_dimension() or 0),
        fingerprint=model_fingerprint(settings, _digest(model, place)),
        mean_pooled=[module.pooling_mode for module in model if isinstance(module, Pooling)] == ["mean"],
        document_prompt=model.prompts.get("document") or "",
        query_prompt=model.prompts.get("query") or "",
    )


def _load_error(settings: Settings, reason: str) -> ModelError:
    return ModelError(
        f"The embedding model {settings.model!r} could not be loaded: {reason}.",
        "citeback index --model all-MiniLM-L6-v2",
    )


def _digest(model: SentenceTransformer, place: Path) -> str:
    """Return the SHA-256 of the weights file or, for a model that is not a local folder, of its tensors."""
    if (place / WEIGHTS).is_file():
        return digest(place)
    result = sha256()
    for name, tensor in sorted(model.state_dict().items()):
        result.update(name.encode())
        result.update(tensor.float().numpy().tobytes())
    return result.hexdigest()
