"""Fixtures that several tests need: few, real, and made once where they cost seconds."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from index.embed import SentenceEncoder

# A machine that is busy is no defect: no test here asserts a time. Where CI is set the examples are the
# same at every run, so that a merge does not hang on the draw; a person's runs look further each time.
settings.register_profile("citeback", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("citeback")

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session")
def encoder() -> "SentenceEncoder":
    """Return the default embedding model, the real one; PyTorch is imported for those who ask."""
    from index.embed import load
    from index.settings import Settings

    return load(Settings())


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real documents and questions that stands beside a checkout, or skip."""
    if not SHARED.is_dir():
        pytest.skip(f"real data: there is no {SHARED}")
    return SHARED
