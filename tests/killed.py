"""Interrupts syncs in every way and prints what is left. `test_kill` runs it in a process of its own.

    killed.py steps DIR             kill at each step that a sync reports
    killed.py instants DIR SEED N   kill N times at random instants
    killed.py full DIR              fill the disk at every point
    killed.py unreadable DIR        make a file unreadable for a while

DIR/docs holds the documents. Children are forked from a process without threads, so that no interruption
costs an import.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from shutil import copytree, rmtree
from time import perf_counter, sleep
from traceback import print_exc
from typing import Any

from snapshot import contents
from toy import ToyEncoder, loading, read

from citeback.index.errors import StoreError
from citeback.index.generations.generation import Generation
from citeback.index.generations.rollback import history
from citeback.index.generations.store import Store
from citeback.index.languages import detect
from citeback.index.records import Source
from citeback.index.sync.report import Progress, ProgressCallback, ignore_progress
from citeback.index.sync.sync import sync

KILLED = signal.SIGKILL.value
NOBODY = 65534


def forked(act: Callable[[], object]) -> int:
    """Fork a child that runs `act` and exits; return its process id."""
    child = os.fork()
    if child == 0:
        try:
            act()
            sys.stdout.flush()
            os._exit(0)
        finally:
            print_exc()
            os._exit(1)
    return child


def status(child: int) -> int:
    return os.waitpid(child, 0)[1]


def brought_in_line(
    store: Path, docs: Path, watch: ProgressCallback = ignore_progress, batch: int = 2
) -> None:
    sync(Store(store), [docs], load=loading(ToyEncoder(batch=batch)), read=read, progress=watch)


def digest(generation: Generation) -> str:
    """Return a hash of everything that a generation holds."""
    return sha256(repr(contents(generation)).encode()).hexdigest()


def look(store: Path, docs: Path) -> None:
    """Open what is left, check it, sync again, and print the findings."""
    with Store(store).current() as before:
        result: dict[str, Any] = {"before": before.number, "problems": Store(store).check()}
        result |= {"state": digest(before), "notices": before.notices}
    report = sync(Store(store), [docs], load=loading(ToyEncoder()), read=read)
    with Store(store).current() as after:
        result |= {"after": after.number, "embedded": report.embedded, "problems_after": Store(store).check()}
        result |= {"state_after": digest(after), "kept": [kept.problem for kept in history(Store(store))]}
    result["left"] = sorted(path.name for path in store.iterdir())
    print(json.dumps(result), flush=True)


def edit(docs: Path) -> None:
    """Add, change, rename and delete documents."""
    (docs / "a.txt").unlink()
    (docs / "b.txt").write_text("Some old text of b.\n\nAnd a new one.")
    (docs / "r.txt").rename(docs / "s.txt")
    for name in ("c", "d"):
        (docs / f"{name}.txt").write_text("\n\n".join(f"{name} says {n}." for n in range(4)))


def prepared(directory: Path) -> tuple[Path, Path]:
    """Return a store of the documents, and the documents, edited since."""
    docs, base, done = directory / "docs", directory / "base", directory / "done"
    status(forked(lambda: brought_in_line(base, docs)))
    edit(docs)
    copytree(base, done)
    status(forked(lambda: look(done, docs)))  # the states before and after, without interruption
    return base, docs


def killed_at(step: int) -> ProgressCallback:
    """Return a progress callback that kills this process at a step."""
    left = step

    def kill(progress: Progress) -> None:
        nonlocal left
        if left == 0:
            print(json.dumps({"at": [progress.stage, progress.done, progress.item]}), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    return kill


def steps(directory: Path) -> None:
    base, docs = prepared(directory)
    store, step, ended = directory / "store", 0, KILLED
    while ended == KILLED:
        copytree(base, store)
        kill = killed_at(step)
        ended = status(forked(partial(brought_in_line, store, docs, kill)))
        status(forked(lambda: look(store, docs)))
        rmtree(store)
        step += 1
    print(json.dumps({"status": ended, "steps": step}))


def instants(directory: Path, seed: int, count: int) -> None:
    base, docs = prepared(directory)
    store, random, killed, longest = directory / "store", Random(seed), 0, 0.0  # noqa: S311
    while killed < count:
        copytree(base, store)
        began = perf_counter()
        child = forked(lambda: brought_in_line(store, docs, batch=1))
        if longest:
            sleep(random.uniform(0, longest))
            os.kill(child, signal.SIGKILL)
        ended = status(child)
        longest = longest if ended else perf_counter() - began  # the last, since one may be held up
        killed += ended == KILLED
        status(forked(lambda: look(store, docs)))
        rmtree(store)
    print(json.dumps({"killed": killed}))


def mounted(directory: Path, size: int) -> bool:
    """Mount a disk of `size` bytes at a directory; return whether that was permitted."""
    directory.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(directory)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def refused(store: Path, docs: Path, most: int | None = None) -> None:
    """Sync with too little room, or with files limited to `most` bytes, and print the error message."""
    if most is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        brought_in_line(store, docs)
    except (StoreError, OSError) as error:
        print(json.dumps({"told": f"{type(error).__name__}: {error}"}), flush=True)
    else:
        print(json.dumps({"told": ""}), flush=True)


def full(directory: Path, step: int = 8192, disk: int = 4 << 20) -> None:
    """Leave a little more room at every attempt, until a sync succeeds.

    The room is that of a small disk or, if none may be mounted (`disk` 0: do not try), the size limit of a
    file.
    """
    base, docs = prepared(directory)
    place, room, mount = directory / "disk", 0, False
    if disk:
        mount = mounted(place, disk)
    place.mkdir(exist_ok=True)
    print(json.dumps({"mounted": mount}), flush=True)
    try:
        while room_left(place, base, docs, room, mount=mount):
            room += step
    finally:
        if mount:
            subprocess.run(["umount", str(place)], check=True)


def room_left(place: Path, base: Path, docs: Path, room: int, *, mount: bool) -> bool:
    """Sync with `room` bytes to spare, print what is left, and return whether there was too little room."""
    store, filler = place / "store", place / "filler"
    copytree(base, store)
    free = os.statvfs(place)
    filler.write_bytes(b"\0" * max(0, free.f_bavail * free.f_bsize - room) if mount else b"")
    ended = status(forked(lambda: refused(store, docs, None if mount else room)))
    filler.unlink()
    print(json.dumps({"ended": ended}), flush=True)
    numbers = Store(store).numbers()
    status(forked(lambda: look(store, docs)))
    rmtree(store)
    return numbers == [1]


def as_nobody(path: Path) -> Source:
    """Read a file without root's right to read everything.

    It applies to this thread only: `os.seteuid` would also affect the threads that write the store.
    """
    system = ctypes.CDLL(None)
    system.setfsuid(NOBODY)
    try:
        return read(path)
    finally:
        system.setfsuid(0)


def unreadable(directory: Path) -> None:
    base, docs = prepared(directory)
    directory.chmod(0o755)
    (docs / "c.txt").chmod(0)

    def act() -> None:
        report = sync(Store(base), [docs], load=loading(ToyEncoder()), read=as_nobody)
        failed = [(failure.name, failure.reason) for failure in report.failed]
        print(json.dumps({"failed": failed, "problems": Store(base).check()}), flush=True)

    print(json.dumps({"status": status(forked(act))}), flush=True)
    (docs / "c.txt").chmod(0o644)
    status(forked(lambda: look(base, docs)))


MODES: dict[str, Callable[..., None]] = {
    "steps": steps,
    "instants": instants,
    "full": full,
    "unreadable": unreadable,
}

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    detect("The detector loads its model here, once for all children.")
    what, where = sys.argv[1], Path(sys.argv[2])
    MODES[what](where, *map(int, sys.argv[3:]))
