"""Who may write to an index on an object store."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import time
from typing import Any

import pytest
from bucket import docs, store, synced, write
from toy import ToyEncoder, loading, read

from citeback.index.errors import StoreError, StoreLocked


def test_a_second_writer_learns_who_holds_the_lease(store: Any, docs: Path) -> None:
    with (
        store.writing(),
        pytest.raises(StoreLocked, match=rf"^Process {os.getpid()} on .* is writing to s3:"),
    ):
        synced(store, docs)
    assert synced(store, docs).published


def test_the_lease_of_a_dead_process_on_this_machine_is_taken_over(store: Any, docs: Path) -> None:
    code = (
        "import os, sys; from citeback.index.object_store.store import ObjectStore\n"
        "with ObjectStore.open(sys.argv[1]).writing(): print('held', flush=True); os.kill(os.getpid(), 9)"
    )
    dead = subprocess.run([sys.executable, "-c", code, store.path], capture_output=True, check=False)
    assert dead.stdout == b"held\n"
    assert synced(store, docs).published


def test_the_lease_of_another_machine_ends_with_its_time(store: Any, docs: Path) -> None:
    from citeback.index.object_store.lease import LEASE, SKEW_SECONDS

    holder = {"run": "x", "host": "far", "pid": 1, "boot": "", "since": "then", "until": time() + 1}
    store.place.write(LEASE, json.dumps(holder).encode())
    with pytest.raises(StoreLocked, match="Process 1 on far, since then"):
        synced(store, docs)
    holder["until"] = time() - SKEW_SECONDS - 1
    store.place.write(LEASE, json.dumps(holder).encode())
    assert synced(store, docs).published


@pytest.mark.parametrize("lease", [b"", b"[]", b"{", b'{"run": 3}', b"[" * 100_000])
def test_a_lease_that_says_nothing_is_taken(store: Any, docs: Path, lease: bytes) -> None:
    store.place.write("lease.json", lease)
    assert synced(store, docs).published


def test_a_writer_that_lost_its_lease_publishes_nothing(store: Any, docs: Path) -> None:
    from citeback.index.object_store.indexing.sync import RemoteSync
    from citeback.index.object_store.lease import LEASE

    def usurp(progress: Any) -> None:
        if progress.item == "indexes":
            store.place.write(LEASE, b'{"run": "another"}')

    sync = RemoteSync(store=store, load=loading(ToyEncoder()), read=read, progress=usurp)
    with pytest.raises(StoreLocked, match="took over"):
        sync.run([docs])
    assert store.numbers() == []


def test_rows_that_somebody_else_added_meanwhile_are_not_published(store: Any, docs: Path) -> None:
    from citeback.index.object_store.indexing.sync import RemoteSync
    from citeback.index.object_store.table import Table
    from citeback.index.object_store.tables import DOCUMENTS

    synced(store, docs)
    write(docs, "more.txt", "More.")

    def intrude(progress: Any) -> None:
        if progress.stage == "reading" and progress.done == 1:
            table = Table.open(store.place, DOCUMENTS, "foreign")
            assert table
            table.append(table.dataset.to_table(limit=1))

    sync = RemoteSync(store=store, load=loading(ToyEncoder()), read=read, progress=intrude)
    with pytest.raises(StoreError):
        sync.run([docs])
    assert store.numbers() == [1]
    assert synced(store, docs).published
    assert store.check() == []
    assert [d.name for d in store.current().documents] == ["0.txt", "1.txt", "2.txt", "3.txt", "more.txt"]


def test_a_store_without_conditional_writes_is_refused_with_the_reason(address: str, docs: Path) -> None:
    from citeback.index.object_store.place import Place
    from citeback.index.object_store.store import ObjectStore

    class Careless(Place):
        def create(self, path: str, data: bytes) -> str | None:
            self.write(path, data)
            return '"any"'

        def replace(self, path: str, data: bytes, etag: str) -> str | None:
            return self.create(path, data)

    store = ObjectStore(Careless.open(address))
    with pytest.raises(StoreError, match="ignores conditional writes"):
        synced(store, docs)
    assert [found.path for found in store.place.list()] == []
