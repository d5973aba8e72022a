"""Pictures of pages that were drawn lately, by the contents of their document."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from citeback.index.errors import ReadError
from citeback.index.records import Document, Span
from citeback.index.sandbox.page_image import page_image

MOST = 32 * 1024 * 1024  # bytes of pictures that are kept
Draw = Callable[[Document, int, Span, int, bool], bytes]
Key = tuple[str, str, str, int, int, int, int, bool]


@dataclass(frozen=True, slots=True)
class PagePictures:
    """Draws pictures of pages, and keeps the latest ones. Safe to share between threads.

    A picture is drawn again if its file was written since: the file may no longer be the one that was
    indexed, and then there is no picture of it.
    """

    draw: Draw = page_image
    most: int = MOST
    _kept: OrderedDict[Key, bytes] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, document: Document, page: int, span: Span, start: int, whole: bool = False) -> bytes:
        """Return a page as a PNG, as `page_image` does. Raises ReadError."""
        key = _key(document, page, span, whole)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = self.draw(document, page, span, start, whole)
        with self._lock:
            self._kept[key] = drawn
            while sum(map(len, self._kept.values())) > self.most:
                self._kept.popitem(last=False)
        return drawn


def _key(document: Document, page: int, span: Span, whole: bool) -> Key:
    try:
        written = Path(document.path).stat().st_mtime_ns
    except OSError as error:
        raise ReadError(f"{document.name} is no longer there.") from error
    known = document.path, document.member, document.sha256
    return *known, written, page, span.start, span.end, whole
