"""Counts running answers, so that they can finish when the server stops.

Answers of the page are counted by the page, since its requests end as soon as a question is queued.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition


@dataclass(slots=True)
class RunningRequests:
    """The number of running answers. Safe to share between threads."""

    ending: bool = False
    _count: int = 0
    _changed: Condition = field(default_factory=Condition)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one answer while the block runs."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def end(self, patience: float) -> bool:
        """Refuse new work and wait for the rest; return whether it finished within `patience` seconds."""
        self.ending = True
        with self._changed:
            return self._changed.wait_for(lambda: not self._count, patience)

    def _add(self, more: int) -> None:
        with self._changed:
            self._count += more
            self._changed.notify_all()
