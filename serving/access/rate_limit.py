"""A rate limiter: one token bucket for each user."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

MOST_USERS = 10_000  # buckets kept; the least recently used go first


@dataclass(slots=True)
class RateLimiter:
    """`per_minute` requests on average, at most `burst` at once; `clock` returns seconds."""

    per_minute: float
    burst: int
    clock: Callable[[], float] = monotonic
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, user: str) -> float:
        """Take a token and return 0; if there is none, return the seconds until there is."""
        with self._lock:
            now, rate = self.clock(), self.per_minute / 60
            left, then = self._buckets.pop(user, (float(self.burst), now))
            left = min(self.burst, left + (now - then) * rate)
            wait = 0.0 if left >= 1 else (1 - left) / rate
            self._buckets[user] = (left if wait else left - 1, now)
            if len(self._buckets) > MOST_USERS:
                del self._buckets[next(iter(self._buckets))]
            return wait

    def give_back(self, user: str) -> None:
        """Return a token that was not used."""
        with self._lock:
            if user in self._buckets:
                left, then = self._buckets[user]
                self._buckets[user] = (min(self.burst, left + 1), then)
