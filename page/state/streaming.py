"""Work in a thread, whose steps are consumed as they happen."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def run_streaming(work: Callable[[Callable[[T], None]], R]) -> Iterator[T | R]:
    """Run `work` in a thread; yield the values it reports, then its result. Raises what `work` raises.

    `work` always runs to its end, even if the consumer stops early.
    """
    notice: SimpleQueue[T | None] = SimpleQueue()
    with ThreadPoolExecutor(1, "rebuild") as pool:
        done = pool.submit(work, notice.put)
        done.add_done_callback(lambda _: notice.put(None))
        while (step := notice.get()) is not None:
            yield step
        yield done.result()
