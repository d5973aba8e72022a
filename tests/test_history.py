"""Which generations are kept, and that going back is a publication like any other."""

import os
from pathlib import Path

import pytest
from snapshot import contents
from test_store import damage, grow
from toy import ToyEncoder, loading, never, read

from citeback.index.errors import DamagedGeneration, NoGeneration, StoreError
from citeback.index.generations.generation import ROWS
from citeback.index.generations.parts.manifest import FILENAME, FORMAT, Manifest
from citeback.index.generations.rollback import history, rollback
from citeback.index.generations.store import Store
from citeback.index.settings import Settings
from citeback.index.sync.sync import sync


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store of two generations: one document, then two."""
    store = Store(tmp_path / "store")
    grow(store, "one")
    grow(store, "two")
    return store


def names(store: Store) -> list[str]:
    with store.current() as current:
        return [document.name for document in current.documents]


def test_history_tells_what_is_kept(store: Store) -> None:
    newest, before = history(store)
    assert (newest.number, newest.documents, newest.chunks, newest.failures) == (2, 2, 2, 0)
    assert (before.number, before.documents, before.restored, before.problem) == (1, 1, None, None)
    assert before.published < newest.published
    assert history(Store(store.path / "nowhere")) == ()


def test_going_back_publishes_again_and_can_be_undone(store: Store) -> None:
    with store.current() as current:
        newest = contents(current)
    with store.current() as reader:
        assert rollback(store).restored == 1
        assert contents(reader) == newest  # whoever reads keeps what was opened
    assert names(store) == ["one.txt"]
    assert [(kept.number, kept.restored) for kept in history(store)] == [(3, 1), (2, None)]
    assert store.check() == []
    rollback(store)
    assert names(store) == ["one.txt", "two.txt"]
    with store.current() as current:
        assert contents(current) == newest


def test_the_next_sync_takes_in_what_the_folders_hold(store: Store) -> None:
    rollback(store)
    report = grow(store, "three")
    assert report.added == ("three.txt", "two.txt")
    assert names(store) == ["one.txt", "three.txt", "two.txt"]
    assert store.check() == []


def test_files_are_shared_not_copied(store: Store) -> None:
    before = (store.directory(1) / ROWS).stat()
    rollback(store, 1)
    assert os.path.samestat((store.directory(3) / ROWS).stat(), before)


def test_where_files_cannot_be_shared_they_are_copied(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refused)
    rollback(store)
    assert names(store) == ["one.txt"]
    assert store.check() == []


def test_what_cannot_be_gone_back_to_is_named(store: Store) -> None:
    with pytest.raises(StoreError, match="2 is the current one"):
        rollback(store, 2)
    with pytest.raises(StoreError, match=r"7 is not kept.*rollback --list"):
        rollback(store, 7)
    damage(store.directory(1) / ROWS)
    assert "differs from its checksum" in (history(store)[1].problem or "")
    with pytest.raises(NoGeneration, match="no intact generation before 2"):
        rollback(store)
    with pytest.raises(DamagedGeneration, match=ROWS):
        rollback(store, 1)
    assert names(store) == ["one.txt", "two.txt"]


def test_as_many_are_kept_as_is_asked_for(store: Store) -> None:
    report = sync(store, load=never, read=read, settings=Settings(keep=4))
    assert (report.published, report.rebuilt, report.embedded) == (True, None, 0)
    for text in ("three", "four", "five"):
        grow(store, text)
    assert store.numbers() == [6, 5, 4, 3]
    damage(store.directory(5) / ROWS)  # is not counted: what is kept can be gone back to
    grow(store, "six")
    assert store.numbers() == [7, 6, 4, 3]
    assert rollback(store, 3).settings.keep == 4
    assert names(store) == ["one.txt", "two.txt"]


def older(store: Store, number: int) -> None:
    """Make a generation look as if it had been written in the format before this one."""
    path = store.directory(number) / FILENAME
    manifest = Manifest.read(path.parent)
    path.write_bytes(manifest.model_copy(update={"format": FORMAT - 1}).render())


def test_an_older_format_is_written_anew_from_its_folders(store: Store) -> None:
    older(store, 2)
    with pytest.raises(StoreError, match=rf"format {FORMAT - 1}.*Next: citeback index"):
        store.current()
    assert "format" in (history(store)[0].problem or "")
    report = sync(store, load=loading(ToyEncoder()), read=read)
    assert (report.generation, report.embedded) == (3, 2)
    assert f"format {FORMAT - 1}" in report.notices[0]
    assert store.check() == []
