"""Requests that do not depend on each other, made at once: an object store answers each after a while."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def together(calls: Iterable[Callable[[], Result]]) -> list[Result]:
    """Return the results of the calls, in order, each made in a thread of its own.

    All have ended when this returns; the first error, in order, is raised.

    >>> together([lambda: 1, lambda: 2])
    [1, 2]
    """
    waiting = list(calls)
    with ThreadPoolExecutor(len(waiting) or 1) as pool:
        begun = [pool.submit(call) for call in waiting]
    return [each.result() for each in begun]
