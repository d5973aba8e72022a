"""A disk that is not there, a folder or a file that is refused: nothing that was indexed is lost."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from shelf import ShelfCorpus, emptied, shelf
from toy import ToyEncoder, loading, never, read

from citeback.index.errors import StoreError
from citeback.index.files.mounts import record_file_systems, recorded_file_systems
from citeback.index.files.scan import FolderScan
from citeback.index.generations.parts.manifest import FILENAME
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sync.missing_files import (
    NOW_EMPTY,
    ON_OTHER_DISK,
    MissingFolder,
    delete_nothing,
    is_below,
    missing_folders,
)
from citeback.index.sync.sync import changes_since, preview_sync, sync


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
        shelf = ShelfCorpus(tmp_path)
        with disk(shelf.docs):
            for n in range(40):
                shelf.write(f"{n}.txt")
            shelf.sync(shelf.docs)
            copytree(shelf.docs, tmp_path / "aside")
        report = shelf.sync()
        assert (report.deleted, report.published, len(report.unchanged)) == ((), False, 40)
        assert len(shelf.names()) == 40
        (absent,) = report.absent
        assert (absent.folder, absent.reason, len(absent.documents)) == (str(shelf.docs), NOW_EMPTY, 40)
        assert absent.message in report.notices and "Its 40 documents stay in the index." in absent.message
        with disk(shelf.docs):
            for path in (tmp_path / "aside").iterdir():
                shelf.write(path.name, path.read_text())
            back = sync(shelf.store, load=never, read=read)
            assert (len(back.unchanged), back.embedded, back.absent, back.deleted) == (40, 0, (), ())

    def test_another_disk_in_its_place_is_asked_about(self, tmp_path: Path) -> None:
        shelf = ShelfCorpus(tmp_path)
        with disk(shelf.docs):
            shelf.write("a.txt")
            shelf.write("b.txt")
            shelf.sync(shelf.docs)
        with disk(shelf.docs):
            shelf.write("other.txt")
            report = shelf.sync()
            assert (report.added, report.deleted) == (("other.txt",), ())
            assert report.absent == (MissingFolder(str(shelf.docs), ON_OTHER_DISK, ("a.txt", "b.txt")),)
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
        shelf = ShelfCorpus(tmp_path)
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
        shelf = ShelfCorpus(tmp_path)
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
        shelf, other = ShelfCorpus(tmp_path), tmp_path / "other"
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

    def test_a_file_that_fails_while_it_is_read_keeps_its_text(self, shelf: ShelfCorpus) -> None:
        """The memory of another process is a file that the system refuses, as a broken disk would."""
        path = shelf.write("a.txt", "Old text.")
        shelf.sync()
        if sys.platform != "linux" or not mounted("--bind", "/proc/1/mem", path):
            pytest.skip("nothing may be mounted here")
        try:
            with WorkerPool(count=1) as workers:
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


def test_a_folder_that_turns_wholly_empty_is_asked_about(shelf: ShelfCorpus) -> None:
    emptied(shelf.docs)
    (shelf.docs / ".hidden").write_text("no document")
    (shelf.docs / "lost").mkdir()
    report = sync(shelf.store, load=never, read=read)
    assert (report.deleted, report.published) == ((), False)
    assert report.absent == (
        MissingFolder(str(shelf.docs), NOW_EMPTY, ("a.txt", "sub/b.txt", "sub/deep/c.txt")),
    )
    assert preview_sync(shelf.store).absent == changes_since(shelf.store).absent == report.absent
    assert shelf.sync(rebuild=True).absent == report.absent
    assert len(shelf.names()) == 3
    assert shelf.sync(gone=[str(shelf.docs)]).deleted == report.absent[0].documents
    assert shelf.names() == []
    assert shelf.sync().absent == ()


def test_a_folder_that_is_not_empty_is_not_asked_about(shelf: ShelfCorpus) -> None:
    rmtree(shelf.docs / "sub")
    report = shelf.sync()
    assert (report.deleted, report.absent, shelf.asked) == (("sub/b.txt", "sub/deep/c.txt"), (), [])


def test_only_the_file_that_somebody_deleted_goes_from_a_folder_that_is_empty_now(tmp_path: Path) -> None:
    shelf = ShelfCorpus(tmp_path)
    path = shelf.write("a.txt")
    shelf.sync(shelf.docs)
    path.unlink()
    assert shelf.sync(gone=[str(path)]).deleted == ("a.txt",)


def test_a_folder_whose_files_moved_into_another_is_no_loss(shelf: ShelfCorpus, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shelf.docs.rename(other)
    shelf.docs.mkdir()
    report = sync(shelf.store, [other], load=loading(ToyEncoder()), read=read)
    assert (report.absent, report.deleted) == ((), ())
    assert len(report.renamed) == 3


def test_what_could_not_be_read_there_is_remembered_as_well(shelf: ShelfCorpus) -> None:
    shelf.write("bad.txt", "broken")
    assert [failure.name for failure in shelf.sync().failed] == ["bad.txt"]
    emptied(shelf.docs)
    report = shelf.sync()
    assert [failure.name for failure in report.failed] == ["bad.txt"]
    assert not report.published


@pytest.mark.parametrize("harm", ["outdated", "damaged"])
def test_where_the_index_cannot_be_read_either_nothing_is_written(shelf: ShelfCorpus, harm: str) -> None:
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


def test_the_outermost_folder_alone_is_asked_about_and_those_within_it_go_with_it() -> None:
    tree = FolderScan("/d", file_systems={"/d": "1"})
    inner = {"/d/usb": "2", "/d/usb/card": "3"}
    assert missing_folders([tree], {"/d": "1", **inner}) == (MissingFolder("/d", NOW_EMPTY),)
    assert missing_folders([tree], {"/d": "1", **inner}, gone=["/d"]) == ()
    tree.files += FolderScan("/d").files
    assert delete_nothing(missing_folders([tree], inner)) == ()


def test_a_path_is_below_a_place_by_its_parts_and_not_by_its_letters() -> None:
    assert is_below("/a/b", {"/a"}) and is_below("/a", {"/a"})
    assert not is_below("/ab", {"/a"}) and not is_below("/a", {"/a/b"}) and not is_below("/a", set())


@pytest.mark.parametrize("content", ["", "[]", "{", '{"/d": 3}', "[" * 100_000, "\0"])
def test_places_that_cannot_be_read_are_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "places.json").write_text(content)
    assert recorded_file_systems(tmp_path) == {}
    record_file_systems(tmp_path, {"/d": "1"})
    assert recorded_file_systems(tmp_path) == {"/d": "1"}
