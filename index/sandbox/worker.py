"""One worker process that reads and chunks files, as its parent sees it."""

import json
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Timer
from typing import Any, BinaryIO, Self, TypeVar, cast

from citeback.index.chunking.token_limits import ChunkBoundaries, Chunking
from citeback.index.errors import FileNotOpened, NeedsOcr, ReadError, ReadTimeout
from citeback.index.readers.archive import MAX_MEMBERS
from citeback.index.readers.ocr import MAX_OCR_PAGES
from citeback.index.records import ArchiveMember, Source
from citeback.index.sandbox.child import MAX_BYTES
from citeback.index.sandbox.chunking import parse_boundaries
from citeback.index.sandbox.process import PATIENCE, module_command, module_environment
from citeback.index.sandbox.protocol import (
    pack_source,
    parse_json_frame,
    receive,
    receive_member,
    send,
    source_or_members,
)

SECONDS, MB_SECONDS = 15.0, 2.0
"""Limit of processor time for reading a file: a base, plus an amount per MB."""

PICTURE_SECONDS = 30.0
"""Additional time for recognizing the text of one scanned page."""

_COMMAND = module_command("citeback.index.sandbox.child")

# glibc: keep freed memory instead of returning it after each page, since the kernel clears pages each time.
# It saves a twelfth of the time that PDFs take.
_MEMORY = {
    "MALLOC_TOP_PAD_": str(4 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(16 * 2**20),
}


CUT_SECONDS = 3.0
"""Additional time per million characters for chunking; on an idle machine, a tenth of it is used."""

HEADING_SECONDS, MOST_HEADING_SECONDS = 0.0005, 60.0
"""Additional time for each heading, and for all of them: 200,000 headings take 20 s of CPU time."""

_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None  # the return code of a process that used it up

MALFORMED = "the reader returned invalid data"

Answer = TypeVar("Answer")


class WorkerDied(ReadError):
    """The worker process died."""


class Worker:
    """A handle on one worker process. Not safe to share between threads; never restarted once dead."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float, patience: float) -> None:
        self._process = process
        self._seconds, self._patience = seconds, patience
        self._tokenizer = ""
        self.fresh = True

    @classmethod
    def start(
        cls, command: Sequence[str] = _COMMAND, seconds: float = SECONDS, patience: float = PATIENCE
    ) -> Self:
        """Start a process, which may take `seconds` of processor time for a small file.

        By the clock, it may take `patience` times as long.
        """
        pipe = subprocess.PIPE
        process = subprocess.Popen(  # noqa: S603  our own interpreter
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_MEMORY | module_environment()
        )
        return cls(process, seconds, patience)

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Return whether the process is running."""
        return self._process.poll() is None

    def read(self, path: Path, unread: str = "", root: str = "") -> Source | tuple[ArchiveMember, ...]:
        """Read a file; return its source, or its members if it holds other files.

        `unread` is the reason for listing a mail's attachments by name only; empty to read them. If `root` is
        given, no symbolic link below it is followed.

        Raises:
            WorkerDied: the process died, whatever the cause.
            ReadError: the file cannot be read.
        """
        request: dict[str, Any] = {"path": str(path)} | ({"unread": unread} if unread else {})
        request |= {"root": root} if root else {}
        try:
            return self._read_with_timeout(path, self._seconds, request)
        except NeedsOcr as scanned:
            pages = min(scanned.pages, MAX_OCR_PAGES)
        return self._read_with_timeout(
            path, self._seconds + PICTURE_SECONDS * pages, request | {"recognise": True}
        )

    def member(self, path: Path, name: str, root: str = "") -> bytes:
        """Return the bytes of a file within a file, by its name; symbolic links as in `read`.

        Raises:
            WorkerDied: the process died, whatever the cause.
            ReadError: the file holds no such file, or one that is too large.
        """
        request = {"path": str(path), "member": name} | ({"root": root} if root else {})
        seconds = self._seconds + MB_SECONDS * _megabytes(path)
        frames = [json.dumps(request | {"seconds": seconds}).encode()]
        return self._with_timeout(seconds, "to unpack", lambda: self._request_frame(frames))

    def cut(self, source: Source, cutting: Chunking) -> ChunkBoundaries:
        """Return the chunk boundaries of a source.

        Raises:
            WorkerDied: the process died, whatever the cause.
            ReadError: the source cannot be chunked.
        """
        how = {
            "max_tokens": cutting.max_tokens,
            "max_input_tokens": cutting.max_input_tokens,
            "language": cutting.language,
        }
        sent = self._tokenizer == cutting.tokenizer
        seconds = self._seconds + CUT_SECONDS * len(source.text) / 2**20
        seconds += min(HEADING_SECONDS * len(source.headings), MOST_HEADING_SECONDS)
        text, rest = pack_source(replace(source, pages=(), locations=()))
        frames = [json.dumps({"cut": how, "tokenizer": not sent, "seconds": seconds}).encode(), text, rest]
        if not sent:
            frames.insert(1, cutting.tokenizer.encode())
            self._tokenizer = cutting.tokenizer
        chunk_boundaries = self._with_timeout(
            seconds, "to split", lambda: parse_boundaries(self._request_frame(frames))
        )
        if not chunk_boundaries.is_valid_for(source):
            self.close()
            raise WorkerDied(MALFORMED)
        return chunk_boundaries

    def draw(self, request: dict[str, Any], seconds: float) -> tuple[float, bytes]:
        """Return where the marked words of a page begin (0 to 1, or -1), and its picture.

        For a process that draws pages (`page_image.py`); `seconds` are by the clock, since somebody waits.

        Raises:
            WorkerDied: the process died, whatever the cause.
            ReadError: the page cannot be drawn.
        """

        def drawn() -> tuple[float, bytes]:
            answers, reply = self._request([json.dumps(request).encode()])
            return float(reply["top"]), receive(answers, MAX_BYTES)

        return self._with_timeout(seconds, "to draw", drawn, patience=1.0)

    def _read_with_timeout(
        self, path: Path, least: float, request: dict[str, Any]
    ) -> Source | tuple[ArchiveMember, ...]:
        seconds = least + MB_SECONDS * _megabytes(path)
        if "unread" in request:  # a retry, which skips the attachments that took most of the time
            seconds /= 4
        timed = request | {"seconds": seconds}
        return self._with_timeout(seconds, "to read", lambda: self._members(timed))

    def _with_timeout(
        self, seconds: float, what: str, asked: Callable[[], Answer], patience: float | None = None
    ) -> Answer:
        """Return the answer to a request.

        The process ends itself after so many `seconds` of processor time, and is killed if the answer takes
        `patience` times as long by the clock.
        """
        late, longest = Event(), seconds * (self._patience if patience is None else patience)
        timer = Timer(longest, self._stop, (late,))
        timer.daemon = True
        timer.start()
        try:
            return asked()
        except (EOFError, OSError) as error:
            self.close()
            if late.is_set():
                raise ReadTimeout(f"took longer than {longest:.0f} s {what}") from None
            if self._process.returncode == _OUT_OF_TIME:
                raise ReadTimeout(f"took longer than {seconds:.0f} s of processor time {what}") from None
            raise WorkerDied("the reader crashed") from error
        except (ValueError, KeyError, TypeError) as error:
            self.close()
            raise WorkerDied(MALFORMED) from error
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

    def _members(self, request: dict[str, Any]) -> Source | tuple[ArchiveMember, ...]:
        answers, result = self._request([json.dumps(request).encode()])
        count = min(int(result["members"]), MAX_MEMBERS)
        return source_or_members([receive_member(answers, MAX_BYTES) for _ in range(count)])

    def _request_frame(self, frames: Sequence[bytes]) -> bytes:
        """Send a request; return the frame that follows its header."""
        answers, _ = self._request(frames)
        return receive(answers, MAX_BYTES)

    def _request(self, frames: Sequence[bytes]) -> tuple[BinaryIO, dict[str, Any]]:
        """Send a request; return the stream of the answer and its parsed header. Raises ReadError."""
        requests, answers = (cast(BinaryIO, each) for each in (self._process.stdin, self._process.stdout))
        for frame in frames:
            send(requests, frame)
        reply = parse_json_frame(receive(answers, MAX_BYTES))
        if "reason" in reply:
            raise self._read_error(reply)
        return answers, reply

    def _read_error(self, result: dict[str, Any]) -> ReadError:
        """Return a worker's reason as an error; end a process that reported a fatal one."""
        if result.get("last"):
            self.close()
        if pages := int(result.get("pages", 0)):
            return NeedsOcr(str(result["reason"]), pages)
        kind = WorkerDied if result.get("last") else FileNotOpened if result["again"] else ReadError
        return kind(str(result["reason"]))

    def _stop(self, late: Event) -> None:
        late.set()
        self._process.kill()


def _megabytes(path: Path) -> float:
    try:
        return path.stat().st_size / 2**20
    except OSError:
        return 0.0  # the worker reports the reason
