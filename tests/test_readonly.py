"""A store that can only be read opens and answers, and what cannot be kept is told."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typed import ROOT

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync

SHIPS = "How many ships passed the canal in 2022?"
NOBODY = 65534
# All is imported while everything can be read; then whoever asks is a user who can write nothing.
ASKED = """
import os, sys
from pathlib import Path
import httpx
import citeback.page.app, citeback.page.launch, citeback.page.workspace
from citeback.page.state.exchange import ConversationState
from citeback.page.presenters.conversation import ChatHandlers
from citeback.rag.current_corpus import CurrentCorpus
from citeback.index.generations.store import Store
from citeback.serving.http.server import serve

def asked(store):
    running = serve(citeback.page.launch.site_of(store), "127.0.0.1")
    with httpx.Client(base_url=running.address, timeout=120) as client:
        print(client.post("/api/ask", json={"question": question}).json()["text"])
        print(client.get("/").status_code, client.get("/api/documents").status_code)
    running.stop()
    behind = citeback.page.workspace.PageServices.for_store(store, CurrentCorpus(Store(store)), None)
    page = ChatHandlers(behind.corpus, behind.conversations, behind.feedback)
    *_, (chat, _, talk) = page.ask(question, ConversationState())
    print("412 ships" in chat, "was not saved" in chat, "Nothing has been asked" in page.talks())

store, other, question, user = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
asked(other)
if user:
    os.setgid(user)
    os.setuid(user)
asked(store)
sys.stdout.flush()
os._exit(0)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that other users can enter, as those of pytest cannot be."""
    with TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.mark.skipif(sys.platform == "win32", reason="has permissions of another kind")
def test_a_store_that_can_only_be_read_opens_and_answers(folder: Path, encoder: SentenceEncoder) -> None:
    (folder / "docs").mkdir()
    (folder / "docs/canal.md").write_text("In all, 412 ships passed the canal in 2022.")
    for name in ("store", "other"):
        sync(Store(folder / name), [folder / "docs"], load=lambda _: encoder)
    user = NOBODY if os.geteuid() == 0 else 0
    store = folder / "store"
    everything = [store, *store.rglob("*")]
    before = sorted(everything)
    for path in everything:
        if user:
            os.chown(path, user, user)
        path.chmod(0o500 if path.is_dir() else 0o400)
    command = [sys.executable, "-c", ASKED, str(store), str(folder / "other"), SHIPS, str(user)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    answered = ["In all, 412 ships passed the canal in 2022. [1]", "200 200"]
    expected = [*answered, "True False False", *answered, "True True True"]
    assert ran.stdout.splitlines() == expected, ran.stderr
    assert sorted([store, *store.rglob("*")]) == before
    for path in everything:
        path.chmod(0o700)
