"""Compares the time that work takes on a small and a large input; the best of several tries counts."""

from collections.abc import Callable
from time import process_time
from typing import TypeVar

Input = TypeVar("Input")

TRIES = 3
SLICE = 0.002
"""Minimum time, in seconds: below it, a ratio says nothing."""


def grows(work: Callable[[Input], object], small: Input, large: Input) -> float:
    """Return how many times longer the large input takes."""
    return spent(work, large) / spent(work, small)


def spent(work: Callable[[Input], object], value: Input) -> float:
    """Return the CPU seconds that the work takes."""
    results = []
    for _ in range(TRIES):
        start = process_time()
        work(value)
        results.append(process_time() - start)
    return max(SLICE, min(results))
