"""Reads pictures of text from cameras and scanners, one page per frame.

Recognition takes seconds a page, so the number of pages is reported first, and the caller can allow the time.
"""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from citeback.index.errors import NeedsOcr, ReadError
from citeback.index.readers.common import unwrap
from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.ocr import MAX_OCR_PAGES, OcrEngine
from citeback.index.records import Source

_MOST_PIXELS = 60_000_000
_WIDEST = 2_400
_BETWEEN_PAGES = "\n\n"
_DAMAGED = "damaged or invalid picture"


def read(data: bytes, _: str) -> Source:
    """Raise NeedsOcr with the number of pages, or ReadError if there is none."""
    raise NeedsOcr("a picture", len(list(frames(data))))


def read_with_ocr(data: bytes, stem: str) -> Source:
    """Recognize the text of a picture; `stem` is the title. Raises ReadError."""
    recognise = OcrEngine()
    texts = [unwrap.of_picture(recognise(frame).text).text for frame in frames(data)]
    if not any(texts):
        raise ReadError("a picture in which no text was found")
    starts = [sum(len(text) + len(_BETWEEN_PAGES) for text in texts[:n]) for n in range(len(texts))]
    return Source(text=_BETWEEN_PAGES.join(texts), title=title(stem), kind="picture", pages=tuple(starts))


def frames(data: bytes) -> Iterator[Image.Image]:
    """Yield the pages of a picture, upright and scaled down if necessary. Raises ReadError."""
    with raising_read_error(_DAMAGED, UnidentifiedImageError, Image.DecompressionBombError):
        picture = Image.open(BytesIO(data))
        count = getattr(picture, "n_frames", 1)
        moves = picture.format in ("GIF", "WEBP", "PNG")  # frames of an animation are not pages
        if picture.width * picture.height > _MOST_PIXELS:
            raise ReadError(f"a picture of more than {_MOST_PIXELS // 10**6} million pixels")
        if count > MAX_OCR_PAGES and not moves:
            raise ReadError(f"a picture of {count:,} pages; at most {MAX_OCR_PAGES} are read")
        for frame in ImageSequence.Iterator(picture):
            upright = ImageOps.exif_transpose(frame).convert("RGB")
            upright.thumbnail((_WIDEST, _WIDEST))
            yield upright
            if moves:
                return
