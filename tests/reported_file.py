"""A file after a fault that users of readers reported, and what several of them are made with."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reported:
    """A file: the thread that its fault is from, how its bytes are made, and what its text must be.

    `holds` stand in the text in this order, `lacks` do not, `once` exactly once, and each of `alone` is a
    sentence of its own. `failures` is the number of parts listed as not read.
    """

    thread: str
    make: Callable[[], bytes]
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    failures: int = 0
