"""Documents in a folder and in a bucket, and a sync into an object store with a toy model."""

import os
from pathlib import Path
from typing import Any

import pytest
from toy import ToyEncoder, loading, read

from citeback.index import any_store
from citeback.index.sync.report import SyncReport

OLD = 1_000_000


def write(folder: Path, name: str, text: str, date: int = OLD) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (date, date))


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    for n in range(4):
        write(folder, f"{n}.txt", f"Red fish number {n}.\n\nBlue fish.")
    return folder


@pytest.fixture
def store(address: str) -> Any:
    return any_store.open_store(address)


def synced(store: Any, *folders: Path | str, **options: Any) -> SyncReport:
    from citeback.index.object_store.indexing.sync import RemoteSync

    load = options.pop("load", loading(ToyEncoder()))
    return RemoteSync(store=store, load=load, read=read, **options).run(folders)


def put(address: str, objects: dict[str, str]) -> None:
    from citeback.index.object_store.place import Place

    place = Place.open(address)
    for name, text in objects.items():
        place.write(name, text.encode())
