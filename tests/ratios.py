"""How much longer work takes on a larger input: the least of several tries, so that noise counts little."""

from collections.abc import Callable
from time import process_time
from typing import TypeVar

Input = TypeVar("Input")

TRIES = 3
SLICE = 0.002
"""Seconds below which a ratio says nothing: both times are taken to be at least this."""


def grows(work: Callable[[Input], object], small: Input, large: Input) -> float:
    """Return how many times as long the large input takes."""
    return spent(work, large) / spent(work, small)


def spent(work: Callable[[Input], object], value: Input) -> float:
    """Return the processor seconds of this process that the work takes."""
    found = []
    for _ in range(TRIES):
        start = process_time()
        work(value)
        found.append(process_time() - start)
    return max(SLICE, min(found))
