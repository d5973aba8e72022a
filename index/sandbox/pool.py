"""A pool of worker processes that read and chunk files, one per core.

Workers start on demand and are replaced when they die. A file that crashes its worker, hangs it or exceeds
its limits becomes a failure; other files are not affected.
"""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import LifoQueue
from threading import Event, Timer
from typing import Any, BinaryIO, Self, TypeVar, cast

from citeback.index.chunking.token_limits import ChunkBoundaries, Chunking
from citeback.index.closeable import Closeable
from citeback.index.errors import FileNotOpened, NeedsOcr, ReadError, ReadTimeout
from citeback.index.files.scan import File
from citeback.index.readers.archive import MAX_MEMBERS
from citeback.index.readers.formats import ATTACHMENTS
from citeback.index.readers.ocr import MAX_OCR_PAGES
from citeback.index.records import ArchiveMember, Source
from citeback.index.sandbox.child import MAX_BYTES
from citeback.index.sandbox.chunking import parse_boundaries
from citeback.index.sandbox.old_members import with_old_members
from citeback.index.sandbox.old_office import OfficeConverter
from citeback.index.sandbox.process import module_command, module_environment
from citeback.index.sandbox.protocol import (
    pack_source,
    parse_json_frame,
    receive,
    receive_member,
    send,
    source_or_members,
)

SECONDS, MB_SECONDS = 15.0, 2.0
"""Time limit for reading a file: a base, plus an amount per MB."""

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

MALFORMED = "the reader returned invalid data"

Answer = TypeVar("Answer")


class WorkerDied(ReadError):
    """The worker process died."""


class Worker:
    """A handle on one worker process. Not safe to share between threads; never restarted once dead."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self._seconds = seconds
        self._tokenizer = ""
        self.fresh = True

    @classmethod
    def start(cls, command: Sequence[str] = _COMMAND, seconds: float = SECONDS) -> Self:
        """Start a process, which may take `seconds` for a small file."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(  # noqa: S603  our own interpreter
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_MEMORY | module_environment()
        )
        return cls(process, seconds)

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
        frames = [json.dumps(request).encode()]
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
        text, rest = pack_source(replace(source, pages=(), locations=()))
        frames = [json.dumps({"cut": how, "tokenizer": not sent}).encode(), text, rest]
        if not sent:
            frames.insert(1, cutting.tokenizer.encode())
            self._tokenizer = cutting.tokenizer
        seconds = self._seconds + CUT_SECONDS * len(source.text) / 2**20
        seconds += min(HEADING_SECONDS * len(source.headings), MOST_HEADING_SECONDS)
        chunk_boundaries = self._with_timeout(
            seconds, "to split", lambda: parse_boundaries(self._request_frame(frames))
        )
        if not chunk_boundaries.is_valid_for(source):
            self.close()
            raise WorkerDied(MALFORMED)
        return chunk_boundaries

    def draw(self, request: dict[str, Any], seconds: float) -> tuple[float, bytes]:
        """Return where the marked words of a page begin (0 to 1, or -1), and its picture.

        For a process that draws pages (`page_image.py`).

        Raises:
            WorkerDied: the process died, whatever the cause.
            ReadError: the page cannot be drawn.
        """

        def drawn() -> tuple[float, bytes]:
            answers, reply = self._request([json.dumps(request).encode()])
            return float(reply["top"]), receive(answers, MAX_BYTES)

        return self._with_timeout(seconds, "to draw", drawn)

    def _read_with_timeout(
        self, path: Path, least: float, request: dict[str, Any]
    ) -> Source | tuple[ArchiveMember, ...]:
        seconds = least + MB_SECONDS * _megabytes(path)
        if "unread" in request:  # a retry, which skips the attachments that took most of the time
            seconds /= 4
        return self._with_timeout(seconds, "to read", lambda: self._members(request))

    def _with_timeout(self, seconds: float, what: str, asked: Callable[[], Answer]) -> Answer:
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
                raise ReadTimeout(f"took longer than {seconds:.0f} s {what}") from None
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


class WorkerPool(Closeable):
    """A pool of worker processes, one per core. Safe to share between threads."""

    def __init__(
        self,
        start: Callable[[], Worker] = Worker.start,
        count: int | None = None,
        converter: OfficeConverter | None = None,
    ) -> None:
        self.count = count or os.cpu_count() or 1
        self._converter = converter or OfficeConverter()
        self._start = start
        self._idle: LifoQueue[Worker | None] = LifoQueue()
        for _ in range(self.count):
            self._idle.put(None)

    def read_file(self, file: File) -> Source | tuple[ArchiveMember, ...]:
        """Read a file without following symbolic links below its folder; see `read`."""
        return self.read(Path(file.path), file.folder)

    def read(self, path: Path, root: str = "") -> Source | tuple[ArchiveMember, ...]:
        """Read a file in the next idle process; return its source, or its members if it holds others.

        If a mail's attachments cannot be read, the mail is read without them. Office files from before 2007
        are converted first, also those within the file.

        Raises:
            ReadError: the file cannot be read; the message is the reason shown to users.
        """
        with self._converter.converted(path, root) as current:
            known = root if current == path else ""
            result = self._read(current, known)
            return with_old_members(
                result,
                self._converter,
                fetch=lambda name: self._with_free_worker(lambda worker: worker.member(current, name, known)),
                read=lambda converted: self._read(converted, ""),
            )

    def _read(self, path: Path, root: str) -> Source | tuple[ArchiveMember, ...]:
        try:
            return self._with_free_worker(lambda worker: worker.read(path, root=root))
        except ReadError as error:
            if path.suffix.lower() not in ATTACHMENTS:
                raise
            unread = f"{error}: this, or another file attached to it"
            return self._with_free_worker(lambda worker: worker.read(path, unread, root))

    def cut(self, source: Source, cutting: Chunking) -> ChunkBoundaries:
        """Return the chunk boundaries of a source, computed by the next idle process.

        Raises:
            ReadError: the source cannot be chunked.
        """
        return self._with_free_worker(lambda worker: worker.cut(source, cutting))

    def draw(self, request: dict[str, Any], seconds: float) -> tuple[float, bytes]:
        """Return a page as `Worker.draw` does, drawn by the next idle process. Raises ReadError."""
        return self._with_free_worker(lambda worker: worker.draw(request, seconds))

    def warm(self) -> None:
        """Start a process ahead of its first request."""
        self._with_free_worker(lambda worker: worker.pid)

    def _with_free_worker(self, asked: Callable[[Worker], Answer]) -> Answer:
        worker = self._idle.get()
        try:
            if worker is None or not worker.alive:
                worker = self._start()
            if worker.fresh:
                return asked(worker)
            try:
                return asked(worker)
            except WorkerDied:  # possibly caused by an earlier file: retry in a fresh process
                worker = self._start()
                return asked(worker)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End all processes."""
        for _ in range(self.count):
            if worker := self._idle.get():
                worker.close()


def _megabytes(path: Path) -> float:
    try:
        return path.stat().st_size / 2**20
    except OSError:
        return 0.0  # the worker reports the reason
