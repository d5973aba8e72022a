"""The open connections, by address.

Clients that open connections and send nothing would exhaust the descriptors of the process. So a new
connection replaces an idle one, and is refused if all are busy.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from citeback.serving.http.connection_limits import ConnectionLimits

PARTING = 32  # refused connections that are given time to read the reason


class ManagedConnection(Protocol):
    """What the registry needs of a connection."""

    @property
    def idle(self) -> bool:
        """Return whether it waits for a request."""

    def give_way(self) -> None:
        """Close it and tell the client why."""


@dataclass(slots=True)
class ConnectionPool:
    """The open connections of one event loop; `parting` counts those being refused."""

    bounds: ConnectionLimits
    parting: int = 0
    _open: dict[str, dict[ManagedConnection, None]] = field(default_factory=dict)
    _count: int = 0

    def __len__(self) -> int:
        """Return the number of open connections."""
        return self._count

    def enter(self, one: ManagedConnection, address: str) -> bool:
        """Add a connection from an address; return False if there is no room."""
        there = self._open.get(address, {})
        room = len(there) < self.bounds.max_per_address or _close_oldest_idle(there)
        if not room or not (self._count < self.bounds.max_connections or self._part()):
            return False
        self._open.setdefault(address, {})[one] = None
        self._count += 1
        return True

    def leave(self, one: ManagedConnection, address: str) -> None:
        """Remove a connection, if it is registered."""
        there = self._open.get(address, {})
        if one not in there:
            return
        del there[one]
        self._count -= 1
        if not there:
            del self._open[address]

    def _part(self) -> bool:
        """Close an idle connection, preferring the address with the most; return False if there is none."""
        return any(map(_close_oldest_idle, sorted(self._open.values(), key=len, reverse=True)))


def _close_oldest_idle(some: Iterable[ManagedConnection]) -> bool:
    """Close the idle connection that has been open longest; return False if there is none."""
    idle = next((each for each in some if each.idle), None)
    if idle:
        idle.give_way()
    return idle is not None
