"""Files that break readers, read as a sync reads them: none crashes, hangs, writes or swells."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from held import covered, held
from toy import ToyEncoder, loading

from citeback.index.errors import ReadError
from citeback.index.generations.store import Store
from citeback.index.ordered_map import ordered_map
from citeback.index.records import ArchiveMember, Source
from citeback.index.sandbox.child import MEMORY
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.worker import Worker
from citeback.index.sync.sync import sync

SHARED = Path(__file__).parents[1].parent / "shared"


def found_in(path: Path, workers: WorkerPool) -> tuple[ArchiveMember, ...]:
    """Return what became of a file, itself as the only member where it is no archive."""
    try:
        result = workers.read(path)
    except ReadError as error:
        return (ArchiveMember("", None, "", str(error)),)
    return (ArchiveMember("", result),) if isinstance(result, Source) else result


def listing(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*"))


@pytest.mark.real_data
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared, which is absent")
def test_every_hostile_file_is_read_or_has_a_reason_and_no_reader_dies() -> None:
    folder = SHARED / "hostile"
    before, started = listing(folder), []

    def start() -> Worker:
        started.append(Worker.start())
        return started[-1]

    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with WorkerPool(start, count=2) as workers:
        everything = list(ordered_map(lambda path: found_in(path, workers), paths, 2))
        assert len(started) == 2  # none crashed, none was killed for its time
        assert all(peak(worker) < 2 * MEMORY for worker in started)
    for path, members in everything:
        for member in members:
            if member.source:
                held(member.source)
                covered(member.source)
            else:
                assert len(member.reason) > 8, path
                assert "Error" not in member.reason, path
    assert sum(bool(member.source) for _, members in everything for member in members) > 200
    assert listing(folder) == before


def peak(worker: Worker) -> int:
    """Return the most memory, in bytes, that a process has held so far; 0 where the system does not say."""
    status = Path(f"/proc/{worker.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


ODD = [
    "line\nbreak.txt",
    "\u202erev\u2066ersed.txt",
    "\U0001f6f6 canoe \U00020000.txt",
    f"{'é' * 125}x.txt",
    " leading and trailing .txt",
    "quote\"back\\slash'$(touch x)`;.txt",
    "-rf.txt",
    "CON.txt",
    "a\tb.txt",
]


@pytest.fixture
def odd(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in ODD:
        (folder / name).write_text("The canal was opened in 1851.\n" + name[:3])
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("Words.")
    os.mkfifo(folder / "pipe.txt")
    (folder / "out.txt").symlink_to("/etc/passwd")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "loop").symlink_to(folder)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.relpath(folder / "socket.txt"))
    yield folder
    listener.close()


def test_a_device_and_a_pipe_are_told_and_never_opened(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    os.mkfifo(tmp_path / "docs/pipe.txt")  # nobody writes to it: who opens it waits for ever
    try:
        os.mknod(tmp_path / "docs/zero.txt", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only the administrator may make a device")
    report = sync(Store(tmp_path / "store"), [tmp_path / "docs"], load=loading(ToyEncoder()))
    assert [failure.reason for failure in report.failed] == ["not a regular file"] * 2


def test_odd_names_are_names_and_what_is_no_file_is_told(odd: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    report = sync(store, [odd], load=loading(ToyEncoder()))
    assert sorted(report.added) == sorted(ODD)
    assert {failure.name: failure.reason for failure in report.failed} == {
        "caf\\xe9.txt": "its name is not UTF-8: rename it",
        "out.txt": "a link that leads out of its folder",
        "zero.txt": "a link that leads out of its folder",
        "pipe.txt": "not a regular file",
        "socket.txt": "not a regular file",
    }
    with store.current() as generation:
        for name in ODD:
            assert generation.source(name).text.startswith("The canal")
    assert not sync(store, load=loading(ToyEncoder())).published
