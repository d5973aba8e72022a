"""A link that is laid between listing and reading leads nowhere, whatever is done with the file."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import ToyEncoder, loading, read

from citeback.index.errors import FileNotOpened, StoreError
from citeback.index.files import safe_open
from citeback.index.files.scan import File, list_files, scan_folders
from citeback.index.generations.store import Store
from citeback.index.records import ArchiveMember, Source
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.read_file import read_consistently
from citeback.index.sync.sync import sync
from citeback.page.state.folders import StoreFolder

OTHERS = "What somebody else keeps."


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return a folder with a file in a directory, beside a directory with a secret of the same name."""
    for place, text in (("docs/sub/a.txt", "A text of mine."), ("outside/a.txt", OTHERS)):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(text)
    return tmp_path / "docs"


def swapped(docs: Path) -> None:
    """Lay a link in the place of the directory."""
    (docs / "sub").rename(docs.parent / "aside")
    (docs / "sub").symlink_to(docs.parent / "outside")


def descriptors() -> int:
    place = Path("/proc/self/fd")
    return len(list(place.iterdir())) if place.is_dir() else 0


def only_file(docs: Path) -> File:
    (file,) = list_files([str(docs)], docs.parent / "store").files
    return file


def read_by_a_process(file: File) -> object:
    with WorkerPool(count=1) as workers:
        return workers.read_file(file)


READS: dict[str, Callable[[File], object]] = {
    "opened": lambda file: safe_open.digest(file.path, file.folder),
    "read": read_by_a_process,
}


@pytest.mark.parametrize("reads", READS.values(), ids=READS)
@pytest.mark.parametrize("what", ["directory", "file", "pipe", "directory of that name"])
@pytest.mark.parametrize("relative", [True, False], ids=["part by part", "compared afterwards"])
def test_what_was_laid_in_the_way_is_not_read(
    docs: Path,
    monkeypatch: pytest.MonkeyPatch,
    reads: Callable[[File], object],
    what: str,
    relative: bool,
) -> None:
    monkeypatch.setattr(safe_open, "SUPPORTS_DIR_FD", relative)
    file = only_file(docs)
    assert reads(file)
    if what == "directory":
        swapped(docs)
    else:
        Path(file.path).unlink()
    if what == "file":
        Path(file.path).symlink_to(docs.parent / "outside" / "a.txt")
    if what == "pipe":
        os.mkfifo(file.path)
    if what == "directory of that name":
        Path(file.path).mkdir()
    with pytest.raises((OSError, FileNotOpened)):
        reads(file)


class Swapping(WorkerPool):
    """Readers before whose first file somebody lays a link."""

    docs: Path

    def read_file(self, file: File) -> Source | tuple[ArchiveMember, ...]:
        if not (self.docs / "sub").is_symlink():
            swapped(self.docs)
        return super().read_file(file)


def test_a_sync_indexes_nothing_from_behind_a_link(docs: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    with Swapping(count=1) as workers:
        workers.docs = docs
        report = sync(store, [docs], load=loading(ToyEncoder()), workers=workers)
    assert [failure.reason for failure in report.failed] == [
        f"cannot be opened: {safe_open.REPLACED_BY_LINK}"
    ]
    for path in tmp_path.joinpath("store").rglob("*"):
        assert not path.is_file() or OTHERS.encode() not in path.read_bytes()


def test_swapping_there_and_back_while_a_file_is_read_does_not_help(docs: Path) -> None:
    """Whoever looks at the path before and after sees nothing; so the reading itself must not follow."""
    file = only_file(docs)

    def there_and_back(each: File) -> Source:
        swapped(docs)
        try:
            with safe_open.open_regular_file(each.path, each.folder) as opened:
                return Source(opened.read().decode(), "t", "text")
        except OSError as error:
            raise FileNotOpened(str(error)) from error
        finally:
            (docs / "sub").unlink()
            (docs.parent / "aside").rename(docs / "sub")

    (taken,) = read_consistently(file, there_and_back)
    assert OTHERS not in str(taken)


def test_a_directory_that_is_swapped_while_a_folder_is_walked_is_not_listed(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = safe_open.scan_directory

    @contextmanager
    def swapping(path: str, seen: tuple[int, int] | None) -> Iterator[int | str]:
        if path.endswith("sub") and not Path(path).is_symlink():
            swapped(docs)
        with listed(path, seen) as result:
            yield result

    monkeypatch.setattr(safe_open, "scan_directory", swapping)
    (tree,) = scan_folders([str(docs)], docs.parent / "store")
    assert [file.name for file, reason in tree.files if not reason] == []


def test_another_directory_in_its_place_is_not_listed_either(
    docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real one, moved here from elsewhere: what stood above it was not looked at."""
    with safe_open.scan_directory(str(docs / "sub"), None) as result:
        seen = os.fstat(int(result))
    (docs / "sub").rename(docs.parent / "aside")
    (docs.parent / "outside").rename(docs / "sub")
    with (
        pytest.raises(OSError, match="replaced while"),
        safe_open.scan_directory(str(docs / "sub"), (seen.st_dev, seen.st_ino)),
    ):
        pass


def test_a_folder_that_is_a_link_itself_is_read(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(docs)
    with safe_open.open_regular_file(tmp_path / "link" / "sub" / "a.txt", tmp_path / "link") as file:
        assert file.read() == b"A text of mine."


@pytest.mark.parametrize("path", ["../outside/a.txt", "sub/../../outside/a.txt"])
def test_a_path_that_leads_upwards_out_of_its_folder_is_none(docs: Path, path: str) -> None:
    with pytest.raises(OSError), safe_open.open_regular_file(f"{docs}/{path}", docs):
        pass


def test_nothing_is_deleted_from_behind_a_link(docs: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    sync(store, [docs], load=loading(ToyEncoder()), read=read)
    with store.current() as now:
        document = now.document("sub/a.txt")
    swapped(docs)
    with pytest.raises(StoreError, match="was not deleted"):
        StoreFolder(store, lambda: [str(docs)], lambda *_: pytest.fail("not asked for")).remove(document)
    assert (tmp_path / "outside" / "a.txt").read_text() == OTHERS
    assert list((tmp_path / "store" / "removed").iterdir()) == []


@given(st.lists(st.sampled_from(["a", "b", "é", " "]), min_size=1, max_size=5))
def test_a_file_is_read_however_deep_it_stands(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    root = tmp_path_factory.mktemp("root")
    path = root.joinpath(*parts, "x.txt")
    path.parent.mkdir(parents=True)
    path.write_text("deep")
    with safe_open.open_regular_file(path, root) as file:
        assert file.read() == b"deep"


def test_no_descriptor_is_left_open(docs: Path) -> None:
    file = only_file(docs)
    before = descriptors()
    for _ in range(20):
        safe_open.digest(file.path, file.folder)
        list_files([str(docs)], docs.parent / "store")
    swapped(docs)
    for _ in range(20):
        with pytest.raises(OSError):
            safe_open.digest(file.path, file.folder)
    assert descriptors() == before
