"""A file that crashes, hangs or swells its reader is one failed file; the process is real, its fate too."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.errors import FileNotOpened, ReadError, ReadTimeout
from citeback.index.ordered_map import ordered_map
from citeback.index.readers import read
from citeback.index.records import ArchiveMember, Heading, Source, Span
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.protocol import pack_source, receive, unpack_source
from citeback.index.sandbox.worker import Worker
from citeback.index.sync.sync import sync

# A reader that obeys the file it reads: what parsers were seen to do on hostile bytes, on demand.
OBEDIENT = """
import ctypes, os, sys, time
from pathlib import Path
from citeback.index import readers
from citeback.index.sandbox import child as worker
from citeback.index.errors import ReadError
from citeback.index.records import Source

left = []

def read(path):
    order = path.read_text()
    if order == "hang": time.sleep(3600)
    if order == "wait": time.sleep(3)
    if order == "work":
        end = time.process_time() + 1.0
        while time.process_time() < end: pass
    if order == "loop":
        while True: pass
    if order == "crash": ctypes.string_at(0)
    if order == "exit": os._exit(0)
    if order == "error": raise KeyError("a defect of ours")
    if order == "refuse": raise ReadError("no good")
    if order == "swell":
        kept = []
        while True: kept.append(bytearray(64 * 2**20))
    if order == "leave": left.append(bytearray(900 * 2**20))
    if order == "long": return Source("a" * (worker.MAX_CHARS + 1), "t", "text")
    if order == "write": Path(os.environ["CITEBACK_TEST"]).write_text("x" * 100)
    if order == "print": print("not an answer"); os.write(1, b"nor this")
    if order == "need": bytearray(200 * 2**20)
    return Source(order, "title", "text")

readers.read_any = read
worker.main()
"""


def text_of(found: Source | tuple[ArchiveMember, ...]) -> str:
    assert isinstance(found, Source)
    return found.text


def obedient(seconds: float = 60, patience: float = 60) -> Worker:
    return Worker.start((sys.executable, "-P", "-c", OBEDIENT), seconds, patience)


@pytest.fixture(scope="module")
def workers() -> Iterator[WorkerPool]:
    with WorkerPool(obedient, count=1) as made:
        yield made


@pytest.fixture
def order(tmp_path: Path) -> Path:
    return tmp_path / "order.txt"


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("crash", "the reader crashed"),
        ("exit", "the reader crashed"),
        ("error", r"the reader crashed \(KeyError\)"),
        ("swell", "needs more than 1 GB of memory"),
        ("long", "yields more than 67,108,864 characters"),
        ("refuse", "no good"),
    ],
)
def test_what_a_file_does_to_its_reader_is_its_reason_and_the_next_file_is_read(
    workers: WorkerPool, order: Path, does: str, reason: str
) -> None:
    order.write_text(does)
    with pytest.raises(ReadError, match=f"^{reason}"):
        workers.read(order)
    order.write_text("peace")
    assert text_of(workers.read(order)) == "peace"


@pytest.mark.parametrize(
    ("does", "patience", "reason"),
    [("hang", 2.0, "took longer than 2 s to read"), ("loop", 60.0, "took longer than 1 s of processor time")],
)
def test_a_reader_that_takes_too_long_is_ended_and_another_goes_on(
    order: Path, does: str, patience: float, reason: str
) -> None:
    seconds = iter([1.0, 60.0])
    with WorkerPool(lambda: obedient(next(seconds), patience), count=1) as workers:
        order.write_text(does)
        with pytest.raises(ReadTimeout, match=f"^{reason}"):
            workers.read(order)
        order.write_text("peace")
        assert text_of(workers.read(order)) == "peace"


def test_a_reader_that_waits_for_a_processor_is_not_ended(order: Path) -> None:
    with WorkerPool(lambda: obedient(seconds=1), count=1) as workers:
        for does in ("wait", "peace"):
            order.write_text(does)
            assert text_of(workers.read(order)) == does


def test_the_processor_time_of_one_file_is_not_held_against_the_next(order: Path) -> None:
    with WorkerPool(lambda: obedient(seconds=2), count=1) as workers:
        for _ in range(4):
            order.write_text("work")
            assert text_of(workers.read(order)) == "work"


def test_what_one_file_left_behind_is_not_held_against_the_next(workers: WorkerPool, order: Path) -> None:
    for does in ("leave", "need"):
        order.write_text(does)
        assert text_of(workers.read(order)) == does


def test_a_reader_can_write_no_file(order: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITEBACK_TEST", str(tmp_path / "written"))
    order.write_text("write")
    with WorkerPool(obedient, count=1) as workers, pytest.raises(ReadError, match="OSError"):
        workers.read(order)
    assert (tmp_path / "written").stat().st_size == 0


def test_what_a_library_prints_is_no_answer(workers: WorkerPool, order: Path) -> None:
    order.write_text("print")
    assert text_of(workers.read(order)) == "print"


def test_a_process_is_kept_from_file_to_file(order: Path) -> None:
    started: list[Worker] = []

    def start() -> Worker:
        started.append(obedient())
        return started[-1]

    with WorkerPool(start, count=1) as workers:
        for _ in range(20):
            order.write_text("peace")
            workers.read(order)
    assert len(started) == 1


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from citeback.index.sandbox.worker import Worker; "
        "w = Worker.start(); w.read(Path(sys.argv[1])); print(w.pid, flush=True); "
        "import os; os.kill(os.getpid(), 9)"
    )
    (tmp_path / "a.txt").write_text("words")
    command = [sys.executable, "-c", code, str(tmp_path / "a.txt")]
    pid = int(subprocess.run(command, capture_output=True, check=False).stdout)
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and ") Z " in Path(f"/proc/{pid}/stat").read_text():
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


def test_a_worker_imports_neither_pytorch_nor_langchain() -> None:
    code = "import citeback.index.sandbox.child, citeback.index.readers, sys; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "langchain_core", "numpy", "faiss"} & set(result.stdout.split())


def test_real_files_come_out_as_they_do_in_this_process(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Ships\n\nThey sail. \N{SAILBOAT}\r\n")
    (tmp_path / "b.html").write_text("<h1>Ships</h1><p>They sail.</p>")
    with WorkerPool(count=2) as workers:
        for name in ("a.md", "b.html"):
            assert workers.read(tmp_path / name) == read(tmp_path / name)
        with pytest.raises(FileNotOpened, match="No such file"):
            workers.read(tmp_path / "gone.txt")


def test_a_sync_lists_the_file_that_killed_its_reader_and_takes_in_the_others(tmp_path: Path) -> None:
    from citeback.index.generations.store import Store

    folder = tmp_path / "folder"
    folder.mkdir()
    for n, does in enumerate(["one", "crash", "two", "error", "three"]):
        (folder / f"{n}.txt").write_text(does)
    with WorkerPool(obedient, count=2) as workers:
        report = sync(
            Store(tmp_path / "store"), [folder], load=toy.loading(toy.ToyEncoder()), read=workers.read
        )
    assert report.added == ("0.txt", "2.txt", "4.txt")
    assert [(f.name, f.reason) for f in report.failed] == [
        ("1.txt", "the reader crashed"),
        ("3.txt", "the reader crashed (KeyError)"),
    ]


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(texts, st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_a_source_comes_through_as_it_was(text: str, title: str, data: st.DataObject) -> None:
    ends = data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))))
    span = Span(min(ends), max(ends))
    source = Source(text, title, "text", (Heading(span, 2),), (0, max(ends)))
    assert unpack_source(*pack_source(source)) == source


HEADED = (
    b'{"text": "", "title": "", "kind": "", "headings": [{"span": {"start": %d, "end": %d}, "level": 1}]}'
)


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"[]",
        b"{}",
        b'{"text": "", "title": 1, "kind": "text"}',
        b'{"text": "", "title": "", "kind": "text", "pages": [7]}',
        HEADED % (2, 1),
        HEADED % (1, 9),
    ],
)
def test_an_answer_that_is_no_sound_source_is_refused(rest: bytes) -> None:
    with pytest.raises(ValueError, match="not a source"):
        unpack_source(b"words", rest)


def test_no_frame_is_taken_that_is_longer_than_allowed() -> None:
    import io

    with pytest.raises(ValueError, match="at most 10"):
        receive(io.BytesIO((11).to_bytes(8, "big") + b"x" * 11), 10)
    with pytest.raises(EOFError):
        receive(io.BytesIO((9).to_bytes(8, "big") + b"x"), 10)


@given(st.lists(st.integers()), st.integers(1, 4))
def test_work_ahead_is_the_same_work_in_the_same_order(items: list[int], threads: int) -> None:
    assert list(ordered_map(lambda n: n * 2, items, threads)) == [(n, n * 2) for n in items]
