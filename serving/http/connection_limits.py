"""Limits on the number of open connections and on their slowness."""

import sys
from dataclasses import dataclass

if sys.platform != "win32":
    import resource

WANTED = 4096  # descriptors to request from the system
OWN = 160  # descriptors for files, databases, processes, and connections being refused
MOST, FEWEST = 1000, 16  # connections


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """At most `max_connections` connections at once, at most `max_per_address` from one address.

    Times are in seconds.

    The head of a request may take `patience`; its body may take as long, plus a second for every `slowest`
    bytes received. A response may be read at the same rate, checked every `unread`. A refused connection
    stays open for `parting`.
    """

    max_connections: int
    max_per_address: int
    patience: float = 10.0
    slowest: int = 1024
    unread: float = 60.0
    parting: float = 1.0


def connection_limits() -> ConnectionLimits:
    """Return the limits of this process, after asking the system for more descriptors."""
    most = max(FEWEST, min(MOST, _descriptors() - OWN))
    return ConnectionLimits(most, max(FEWEST, most // 2))


def _descriptors() -> int:
    if sys.platform == "win32":
        return 512  # the most that `select` can watch
    soft, hard = (_finite(limit) for limit in resource.getrlimit(resource.RLIMIT_NOFILE))
    wanted = min(WANTED, hard)
    if soft >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    except (OSError, ValueError):
        return soft  # macOS refuses more than kern.maxfilesperproc, whatever the limit says
    return wanted


def _finite(limit: int) -> int:
    """Return a limit as a number; "unlimited" is reported as -1."""
    return limit if limit >= 0 else sys.maxsize
