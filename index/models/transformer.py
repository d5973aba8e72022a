"""Any embedding model that sentence-transformers can load."""

from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling

from index.encoder import Floats, unit
from index.errors import ModelError
from index.models.model import Ids, Model, fingerprint_of
from index.models.processor import THREADS, number_format, single
from index.models.tokens import Tokenizer
from index.models.weights import WEIGHTS, digest
from index.pickled import refusal
from index.settings import Settings


class Transformer:
    """The forward pass of a sentence-transformers model."""

    threads = THREADS

    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model
        self.dtype = str(next(model.parameters()).dtype).removeprefix("torch.")

    @torch.inference_mode()
    def words(self, ids: Ids) -> Floats:
        """Return word embeddings for token ids, (tokens, hidden), centred on the vocabulary's mean."""
        found: Floats = (self._table[torch.from_numpy(ids)].float() - self._middle).numpy()
        return found

    @cached_property
    def _table(self) -> torch.Tensor:
        first: Any = self._model[0]
        weight: torch.Tensor = first.auto_model.get_input_embeddings().weight
        return weight.detach()

    @cached_property
    def _middle(self) -> torch.Tensor:
        return self._table.float().mean(dim=0)

    @torch.inference_mode()
    def __call__(self, texts: Sequence[Ids]) -> list[tuple[Floats, Floats]]:
        """Return each text's token vectors, (tokens, hidden), and its unit vector, (dimension,)."""
        with single():
            return [self._of_one(torch.from_numpy(ids)[None]) for ids in texts]

    def _of_one(self, given: torch.Tensor) -> tuple[Floats, Floats]:
        out: Any = self._model({"input_ids": given, "attention_mask": torch.ones_like(given)})
        [vector] = unit(out["sentence_embedding"].float().numpy())
        return out["token_embeddings"][0].float().numpy(), vector


def open_transformer(settings: Settings, place: Path, dtype: str | None) -> Model:
    """Load a model by name or path.

    Raises:
        ModelError: the model cannot be loaded.
    """
    if reason := refusal(place):
        raise _unloaded(settings, reason)
    try:
        model = SentenceTransformer(
            str(place),
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"torch_dtype": number_format(dtype), "use_safetensors": True},
        ).eval()
        tokenizer = Tokenizer.parse(model.tokenizer.backend_tokenizer.to_str())
    except (OSError, ValueError, AttributeError) as error:
        raise _unloaded(settings, str(error)) from error
    forward = Transformer(model)
    return Model(
        forward,
        lambda: forward,
        tokenizer,
        max_tokens=int(model.max_seq_length or 512),
        dimension=int(model.get_embedding_dimension() or 0),
        fingerprint=fingerprint_of(settings, _digest(model, place)),
        late=[module.pooling_mode for module in model if isinstance(module, Pooling)] == ["mean"],
        document_prompt=model.prompts.get("document") or "",
        query_prompt=model.prompts.get("query") or "",
    )


def _unloaded(settings: Settings, reason: str) -> ModelError:
    return ModelError(
        f"The embedding model {settings.model!r} could not be loaded: {reason}.",
        "citeback index --model all-MiniLM-L6-v2",
    )


def _digest(model: SentenceTransformer, place: Path) -> str:
    """Return the SHA-256 of the weights file or, for a model that is not a local folder, of its tensors."""
    if (place / WEIGHTS).is_file():
        return digest(place)
    found = sha256()
    for name, tensor in sorted(model.state_dict().items()):
        found.update(name.encode())
        found.update(tensor.float().numpy().tobytes())
    return found.hexdigest()
