"""The open connections, by address.

Clients that open connections and send nothing would exhaust the descriptors of the process. So a new
connection replaces an idle one, and is refused if all are busy.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from serving.bounds import Bounds

PARTING = 32  # refused connections that are given time to read the reason


class Member(Protocol):
    """What the registry needs of a connection."""

    @property
    def idle(self) -> bool:
        """Return whether it waits for a request."""

    def give_way(self) -> None:
        """Close it and tell the client why."""


@dataclass(slots=True)
class Connections:
    """The open connections of one event loop; `parting` counts those being refused."""

    bounds: Bounds
    parting: int = 0
    _open: dict[str, dict[Member, None]] = field(default_factory=dict)
    _count: int = 0

    def __len__(self) -> int:
        """Return the number of open connections."""
        return self._count

    def enter(self, one: Member, address: str) -> bool:
        """Add a connection from an address; return False if there is no room."""
        there = self._open.get(address, {})
        room = len(there) < self.bounds.each or _part_with(there)
        if not room or not (self._count < self.bounds.most or self._part()):
            return False
        self._open.setdefault(address, {})[one] = None
        self._count += 1
        return True

    def leave(self, one: Member, address: str) -> None:
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
        return any(map(_part_with, sorted(self._open.values(), key=len, reverse=True)))


def _part_with(some: Iterable[Member]) -> bool:
    """Close the idle connection that has been open longest; return False if there is none."""
    idle = next((each for each in some if each.idle), None)
    if idle:
        idle.give_way()
    return idle is not None
