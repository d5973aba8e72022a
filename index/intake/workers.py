"""Processes that read files and cut texts, one for each core: started when needed, replaced when they die.

Must never know what is in a file. A file that crashes its reader, hangs it or makes it yield too much is
one file that could not be read; those before and after it are read by another process.
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
from index.errors import NotOpened, ReadError, Scanned
from index.intake.cutter import taken
from index.intake.frames import packed, receive, send, told, unpacked
from index.intake.worker import MOST_BYTES
from index.readers.archive import MOST_MEMBERS
from index.readers.ocr import MOST
from index.readers.within import ATTACHED
from index.records import Member, Source

SECONDS, MB_SECONDS = 15.0, 2.0
"""What reading a file may take, and beyond that for each MB."""

PICTURE_SECONDS = 30.0
"""What reading the text of one page that is a picture may take beyond that."""

_ROOT = str(Path(__file__).parents[2])
# -P: nothing is imported from the folder that the person happens to stand in.
_START = (sys.executable, "-P", "-c", "import sys; sys.path.insert(0, sys.argv[1]); {}", _ROOT)
_MAIN = "from index.intake.worker import main; main()"

# Of the C library, where it is glibc: a parser that lets go of a page's memory and takes the next's does not
# pay for the system's clearing it each time. A twelfth of the time that PDFs take.
_MEMORY = {
    "MALLOC_TOP_PAD_": str(4 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(16 * 2**20),
}


CUT_SECONDS = 3.0
"""What cutting may take beyond that for each million characters: a tenth of it does, on a quiet machine."""

UNSOUND = "the reader gave an answer that cannot be trusted"

Answer = TypeVar("Answer")


class Died(ReadError):
    """The process that was reading a file is no more."""


class Worker:
    """One process. Not safe to share between threads; dead after most errors, and never started again."""

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
        """Return the number of its process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether it can be asked."""
        return self._process.poll() is None

    def read(self, path: Path, unread: str = "") -> Source | tuple[Member, ...]:
        """Return a file as a source, one that holds others as its members.

        `unread` is the reason why what is attached to a mail is only named, if it is. Raises ReadError: Died
        where the process did, of whatever cause.
        """
        request: dict[str, Any] = {"path": str(path)} | ({"unread": unread} if unread else {})
        try:
            return self._in_time(path, self._seconds, request)
        except Scanned as scanned:
            pages = min(scanned.pages, MOST)
        return self._in_time(path, self._seconds + PICTURE_SECONDS * pages, request | {"recognise": True})

    def cut(self, source: Source, cutting: Cutting) -> Cuts:
        """Return where a source is cut. Raises ReadError: Died where the process did, of whatever cause."""
        how = {"most": cutting.most, "longest": cutting.longest, "language": cutting.language}
        sent = self._tokenizer == cutting.tokenizer
        text, rest = packed(replace(source, pages=(), places=()))
        frames = [json.dumps({"cut": how, "tokenizer": not sent}).encode(), text, rest]
        if not sent:
            frames.insert(1, cutting.tokenizer.encode())
            self._tokenizer = cutting.tokenizer
        seconds = self._seconds + CUT_SECONDS * len(source.text) / 2**20
        found = self._timed(seconds, "to cut", lambda: taken(self._asked(frames)))
        if not found.fit(source):
            self.close()
            raise Died(UNSOUND)
        return found

    def _in_time(self, path: Path, least: float, request: dict[str, Any]) -> Source | tuple[Member, ...]:
        seconds = least + MB_SECONDS * _megabytes(path)
        if "unread" in request:  # a second time, and without what most of the time goes to
            seconds /= 4
        return self._timed(seconds, "to read", lambda: self._members(request))

    def _timed(self, seconds: float, what: str, asked: Callable[[], Answer]) -> Answer:
        """Return the answer to what is asked of the process, which is ended where it takes longer."""
        late = Event()
        timer = Timer(seconds, self._stop, (late,))
        timer.daemon = True
        timer.start()
        try:
            return asked()
        except (EOFError, OSError) as error:
            self.close()
            if late.is_set():
                raise ReadError(f"took longer than {seconds:.0f} s {what}") from None
            raise Died("the reader crashed") from error
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise Died(UNSOUND) from error
        finally:
            timer.cancel()
            self.fresh = False

    def close(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # a request that nobody took
                cast(BinaryIO, stream).close()

    def _members(self, request: dict[str, Any]) -> Source | tuple[Member, ...]:
        answers, said = self._said([json.dumps(request).encode()])
        return _taken([_member(answers) for _ in range(min(int(said["members"]), MOST_MEMBERS))])

    def _asked(self, frames: Sequence[bytes]) -> bytes:
        """Return the one frame that follows an answer."""
        answers, _ = self._said(frames)
        return receive(answers, MOST_BYTES)

    def _said(self, frames: Sequence[bytes]) -> tuple[BinaryIO, dict[str, Any]]:
        """Send frames; return the answer's first, and where the others come from. Raises ReadError."""
        requests, answers = (cast(BinaryIO, each) for each in (self._process.stdin, self._process.stdout))
        for frame in frames:
            send(requests, frame)
        said = told(receive(answers, MOST_BYTES))
        if "reason" in said:
            raise self._refusal(said)
        return answers, said

    def _refusal(self, said: dict[str, Any]) -> ReadError:
        """Return why a file was not read; a process that said its last words is ended."""
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
    """As many processes as there are cores, to be asked by as many threads."""

    def __init__(self, start: Callable[[], Worker] = Worker, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1
        self._start = start
        self._idle: LifoQueue[Worker | None] = LifoQueue()
        for _ in range(self.count):
            self._idle.put(None)

    def read(self, path: Path) -> Source | tuple[Member, ...]:
        """Return a file as a source, one that holds others as its members, in the next process that is free.

        A mail is read whatever its attachments are, or do to the process. Raises ReadError, whose message is
        the reason a person is given.
        """
        try:
            return self._read(path)
        except ReadError as error:
            if path.suffix.lower() not in ATTACHED:
                raise
            return self._read(path, f"{error}: this, or another file attached to the mail")

    def cut(self, source: Source, cutting: Cutting) -> Cuts:
        """Return where a source is cut, in the next process that is free. Raises ReadError as `read` does."""
        return self._by_next(lambda worker: worker.cut(source, cutting))

    def _read(self, path: Path, unread: str = "") -> Source | tuple[Member, ...]:
        return self._by_next(lambda worker: worker.read(path, unread))

    def _by_next(self, asked: Callable[[Worker], Answer]) -> Answer:
        worker = self._idle.get()
        try:
            if worker is None or not worker.alive:
                worker = self._start()
            if worker.fresh:
                return asked(worker)
            try:
                return asked(worker)
            except Died:  # of what an earlier file left behind, it may be
                worker = self._start()
                return asked(worker)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the processes."""
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
    """Return the next member of an answer. Raises ValueError for one that is not sound."""
    about = {key: str(value) for key, value in told(receive(answers, MOST_BYTES)).items()}
    if about["reason"]:
        return Member(about["name"], None, about["sha256"], about["reason"])
    source = unpacked(receive(answers, MOST_BYTES), receive(answers, MOST_BYTES))
    return Member(about["name"], source, about["sha256"])


def _taken(members: list[Member]) -> Source | tuple[Member, ...]:
    """Return the source of a file alone, or the members of one that holds others."""
    if len(members) == 1 and not members[0].name and members[0].source:
        return members[0].source
    return tuple(members)


def _megabytes(path: Path) -> float:
    try:
        return path.stat().st_size / 2**20
    except OSError:
        return 0.0  # the reader will say why
