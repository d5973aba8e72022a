"""A small change of an index on an object store: few requests, at one go, and cleaned up now and then."""

import os
from pathlib import Path
from typing import Any

import pytest
from toy import ToyEncoder, loading, read

from bench.request_proxy import RequestProxy
from citeback.index import any_store
from citeback.index.sync.report import SyncReport

OLD = 1_000_000
MOST_REQUESTS = 130
"""Of a change; it takes about 85, and the first of a process about 115."""


def write(folder: Path, name: str, text: str, date: int = OLD) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    os.utime(folder / name, (date, date))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for n in range(4):
        write(tmp_path / "docs", f"{n}.txt", f"Red fish number {n}.\n\nBlue fish.")
    return tmp_path / "docs"


def synced(store: Any, *folders: Path, **options: Any) -> SyncReport:
    from citeback.index.object_store.indexing.sync import RemoteSync

    return RemoteSync(store=store, load=loading(ToyEncoder()), read=read, **options).run(folders)


def test_a_change_makes_few_requests(address: str, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = RequestProxy(os.environ["AWS_ENDPOINT_URL"])
    with proxy.running() as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        store = any_store.open_store(address)
        synced(store, docs)
        write(docs, "2.txt", "A red car.", OLD + 1)
        proxy.requests.clear()
        assert synced(store, docs).published
        assert 20 < proxy.requests.total() < MOST_REQUESTS


@pytest.mark.parametrize("step", ["copies", "words", "indexes", "publish"])
def test_a_change_that_was_interrupted_is_made_again_as_a_whole(address: str, docs: Path, step: str) -> None:
    def interrupted(progress: Any) -> None:
        if progress.item == step:
            raise KeyboardInterrupt

    store: Any = any_store.open_store(address)
    synced(store, docs)
    before = (docs / "2.txt").read_text()
    write(docs, "2.txt", "A red car.", OLD + 1)
    (docs / "3.txt").unlink()
    with pytest.raises(KeyboardInterrupt):
        synced(store, docs, progress=interrupted)
    assert store.place.read("run.json") is None
    assert store.numbers() == [1]
    write(docs, "2.txt", before)  # just as it was: nothing of the interrupted run may be left in sight
    assert synced(store, docs).published
    with store.current() as now:
        assert [document.name for document in now.documents] == ["0.txt", "1.txt", "2.txt"]
        assert now.source("2.txt").text == before
        assert now.lexical.document_frequency(["car", "red"]) == {"car": 0, "red": 3}
    assert store.check() == []


def test_after_a_writer_that_died_files_are_removed(address: str, docs: Path) -> None:
    from citeback.index.object_store.lease import LEASE

    store: Any = any_store.open_store(address)
    synced(store, docs)
    tables = "tables/documents.lance/data/"
    store.place.write(f"{tables}left.lance", b"by a writer that was killed")
    write(docs, "2.txt", "A red car.", OLD + 1)
    synced(store, docs)
    assert f"{tables}left.lance" in {found.path for found in store.place.list(tables)}
    dead = b'{"run": "x", "host": "far", "pid": 1, "boot": "", "since": "then", "until": 1}'
    store.place.write(LEASE, dead)
    write(docs, "2.txt", "A red bus.", OLD + 2)
    synced(store, docs)
    assert f"{tables}left.lance" not in {found.path for found in store.place.list(tables)}
    assert store.check() == []


def test_a_folder_is_listed_again_if_something_was_published_meanwhile(address: str, docs: Path) -> None:
    from citeback.index.object_store.indexing.start import Listing, plan_start

    store: Any = any_store.open_store(address)
    synced(store, docs)
    listing = Listing(newest=0, created="2020-01-01T00:00:00.000000+00:00", scans={str(docs): None})  # type: ignore[dict-item]
    start = plan_start(store, None, [docs], listed=lambda: listing)
    assert len(start.plan.unchanged) == 4


def test_many_deletions_leave_what_is_not_named(address: str, docs: Path, monkeypatch: Any) -> None:
    from citeback.index.object_store import table

    monkeypatch.setattr(table, "MAX_LISTED", 2)
    store: Any = any_store.open_store(address)
    for n in range(9):
        write(docs, f"{n}.txt", f"Red fish number {n}.")
    synced(store, docs)
    for n in (0, 1, 2, 5, 6, 8):
        (docs / f"{n}.txt").unlink()
    synced(store, docs)
    assert [document.name for document in store.current().documents] == ["3.txt", "4.txt", "7.txt"]
    assert store.check() == []
