"""Folders against a generation: names, what is passed over, what is refused, what has changed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from toy import ToyEncoder, loading, never, read

from citeback.index.errors import NoGeneration, StoreError
from citeback.index.files.scan import list_files
from citeback.index.generations.store import Store
from citeback.index.records import Document, Failure, Source
from citeback.index.sync.plan import Plan, plan_sync
from citeback.index.sync.report import SyncReport
from citeback.index.sync.sync import preview_sync, sync

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str = "Some text.", seconds: float | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if seconds is not None:
            os.utime(path, (seconds, seconds))
        return path

    return write


def names(tmp_path: Path, *folders: str) -> list[str]:
    folder_listing = list_files([str(tmp_path / folder) for folder in folders], tmp_path / "store")
    return [file.name for file in folder_listing.files]


def refusals(tmp_path: Path, folder: str) -> dict[str, str]:
    return {f.name: f.reason for f in list_files([str(tmp_path / folder)], tmp_path / "store").rejected}


def test_names_are_relative_sorted_and_skip_hidden_files_and_the_store(tmp_path: Path, write: Write) -> None:
    for name in ("b.txt", "a/z.txt", "a.txt", ".hidden", ".git/x.txt", "a/.h", "store/generations/x"):
        write(name)
    assert names(tmp_path, ".") == ["a.txt", "a/z.txt", "b.txt"]


def test_a_file_of_two_folders_belongs_to_the_first(tmp_path: Path, write: Write) -> None:
    write("all/sub/x.txt")
    write("all/y.txt")
    assert names(tmp_path, "all", "all/sub") == ["sub/x.txt", "y.txt"]
    assert names(tmp_path, "all/sub", "all") == ["x.txt", "y.txt"]


def test_the_same_relative_path_in_two_folders_gets_another_name(tmp_path: Path, write: Write) -> None:
    write("one/x.txt")
    write("two/x.txt")
    assert names(tmp_path, "one", "two") == ["x.txt", "two/x.txt"]
    write("two/two/x.txt")
    assert names(tmp_path, "one", "two") == ["x.txt", "two/x.txt", str(tmp_path / "two/x.txt")]


def test_a_single_file_stands_for_a_folder_of_it(tmp_path: Path, write: Write) -> None:
    write("one/x.txt")
    write("one/y.txt")
    assert names(tmp_path, "one/y.txt") == ["y.txt"]


def test_links_and_odd_files_are_told_and_never_opened(tmp_path: Path, write: Write) -> None:
    write("outside/secret.txt")
    write("in/a.txt")
    links = {
        "in/out.txt": "outside/secret.txt",
        "in/outdir": "outside",
        "in/nothing": "gone",
        "in/self": "in/self",
        "in/alias.txt": "in/a.txt",
        "in/loop": "in",
    }
    for link, target in links.items():
        (tmp_path / link).symlink_to(tmp_path / target)
    os.mkfifo(tmp_path / "in/pipe")
    assert names(tmp_path, "in") == ["a.txt"]
    assert refusals(tmp_path, "in") == {
        "nothing": "a broken link",
        "out.txt": "a link that leads out of its folder",
        "outdir": "a link that leads out of its folder",
        "pipe": "not a regular file",
        "self": "a broken link",
    }


def test_a_name_that_is_not_utf8_is_told(tmp_path: Path, write: Write) -> None:
    write("in/a.txt")
    with open(os.fsencode(tmp_path) + b"/in/caf\xe9.txt", "w") as file:  # noqa: PTH123 - a path of bytes
        file.write("x")
    assert names(tmp_path, "in") == ["a.txt"]
    assert refusals(tmp_path, "in") == {"caf\\xe9.txt": "its name is not UTF-8: rename it"}


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
def test_a_folder_that_may_not_be_listed_is_told(tmp_path: Path, write: Write) -> None:
    write("in/a/x.txt").parent.chmod(0)
    try:
        assert refusals(tmp_path, "in") == {"a": "cannot be listed: Permission denied"}
    finally:
        (tmp_path / "in/a").chmod(0o700)


def test_a_folder_that_is_gone_loses_nothing(tmp_path: Path, write: Write) -> None:
    path = write("in/a.txt")
    store = Store(tmp_path / "store")
    sync(store, [path.parent], load=loading(ToyEncoder()), read=read)
    path.parent.rename(tmp_path / "elsewhere")
    for act in (lambda: sync(store, load=never, read=read), lambda: preview_sync(store)):
        with pytest.raises(StoreError, match=r"in cannot be listed.*Nothing was changed.*--replace FOLDER"):
            act()
    assert [d.name for d in store.current().documents] == ["a.txt"]
    report = sync(store, [tmp_path / "elsewhere"], load=never, read=read, replace=True)
    assert report.unchanged == ("a.txt",)
    assert store.current().folders == (str(tmp_path / "elsewhere"),)
    assert store.current().document("a.txt").path == str(tmp_path / "elsewhere/a.txt")


def test_without_folders_there_is_nothing_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoGeneration, match="citeback index FOLDER"):
        sync(Store(tmp_path / "store"), load=never)
    with pytest.raises(StoreError, match=r"There is no folder .*gone"):
        sync(Store(tmp_path / "store"), [tmp_path / "gone"], load=never)


@pytest.mark.parametrize("folder", ["a\0b", "x" * 5000, "~nobody-of-this-name/x"])
def test_a_name_that_no_folder_can_have_is_a_clear_error(folder: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not a valid folder name"):
        sync(Store(tmp_path / "store"), [folder], load=never)


class TestCompare:
    """Files of long ago, so that their dates are believed."""

    @pytest.fixture
    def first(self, tmp_path: Path, write: Write) -> SyncReport:
        for n, name in enumerate(["a", "b", "c", "d"]):
            write(f"in/{name}.txt", f"Text of {name}.", seconds=1000 + n)
        write("in/bad.txt", "broken", seconds=1000)
        return sync(Store(tmp_path / "store"), [tmp_path / "in"], load=loading(ToyEncoder()), read=read)

    def test_all_kinds_of_change(self, tmp_path: Path, write: Write, first: SyncReport) -> None:
        assert first.added == ("a.txt", "b.txt", "c.txt", "d.txt")
        write("in/a.txt", "Text of x.", seconds=2000)
        (tmp_path / "in/b.txt").rename(tmp_path / "in/moved.txt")
        (tmp_path / "in/c.txt").unlink()
        write("in/new.txt")
        plan = preview_sync(Store(tmp_path / "store"))
        assert [file.name for file in plan.changed] == ["a.txt"]
        assert [(before, file.name) for before, file in plan.renamed] == [("b.txt", "moved.txt")]
        assert plan.deleted == ("c.txt",)
        assert [file.name for file in plan.added] == ["new.txt"]
        assert [document.name for document in plan.unchanged] == ["d.txt"]
        assert [failure.name for failure in plan.failed] == ["bad.txt"]
        assert [file.name for file in plan.files_to_read] == ["a.txt", "moved.txt", "new.txt"]

    def test_a_date_alone_is_no_change_and_no_new_generation(
        self, tmp_path: Path, write: Write, first: SyncReport
    ) -> None:
        write("in/a.txt", "Text of a.", seconds=3000)
        report = sync(Store(tmp_path / "store"), load=never, read=read)
        assert (report.published, report.generation) == (False, first.generation)
        assert len(report.unchanged) == 4

    def test_the_same_size_and_date_are_believed(
        self, tmp_path: Path, write: Write, first: SyncReport
    ) -> None:
        write("in/a.txt", "Text of x.", seconds=1000)
        assert not preview_sync(Store(tmp_path / "store")).changed

    def test_unless_the_file_was_new_when_it_was_read(
        self, tmp_path: Path, write: Write, first: SyncReport
    ) -> None:
        path = write("in/now.txt", "Text one.")
        store = Store(tmp_path / "store")
        sync(store, load=loading(ToyEncoder()), read=read)
        date = path.stat().st_mtime_ns
        path.write_text("Text two.")
        os.utime(path, ns=(date, date))
        assert [file.name for file in preview_sync(store).changed] == ["now.txt"]

    def test_a_failure_is_not_read_again_until_it_changes(
        self, tmp_path: Path, write: Write, first: SyncReport
    ) -> None:
        assert [failure.reason for failure in first.failed] == ["broken"]
        opened: list[Path] = []

        def noting(path: Path) -> Source:
            opened.append(path)
            return read(path)

        store = Store(tmp_path / "store")
        sync(store, load=never, read=noting)
        assert opened == []
        write("in/bad.txt", "Mended.", seconds=4000)
        report = sync(store, load=loading(ToyEncoder()), read=read)
        assert (report.added, report.failed) == (("bad.txt",), ())

    def test_comparing_without_a_generation_adds_everything(self, tmp_path: Path, first: SyncReport) -> None:
        plan = plan_sync(None, [str(tmp_path / "in")], tmp_path / "store")
        assert len(plan.added) == 5
        assert not plan.unchanged


def test_a_document_is_read_again_when_it_is_asked_for() -> None:
    one, other = (Document(n, "/d", f"/d/{n}", 1, 2, "", n, "text") for n in ("a.txt", "b.txt"))
    failed = Failure("c.pdf", "/d", "/d/c.pdf", 1, 2, "damaged")
    plan = Plan(unchanged=(one, other), still_failing=(failed,)).rereading(["a.txt", "c.pdf", "gone.txt"])
    assert plan.unchanged == (other,) and plan.still_failing == ()
    assert [file.name for file in plan.files_to_read] == ["a.txt", "c.pdf"]
    assert [file.name for file in plan.changed] == ["a.txt"]  # it is indexed already
    assert [file.name for file in plan.added] == ["c.pdf"]
    assert Plan(unchanged=(one,)).rereading(()) == Plan(unchanged=(one,))


@pytest.mark.parametrize("seconds", [10**10, 10**12, -(10**11)], ids=["2286", "33658", "before 1677"])
def test_a_date_that_no_index_can_hold_keeps_no_file_out(tmp_path: Path, write: Write, seconds: int) -> None:
    try:
        write("in/a.txt", "Some text.", seconds)
    except (OSError, OverflowError):
        pytest.skip("this file system has no such date")
    store = Store(tmp_path / "store")
    assert sync(store, [tmp_path / "in"], load=loading(ToyEncoder()), read=read).added == ("a.txt",)
    assert not sync(store, load=never, read=read).published
    with store.current() as generation:
        assert "1677" <= generation.documents[0].day[:4] <= "2262"
