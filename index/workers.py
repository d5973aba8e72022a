"""Processes that read files, one for each core: started when first needed, replaced when they die.

Must never know what is in a file. A file that crashes its reader, hangs it or makes it yield too much is
one file that could not be read; those before and after it are read by another process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import LifoQueue
from threading import Event, Timer
from types import TracebackType
from typing import BinaryIO, Self, cast

from index.errors import NotOpened, ReadError
from index.frames import receive, send, told, unpacked
from index.records import Source
from index.worker import MOST_CHARS

SECONDS = 15.0
"""What reading a file may take; a file of more MB than this has a second for each."""

_ROOT = str(Path(__file__).parents[1])
# -P: nothing is imported from the folder that the person happens to stand in.
_START = (sys.executable, "-P", "-c", "import sys; sys.path.insert(0, sys.argv[1]); {}", _ROOT)
_MAIN = "from index.worker import main; main()"
_MOST_BYTES = 4 * MOST_CHARS  # of one frame: UTF-8 has at most four for a character


class Died(ReadError):
    """The process that was reading a file is no more."""


class Worker:
    """One process. Not safe to share between threads; dead after most errors, and never started again."""

    def __init__(self, main: str = _MAIN, seconds: float = SECONDS) -> None:
        command = [part.replace("{}", main) for part in _START]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )
        self._seconds = seconds
        self.fresh = True

    @property
    def alive(self) -> bool:
        """Tell whether it can be asked."""
        return self._process.poll() is None

    def read(self, path: Path) -> Source:
        """Return a file as a source. Raises ReadError: Died where the process did, of whatever cause."""
        seconds, late = max(self._seconds, _megabytes(path)), Event()
        timer = Timer(seconds, self._stop, (late,))
        timer.daemon = True
        timer.start()
        try:
            return self._asked(path)
        except (EOFError, OSError) as error:
            self.close()
            if late.is_set():
                raise ReadError(f"took longer than {seconds:.0f} s to read") from None
            raise Died("the reader crashed") from error
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise Died("the reader gave an answer that cannot be trusted") from error
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

    def _asked(self, path: Path) -> Source:
        questions = cast(BinaryIO, self._process.stdin)
        answers = cast(BinaryIO, self._process.stdout)
        send(questions, json.dumps({"path": str(path)}).encode())
        said = told(receive(answers, _MOST_BYTES))
        if said.get("ok"):
            return unpacked(receive(answers, _MOST_BYTES), receive(answers, _MOST_BYTES))
        if said.get("last"):
            self.close()
        kind = Died if said.get("last") else NotOpened if said["again"] else ReadError
        raise kind(str(said["reason"]))

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

    def read(self, path: Path) -> Source:
        """Return a file as a source, in the next process that is free.

        Raises ReadError, whose message is the reason a person is given.
        """
        worker = self._idle.get()
        try:
            if worker is None or not worker.alive:
                worker = self._start()
            if worker.fresh:
                return worker.read(path)
            try:
                return worker.read(path)
            except Died:  # of what an earlier file left behind, it may be
                worker = self._start()
                return worker.read(path)
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


def _megabytes(path: Path) -> float:
    try:
        return path.stat().st_size / 2**20
    except OSError:
        return 0.0  # the reader will say why
