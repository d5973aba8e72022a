"""The connections that are open, by address, and which of them gives way. Must never know what is sent.

Whoever opens connections and sends nothing would take every descriptor of the process. So a new connection
takes the place of one that waits for a request, and is refused where all are at work.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from serving.bounds import Bounds

PARTING = 32  # connections at once that are given time to read why they were refused


class Member(Protocol):
    """What is asked of a connection."""

    @property
    def idle(self) -> bool:
        """Tell whether it waits for a request."""

    def give_way(self) -> None:
        """Close, and say why."""


@dataclass(slots=True)
class Connections:
    """Those that are open; belongs to one event loop. `parting` counts those that are being refused."""

    bounds: Bounds
    parting: int = 0
    _open: dict[str, dict[Member, None]] = field(default_factory=dict)
    _count: int = 0

    def __len__(self) -> int:
        """Return how many are open."""
        return self._count

    def enter(self, one: Member, address: str) -> bool:
        """Add a connection from an address; return False where there is no room."""
        there = self._open.get(address, {})
        room = len(there) < self.bounds.each or _part_with(there)
        if not room or not (self._count < self.bounds.most or self._part()):
            return False
        self._open.setdefault(address, {})[one] = None
        self._count += 1
        return True

    def leave(self, one: Member, address: str) -> None:
        """Remove a connection; nothing happens where it is not there."""
        there = self._open.get(address, {})
        if one not in there:
            return
        del there[one]
        self._count -= 1
        if not there:
            del self._open[address]

    def _part(self) -> bool:
        """Close one that waits, first of the address with the most; return False where none does."""
        return any(map(_part_with, sorted(self._open.values(), key=len, reverse=True)))


def _part_with(some: Iterable[Member]) -> bool:
    """Close the one that has been open longest of those that wait; return False where none does."""
    idle = next((each for each in some if each.idle), None)
    if idle:
        idle.give_way()
    return idle is not None
