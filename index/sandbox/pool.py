"""A pool of worker processes that read and chunk files, one per core.

Workers start on demand and are replaced when they die. A file that crashes its worker, hangs it or exceeds
its limits becomes a failure; other files are not affected.
"""

import os
from collections.abc import Callable
from pathlib import Path
from queue import LifoQueue
from typing import Any, TypeVar

from citeback.index.chunking.token_limits import ChunkBoundaries, Chunking
from citeback.index.closeable import Closeable
from citeback.index.errors import ReadError
from citeback.index.files.scan import File
from citeback.index.readers.formats import ATTACHMENTS
from citeback.index.records import ArchiveMember, Source
from citeback.index.sandbox.old_members import with_old_members
from citeback.index.sandbox.old_office import OfficeConverter
from citeback.index.sandbox.worker import Worker, WorkerDied

Answer = TypeVar("Answer")


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
