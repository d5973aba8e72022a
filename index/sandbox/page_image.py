"""Renders pages of indexed PDFs and pictures, with cited words highlighted.

They are rendered in a separate process, under the same resource limits as reading. It keeps running for the
next page, with the last document open: starting one takes longer than drawing twenty pages.
"""

import sys
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from citeback.index.closeable import Closeable
from citeback.index.errors import ReadError
from citeback.index.records import PAGE_IMAGE_KINDS, Document, Span
from citeback.index.sandbox.child import claim_output, crash_hook, limit_process, send_error, send_json
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.process import module_command
from citeback.index.sandbox.protocol import parse_json_frame, receive, send
from citeback.index.sandbox.worker import Worker, WorkerDied

if TYPE_CHECKING:
    from citeback.index.readers.pdf.drawing import DrawnPage, PdfDrawing, PictureDrawing

SECONDS = 60.0
"""Time limit for rendering a page; scanned pages run text recognition again to locate the words."""

PROCESSES = 2
"""One is kept warm; the second is started only while the first draws for somebody else."""

_REQUEST = 2**20  # bytes
_MARKED = (255, 214, 110)
_COLOURS = 64
_FAST = 3  # level of compression


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as a PNG; `top` is where the highlighted words begin, from 0 to 1, or None without any."""

    png: bytes
    top: float | None


class PageRenderer(Closeable):
    """Draws pages in separate processes. Safe to share between threads; no process runs before the first."""

    def __init__(self, pool: WorkerPool | None = None) -> None:
        start = partial(Worker.start, module_command("citeback.index.sandbox.page_image"))
        self._pool = pool or WorkerPool(start, PROCESSES)

    def warm(self) -> None:
        """Start a process ahead of the first page."""
        self._pool.warm()

    def draw(self, document: Document, page: int, span: Span, start: int) -> PagePicture:
        """Return a page with the words of `span` highlighted.

        Pages are counted from 1; `start` is the offset of the page in the document's text.

        Raises:
            ReadError: the document has no such page, has changed since it was indexed, or cannot be rendered
                in time.
        """
        if document.kind not in PAGE_IMAGE_KINDS:
            raise ReadError(f"{document.name} has no pages that can be drawn.")
        file = [document.path, document.member, document.sha256, document.kind]
        try:
            asked = {"file": file, "page": page, "at": [span.start, span.end], "start": start}
            top, png = self._pool.draw(asked, SECONDS)
        except WorkerDied as error:
            raise ReadError(f"Page {page} cannot be drawn.") from error
        return PagePicture(png, top if 0 <= top <= 1 else None)

    def close(self) -> None:
        """End all processes."""
        self._pool.close()


def main() -> None:
    """Answer requests until standard input ends, which happens when the parent exits."""
    requests, answers = sys.stdin.buffer, claim_output()
    # Libraries are loaded before memory is limited.
    from PIL import Image  # noqa: F401

    from citeback.index.readers import nested_files  # noqa: F401
    from citeback.index.readers.pdf import drawing  # noqa: F401

    sys.excepthook = crash_hook(answers)
    limit_process()
    kept = _KeptDocument()
    while True:
        try:
            request = parse_json_frame(receive(requests, _REQUEST))
        except EOFError:
            return
        try:
            drawn = kept.drawn(request)
            png, top = highlighted(drawn), min((box.top for box in drawn.boxes), default=-1.0)
        except OSError as error:
            send_error(answers, ReadError(str(error)))
        except (ReadError, MemoryError) as error:
            send_error(answers, error)
        else:
            send_json(answers, top=top)
            send(answers, png)


class _KeptDocument:
    """The document that was drawn last, kept open as long as its file stays as it is."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._open: PdfDrawing | PictureDrawing | None = None

    def drawn(self, request: dict[str, Any]) -> "DrawnPage":
        """Return the page that is asked for. Raises ReadError or OSError."""
        path, member, digest, kind = request["file"]
        state = Path(path).stat()
        key = (path, member, digest, kind, state.st_ino, state.st_size, state.st_mtime_ns)
        if self._open is None or key != self._key:
            self._close()
            self._open, self._key = _opened(Path(path), member, digest, kind), key
        return self._open.draw(request["page"], Span(*request["at"]), request["start"])

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open, self._key = None, ()


def _opened(path: Path, member: str, digest: str, kind: str) -> "PdfDrawing | PictureDrawing":
    from citeback.index.readers.nested_files import content
    from citeback.index.readers.pdf.drawing import PdfDrawing, PictureDrawing

    data = path.read_bytes()
    if member:
        data = content(data, PurePosixPath(path.name), member)
    if sha256(data).hexdigest() != digest:
        raise ReadError("The file has changed since it was indexed.")
    return PdfDrawing.open(data) if kind == "pdf" else PictureDrawing(data)


def highlighted(drawn: "DrawnPage") -> bytes:
    """Return a page as a PNG of few colours, its boxes highlighted."""
    from PIL import Image, ImageChops

    page = drawn.picture.convert("RGB")
    across, down = page.size
    for box in drawn.boxes:
        area = (
            int(box.left * across),
            int(box.top * down),
            int(box.right * across) + 1,
            int(box.bottom * down) + 1,
        )
        part = page.crop(area)
        page.paste(ImageChops.multiply(part, Image.new("RGB", part.size, _MARKED)), area)
    out = BytesIO()
    page.quantize(_COLOURS, Image.Quantize.FASTOCTREE).save(out, "PNG", compress_level=_FAST)
    return out.getvalue()


if __name__ == "__main__":
    main()
