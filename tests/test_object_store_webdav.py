"""Documents on a real WebDAV server, which SeaweedFS has too: listed, read, watched for changes."""

from pathlib import Path
from typing import Any

import pytest
from toy import ToyEncoder, loading, never, read
from weed import WeedServer

from citeback.index import any_store
from citeback.index.errors import SettingsError
from citeback.index.sync.report import SyncReport


def put(address: str, objects: dict[str, str]) -> None:
    from citeback.index.object_store.place import Place

    place = Place.open(address)
    for name, text in objects.items():
        place.write(name, text.encode())


def synced(store: Any, *folders: str, **options: Any) -> SyncReport:
    from citeback.index.object_store.indexing.sync import RemoteSync

    load = options.pop("load", loading(ToyEncoder()))
    return RemoteSync(store=store, load=load, read=read, **options).run(folders)


@pytest.fixture
def source(weed: WeedServer, address: str) -> tuple[str, str]:
    """Return the address of a folder of documents on the object store, and the same on the WebDAV server."""
    on_store = f"{address}-source"
    put(on_store, {"papers/a.txt": "Red fish.", "papers/so (deep)/b é.md": "Blue fish.", "c.txt": "No."})
    return on_store, on_store.replace("s3:/", weed.webdav)


def test_a_folder_is_indexed_by_address_and_by_pattern(source: tuple[str, str], address: str) -> None:
    store, (_, folder) = any_store.open_store(address), source
    assert synced(store, f"{folder}/papers").added == ("a.txt", "so (deep)/b é.md")
    with store.current() as now:
        assert now.document("a.txt").path == f"{folder}/papers/a.txt"
        assert now.source("so (deep)/b é.md").text == "Blue fish."
    pattern = any_store.open_store(f"{address}-2")
    assert synced(pattern, f"{folder}/**/*.md").added == ("papers/so (deep)/b é.md",)


def test_only_what_has_changed_is_read_again(source: tuple[str, str], address: str) -> None:
    store, (on_store, folder) = any_store.open_store(address), source
    synced(store, folder)
    assert synced(store, load=never).published is False
    put(on_store, {"c.txt": "Old fish, and more."})
    assert synced(store).changed == ("c.txt",)
    assert store.current().source("c.txt").text == "Old fish, and more."


def test_a_file_that_changes_while_it_is_read_is_read_next_time(
    source: tuple[str, str], address: str
) -> None:
    store, (on_store, folder) = any_store.open_store(address), source

    def meddle(progress: Any) -> None:
        if progress.stage == "reading" and progress.done == 0:
            put(on_store, {"c.txt": "Yes"})

    synced(store, folder, progress=meddle)
    assert [(each.name, each.retryable) for each in store.current().failures] == [("c.txt", True)]
    assert synced(store).added == ("c.txt",)


def test_other_computers_are_not_asked_without_tls(weed: WeedServer) -> None:
    from citeback.index.object_store.webdav import open_source

    with pytest.raises(SettingsError, match="no TLS"):
        open_source("http://files.example.org/papers")
    assert open_source("https://files.example.org/papers").address == "https://files.example.org/papers"
    with pytest.raises(SettingsError, match="contains credentials"):
        open_source("https://me:secret@files.example.org/papers")


def test_nothing_listens_beyond_loopback(weed: WeedServer) -> None:
    table = "".join(Path("/proc/net", name).read_text() for name in ("tcp", "tcp6"))
    rows = [line.split() for line in table.splitlines()]
    local = {
        row[1].split(":")[0]
        for row in rows
        if len(row) > 9 and row[3] == "0A" and row[1].endswith(tuple(f":{port:04X}" for port in weed.ports))
    }
    assert local == {"0100007F"}
