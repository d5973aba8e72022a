"""A served site over two documents, with a client."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from clients import client_of
from scripted import NoFolder

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import app, workspace
from citeback.rag.corpus import Corpus
from citeback.serving.access.middleware import AccessRules
from citeback.serving.http.server import serve

TEXT = "# The canal\n\nIn all, 412 ships passed the canal in 2022.\n"
SHIPS = "How many ships passed the canal in 2022?"


@pytest.fixture(scope="module")
def corpus(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]
) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("docs")
    (folder / "canal.md").write_text(TEXT)
    (folder / "song.mp3").write_text("not a document")
    (folder / "old").mkdir()
    (folder / "old/ferry.txt").write_text("Nobody crossed by ferry.")
    os.utime(folder / "old/ferry.txt", (0, 0))
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    with corpus_over(store) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def client(corpus: Corpus) -> Iterator[httpx.Client]:
    yield from served(corpus)


def served(corpus: Any, rules: AccessRules | None = None, **settings: Any) -> Iterator[httpx.Client]:
    behind = workspace.PageServices.for_store(Path("nowhere"), lambda: corpus, NoFolder())
    running = serve(app.site(behind, rules=rules), "127.0.0.1")
    with client_of(running.address, **settings) as client:
        yield client
    running.stop()


def json_of(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()
