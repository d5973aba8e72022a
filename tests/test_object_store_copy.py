"""A copy of an index on a fast disk."""

import os
import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest
from both_stores import contents
from bucket import OLD, docs, synced, write
from weed import WeedServer

from citeback.index import any_store


def test_questions_are_answered_from_the_copy_while_the_store_is_away(
    tmp_path: Path, docs: Path, weed: WeedServer, address: str
) -> None:
    from weed import weed_server

    with weed_server(tmp_path / "weed") as own:
        original = any_store.open_store(address)
        synced(original, docs)
        before = contents(original.current())
        copied = any_store.open_store(address, tmp_path / "copy")
        with copied.current() as now:
            files = {path for path in (tmp_path / "copy").rglob("*") if path.is_file()}
            assert all(path.stat().st_mode & 0o077 == 0 for path in files)
            own.kill()
            assert contents(now) == before
    os.environ.update(weed.environment)


def test_only_new_files_are_copied_and_unused_ones_removed(tmp_path: Path, docs: Path, address: str) -> None:
    original, copied = any_store.open_store(address), any_store.open_store(address, tmp_path / "copy")
    synced(original, docs)
    for n in range(5):
        write(docs, "0.txt", f"Version {n}.", OLD + n)
        synced(original, docs)
        with copied.current() as now:
            assert now.source("0.txt").text == f"Version {n}."
    inside = [path for path in (tmp_path / "copy" / "tables").rglob("*") if path.is_file()]
    assert len(inside) < 120
    assert not list(tmp_path.rglob("*.part"))


def test_two_servers_cannot_share_a_copy(tmp_path: Path, docs: Path, address: str) -> None:
    synced(any_store.open_store(address), docs)
    first = any_store.open_store(address, tmp_path / "copy")
    first.current()
    code = (
        "import sys; from pathlib import Path; from citeback.index import any_store\n"
        "any_store.open_store(sys.argv[1], Path(sys.argv[2])).current()"
    )
    second = subprocess.run(
        [sys.executable, "-c", code, address, str(tmp_path / "copy")], capture_output=True, check=False
    )
    assert b"Another server uses" in second.stderr


def test_a_server_moves_to_a_new_generation_once_it_is_copied(
    tmp_path: Path, docs: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from citeback.index.object_store import store as module

    monkeypatch.setattr(module, "POLL_SECONDS", 0.0)
    original, copied = any_store.open_store(address), any_store.open_store(address, tmp_path / "copy")
    synced(original, docs)
    for number in (1, 2):
        for _ in range(200):
            if copied.newest() == number:
                break
            sleep(0.05)
        assert copied.newest() == number
        write(docs, "0.txt", f"Version {number}.", OLD + number)
        synced(original, docs)
