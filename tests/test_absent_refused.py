"""Test that nothing is lost when the system refuses a folder or a file for a while."""

import ctypes
import errno
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from killed import NOBODY
from shelf import ShelfCorpus, shelf
from snapshot import contents
from toy import ToyEncoder, loading, read

from citeback.index.errors import FileNotOpened, ReadTimeout, StoreError
from citeback.index.files import safe_open
from citeback.index.files.scan import FolderScan, scan_folders
from citeback.index.generations.store import Store
from citeback.index.records import Source
from citeback.index.sync import plan
from citeback.index.sync.sync import changes_since, sync


class TestRefusals:
    """Folders and files that the system refuses for a while."""

    def test_what_lies_in_a_folder_that_may_not_be_listed_stays(
        self, shelf: ShelfCorpus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if os.geteuid() != 0:
            pytest.skip("another user can be had by root alone")
        for path in (shelf.docs, *shelf.docs.parents):
            if path not in (Path("/"), Path("/tmp")):  # noqa: S108
                path.chmod(path.stat().st_mode | 0o055)
        os.chown(shelf.docs / "sub", 0, 0)
        (shelf.docs / "sub").chmod(0o700)
        system = ctypes.CDLL(None)

        def by_nobody(folders: Iterable[str], store: Path) -> tuple[FolderScan, ...]:
            system.setfsuid(NOBODY)  # of this thread alone
            try:
                return scan_folders(folders, store)
            finally:
                system.setfsuid(0)

        monkeypatch.setattr(plan, "scan_folders", by_nobody)
        report = shelf.sync()
        assert (report.deleted, report.unchanged) == ((), ("a.txt", "sub/b.txt", "sub/deep/c.txt"))
        (failure,) = report.failed
        assert failure.name == "sub"
        assert failure.reason == (
            "cannot be listed: Permission denied; 2 documents from it stay in the index as read before"
        )
        assert shelf.sync().published is False
        monkeypatch.undo()
        back = shelf.sync()
        assert (back.failed, back.embedded, len(back.unchanged)) == ((), 0, 3)

    @pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EACCES, errno.ENOENT])
    def test_whatever_a_folder_cannot_be_listed_for(
        self, shelf: ShelfCorpus, monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        with refused(monkeypatch, {str(shelf.docs / "sub")}, code):
            shelf.write("new.txt")
            report = shelf.sync()
            assert (report.added, report.deleted) == (("new.txt",), ())
            assert shelf.names() == ["a.txt", "new.txt", "sub/b.txt", "sub/deep/c.txt"]
            assert shelf.sync(rebuild=True).deleted == ()
            assert len(shelf.names()) == 4
        back = shelf.sync()
        assert (back.failed, back.deleted, back.embedded) == ((), (), 0)

    @pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.EACCES])
    def test_a_folder_itself_that_cannot_be_listed_stops_everything(
        self, shelf: ShelfCorpus, monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        with refused(monkeypatch, {str(shelf.docs)}, code):
            with pytest.raises(StoreError, match=r"cannot be listed.*Nothing was changed"):
                shelf.sync()
            (absent,) = changes_since(shelf.store).absent
            assert not absent.confirmable and len(absent.documents) == 3
        assert len(shelf.names()) == 3

    def test_a_folder_that_is_renamed_while_it_is_looked_at_is_found_under_its_new_name(
        self, shelf: ShelfCorpus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listed, once = safe_open.scan_directory, iter([True])

        @contextmanager
        def renaming(path: str, seen: tuple[int, int] | None) -> Iterator[int | str]:
            if path == str(shelf.docs / "sub") and next(once, False):
                Path(path).rename(shelf.docs / "renamed")
            with listed(path, seen) as result:
                yield result

        monkeypatch.setattr(safe_open, "scan_directory", renaming)
        report = shelf.sync()
        assert report.deleted == () and len(report.renamed) == 2
        assert shelf.names() == ["a.txt", "renamed/b.txt", "renamed/deep/c.txt"]

    @pytest.mark.parametrize(
        "error", [FileNotOpened("cannot be opened: locked"), OSError(errno.EBUSY, "busy")]
    )
    def test_a_file_that_another_program_has_locked_keeps_its_text(
        self, shelf: ShelfCorpus, error: Exception
    ) -> None:
        shelf.write("a.txt", "New text, locked.")
        shelf.write("z.txt", "Locked from the beginning.")

        def locked(path: Path) -> Source:
            if path.name in ("a.txt", "z.txt"):
                raise error
            return read(path)

        report = shelf.sync(read=locked)
        assert (report.changed, report.added, report.deleted) == ((), (), ())
        assert report.unchanged == ("a.txt", "sub/b.txt", "sub/deep/c.txt")
        assert [(failure.name, failure.outdated) for failure in report.failed] == [
            ("a.txt", True),
            ("z.txt", False),
        ]
        with shelf.store.current() as now:
            assert now.source("a.txt").text == "Text of a.txt."
        assert changes_since(shelf.store).retried == {"a.txt", "z.txt"}
        assert shelf.sync(read=locked).published is False
        assert shelf.sync(read=locked, rebuild=True).deleted == ()
        assert len(shelf.names()) == 3
        back = shelf.sync()
        assert (back.changed, back.added, back.failed) == (("a.txt",), ("z.txt",), ())
        with shelf.store.current() as now:
            assert now.source("a.txt").text == "New text, locked."

    def test_a_share_that_answers_slowly_keeps_its_texts_and_is_not_waited_for_again(
        self, shelf: ShelfCorpus
    ) -> None:
        shelf.write("a.txt", "New text, slow.")
        opened: list[str] = []

        def slow(path: Path) -> Source:
            opened.append(path.name)
            if path.name == "a.txt":
                raise ReadTimeout("took longer than 15 s to read")
            return read(path)

        report = shelf.sync(read=slow)
        assert (report.deleted, report.changed) == ((), ())
        assert report.failed[0].reason.startswith("not read this time (took longer than 15 s to read)")
        assert shelf.sync(read=slow).published is False
        assert opened == ["a.txt"]
        assert shelf.names() == ["a.txt", "sub/b.txt", "sub/deep/c.txt"]
        again = sync(shelf.store, load=loading(ToyEncoder()), read=read, again=["a.txt"])
        assert (again.changed, again.failed) == (("a.txt",), ())
        with shelf.store.current() as now:
            assert now.source("a.txt").text == "New text, slow."

    def test_a_file_that_keeps_changing_keeps_its_text(self, shelf: ShelfCorpus) -> None:
        def growing(path: Path) -> Source:
            source = read(path)
            if path.name == "a.txt":
                path.write_text(source.text + "!")
            return source

        shelf.write("a.txt", "Being written")
        report = shelf.sync(read=growing)
        assert report.failed[0].outdated and report.deleted == ()
        with shelf.store.current() as now:
            assert now.source("a.txt").text == "Text of a.txt."

    def test_a_file_that_was_renamed_and_is_locked_stays_under_its_old_name(self, shelf: ShelfCorpus) -> None:
        (shelf.docs / "a.txt").rename(shelf.docs / "renamed.txt")

        def locked(path: Path) -> Source:
            raise FileNotOpened("cannot be opened: locked")

        report = shelf.sync(read=locked)
        assert (report.renamed, report.deleted) == ((), ())
        assert "a.txt" in shelf.names()
        assert shelf.sync().renamed == (("a.txt", "renamed.txt"),)
        assert shelf.names() == ["renamed.txt", "sub/b.txt", "sub/deep/c.txt"]

    def test_a_file_that_cannot_be_read_of_itself_goes_as_ever(self, shelf: ShelfCorpus) -> None:
        shelf.write("a.txt", "broken")
        report = shelf.sync()
        assert [(failure.name, failure.outdated) for failure in report.failed] == [("a.txt", False)]
        assert shelf.names() == ["sub/b.txt", "sub/deep/c.txt"]


@contextmanager
def refused(monkeypatch: pytest.MonkeyPatch, paths: Collection[str], code: int) -> Iterator[None]:
    """Have the system refuse to list some directories."""
    listed = safe_open.scan_directory

    @contextmanager
    def refusing(path: str, seen: tuple[int, int] | None) -> Iterator[int | str]:
        if path in paths:
            raise OSError(code, os.strerror(code))
        with listed(path, seen) as result:
            yield result

    with monkeypatch.context() as patch:
        patch.setattr(safe_open, "scan_directory", refusing)
        yield


NAMES = ("a.txt", "b.txt", "s/a.txt", "s/b.txt", "s/t/a.txt", "u/a.txt")


@settings(max_examples=30)
@given(
    before=st.sets(st.sampled_from(NAMES), min_size=1),
    after=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["One.", "Two. Three."]), min_size=1),
    refusing=st.sets(st.sampled_from(["s", "s/t", "u"])),
    locked=st.sets(st.sampled_from(NAMES)),
    code=st.sampled_from([errno.EIO, errno.ENOENT, errno.ESTALE]),
    rebuild=st.booleans(),
)
def test_no_fault_loses_a_document_and_when_it_is_over_all_is_as_if_there_had_been_none(
    before: set[str], after: dict[str, str], refusing: set[str], locked: set[str], code: int, rebuild: bool
) -> None:
    with TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as monkeypatch:
        shelf = ShelfCorpus(Path(directory))
        for name in before:
            shelf.write(name)
        shelf.sync(shelf.docs)
        for name in before - set(after):
            (shelf.docs / name).unlink()
        for name, text in after.items():
            shelf.write(name, text)

        def unlocked(path: Path) -> Source:
            if path.relative_to(shelf.docs).as_posix() in locked:
                raise FileNotOpened("cannot be opened: locked")
            return read(path)

        with refused(monkeypatch, {str(shelf.docs / name) for name in refusing}, code):
            shelf.sync(read=unlocked, rebuild=rebuild)
            assert before & set(after) <= set(shelf.names())
            assert shelf.store.check() == []
        shelf.sync()
        fresh = Store(Path(directory) / "fresh")
        sync(fresh, [shelf.docs], load=loading(ToyEncoder()), read=read)
        with shelf.store.current() as incremental, fresh.current() as new:
            assert contents(incremental) == contents(new)
