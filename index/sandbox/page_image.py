"""Renders a page of an indexed PDF or picture with cited words highlighted.

It is rendered in a process of its own, under the same resource limits as reading.
"""

import json
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath

from citeback.index.errors import ReadError
from citeback.index.records import PAGE_IMAGE_KINDS, Document, Span
from citeback.index.sandbox.process import module_command, module_environment

SECONDS = 60.0
"""Time limit for rendering a page; scanned pages run text recognition again to locate the words."""

_MARKED = (255, 214, 110)
_AROUND = 0.06  # of the page's height, above and below the words
_LEAST = 0.22  # of the page's height
_TOLD = 2  # exit status if the reason is on standard error


def page_image(document: Document, page: int, span: Span, start: int, whole: bool = False) -> bytes:
    """Return a page as a PNG with the words of `span` highlighted, cropped around them unless `whole`.

    Pages are counted from 1; `start` is the offset of the page in the document's text.

    Raises:
        ReadError: the document has no such page, has changed since it was indexed, or cannot be rendered in
            time.
    """
    if document.kind not in PAGE_IMAGE_KINDS:
        raise ReadError(f"{document.name} has no pages that can be drawn.")
    at = [page, span.start, span.end, start]
    asked = json.dumps([document.path, document.member, document.sha256, document.kind, at, whole]).encode()
    command, environment = module_command("citeback.index.sandbox.page_image"), module_environment()
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter
            command, input=asked, capture_output=True, timeout=SECONDS, env=environment
        )
    except subprocess.TimeoutExpired:
        raise ReadError(f"Page {page} takes longer than {SECONDS:.0f} s to draw.") from None
    if done.returncode:
        message = done.stderr.decode(errors="replace").strip() if done.returncode == _TOLD else ""
        raise ReadError(message or f"Page {page} cannot be drawn.")
    return done.stdout


def main() -> None:
    """Render the page requested on standard input to standard output."""
    from citeback.index.readers.nested_files import content
    from citeback.index.readers.pdf.drawing import (  # load libraries before memory is limited
        draw,
        draw_picture,
    )
    from citeback.index.sandbox.child import limit_process

    path, member, digest, kind, (page, first, last, start), whole = json.load(sys.stdin)
    limit_process()
    try:
        data = Path(path).read_bytes()
        if member:
            data = content(data, PurePosixPath(Path(path).name), member)
        if sha256(data).hexdigest() != digest:
            raise ReadError("The file has changed since it was indexed.")
        drawn = (draw if kind == "pdf" else draw_picture)(data, page, Span(first, last), start)
        boxes = [(box.left, box.top, box.right, box.bottom) for box in drawn.boxes]
        sys.stdout.buffer.write(highlighted(drawn.png, boxes, whole))
    except (ReadError, OSError) as error:
        sys.stderr.write(str(error))
        raise SystemExit(_TOLD) from error


def highlighted(png: bytes, boxes: list[tuple[float, float, float, float]], whole: bool) -> bytes:
    """Highlight boxes (left, top, right, bottom, each 0 to 1) in a picture, and crop it around them."""
    from PIL import Image, ImageChops

    page = Image.open(BytesIO(png)).convert("RGB")
    across, down = page.size
    for left, top, right, bottom in boxes:
        area = (int(left * across), int(top * down), int(right * across) + 1, int(bottom * down) + 1)
        part = page.crop(area)
        page.paste(ImageChops.multiply(part, Image.new("RGB", part.size, _MARKED)), area)
    if boxes and not whole:
        first, last = visible_strip([box[1] for box in boxes], [box[3] for box in boxes])
        page = page.crop((0, int(first * down), across, int(last * down)))
    out = BytesIO()
    page.quantize(64, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def visible_strip(tops: list[float], bottoms: list[float]) -> tuple[float, float]:
    """Return the vertical range of a page, 0 to 1, that shows the boxes with some context.

    >>> visible_strip([0.5], [0.52])
    (0.4, 0.62)
    """
    first, last = min(tops) - _AROUND, max(bottoms) + _AROUND
    missing = max(0.0, _LEAST - (last - first)) / 2
    return round(max(0.0, first - missing), 4), round(min(1.0, last + missing), 4)


if __name__ == "__main__":
    main()
