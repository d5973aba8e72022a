"""The folder behind the page: files put into it, and its index rebuilt. Must never know HTML or Gradio."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, Protocol, TypeVar

from index.errors import ReadError
from index.report import Progress, Report, Watch

LARGEST = 100 * 1024 * 1024  # bytes of one upload
LONGEST = 255  # bytes of a file name on every common file system

T = TypeVar("T")
R = TypeVar("R")


class Tend(Protocol):
    """What the page may do to a store's folders."""

    def add(self, upload: Path) -> str:
        """Copy a file into the first folder; return its name there, or raise with the reason."""

    def rebuild(self) -> Iterator[Progress | str]:
        """Bring the index in line with the folders: each step as it happens, the outcome in words last."""


@dataclass(frozen=True)
class Folder:
    """A store's own folders: `folders` lists them, `sync` brings the index in line with them."""

    folders: Callable[[], Sequence[str]]
    sync: Callable[[Watch], Report]

    def add(self, upload: Path) -> str:
        """Copy `upload` into the first folder under its own name, which must be free there."""
        return add(upload, Path(self.folders()[0]))

    def rebuild(self) -> Iterator[Progress | str]:
        """Yield each step of a sync as it happens, then its outcome."""
        for told in stream(self.sync):
            yield told if isinstance(told, Progress) else outcome(told)


def outcome(report: Report) -> str:
    """Return what a sync did, in words.

    Only what happened is named; nothing happened is said as well.
    """
    unread = sum(failure.unread for failure in report.failed)
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "renamed": len(report.renamed),
        "deleted": len(report.deleted),
        "failed": len(report.failed) - unread,
        "of formats that are not read": unread,
    }
    done = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    first = f"Up to date: {done}." if done else "Up to date: nothing has changed."
    return " ".join((first, f"It took {report.seconds:.1f} s.", *report.notices))


def add(upload: Path, folder: Path, largest: int = LARGEST) -> str:
    """Copy `upload` into `folder` under its own name and return the name.

    Refused with a reason: a name that is taken, hidden or not a plain name, and more than `largest`
    bytes. Nothing that exists is ever written to, not even by two uploads at the same instant.
    """
    name = upload.name
    if reason := unfit(name, upload.stat().st_size, largest):
        raise ReadError(f"{name!r} was not added: {reason}.")
    try:
        with upload.open("rb") as source, (folder / name).open("xb") as target:
            _copy(source, target)
    except FileExistsError:
        raise ReadError(
            f"{name!r} was not added: that name is taken. Rename your file, then add it."
        ) from None
    except OSError as error:
        raise ReadError(f"{name!r} was not added: {error.strerror}.") from error
    return name


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    try:
        shutil.copyfileobj(source, target)
    except OSError:
        Path(target.name).unlink()  # half a file must not be indexed
        raise


def unfit(name: str, size: int = 0, largest: int = LARGEST) -> str:
    """Return why a file of this name and size (bytes) cannot go into the folder, empty when it can."""
    if not name or name.startswith("."):
        return "hidden files are not indexed"
    if "/" in name or "\\" in name or not name.isprintable():
        return "its name has characters that a file name should not have"
    if len(name.encode(errors="replace")) > LONGEST:
        return "its name is too long"
    return f"it is larger than {largest:,} bytes" if size > largest else ""


def stream(work: Callable[[Callable[[T], None]], R]) -> Iterator[T | R]:
    """Yield what `work` tells while it runs in a thread of its own, then what it returns or raises.

    `work` always runs to its end, also when nobody reads on.
    """
    told: SimpleQueue[T | None] = SimpleQueue()
    with ThreadPoolExecutor(1, "rebuild") as pool:
        done = pool.submit(work, told.put)
        done.add_done_callback(lambda _: told.put(None))
        while (step := told.get()) is not None:
            yield step
        yield done.result()
