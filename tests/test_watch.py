"""An index that follows its folders: what is told, what does not count, and a folder that goes away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from time import sleep

import pytest
from toy import ToyEncoder, loading, read
from watchfiles import Change

from citeback.index.errors import NoGeneration, StoreError, StoreLocked
from citeback.index.generations.store import Store
from citeback.index.settings import Settings
from citeback.index.sync.report import SyncReport
from citeback.index.sync.sync import sync
from citeback.index.sync.watch import CachedEncoder, ChangeFilter, Watcher, WatchEvent

PATIENCE = 60  # seconds before a test gives up on a machine that is busy


class Followed:
    """A folder whose store follows it in a thread."""

    def __init__(self, docs: Path, store: Path) -> None:
        self.docs, self.store = docs, Store(store)
        self.told: SimpleQueue[WatchEvent] = SimpleQueue()
        self.stop = Event()
        self.docs.mkdir()
        (self.docs / "a.txt").write_text("One.")
        sync(self.store, [self.docs], load=loading(ToyEncoder()), read=read)
        follow = Watcher(self.store, loading(ToyEncoder()), self.told.put, self.stop, 0.2, read)
        self.thread = Thread(target=follow.run)
        self.thread.start()

    def report(self) -> SyncReport:
        notice = self.told.get(timeout=PATIENCE)
        assert isinstance(notice, SyncReport), notice
        return notice

    def refusal(self) -> StoreError:
        notice = self.told.get(timeout=PATIENCE)
        assert isinstance(notice, StoreError), notice
        return notice


@pytest.fixture
def followed(tmp_path: Path) -> Iterator[Followed]:
    followed = Followed(tmp_path / "docs", tmp_path / "docs" / ".citeback")
    (followed.docs / "first.txt").write_text("It listens.")
    assert followed.report().added == ("first.txt",)
    yield followed
    followed.stop.set()
    followed.thread.join(PATIENCE)
    assert not followed.thread.is_alive()


def test_what_changes_is_taken_in_and_only_told_once(followed: Followed) -> None:
    (followed.docs / "b.txt").write_text("Two.")
    assert followed.report().added == ("b.txt",)
    (followed.docs / "a.txt").unlink()
    assert followed.report().deleted == ("a.txt",)
    assert followed.told.empty()
    assert followed.store.check() == []


def test_a_folder_that_goes_away_is_waited_for(followed: Followed) -> None:
    away = followed.docs.with_name("away")
    followed.docs.rename(away)
    assert isinstance(followed.refusal(), StoreError)
    away.rename(followed.docs)
    assert followed.report().unchanged == ("a.txt", "first.txt")
    (followed.docs / "b.txt").write_text("Two.")
    assert followed.report().added == ("b.txt",)


def test_after_a_sync_that_published_it_looks_once_more_though_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes while the store's own files do may never be told."""
    docs, store, notice = tmp_path / "docs", Store(tmp_path / "store"), SimpleQueue[WatchEvent]()
    docs.mkdir()
    (docs / "a.txt").write_text("One.")
    sync(store, [docs], load=loading(ToyEncoder()), read=read)
    stop, looks = Event(), list[tuple[int, int]]()

    def scripted(*_: object, **__: object) -> Iterator[set[tuple[Change, str]]]:
        yield set()
        (docs / "b.txt").write_text("Two.")
        yield {(Change.added, str(docs / "b.txt"))}
        (docs / "c.txt").write_text("Three.")  # untold
        for look in (1, 2, 3):
            yield set()
            looks.append((look, notice.qsize()))
        stop.set()

    monkeypatch.setattr("citeback.index.sync.watch.watch", scripted)
    Watcher(store, loading(ToyEncoder()), notice.put, stop, 0.2, read).run()
    reports = [notice.get() for _ in range(notice.qsize())]
    assert [report.added for report in reports if isinstance(report, SyncReport)] == [("b.txt",), ("c.txt",)]
    assert looks == [(1, 2), (2, 2), (3, 2)]


def test_another_writer_is_waited_for(followed: Followed) -> None:
    with patient(followed.store):
        (followed.docs / "b.txt").write_text("Two.")
        assert isinstance(followed.refusal(), StoreLocked)
    assert followed.report().added == ("b.txt",)


@contextmanager
def patient(store: Store) -> Iterator[None]:
    """Write to the store, once nobody else does."""
    while True:
        try:
            with store.write_lock():
                yield
                return
        except StoreLocked:
            sleep(0.05)


def test_where_nothing_is_indexed_there_is_nothing_to_follow(tmp_path: Path) -> None:
    with pytest.raises(NoGeneration, match="citeback index FOLDER"):
        Watcher(Store(tmp_path / "store"), loading(ToyEncoder()), print).run()


@pytest.mark.parametrize(
    ("path", "counts"),
    [("a.txt", True), ("sub/b.txt", True), (".hidden/c.txt", False), ("x/.git/d", False), ("store/e", False)],
)
def test_what_would_not_be_indexed_does_not_count(tmp_path: Path, path: str, counts: bool) -> None:
    seen = ChangeFilter((str(tmp_path),), tmp_path / "store")
    assert seen(Change.added, str(tmp_path / path)) == counts


def test_a_model_stays_loaded_while_documents_are_cut_as_before() -> None:
    loaded: list[Settings] = []

    def load(settings: Settings) -> ToyEncoder:
        loaded.append(settings)
        return ToyEncoder()

    once = CachedEncoder(load)
    for settings in (Settings(), Settings(keep=9), Settings(chunk_tokens=100)):
        once(settings)
    assert loaded == [Settings(), Settings(chunk_tokens=100)]


def test_a_disk_that_is_taken_away_keeps_its_documents_until_it_is_back(tmp_path: Path) -> None:
    docs, away = tmp_path / "docs", tmp_path / "away"
    followed = Followed(docs, tmp_path / "store")
    try:
        (docs / "b.txt").write_text("Two.")
        assert followed.report().added == ("b.txt",)
        docs.rename(away)
        docs.mkdir()  # the mount point, which remains
        notice = followed.told.get(timeout=PATIENCE)
        while isinstance(notice, StoreError):  # looked at between the two
            notice = followed.told.get(timeout=PATIENCE)
        while not notice.absent:
            notice = followed.report()
        assert (notice.deleted, notice.unchanged) == ((), ("a.txt", "b.txt"))
        assert notice.absent[0].message in notice.notices
        docs.rmdir()
        away.rename(docs)
        while notice.absent:
            back = followed.told.get(timeout=PATIENCE)
            notice = notice if isinstance(back, StoreError) else back
        assert (notice.deleted, notice.unchanged, notice.embedded) == ((), ("a.txt", "b.txt"), 0)
    finally:
        followed.stop.set()
        followed.thread.join(PATIENCE)
