"""The process that reads and cuts: a path on standard input, a source or a reason on standard output.

Must never know models, nor the parent's other affairs. Whatever a file does to a parser, it does it here,
under limits of the operating system: memory, no file may be written, no core dumped. Importing this
starts nothing; the parent runs `main` (see `workers`).
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from index.errors import NotOpened, ReadError, Scanned
from index.intake.frames import packed, receive, send, told
from index.readers.clean import encodable
from index.records import Member, Source

if TYPE_CHECKING:
    from index.intake.cutter import Cutter

MEMORY = 2**30
"""Bytes that a reader may take for one file, beyond what it holds when it starts."""

MOST_CHARS = 64 * 2**20
"""Characters of text that one file may yield."""

MOST_BYTES = 4 * MOST_CHARS
"""Bytes of an answer, in UTF-8 (at most four for a character)."""

_REQUEST = 2**20  # bytes: a path has at most 4,096 of them
TOO_MUCH_MEMORY = f"needs more than {MEMORY // 2**30} GB of memory"


def main() -> None:
    """Answer requests until standard input ends, which is when the parent does."""
    requests, answers = sys.stdin.buffer, _only_channel()
    from index.readers import read_any  # libraries are in memory before it is limited

    sys.excepthook = _last_words(answers)
    limit_process()
    cutter: Cutter | None = None
    while True:
        try:
            request = told(receive(requests, _REQUEST))
        except EOFError:
            return
        if how := request.get("cut"):
            cutter = cutter or _cutter(requests, answers)
            cutter(how, bool(request.get("tokenizer")), partial(_refuse, answers))
            continue
        answer(answers, Path(request.pop("path")), partial(read_any, **request))


def _cutter(requests: BinaryIO, answers: BinaryIO) -> "Cutter":
    """Return what cuts, its libraries imported now: a process that only reads needs none of them."""
    from index.intake.cutter import Cutter

    return Cutter(requests, answers, MOST_BYTES)


def answer(answers: BinaryIO, path: Path, read: Callable[[Path], Source | tuple[Member, ...]]) -> None:
    """Send what became of a file: its members (itself the only one where it is no archive), or the reason."""
    try:
        found = read(path)
        members = (Member("", found),) if isinstance(found, Source) else found
        frames = [frame for member in members for frame in _packed(member)]
        if sum(map(len, frames)) > MOST_BYTES:
            raise ReadError(f"yields more than {MOST_CHARS:,} characters of text")
    except (ReadError, MemoryError) as error:
        _refuse(answers, error)
        return
    _say(answers, members=len(members))
    for frame in frames:
        send(answers, frame)


def _refuse(answers: BinaryIO, error: Exception) -> None:
    full = isinstance(error, MemoryError)
    reason = TOO_MUCH_MEMORY if full else str(error)
    pages = error.pages if isinstance(error, Scanned) else 0
    _say(answers, reason=reason, again=isinstance(error, NotOpened), last=full, pages=pages)


def _packed(member: Member) -> Iterator[bytes]:
    """Yield a member's frames: what it is and, where it was read, its source."""
    reason = member.reason
    if member.source:
        try:
            text, rest = packed(checked(member.source))
        except ReadError as error:
            if not member.name:
                raise
            reason = str(error)
    about = {"name": member.name, "sha256": member.sha256, "reason": encodable(reason)}
    yield json.dumps(about).encode()
    if not reason:
        yield from (text, rest)


def checked(source: Source) -> Source:
    """Return the source if it may be stored. Raises ReadError where it is too long or not Unicode."""
    if len(source.text) > MOST_CHARS:
        raise ReadError(f"yields more than {MOST_CHARS:,} characters of text")
    try:
        "".join((source.text, source.title, source.author, *(p.label for p in source.places))).encode()
    except UnicodeEncodeError as error:
        raise ReadError(f"not Unicode: a lone surrogate at {error.start}") from error
    return source


def limit_process() -> None:
    """Have the operating system hold this process to its limits; Windows knows none of them."""
    if os.name == "nt":
        return
    import resource

    # Of data, not of address space: libraries map much that they never touch.
    data = _mapped_data() + MEMORY
    for kind, most in (
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _mapped_data() -> int:
    """Return how many bytes of data this process has by now; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[5])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _only_channel() -> BinaryIO:
    """Return the way back to the parent; what libraries print goes to standard error from now on."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def _last_words(answers: BinaryIO) -> Callable[..., None]:
    """Return a hook that tells the parent which error a reader died of."""

    def hook(kind: type[BaseException], *_: object) -> None:
        _say(answers, reason=f"the reader crashed ({kind.__name__})", last=True)

    return hook


def _say(answers: BinaryIO, **values: object) -> None:
    send(answers, json.dumps(values).encode())
