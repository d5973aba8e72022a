"""Work done ahead of whoever wants the results, by threads, results in the order of the work.

Must never know what the work is.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 8
"""Results that wait for each thread: each may be a long text."""


def ahead(
    work: Callable[[Item], Result], items: Iterable[Item], threads: int
) -> Iterator[tuple[Item, Result]]:
    """Yield (item, what `work` makes of it) in the order of the items, some worked on ahead.

    >>> list(ahead(str, [3, 1], threads=2))
    [(3, '3'), (1, '1')]

    Raises what `work` raises, where its item's turn comes.
    """
    executor = ThreadPoolExecutor(threads)
    begun: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in items:
            begun.append((item, executor.submit(work, item)))
            if len(begun) > AHEAD * threads:
                first, result = begun.popleft()
                yield first, result.result()
        for item, result in begun:
            yield item, result.result()
    finally:
        executor.shutdown(cancel_futures=True)
