"""A folder of documents and its store, for tests of what happens to both."""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from shutil import rmtree

import pytest
from toy import ToyEncoder, loading, read

from citeback.index.generations.store import Store
from citeback.index.records import Source
from citeback.index.sync.missing_files import MissingFolder
from citeback.index.sync.report import SyncReport
from citeback.index.sync.sync import sync

OLD = 1_000_000  # a date that is believed


class ShelfCorpus:
    """A folder of documents, its store, and what is done to both."""

    def __init__(self, place: Path, folder: str = "docs") -> None:
        self.place, self.docs, self.store = place, place / folder, Store(place / "store")
        self.asked: list[tuple[MissingFolder, ...]] = []
        self.docs.mkdir()

    def write(self, name: str, text: str = "") -> Path:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or f"Text of {name}.")
        os.utime(path, (OLD, OLD))
        return path

    def sync(
        self,
        *folders: Path,
        gone: Collection[str] = (),
        read: Callable[[Path], Source] = read,
        rebuild: bool = False,
    ) -> SyncReport:
        def decide(absent: tuple[MissingFolder, ...]) -> Collection[str]:
            self.asked.append(absent)
            return gone

        load = loading(ToyEncoder())
        return sync(self.store, folders, load=load, read=read, decide=decide, rebuild=rebuild)

    def names(self) -> list[str]:
        with self.store.current() as now:
            assert all(now.source(document.name).text for document in now.documents)
            return [document.name for document in now.documents]


@pytest.fixture
def shelf(tmp_path: Path) -> ShelfCorpus:
    """Return a folder of three documents that is indexed."""
    made = ShelfCorpus(tmp_path)
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt"):
        made.write(name)
    made.sync(made.docs)
    return made


def emptied(folder: Path) -> None:
    for path in folder.iterdir():
        rmtree(path) if path.is_dir() else path.unlink()
