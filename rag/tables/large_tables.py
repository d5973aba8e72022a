"""Caches the last long table, so that the next question need not read it again."""

from collections.abc import Callable
from threading import Lock

from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.large_table import LargeTable
from citeback.rag.tables.result import NotComputed


class LargeTables:
    """Opens long tables; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: tuple[str, LargeTable | str] | None = None

    def opened(self, content: str, source: Callable[[], Source], analyzer: Analyzer) -> LargeTable:
        """Return the long table of a document with that hash of its content.

        Raises:
            NotComputed: it is no table that can be asked at this length, and why.
        """
        with self._lock:
            if self._last is None or self._last[0] != content:
                self._last = None  # its memory first
                self._last = content, _read(source(), analyzer)
            found = self._last[1]
        if isinstance(found, str):
            raise NotComputed(found)
        return found


def _read(source: Source, analyzer: Analyzer) -> LargeTable | str:
    """Return the long table of a source, or why there is none."""
    large = LargeTable(source, analyzer)
    try:
        large.read()
    except NotComputed as error:
        large.close()
        return str(error)
    return large
