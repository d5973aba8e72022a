"""What is indexed is its owner's alone: the store and all that stands in it, whatever the umask."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest
from toy import ToyEncoder, loading, read
from typed import Typed

from citeback.index.errors import SettingsError
from citeback.index.files import private_files
from citeback.index.generations.rollback import rollback
from citeback.index.generations.store import Store
from citeback.index.records import Document
from citeback.index.sync.building.journal import Journal
from citeback.index.sync.report import Progress
from citeback.index.sync.sync import sync
from citeback.page.state.conversations import ConversationStore
from citeback.page.state.exchange import Exchange
from citeback.page.state.feedback import FeedbackFile
from citeback.page.state.folders import StoreFolder
from citeback.page.state.preferences import SettingsStore
from citeback.rag.answer import Answer
from citeback.rag.confidence import AnswerSettings
from citeback.rag.rights import Rights, Role
from citeback.serving.access import password_file
from citeback.terminal.commands.chat import rules

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")

UMASKS = (0o000, 0o002, 0o022, 0o077)
ANSWER = Answer("How many?", "How many?", False, 0.9, (), ())


@contextmanager
def masked(umask: int) -> Iterator[None]:
    before = os.umask(umask)
    try:
        yield
    finally:
        os.umask(before)


def open_to_others(place: Path) -> list[str]:
    """Return everything at and below a path that the group or others may do anything with."""
    return [
        f"{path.relative_to(place)} {stat.filemode(path.lstat().st_mode)}"
        for path in (place, *place.rglob("*"))
        if path.lstat().st_mode & 0o077
    ]


def filled(tmp_path: Path) -> tuple[Store, Path]:
    """Return a store in which everything was done that a person can do, and the folder of its documents."""
    docs, store = tmp_path / "docs", Store(tmp_path / "store")
    docs.mkdir()
    for name in ("a", "b"):
        (docs / f"{name}.txt").write_text(f"Text of {name}.")
        (docs / f"{name}.txt").chmod(0o600)
    sync(store, [docs], load=loading(ToyEncoder()), read=read)
    ConversationStore(store.path / "conversations.sqlite").save(
        "you", "", Exchange("How many?", answer=ANSWER)
    )
    SettingsStore(store.path / "conversations.sqlite").keep("you", AnswerSettings())
    FeedbackFile(store.path / "feedback.jsonl").add("you", Exchange("How many?", answer=ANSWER), right=True)
    with store.current() as now:
        removed = now.document("a.txt")
    StoreFolder(store, lambda: [str(docs)], lambda *_: pytest.fail("not asked for")).remove(removed)
    sync(store, load=loading(ToyEncoder()), read=read)
    rollback(store)
    with closing(Journal.open(store.journal, "toy")):
        pass
    return store, docs


@pytest.mark.parametrize("umask", UMASKS, ids=oct)
def test_nothing_in_a_store_is_open_to_others(tmp_path: Path, umask: int) -> None:
    with masked(umask):
        store, _ = filled(tmp_path)
    assert (store.path / "lock").exists() and (store.path / "journal.sqlite").exists()
    assert open_to_others(store.path) == []
    assert store.check() == []


def test_a_file_is_private_from_its_first_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_files, "make_private", lambda _: True)
    with masked(0o000):
        private_files.make_private_file(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_nothing_is_open_while_it_is_written(tmp_path: Path) -> None:
    docs, store, seen = tmp_path / "docs", Store(tmp_path / "store"), set[str]()
    docs.mkdir()
    (docs / "a.txt").write_text("One.")

    def watch(_: Progress) -> None:
        for path in (store.path, *store.path.iterdir()):
            seen.add(path.name)
            assert not path.lstat().st_mode & 0o077, path

    with masked(0o000):
        sync(store, [docs], load=loading(ToyEncoder()), read=read, progress=watch)
    assert {"store", "building", "lock", "writer", "journal.sqlite", "journal.sqlite-wal"} <= seen


def test_a_store_that_was_open_is_closed_by_the_next_write(tmp_path: Path) -> None:
    store, docs = filled(tmp_path)
    for path in (store.path, *store.path.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    (docs / "c.txt").write_text("New.")
    sync(store, load=loading(ToyEncoder()), read=read)
    assert open_to_others(store.path) == ["removed/a.txt -rw-rw-rw-"]  # within a closed directory


def test_what_was_deleted_keeps_its_own_permissions_in_a_closed_directory(tmp_path: Path) -> None:
    docs, store = tmp_path / "docs", Store(tmp_path / "store")
    docs.mkdir()
    (docs / "a.txt").write_text("One.")
    (docs / "a.txt").chmod(0o640)
    sync(store, [docs], load=loading(ToyEncoder()), read=read)
    with store.current() as now:
        document: Document = now.document("a.txt")
    put = StoreFolder(store, lambda: [str(docs)], lambda *_: pytest.fail("not asked for")).remove(document)
    assert stat.S_IMODE(Path(put).stat().st_mode) == 0o640
    assert stat.S_IMODE(Path(put).parent.stat().st_mode) == 0o700


def test_another_user_reads_nothing_of_a_store(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("another user can be had by root alone")
    with masked(0o000):
        store, _ = filled(tmp_path)
    for path in (tmp_path, *tmp_path.parents):
        if path.owner() == "root" and path not in (Path("/"), Path("/tmp")):  # noqa: S108
            path.chmod(path.stat().st_mode | 0o055)
    (tmp_path / "open.txt").write_text("to all")
    find = f"cat {tmp_path}/open.txt; find {store.path} -type f -exec cat {{}} +"
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "sh", "-c", find],
        capture_output=True,
        check=False,
    )
    assert done.stdout == b"to all"
    assert b"Permission denied" in done.stderr


def test_journals_of_sqlite_are_closed_too(tmp_path: Path) -> None:
    with masked(0o000):
        kept = ConversationStore(tmp_path / "conversations.sqlite")
        kept.save("you", "", Exchange("How many?", answer=ANSWER))
        with closing(sqlite3.connect(kept.path, isolation_level=None)) as file:
            file.execute("PRAGMA journal_mode=PERSIST")
            file.execute("BEGIN IMMEDIATE")
            file.execute("UPDATE conversations SET name = 'x'")
            file.execute("COMMIT")
    assert len(list(tmp_path.iterdir())) == 2
    assert [path.name for path in tmp_path.iterdir() if path.stat().st_mode & 0o077] == []


def test_a_store_that_cannot_be_closed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("One.")
    store = Store(tmp_path / "store")
    store.path.mkdir(mode=0o755)

    def refused(self: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)
    report = sync(store, [docs], load=loading(ToyEncoder()), read=read)
    assert any("Other users of this computer may read the index" in notice for notice in report.notices)


def test_a_link_in_a_store_is_not_followed(tmp_path: Path) -> None:
    store, _ = filled(tmp_path)
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    outside.chmod(0o644)
    (store.path / "link").symlink_to(outside)
    sync(store, load=loading(ToyEncoder()), read=read)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_many_threads_make_one_private_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with masked(0o000):
        threads = [Thread(target=private_files.make_private_file, args=(path,)) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


class TestUsers:
    """The file of users, which holds hashes of passwords."""

    def test_a_link_in_the_place_of_the_new_file_is_not_written_through(self, tmp_path: Path) -> None:
        victim = tmp_path / "victim"
        victim.write_text("mine")
        (tmp_path / ".users.txt.new").symlink_to(victim)
        password_file.add(tmp_path / "users.txt", "ada", "correct horse")
        assert victim.read_text() == "mine"
        assert set(password_file.read(tmp_path / "users.txt")) == {"ada"}

    @pytest.mark.parametrize("umask", UMASKS, ids=oct)
    def test_what_an_interrupted_run_left_open_is_not_written_into(self, tmp_path: Path, umask: int) -> None:
        left = tmp_path / ".users.txt.new"
        left.write_text("left")
        left.chmod(0o666)
        with left.open() as reader, masked(umask):
            password_file.add(tmp_path / "users.txt", "ada", "correct horse")
            assert reader.read() == "left"
        assert stat.S_IMODE((tmp_path / "users.txt").stat().st_mode) == 0o600

    def test_where_the_new_file_cannot_be_made_the_old_one_stays(self, tmp_path: Path) -> None:
        password_file.add(tmp_path / "users.txt", "ada", "correct horse")
        (tmp_path / ".users.txt.new").mkdir()
        with pytest.raises(SettingsError, match="was not written") as refused:
            password_file.add(tmp_path / "users.txt", "bo", "correct horse")
        assert refused.value.remedy
        assert set(password_file.read(tmp_path / "users.txt")) == {"ada"}

    def test_a_file_that_others_can_read_is_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "users.txt"
        password_file.add(file, "ada", "correct horse", Rights(Role.ADMIN))
        rules("127.0.0.1", file, 240, False)
        assert capsys.readouterr().err == ""
        file.chmod(0o644)
        rules("127.0.0.1", file, 240, False)
        assert f"To prevent that: chmod 600 {file}" in capsys.readouterr().err


def test_the_command_line_makes_private_stores(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("One text.")
    with masked(0o000):
        assert Typed("index", tmp_path / "docs", "--store", tmp_path / "store").status == 0
    assert open_to_others(tmp_path / "store") == []
