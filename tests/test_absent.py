"""A disk that is not there, a folder or a file that is refused: nothing that was indexed is lost."""

import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from killed import NOBODY
from snapshot import contents
from toy import ToyEncoder, loading, never, read

from index import opening, plan
from index.absent import ELSEWHERE, EMPTY, Absence, absences, below, keep
from index.errors import NotOpened, Overdue, StoreError
from index.files import Tree, trees
from index.intake.workers import Workers
from index.parts.manifest import FILENAME
from index.places import note, noted
from index.records import Source
from index.report import Report
from index.store import Store
from index.sync import preview, since, sync

OLD = 1_000_000  # a date that is believed


class Shelf:
    """A folder of documents, its store, and what is done to both."""

    def __init__(self, place: Path, folder: str = "docs") -> None:
        self.place, self.docs, self.store = place, place / folder, Store(place / "store")
        self.asked: list[tuple[Absence, ...]] = []
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
    ) -> Report:
        def decide(absent: tuple[Absence, ...]) -> Collection[str]:
            self.asked.append(absent)
            return gone

        load = loading(ToyEncoder())
        return sync(self.store, folders, load=load, read=read, decide=decide, rebuild=rebuild)

    def names(self) -> list[str]:
        with self.store.current() as now:
            assert all(now.source(document.name).text for document in now.documents)
            return [document.name for document in now.documents]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Return a folder of three documents that is indexed."""
    made = Shelf(tmp_path)
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt"):
        made.write(name)
    made.sync(made.docs)
    return made


def mounted(*arguments: object) -> bool:
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True, check=False).returncode == 0


@contextmanager
def disk(place: Path) -> Iterator[None]:
    """Have a disk of its own at a place, or skip."""
    place.mkdir(exist_ok=True)
    if sys.platform != "linux" or not mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", place):
        pytest.skip("no disk may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


class TestDisks:
    """Real mounts."""

    def test_a_disk_that_is_not_mounted_keeps_its_documents(self, tmp_path: Path) -> None:
        shelf = Shelf(tmp_path)
        with disk(shelf.docs):
            for n in range(40):
                shelf.write(f"{n}.txt")
            shelf.sync(shelf.docs)
            copytree(shelf.docs, tmp_path / "aside")
        report = shelf.sync()
        assert (report.deleted, report.published, len(report.unchanged)) == ((), False, 40)
        assert len(shelf.names()) == 40
        (absent,) = report.absent
        assert (absent.folder, absent.reason, len(absent.documents)) == (str(shelf.docs), EMPTY, 40)
        assert absent.told in report.notices and "Its 40 documents stay in the index." in absent.told
        with disk(shelf.docs):
            for path in (tmp_path / "aside").iterdir():
                shelf.write(path.name, path.read_text())
            back = sync(shelf.store, load=never, read=read)
            assert (len(back.unchanged), back.embedded, back.absent, back.deleted) == (40, 0, (), ())

    def test_another_disk_in_its_place_is_asked_about(self, tmp_path: Path) -> None:
        shelf = Shelf(tmp_path)
        with disk(shelf.docs):
            shelf.write("a.txt")
            shelf.write("b.txt")
            shelf.sync(shelf.docs)
        with disk(shelf.docs):
            shelf.write("other.txt")
            report = shelf.sync()
            assert (report.added, report.deleted) == (("other.txt",), ())
            assert report.absent == (Absence(str(shelf.docs), ELSEWHERE, ("a.txt", "b.txt")),)
            again = shelf.sync()  # it is asked about until somebody decides
            assert again.absent == report.absent
            gone = shelf.sync(gone=[str(shelf.docs)])
            assert (gone.deleted, gone.absent) == (("a.txt", "b.txt"), ())
            shelf.write("third.txt")
            (shelf.docs / "other.txt").unlink()
            assert shelf.sync().deleted == (
                "other.txt",
            )  # and from then on this disk is the one that is known

    def test_a_disk_within_a_folder_is_missed_too(self, tmp_path: Path) -> None:
        shelf = Shelf(tmp_path)
        shelf.write("here.txt")
        inner = shelf.docs / "usb"
        with disk(inner):
            shelf.write("usb/a.txt")
            shelf.write("usb/sub/b.txt")
            shelf.sync(shelf.docs)
        (shelf.docs / "here.txt").unlink()
        shelf.write("new.txt")
        report = shelf.sync()
        assert (report.added, report.deleted) == (("new.txt",), ("here.txt",))
        assert [each.folder for each in report.absent] == [str(inner)]
        inner.rmdir()  # as the system does with what it mounts by itself
        assert [each.folder for each in shelf.sync().absent] == [str(inner)]
        assert shelf.names() == ["new.txt", "usb/a.txt", "usb/sub/b.txt"]
        assert shelf.sync(gone=[str(inner)]).deleted == ("usb/a.txt", "usb/sub/b.txt")

    def test_the_same_files_on_another_disk_are_the_same_documents(self, tmp_path: Path) -> None:
        shelf = Shelf(tmp_path)
        with disk(shelf.docs):
            shelf.write("a.txt", "One.")
            shelf.sync(shelf.docs)
        with disk(shelf.docs):
            shelf.write("a.txt", "One.")
            report = sync(shelf.store, load=never, read=read)
            assert (report.unchanged, report.absent, report.published) == (("a.txt",), (), False)
            shelf.write("b.txt")
            (shelf.docs / "a.txt").unlink()
            assert shelf.sync().deleted == ("a.txt",)

    def test_where_two_folders_hold_the_same_name_each_keeps_its_own(self, tmp_path: Path) -> None:
        shelf, other = Shelf(tmp_path), tmp_path / "other"
        other.mkdir()
        (other / "a.txt").write_text("The other.")
        with disk(shelf.docs):
            shelf.write("a.txt", "The first.")
            shelf.sync(shelf.docs, other)
            assert shelf.names() == ["a.txt", "other/a.txt"]
        report = shelf.sync()
        assert (report.changed, report.deleted, report.renamed) == ((), (), ())
        with shelf.store.current() as now:
            assert now.source("a.txt").text == "The first."
            assert now.source("other/a.txt").text == "The other."

    def test_a_file_that_fails_while_it_is_read_keeps_its_text(self, shelf: Shelf) -> None:
        """The memory of another process is a file that the system refuses, as a broken disk would."""
        path = shelf.write("a.txt", "Old text.")
        shelf.sync()
        if sys.platform != "linux" or not mounted("--bind", "/proc/1/mem", path):
            pytest.skip("nothing may be mounted here")
        try:
            with Workers(count=1) as workers:
                report = sync(shelf.store, load=loading(ToyEncoder()), workers=workers)
        finally:
            subprocess.run(["umount", str(path)], check=True)
        assert (report.deleted, report.changed) == ((), ())
        (failure,) = report.failed
        assert failure.outdated and not failure.unread
        assert failure.reason.startswith("not read this time (cannot be opened: ")
        with shelf.store.current() as now:
            assert now.source("a.txt").text == "Old text."
        back = shelf.sync()
        assert (back.failed, back.deleted, back.embedded) == ((), (), 0)


def emptied(folder: Path) -> None:
    for path in folder.iterdir():
        rmtree(path) if path.is_dir() else path.unlink()


def test_a_folder_that_turns_wholly_empty_is_asked_about(shelf: Shelf) -> None:
    emptied(shelf.docs)
    (shelf.docs / ".hidden").write_text("no document")
    (shelf.docs / "lost").mkdir()
    report = sync(shelf.store, load=never, read=read)
    assert (report.deleted, report.published) == ((), False)
    assert report.absent == (Absence(str(shelf.docs), EMPTY, ("a.txt", "sub/b.txt", "sub/deep/c.txt")),)
    assert preview(shelf.store).absent == since(shelf.store).absent == report.absent
    assert shelf.sync(rebuild=True).absent == report.absent
    assert len(shelf.names()) == 3
    assert shelf.sync(gone=[str(shelf.docs)]).deleted == report.absent[0].documents
    assert shelf.names() == []
    assert shelf.sync().absent == ()


def test_a_folder_that_is_not_empty_is_not_asked_about(shelf: Shelf) -> None:
    rmtree(shelf.docs / "sub")
    report = shelf.sync()
    assert (report.deleted, report.absent, shelf.asked) == (("sub/b.txt", "sub/deep/c.txt"), (), [])


def test_only_the_file_that_somebody_deleted_goes_from_a_folder_that_is_empty_now(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    path = shelf.write("a.txt")
    shelf.sync(shelf.docs)
    path.unlink()
    assert shelf.sync(gone=[str(path)]).deleted == ("a.txt",)


def test_a_folder_whose_files_moved_into_another_is_no_loss(shelf: Shelf, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shelf.docs.rename(other)
    shelf.docs.mkdir()
    report = sync(shelf.store, [other], load=loading(ToyEncoder()), read=read)
    assert (report.absent, report.deleted) == ((), ())
    assert len(report.renamed) == 3


def test_what_could_not_be_read_there_is_remembered_as_well(shelf: Shelf) -> None:
    shelf.write("bad.txt", "broken")
    assert [failure.name for failure in shelf.sync().failed] == ["bad.txt"]
    emptied(shelf.docs)
    report = shelf.sync()
    assert [failure.name for failure in report.failed] == ["bad.txt"]
    assert not report.published


@pytest.mark.parametrize("harm", ["outdated", "damaged"])
def test_where_the_index_cannot_be_read_either_nothing_is_written(shelf: Shelf, harm: str) -> None:
    """Else a disk that is not there while Citeback is upgraded would empty the index."""
    with shelf.store.current() as now:
        manifest = now.manifest
    path = shelf.store.directory(1)
    if harm == "outdated":
        (path / FILENAME).write_bytes(manifest.model_copy(update={"format": 5}).render())
    else:
        (path / "rows.sqlite").write_bytes(b"")
    aside = shelf.docs.rename(shelf.place / "aside")
    shelf.docs.mkdir()
    with pytest.raises(StoreError, match=r"is empty now.*nothing was changed.*--yes"):
        shelf.sync()
    assert shelf.store.numbers() == [1]
    assert shelf.sync(gone=[str(shelf.docs)]).published
    rmtree(shelf.docs)
    aside.rename(shelf.docs)
    assert len(shelf.sync().added) == 3


class TestRefusals:
    """Folders and files that the system refuses for a while."""

    def test_what_lies_in_a_folder_that_may_not_be_listed_stays(
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if os.geteuid() != 0:
            pytest.skip("another user can be had by root alone")
        for path in (shelf.docs, *shelf.docs.parents):
            if path not in (Path("/"), Path("/tmp")):  # noqa: S108
                path.chmod(path.stat().st_mode | 0o055)
        os.chown(shelf.docs / "sub", 0, 0)
        (shelf.docs / "sub").chmod(0o700)
        system = ctypes.CDLL(None)

        def by_nobody(folders: Iterable[str], store: Path) -> tuple[Tree, ...]:
            system.setfsuid(NOBODY)  # of this thread alone
            try:
                return trees(folders, store)
            finally:
                system.setfsuid(0)

        monkeypatch.setattr(plan, "trees", by_nobody)
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
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, code: int
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
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        with refused(monkeypatch, {str(shelf.docs)}, code):
            with pytest.raises(StoreError, match=r"cannot be listed.*Nothing was changed"):
                shelf.sync()
            (absent,) = since(shelf.store).absent
            assert not absent.asked and len(absent.documents) == 3
        assert len(shelf.names()) == 3

    def test_a_folder_that_is_renamed_while_it_is_looked_at_is_found_under_its_new_name(
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        listed, once = opening.directory, iter([True])

        @contextmanager
        def renaming(path: str, seen: tuple[int, int] | None) -> Iterator[int | str]:
            if path == str(shelf.docs / "sub") and next(once, False):
                Path(path).rename(shelf.docs / "renamed")
            with listed(path, seen) as found:
                yield found

        monkeypatch.setattr(opening, "directory", renaming)
        report = shelf.sync()
        assert report.deleted == () and len(report.renamed) == 2
        assert shelf.names() == ["a.txt", "renamed/b.txt", "renamed/deep/c.txt"]

    @pytest.mark.parametrize("error", [NotOpened("cannot be opened: locked"), OSError(errno.EBUSY, "busy")])
    def test_a_file_that_another_program_has_locked_keeps_its_text(
        self, shelf: Shelf, error: Exception
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
        assert since(shelf.store).retried == {"a.txt", "z.txt"}
        assert shelf.sync(read=locked).published is False
        assert shelf.sync(read=locked, rebuild=True).deleted == ()
        assert len(shelf.names()) == 3
        back = shelf.sync()
        assert (back.changed, back.added, back.failed) == (("a.txt",), ("z.txt",), ())
        with shelf.store.current() as now:
            assert now.source("a.txt").text == "New text, locked."

    def test_a_share_that_answers_slowly_keeps_its_texts_and_is_not_waited_for_again(
        self, shelf: Shelf
    ) -> None:
        shelf.write("a.txt", "New text, slow.")
        opened: list[str] = []

        def slow(path: Path) -> Source:
            opened.append(path.name)
            if path.name == "a.txt":
                raise Overdue("took longer than 15 s to read")
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

    def test_a_file_that_keeps_changing_keeps_its_text(self, shelf: Shelf) -> None:
        def growing(path: Path) -> Source:
            found = read(path)
            if path.name == "a.txt":
                path.write_text(found.text + "!")
            return found

        shelf.write("a.txt", "Being written")
        report = shelf.sync(read=growing)
        assert report.failed[0].outdated and report.deleted == ()
        with shelf.store.current() as now:
            assert now.source("a.txt").text == "Text of a.txt."

    def test_a_file_that_was_renamed_and_is_locked_stays_under_its_old_name(self, shelf: Shelf) -> None:
        (shelf.docs / "a.txt").rename(shelf.docs / "renamed.txt")

        def locked(path: Path) -> Source:
            raise NotOpened("cannot be opened: locked")

        report = shelf.sync(read=locked)
        assert (report.renamed, report.deleted) == ((), ())
        assert "a.txt" in shelf.names()
        assert shelf.sync().renamed == (("a.txt", "renamed.txt"),)
        assert shelf.names() == ["renamed.txt", "sub/b.txt", "sub/deep/c.txt"]

    def test_a_file_that_cannot_be_read_of_itself_goes_as_ever(self, shelf: Shelf) -> None:
        shelf.write("a.txt", "broken")
        report = shelf.sync()
        assert [(failure.name, failure.outdated) for failure in report.failed] == [("a.txt", False)]
        assert shelf.names() == ["sub/b.txt", "sub/deep/c.txt"]


@contextmanager
def refused(monkeypatch: pytest.MonkeyPatch, paths: Collection[str], code: int) -> Iterator[None]:
    """Have the system refuse to list some directories."""
    listed = opening.directory

    @contextmanager
    def refusing(path: str, seen: tuple[int, int] | None) -> Iterator[int | str]:
        if path in paths:
            raise OSError(code, os.strerror(code))
        with listed(path, seen) as found:
            yield found

    with monkeypatch.context() as patch:
        patch.setattr(opening, "directory", refusing)
        yield


NAMES = ("a.txt", "b.txt", "s/a.txt", "s/b.txt", "s/t/a.txt", "u/a.txt")


@settings(max_examples=60)
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
        shelf = Shelf(Path(directory))
        for name in before:
            shelf.write(name)
        shelf.sync(shelf.docs)
        for name in before - set(after):
            (shelf.docs / name).unlink()
        for name, text in after.items():
            shelf.write(name, text)

        def unlocked(path: Path) -> Source:
            if path.relative_to(shelf.docs).as_posix() in locked:
                raise NotOpened("cannot be opened: locked")
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


def test_the_outermost_folder_alone_is_asked_about_and_those_within_it_go_with_it() -> None:
    tree = Tree("/d", places={"/d": "1"})
    inner = {"/d/usb": "2", "/d/usb/card": "3"}
    assert absences([tree], {"/d": "1", **inner}) == (Absence("/d", EMPTY),)
    assert absences([tree], {"/d": "1", **inner}, gone=["/d"]) == ()
    tree.found += Tree("/d").found
    assert keep(absences([tree], inner)) == ()


def test_a_path_is_below_a_place_by_its_parts_and_not_by_its_letters() -> None:
    assert below("/a/b", {"/a"}) and below("/a", {"/a"})
    assert not below("/ab", {"/a"}) and not below("/a", {"/a/b"}) and not below("/a", set())


@pytest.mark.parametrize("content", ["", "[]", "{", '{"/d": 3}', "[" * 100_000, "\0"])
def test_places_that_cannot_be_read_are_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "places.json").write_text(content)
    assert noted(tmp_path) == {}
    note(tmp_path, {"/d": "1"})
    assert noted(tmp_path) == {"/d": "1"}
