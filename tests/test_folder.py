"""Files added through the page land in the folder under their own name, and never on top of another."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.errors import CitebackError, StoreLocked
from citeback.index.generations.store import Store
from citeback.index.records import Failure
from citeback.index.sync.report import Progress, ProgressCallback, SyncReport
from citeback.page.state.folders import (
    StoreFolder,
    add_file,
    existing_folder,
    upload_problem,
)
from citeback.page.state.streaming import run_streaming
from citeback.page.views.speech import speaking
from citeback.page.views.sync_steps import outcome

REPORT = SyncReport(
    generation=2,
    published=True,
    added=("a.txt", "b.txt"),
    changed=(),
    renamed=(),
    deleted=(),
    unchanged=("c.txt",),
    failed=(
        Failure("d.mp3", "docs", "docs/d.mp3", 1, 0, "not read: unknown format .mp3"),
        Failure("e.pdf", "docs", "docs/e.pdf", 1, 0, "The file is cut off."),
    ),
    chunks=3,
    embedded=2,
    seconds=1.23,
    notices=("Generation 1 is damaged.",),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def upload(tmp_path: Path, name: str, content: str = "new") -> Path:
    (tmp_path / "up").mkdir(exist_ok=True)
    path = tmp_path / "up" / name
    path.write_text(content)
    return path


def test_a_file_is_added_under_its_own_name(tmp_path: Path, folder: Path) -> None:
    assert add_file(upload(tmp_path, "Jahresbericht (ü) 2024.txt"), folder) == "Jahresbericht (ü) 2024.txt"
    assert (folder / "Jahresbericht (ü) 2024.txt").read_text() == "new"


def test_a_taken_name_is_refused_and_the_file_is_untouched(tmp_path: Path, folder: Path) -> None:
    (folder / "a.txt").write_text("old")
    with pytest.raises(CitebackError, match="name is taken"):
        add_file(upload(tmp_path, "a.txt"), folder)
    assert (folder / "a.txt").read_text() == "old"


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path, folder: Path) -> None:
    (folder / "a.txt").symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(CitebackError, match="name is taken"):
        add_file(upload(tmp_path, "a.txt"), folder)
    assert not (tmp_path / "elsewhere.txt").exists()


def test_of_two_uploads_at_once_one_wins(tmp_path: Path, folder: Path) -> None:
    for n in range(8):
        (tmp_path / str(n)).mkdir()
    ups = [upload(tmp_path / str(n), "a.txt", str(n) * 10_000) for n in range(8)]

    def tried(path: Path) -> bool:
        try:
            return bool(add_file(path, folder))
        except CitebackError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(tried, ups)) == 1
    assert len(set((folder / "a.txt").read_text())) == 1


def test_too_large_is_refused(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(CitebackError, match="larger than 2 bytes"):
        add_file(upload(tmp_path, "a.txt"), folder, largest=2)
    assert not list(folder.iterdir())


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(CitebackError, match="No such file"):
        add_file(upload(tmp_path, "a.txt"), tmp_path / "gone")


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".env", "../a", "a/b", "a\\b", "a\0b", "a\nb", "\u202etxt.a", "é" * 128]
)
def test_unfit_names(name: str) -> None:
    assert upload_problem(name)


@given(st.text())
def test_a_fit_name_stays_in_the_folder(name: str) -> None:
    if not upload_problem(name):
        folder = Path("/folder")
        assert (folder / name).resolve().parent == folder and (folder / name).name == name


def test_the_first_folder_takes_the_files(tmp_path: Path, folder: Path) -> None:
    tend = StoreFolder(Store(tmp_path), lambda: [str(folder), str(tmp_path)], lambda *_: REPORT)
    tend.add(upload(tmp_path, "a.txt"))
    assert (folder / "a.txt").exists()


def test_a_rebuild_tells_its_steps_and_then_what_it_did() -> None:
    step = Progress("embedding", 1, 2, "chunks")

    def sync(
        watch: ProgressCallback,
        folders: Sequence[str] = (),
        again: Sequence[str] = (),
        gone: Sequence[str] = (),
        replace: bool = False,
    ) -> SyncReport:
        watch(step)
        return REPORT

    notice, done = StoreFolder(Store(Path()), list, sync).rebuild()
    assert notice == step
    assert done == REPORT
    did = "Up to date: 2 added, 1 failed, 1 of unsupported formats."
    assert outcome(REPORT) == f"{did} It took 1.2 s. Generation 1 is damaged."
    with speaking("de"):
        assert outcome(REPORT).startswith("Aktuell: 2 hinzugefügt, 1 fehlgeschlagen, 1 mit")


def test_a_rebuild_that_changed_nothing_says_so() -> None:
    assert outcome(replace(REPORT, added=(), failed=(), notices=())) == (
        "Up to date: nothing has changed. It took 1.2 s."
    )


def test_a_stream_yields_every_step_and_then_the_result() -> None:
    def work(tell: Callable[[int], None]) -> str:
        for n in range(100):
            tell(n)
        return "done"

    assert list(run_streaming(work)) == [*range(100), "done"]


def test_a_stream_raises_what_its_work_raises() -> None:
    def work(tell: Callable[[int], None]) -> str:
        tell(1)
        raise StoreLocked("Someone else is writing.")

    messages = run_streaming(work)
    assert next(messages) == 1
    with pytest.raises(StoreLocked):
        next(messages)


def test_work_ends_also_when_nobody_reads_on() -> None:
    ended = []

    def work(tell: Callable[[int], None]) -> str:
        tell(1)
        ended.append(True)
        return "done"

    messages = run_streaming(work)
    next(messages)
    messages.close()  # type: ignore[attr-defined]
    assert ended


@pytest.mark.parametrize("path", ["w" * 600_000, "/" + "a/" * 5000, "\0", "~nobody-of-that-name/x", "\ud800"])
def test_a_path_that_no_folder_can_have_is_no_folder(path: str) -> None:
    with pytest.raises(CitebackError, match="There is no folder") as raised:
        existing_folder(path)
    assert len(str(raised.value)) < 400
