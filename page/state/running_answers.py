"""Answers that are being written: each can be stopped by another request of the same session.

Stopping does not cancel anything in Gradio, where the last step of a cancelled event and the first of the
next one arrive in any order. The event that shows the answer ends by itself instead, and shows what it ended
with.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class StopSignal:
    """Stops one answer: at once for whoever reads its steps, and at its next step for whoever writes them."""

    _stopped: Event = field(default_factory=Event)
    _wake: Callable[[], None] | None = None

    @property
    def stopped(self) -> bool:
        """Return whether the answer was stopped."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End the steps."""
        self._stopped.set()
        if self._wake:
            self._wake()

    def steps(self, work: Callable[[], Iterator[T]]) -> Iterator[T]:
        """Yield what `work` yields, from a thread of its own, until it ends or is stopped.

        Raises what `work` raises.
        """
        arrived: SimpleQueue[tuple[T] | BaseException | None] = SimpleQueue()
        self._wake = lambda: arrived.put(None)

        def run() -> None:
            try:
                for step in work():
                    if self._stopped.is_set():
                        return
                    arrived.put((step,))
            except BaseException as error:  # noqa: BLE001  raised again by the thread that reads the steps
                arrived.put(error)
            finally:
                arrived.put(None)

        Thread(target=run, name="answer", daemon=True).start()
        try:
            while not self._stopped.is_set() and (step := arrived.get()) is not None:
                if isinstance(step, BaseException):
                    raise step
                yield step[0]
        finally:
            self._stopped.set()


@dataclass(frozen=True, slots=True)
class RunningAnswers:
    """The answers that are being written, by session. Safe to share between threads."""

    _signals: dict[str, list[StopSignal]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def one(self, session: str) -> Iterator[StopSignal]:
        """Register an answer of a session while the block runs; yield its signal."""
        signal = StopSignal()
        with self._lock:
            self._signals.setdefault(session, []).append(signal)
        try:
            yield signal
        finally:
            with self._lock:
                if rest := [each for each in self._signals.pop(session) if each is not signal]:
                    self._signals[session] = rest

    def running(self, session: str) -> bool:
        """Return whether an answer of the session is being written."""
        with self._lock:
            return session in self._signals

    def stop(self, session: str) -> None:
        """Stop the answers of a session."""
        with self._lock:
            signals = tuple(self._signals.get(session, ()))
        for each in signals:
            each.stop()
