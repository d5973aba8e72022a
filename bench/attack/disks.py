"""Attacks by changes to folders: unmounted, emptied, unlistable, changed while read."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from zipfile import ZipFile

from bench.attack.ground import KEY, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import RAISED
from bench.attack.tab import Tab, data_of, words_of

PATIENCE = 60.0


def emptied(ground: Ground) -> Iterator[Outcome]:
    """Unmount a folder's disk: its mount point remains, empty."""
    folder = ground.folder("disk", {f"{n}.txt": f"Document {n} of the disk." for n in range(8)})
    ground.index("disk-store", folder)
    away = folder.rename(ground.path / "disk-away")
    folder.mkdir()
    done = ground.index("disk-store")
    names = ground.names("disk-store")
    yield Outcome(
        tried="citeback index, the folder empty",
        holds=len(names) == 8 and done.returncode != 0,
        answer=f"status {done.returncode}, {len(names)} of 8 documents left",
    )
    status = ground.run("status", "--store", ground.path / "disk-store")
    yield Outcome(
        tried="citeback status, the folder empty",
        holds="empty" in status.stdout + status.stderr,
        answer=status.stdout[-120:],
    )
    yield from _emptied_on_the_page(ground)
    yield from _emptied_and_back_while_watched(ground, folder, away)
    done = ground.index("disk-store")
    yield Outcome(
        tried="nothing is embedded anew when it is back",
        holds=" 0 of them newly embedded" in done.stdout,
        answer=done.stdout[-80:],
    )
    for path in folder.iterdir():
        path.unlink()
    done = ground.index("disk-store", "--yes")
    yield Outcome(
        tried="--yes takes the emptied folder for what it is",
        holds=done.returncode == 0 and not ground.names("disk-store"),
        answer=f"status {done.returncode}: {done.stderr[-80:]}",
    )


def _emptied_on_the_page(ground: Ground) -> Iterator[Outcome]:
    with ground.served(ground.path / "disk-store") as server, server.client() as client:
        heard = Tab(client).fire("rebuild.click")
        names = ground.names("disk-store")
        yield Outcome(
            tried="Rebuild on the page, the folder empty",
            holds=len(names) == 8,
            answer=f"{len(names)} of 8 left; {words_of(heard)}",
        )
        listed = Tab(client).fire("documents.select")
        yield Outcome(
            tried="the page's list, the folder empty", holds="empty" in listed, answer=words_of(listed)
        )


def _emptied_and_back_while_watched(ground: Ground, folder: Path, away: Path) -> Iterator[Outcome]:
    with following(ground, "disk-store") as follower:
        _wait_for_words(ground.path / "watch.log", b"Waiting:")
        names = ground.names("disk-store")
        yield Outcome(
            tried="citeback watch, the folder empty", holds=len(names) == 8, answer=f"{len(names)} of 8 left"
        )
        folder.rmdir()
        away.rename(folder)
        sleep(6)
        yield Outcome(
            tried="citeback watch, the disk back",
            holds=follower.poll() is None and len(ground.names("disk-store")) == 8,
            answer="it follows on",
        )


@contextmanager
def following(ground: Ground, store: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `citeback watch` and wait until it has started."""
    log = ground.path / "watch.log"
    with log.open("wb") as out:
        typed = ground.without_rights("watch", "--store", ground.path / store)
        process = subprocess.Popen(typed, stdout=out, stderr=subprocess.STDOUT, cwd=ground.path)
    try:
        _wait_for_words(log, b"Watching the folders")
        yield process
    finally:
        process.terminate()
        process.wait(20)


def _wait_for_words(log: Path, words: bytes, seconds: float = 6) -> None:
    """Wait until a command has printed something, or for so many seconds."""
    end = perf_counter() + seconds
    while perf_counter() < end and words not in log.read_bytes():
        sleep(0.1)


def unlistable(ground: Ground) -> Iterator[Outcome]:
    """Make a subfolder unlistable, and a file unreadable, for a while."""
    texts = {"a.txt": "The first.", "deep/b.txt": "The second.", "deep/er/c.txt": "The third."}
    folder = ground.folder("unlistable", texts)
    ground.index("unlistable-store", folder)
    for mode, what in ((0o000, "cannot be listed"), (0o444, "cannot be entered")):
        (folder / "deep").chmod(mode)
        try:
            done = subprocess.run(
                ground.without_rights("index", "--store", ground.path / "unlistable-store"),
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE,
                cwd=ground.path,
            )
        finally:
            (folder / "deep").chmod(0o755)
        names = ground.names("unlistable-store")
        yield Outcome(
            tried=f"a folder within that {what}",
            holds=len(names) == 3,
            answer=f"{len(names)} of 3 left; {done.stdout[-120:]}",
        )
        ground.index("unlistable-store")
    (folder / "a.txt").chmod(0)
    os.utime(folder / "a.txt")
    done = subprocess.run(
        ground.without_rights("index", "--store", ground.path / "unlistable-store"),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        cwd=ground.path,
    )
    (folder / "a.txt").chmod(0o644)
    yield Outcome(
        tried="a file that may not be read for a while is told",
        holds="a.txt" in done.stdout + done.stderr,
        answer=done.stdout[-120:],
    )


def swapped(ground: Ground) -> Iterator[Outcome]:
    """Swap a folder, or files, for links that lead out, between listing and reading."""
    outside = ground.folder("outside", {f"{n:03}.txt": f"Number {n}: {KEY}" for n in range(40)})
    for what in ("a folder", "files"):
        folder = ground.folder(
            f"swapped-{what[-5:]}", {f"in/{n:03}.txt": f"Number {n} of these." for n in range(40)}
        )
        store = ground.path / f"swapped-store-{what[-5:]}"
        typed = ground.without_rights("index", folder, "--store", store)
        process = subprocess.Popen(
            typed, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ground.path
        )
        _wait_for_readers(process)
        if what == "a folder":
            (folder / "in").rename(folder / "was-in")
            (folder / "in").symlink_to(outside)
        else:
            for path in sorted((folder / "in").iterdir()):
                path.unlink()
                path.symlink_to(outside / path.name)
        process.wait(PATIENCE)
        read = any(KEY.encode() in path.read_bytes() for path in store.rglob("*") if path.is_file())
        yield Outcome(
            tried=f"{what} swapped for links while they are read",
            holds=not read,
            answer="read through the link" if read else "nothing outside was read",
        )


def _wait_for_readers(process: subprocess.Popen[bytes]) -> None:
    """Wait until a command has listed its folders and starts its reader processes."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = perf_counter() + PATIENCE
    while perf_counter() < end and process.poll() is None:
        with suppress(OSError):
            every = [path / "children" for path in children.parents[1].iterdir()]
            if any(path.read_text().strip() for path in every):
                return
        sleep(0.005)


def members(ground: Ground) -> Iterator[Outcome]:
    """Delete one member of an archive on the page: the others must stay, or the page must say otherwise."""
    folder = ground.folder("bundle", {"plain.txt": "A plain one."})
    with ZipFile(folder / "many.zip", "w") as archive:
        for name in ("one.txt", "two.txt", "three.txt"):
            archive.writestr(name, f"This is {name} of many.")
    ground.index("bundle-store", folder)
    before = ground.names("bundle-store")
    name = next((each for each in before if "two.txt" in each), "many.zip/two.txt")
    with ground.served(ground.path / "bundle-store") as server, server.client() as client:
        listed = data_of(Tab(client).fire("documents.select"))
        heard = Tab(client).fire("listing.act", None, {"act": "remove", "value": name}, 40)
    left = ground.names("bundle-store")
    others = [each for each in before if each != name]
    announced = "archive" in listed
    fine = set(others) <= set(left) or announced
    message = f"{len(before)} before, {len(left)} after, announced: {announced}"
    yield Outcome(
        tried="one member of an archive is deleted", holds=fine, answer=f"{message}; {words_of(heard)}"
    )


def damaged(ground: Ground) -> Iterator[Outcome]:
    """Damage an index in various ways: the error must be explained, without a traceback."""
    harms: dict[str, Callable[[Path], Any]] = {
        "a plain file in generations/": lambda store: (store / "generations" / "notes.txt").write_text("x"),
        "a file by a generation's name": lambda store: (store / "generations" / "99").write_text("x"),
        "a manifest that is nested 100,000 deep": lambda store: _manifest(store).write_text("[" * 100_000),
        "a manifest that is a folder": lambda store: folder_instead(_manifest(store)),
        "a manifest of another shape": lambda store: _manifest(store).write_text(
            '{"manifest": [], "checksum": 1}'
        ),
        "a link in place of a part": _linked,
        "generations/ is a file": _file_instead,
        "the index is a file": _no_folder,
    }
    for n, (what, harm) in enumerate(harms.items()):
        store = ground.copied(f"damaged-{n}")
        harm(store)
        done = ground.run("status", "--store", store)
        words = done.stdout + done.stderr
        broke = RAISED.search(words) or "lost sys.stderr" in words or KEY in words
        fine = not broke and done.returncode in (0, 1)
        yield Outcome(
            tried=f"{what}: citeback status",
            holds=fine,
            answer=f"status {done.returncode}: {done.stderr.strip()[-100:] or 'opened'}",
        )
        if store.is_dir():
            shutil.rmtree(store)


def folder_instead(path: Path) -> None:
    """Replace a file by a folder."""
    path.unlink(missing_ok=True)
    path.mkdir()


def _no_folder(store: Path) -> None:
    shutil.rmtree(store)
    store.write_text("x")


def _manifest(store: Path) -> Path:
    return max((store / "generations").glob("*/manifest.json"), key=lambda path: int(path.parent.name))


def _linked(store: Path) -> None:
    part = next(
        path for path in _manifest(store).parent.iterdir() if path.is_file() and path != _manifest(store)
    )
    part.rename(store / "part")
    part.symlink_to(store / "part")


def _file_instead(store: Path) -> None:
    shutil.rmtree(store / "generations")
    (store / "generations").write_text("x")


def readonly(ground: Ground) -> Iterator[Outcome]:
    """Open a read-only index."""
    store = ground.copied("readonly")
    paths = [store, *store.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        typed = ground.without_rights("ask", "How many ships passed the canal in 2022?", "--store", store)
        done = subprocess.run(
            typed, capture_output=True, text=True, check=False, timeout=PATIENCE, cwd=ground.path
        )
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    yield Outcome(
        tried="citeback ask, the index read-only",
        holds="412 ships" in done.stdout,
        answer=(done.stdout + done.stderr)[-140:],
    )
