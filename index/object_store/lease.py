"""The lease of the one writer: an object that only its holder may change, by its ETag."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import time
from typing import Self

from citeback.index.errors import StoreError, StoreLocked
from citeback.index.object_store.place import Place

LEASE = "lease.json"
SECONDS = 60.0
"""How long a lease lasts unless its holder extends it, which it does three times in that time."""
SKEW_SECONDS = 15.0
"""By how much the clocks of two writers may differ."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lease: a process on a machine, since when, until when (Unix time), for which run.

    `boot` identifies the machine's boot and process namespace; empty if unknown.
    """

    run: str
    host: str
    pid: int
    boot: str
    since: str
    until: float

    @classmethod
    def parse(cls, data: bytes) -> Self | None:
        """Return the holder that an object names, or None if it names nobody."""
        try:
            given = json.loads(data)
            return cls(
                run=str(given["run"])[:64],
                host=str(given["host"])[:255],
                pid=int(given["pid"]),
                boot=str(given["boot"])[:128],
                since=str(given["since"])[:64],
                until=float(given["until"]),
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    @property
    def has_ended(self) -> bool:
        """Return whether the lease has ended, or its process died on this machine."""
        return time() > self.until + SKEW_SECONDS or (
            bool(self.boot) and self.boot == _boot() and not _alive(self.pid)
        )


def _at_once() -> None:
    """Return: nothing is waited for."""


class Lease:
    """A lease that was taken; `lost` is set once somebody else may write.

    `permitted` returns once the first lease of a place may be written, or raises StoreError. `took_over` says
    whether the writer before did not get to give it back, so that its files may be left.
    """

    def __init__(
        self, place: Place, run: str, seconds: float = SECONDS, permitted: Callable[[], None] = _at_once
    ) -> None:
        self._place = place
        self._permitted = permitted
        self._run = run
        self._seconds = seconds
        self._since = datetime.now(UTC).isoformat(timespec="seconds")
        self._etag = ""
        self._ended = Event()
        self.lost = Event()
        self.took_over = False

    @contextmanager
    def held(self) -> Iterator[Self]:
        """Hold the lease until the end of the block.

        Raises:
            StoreLocked: another writer holds it.
        """
        self._take()
        renewing = Thread(target=self._renew, name="lease", daemon=True)
        renewing.start()
        try:
            yield self
        finally:
            self._ended.set()
            renewing.join()
            if not self.lost.is_set():
                self._place.replace(LEASE, b"{}", self._etag)

    def require(self) -> None:
        """Raise StoreLocked unless the lease is still ours."""
        known = self._place.read(LEASE)
        holder = Holder.parse(known[0]) if known else None
        if self.lost.is_set() or holder is None or holder.run != self._run:
            raise StoreLocked(
                f"Another process took over writing to {self._place.address}. Nothing was published.",
                "citeback index",
            )

    def _take(self) -> None:
        known = self._place.read(LEASE)
        holder = Holder.parse(known[0]) if known else None
        if holder and not holder.has_ended:
            raise self._locked(holder)
        if known is None:
            self._permitted()
        body = self._body()
        etag = self._place.replace(LEASE, body, known[1]) if known else self._place.create(LEASE, body)
        if etag is None:
            known = self._place.read(LEASE)
            raise self._locked(Holder.parse(known[0]) if known else None)
        self._etag, self.took_over = etag, holder is not None

    def _locked(self, holder: Holder | None) -> StoreLocked:
        if holder is None:
            return StoreLocked(
                f"Another process is writing to {self._place.address}.", "wait, then try again"
            )
        until = datetime.fromtimestamp(min(max(holder.until, 0), 1e11), UTC).isoformat(timespec="seconds")
        return StoreLocked(
            f"Process {holder.pid} on {holder.host}, since {holder.since}, is writing to "
            f"{self._place.address} (its lease lasts until {until}).",
            "wait, then try again",
        )

    def _renew(self) -> None:
        last = time()
        while not self._ended.wait(self._seconds / 3):
            try:
                etag = self._place.replace(LEASE, self._body(), self._etag)
            except StoreError:
                if time() - last > self._seconds:
                    self.lost.set()
                    return
                continue
            if etag is None:
                self.lost.set()
                return
            self._etag, last = etag, time()

    def _body(self) -> bytes:
        holder = Holder(
            run=self._run,
            host=socket.gethostname(),
            pid=os.getpid(),
            boot=_boot(),
            since=self._since,
            until=time() + self._seconds,
        )
        return json.dumps(asdict(holder)).encode()


def _boot() -> str:
    """Return what identifies this boot and process namespace on Linux, "" elsewhere."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _alive(pid: int) -> bool:
    return pid > 0 and Path(f"/proc/{pid}").exists()
