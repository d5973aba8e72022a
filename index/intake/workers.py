"""A pool of worker processes that read and chunk files, one per core.

Workers start on demand and are replaced when they die. A file that crashes its worker, hangs it or exceeds
its limits becomes a failure; other files are not affected.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import LifoQueue
from threading import Event, Timer
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar, cast

from index.cutting import Cuts, Cutting
from index.errors import NotOpened, Overdue, ReadError, Scanned
from index.files import File
from index.intake.cutter import taken
from index.intake.frames import packed, receive, send, told, unpacked
from index.intake.worker import MOST_BYTES
from index.readers.archive import MOST_MEMBERS
from index.readers.ocr import MOST
from index.readers.within import ATTACHED
from index.records import Member, Source

SECONDS, MB_SECONDS = 15.0, 2.0
"""Time limit for reading a file: a base, plus an amount per MB."""

PICTURE_SECONDS = 30.0
"""Additional time for recognizing the text of one scanned page."""

_ROOT = str(Path(__file__).parents[2])
# -P keeps the current directory out of the module search path.
_START = (sys.executable, "-P", "-c", "import sys; sys.path.insert(0, sys.argv[1]); {}", _ROOT)
_MAIN = "from index.intake.worker import main; main()"

# glibc: keep freed memory instead of returning it after each page, since the kernel clears pages each time.
# It saves a twelfth of the time that PDFs take.
_MEMORY = {
    "MALLOC_TOP_PAD_": str(4 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(16 * 2**20),
}


CUT_SECONDS = 3.0
"""Additional time per million characters for chunking; on an idle machine, a tenth of it is used."""

UNSOUND = "the reader returned invalid data"

Answer = TypeVar("Answer")


class Died(ReadError):
    """The worker process died."""


class Worker:
    """A handle on one worker process. Not safe to share between threads; never restarted once dead."""

    def __init__(self, main: str = _MAIN, seconds: float = SECONDS) -> None:
        command = [part.replace("{}", main) for part in _START]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_MEMORY | os.environ
        )
        self._seconds = seconds
        self._tokenizer = ""
        self.fresh = True

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Return whether the process is running."""
        return self._process.poll() is None

    def read(self, path: Path, unread: str = "", root: str = "") -> Source | tuple[Member, ...]:
        """Read a file; return its source, or its members if it holds other files.

        `unread` is the reason for listing a mail's attachments by name only; empty to read them. If `root` is
        given, no symbolic link below it is followed.

        Raises:
            Died: the process died, whatever the cause.
            ReadError: the file cannot be read.
        """
        request: dict[str, Any] = {"path": str(path)} | ({"unread": unread} if unread else {})
        request |= {"root": root} if root else {}
        try:
            return self._in_time(path, self._seconds, request)
        except Scanned as scanned:
            pages = min(scanned.pages, MOST)
        return self._in_time(path, self._seconds + PICTURE_SECONDS * pages, request | {"recognise": True})

    def cut(self, source: Source, cutting: Cutting) -> Cuts:
        """Return the chunk boundaries of a source.

        Raises:
            Died: the process died, whatever the cause.
            ReadError: the source cannot be chunked.
        """
        how = {"most": cutting.most, "longest": cutting.longest, "language": cutting.language}
        sent = self._tokenizer == cutting.tokenizer
        text, rest = packed(replace(source, pages=(), places=()))
        frames = [json.dumps({"cut": how, "tokenizer": not sent}).encode(), text, rest]
        if not sent:
            frames.insert(1, cutting.tokenizer.encode())
            self._tokenizer = cutting.tokenizer
        seconds = self._seconds + CUT_SECONDS * len(source.text) / 2**20
        found = self._timed(seconds, "to split", lambda: taken(self._asked(frames)))
        if not found.fit(source):
            self.close()
            raise Died(UNSOUND)
        return found

    def _in_time(self, path: Path, least: float, request: dict[str, Any]) -> Source | tuple[Member, ...]:
        seconds = least + MB_SECONDS * _megabytes(path)
        if "unread" in request:  # a retry, which skips the attachments that took most of the time
            seconds /= 4
        return self._timed(seconds, "to read", lambda: self._members(request))

    def _timed(self, seconds: float, what: str, asked: Callable[[], Answer]) -> Answer:
        """Return the answer to a request; kill the process if it takes longer than `seconds`."""
        late = Event()
        timer = Timer(seconds, self._stop, (late,))
        timer.daemon = True
        timer.start()
        try:
            return asked()
        except (EOFError, OSError) as error:
            self.close()
            if late.is_set():
                raise Overdue(f"took longer than {seconds:.0f} s {what}") from None
            raise Died("the reader crashed") from error
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise Died(UNSOUND) from error
        finally:
            timer.cancel()
            self.fresh = False

    def close(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # a request that was never read
                cast(BinaryIO, stream).close()

    def _members(self, request: dict[str, Any]) -> Source | tuple[Member, ...]:
        answers, said = self._said([json.dumps(request).encode()])
        return _taken([_member(answers) for _ in range(min(int(said["members"]), MOST_MEMBERS))])

    def _asked(self, frames: Sequence[bytes]) -> bytes:
        """Send a request; return the frame that follows its header."""
        answers, _ = self._said(frames)
        return receive(answers, MOST_BYTES)

    def _said(self, frames: Sequence[bytes]) -> tuple[BinaryIO, dict[str, Any]]:
        """Send a request; return the stream of the answer and its parsed header. Raises ReadError."""
        requests, answers = (cast(BinaryIO, each) for each in (self._process.stdin, self._process.stdout))
        for frame in frames:
            send(requests, frame)
        said = told(receive(answers, MOST_BYTES))
        if "reason" in said:
            raise self._refusal(said)
        return answers, said

    def _refusal(self, said: dict[str, Any]) -> ReadError:
        """Return a worker's reason as an error; end a process that reported a fatal one."""
        if said.get("last"):
            self.close()
        if pages := int(said.get("pages", 0)):
            return Scanned(str(said["reason"]), pages)
        kind = Died if said.get("last") else NotOpened if said["again"] else ReadError
        return kind(str(said["reason"]))

    def _stop(self, late: Event) -> None:
        late.set()
        self._process.kill()


class Workers:
    """A pool of worker processes, one per core. Safe to share between threads."""

    def __init__(self, start: Callable[[], Worker] = Worker, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1
        self._start = start
        self._idle: LifoQueue[Worker | None] = LifoQueue()
        for _ in range(self.count):
            self._idle.put(None)

    def read_file(self, file: File) -> Source | tuple[Member, ...]:
        """Read a file without following symbolic links below its folder; see `read`."""
        return self.read(Path(file.path), file.folder)

    def read(self, path: Path, root: str = "") -> Source | tuple[Member, ...]:
        """Read a file in the next idle process; return its source, or its members if it holds others.

        If a mail's attachments cannot be read, the mail is read without them.

        Raises:
            ReadError: the file cannot be read; the message is the reason shown to users.
        """
        try:
            return self._read(path, root)
        except ReadError as error:
            if path.suffix.lower() not in ATTACHED:
                raise
            return self._read(path, root, f"{error}: this, or another file attached to the mail")

    def cut(self, source: Source, cutting: Cutting) -> Cuts:
        """Return the chunk boundaries of a source, computed by the next idle process.

        Raises:
            ReadError: the source cannot be chunked.
        """
        return self._by_next(lambda worker: worker.cut(source, cutting))

    def _read(self, path: Path, root: str, unread: str = "") -> Source | tuple[Member, ...]:
        return self._by_next(lambda worker: worker.read(path, unread, root))

    def _by_next(self, asked: Callable[[Worker], Answer]) -> Answer:
        worker = self._idle.get()
        try:
            if worker is None or not worker.alive:
                worker = self._start()
            if worker.fresh:
                return asked(worker)
            try:
                return asked(worker)
            except Died:  # possibly caused by an earlier file: retry in a fresh process
                worker = self._start()
                return asked(worker)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes."""
        for _ in range(self.count):
            if worker := self._idle.get():
                worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _member(answers: BinaryIO) -> Member:
    """Read the next member of an answer. Raises ValueError if it is invalid."""
    about = {key: str(value) for key, value in told(receive(answers, MOST_BYTES)).items()}
    if about["reason"]:
        return Member(about["name"], None, about["sha256"], about["reason"])
    source = unpacked(receive(answers, MOST_BYTES), receive(answers, MOST_BYTES))
    return Member(about["name"], source, about["sha256"])


def _taken(members: list[Member]) -> Source | tuple[Member, ...]:
    """Return a plain file's source, or the members of a file that holds others."""
    if len(members) == 1 and not members[0].name and members[0].source:
        return members[0].source
    return tuple(members)


def _megabytes(path: Path) -> float:
    try:
        return path.stat().st_size / 2**20
    except OSError:
        return 0.0  # the worker reports the reason
