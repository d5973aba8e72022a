"""The worker process: requests on standard input, sources or reasons on standard output.

Whatever a file does to a parser, it does it here, under limits set by the operating system: memory is
limited, writing files and core dumps are forbidden.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from math import ceil
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, BinaryIO

from citeback.index.errors import FileNotOpened, NeedsOcr, ReadError
from citeback.index.readers.common.control_characters import encodable
from citeback.index.records import ArchiveMember, Source
from citeback.index.sandbox.protocol import pack_source, parse_json_frame, receive, send

if TYPE_CHECKING:
    from citeback.index.sandbox.chunking import ChunkingService

MEMORY = 2**30
"""Bytes of memory for reading one file, beyond what the process uses at its start."""

MAX_CHARS = 64 * 2**20
"""Characters of text per file."""

MAX_BYTES = 4 * MAX_CHARS
"""Bytes of an answer in UTF-8, at up to four per character."""

_REQUEST = 2**20  # bytes; paths have at most 4,096
TOO_MUCH_MEMORY = f"needs more than {MEMORY // 2**30} GB of memory"


def main() -> None:
    """Answer requests until standard input ends, which happens when the parent exits."""
    requests, answers = sys.stdin.buffer, claim_output()
    from citeback.index.readers import read_any, read_member  # load libraries before memory is limited

    sys.excepthook = crash_hook(answers)
    limit_process()
    cutter: ChunkingService | None = None
    while True:
        limit_processor(None)
        try:
            request = parse_json_frame(receive(requests, _REQUEST))
        except EOFError:
            return
        limit_processor(request.pop("seconds", None))
        if how := request.get("cut"):
            cutter = cutter or _cutter(requests, answers)
            cutter(how, bool(request.get("tokenizer")), partial(send_error, answers))
            continue
        if name := request.pop("member", ""):
            send_member(answers, Path(request.pop("path")), name, partial(read_member, **request))
            continue
        send_result(answers, Path(request.pop("path")), partial(read_any, **request))


def _cutter(requests: BinaryIO, answers: BinaryIO) -> "ChunkingService":
    """Return a chunking handler, importing its libraries only if a request needs it."""
    from citeback.index.sandbox.chunking import ChunkingService

    return ChunkingService(requests, answers, MAX_BYTES)


def send_result(
    answers: BinaryIO, path: Path, read: Callable[[Path], Source | tuple[ArchiveMember, ...]]
) -> None:
    """Send a file's members, or the reason why it cannot be read; a plain file is its own only member."""
    try:
        result = read(path)
        members = (ArchiveMember("", result),) if isinstance(result, Source) else result
        frames = [frame for member in members for frame in _member_frames(member)]
        if sum(map(len, frames)) > MAX_BYTES:
            raise ReadError(f"yields more than {MAX_CHARS:,} characters of text")
    except (ReadError, MemoryError) as error:
        send_error(answers, error)
        return
    send_json(answers, members=len(members))
    for frame in frames:
        send(answers, frame)


def send_member(answers: BinaryIO, path: Path, name: str, read: Callable[[Path, str], bytes]) -> None:
    """Send the bytes of a file within a file, or the reason why they cannot be had."""
    try:
        data = read(path, name)
    except (ReadError, MemoryError) as error:
        send_error(answers, error)
        return
    send_json(answers, bytes=len(data))
    send(answers, data)


def send_error(answers: BinaryIO, error: Exception) -> None:
    """Send the reason why a request cannot be answered; memory that is used up ends the process."""
    full = isinstance(error, MemoryError)
    reason = TOO_MUCH_MEMORY if full else str(error)
    pages = error.pages if isinstance(error, NeedsOcr) else 0
    send_json(answers, reason=reason, again=isinstance(error, FileNotOpened), last=full, pages=pages)


def _member_frames(member: ArchiveMember) -> Iterator[bytes]:
    """Yield a member's frames: its metadata, followed by its source if it was read."""
    reason = member.reason
    if member.source:
        try:
            text, rest = pack_source(validate_source(member.source))
        except ReadError as error:
            if not member.name:
                raise
            reason = str(error)
    about = {"name": member.name, "sha256": member.sha256, "reason": encodable(reason)}
    yield json.dumps(about).encode()
    if not reason:
        yield from (text, rest)


def validate_source(source: Source) -> Source:
    """Return the source if it can be stored.

    Raises:
        ReadError: the source is too long, or not valid Unicode.
    """
    if len(source.text) > MAX_CHARS:
        raise ReadError(f"yields more than {MAX_CHARS:,} characters of text")
    try:
        "".join((source.text, source.title, source.author, *(p.label for p in source.locations))).encode()
    except UnicodeEncodeError as error:
        raise ReadError(f"not Unicode: a lone surrogate at {error.start}") from error
    return source


def limit_process() -> None:
    """Set this process's resource limits; there are none on Windows."""
    if os.name == "nt":
        return
    import resource

    # RLIMIT_DATA, not RLIMIT_AS: libraries map far more memory than they touch.
    data = _data_bytes() + MEMORY
    for kind, most in (
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def limit_processor(seconds: float | None) -> None:
    """Let the system end this process after so many more seconds of processor time; None for no limit.

    There is no limit on Windows, where the parent's by the clock remains.
    """
    if os.name == "nt":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = resource.RLIM_INFINITY if seconds is None else ceil(process_time() + seconds)
    if hard != resource.RLIM_INFINITY:
        most = hard if seconds is None else min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


def _data_bytes() -> int:
    """Return the bytes of data this process has mapped; 0 if the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[5])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def claim_output() -> BinaryIO:
    """Return the channel to the parent, and redirect anything that libraries print to standard error."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def crash_hook(answers: BinaryIO) -> Callable[..., None]:
    """Return an exception hook that reports the fatal error to the parent."""

    def hook(kind: type[BaseException], *_: object) -> None:
        send_json(answers, reason=f"the reader crashed ({kind.__name__})", last=True)

    return hook


def send_json(answers: BinaryIO, **values: object) -> None:
    """Send the header of an answer."""
    send(answers, json.dumps(values).encode())


if __name__ == "__main__":
    main()
