"""How many connections may be open, and how slow each may be. Must never know what is sent over them."""

import sys
from dataclasses import dataclass

if sys.platform != "win32":
    import resource

WANTED = 4096  # descriptors that the system is asked for
OWN = 160  # descriptors for files, databases and processes, and for connections that are being refused
MOST, FEWEST = 1000, 16  # connections


@dataclass(frozen=True, slots=True)
class Bounds:
    """`most` connections at once, `each` of them from one address. Times are in seconds.

    The head of a request may take `patience`; its body as long, and a second more for every `slowest` bytes
    that came. A response may be read as slowly, `unread` apart. A refused connection stays for `parting`.
    """

    most: int
    each: int
    patience: float = 10.0
    slowest: int = 1024
    unread: float = 60.0
    parting: float = 1.0


def bounds() -> Bounds:
    """Return what this process can hold, after asking the system for more descriptors."""
    most = max(FEWEST, min(MOST, _descriptors() - OWN))
    return Bounds(most, max(FEWEST, most // 2))


def _descriptors() -> int:
    if sys.platform == "win32":
        return 512  # what `select` can watch
    soft, hard = (_finite(limit) for limit in resource.getrlimit(resource.RLIMIT_NOFILE))
    wanted = min(WANTED, hard)
    if soft >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    except (OSError, ValueError):
        return soft  # macOS refuses more than its kern.maxfilesperproc, whatever the limit says
    return wanted


def _finite(limit: int) -> int:
    """Return a limit as a number: "unlimited" is -1."""
    return limit if limit >= 0 else sys.maxsize
