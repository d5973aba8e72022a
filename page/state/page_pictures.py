"""Pictures of pages that were drawn lately, by the contents of their document."""

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol

from citeback.index.errors import ReadError
from citeback.index.records import Document, Span
from citeback.index.sandbox.page_image import PagePicture, PageRenderer

MOST = 32 * 1024 * 1024  # bytes of pictures that are kept
Key = tuple[str, str, str, int, int, int, int]


class Renderer(Protocol):
    """Draws pages."""

    def draw(self, document: Document, page: int, span: Span, start: int) -> PagePicture:
        """Return a page as `PageRenderer.draw` does. Raises ReadError."""

    def warm(self) -> None:
        """Prepare for the first page."""

    def close(self) -> None:
        """End what is running."""


@dataclass(frozen=True, slots=True)
class PagePictures:
    """Draws pictures of pages, and keeps the latest ones. Safe to share between threads.

    A picture is drawn again if its file was written since: the file may no longer be the one that was
    indexed, and then there is no picture of it.
    """

    renderer: Renderer = field(default_factory=PageRenderer)
    most: int = MOST
    _kept: OrderedDict[Key, PagePicture] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, document: Document, page: int, span: Span, start: int) -> PagePicture:
        """Return a page as a picture. Raises ReadError."""
        key = _key(document, page, span)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        drawn = self.renderer.draw(document, page, span, start)
        with self._lock:
            self._kept[key] = drawn
            while sum(len(each.png) for each in self._kept.values()) > self.most:
                self._kept.popitem(last=False)
        return drawn


def _key(document: Document, page: int, span: Span) -> Key:
    try:
        written = Path(document.path).stat().st_mtime_ns
    except OSError as error:
        raise ReadError(f"{document.name} is no longer there.") from error
    return document.path, document.member, document.sha256, written, page, span.start, span.end
