"""Optical character recognition: pictures to lines of text with boxes.

Uses the package of the extra `ocr`, which includes its models and needs no network; without it, no picture is
read. Recognition errors are not corrected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from citeback.index.readers.common.columns import order
from citeback.index.readers.common.control_characters import line
from citeback.index.records import Box, Span

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_OCR_PAGES = 300
"""Most scanned pages per file; files with more are not recognized at all."""
LEAST = 0.6
"""Least confidence of a line, 0 to 1; below it, lines are mostly patterns, not text."""
_SETTINGS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # upside-down lines are too rare for another model
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,  # pixels for detecting lines; recognition uses the full resolution
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # each process reads a file of its own
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@dataclass(frozen=True, slots=True)
class OcrText:
    """Recognized text, and the box of each piece of a line, in fractions of width and height."""

    text: str
    line_boxes: tuple[tuple[Span, Box], ...]

    def boxes(self, span: Span) -> Iterator[Box]:
        """Yield the boxes of a span, one per piece, assuming characters of equal width."""
        for where, box in self.line_boxes:
            first, last = max(span.start, where.start), min(span.end, where.end)
            if first < last:
                wide = (box.right - box.left) / len(where)
                left = box.left + wide * (first - where.start)
                yield Box(left=left, top=box.top, right=left + wide * (last - first), bottom=box.bottom)


def available() -> bool:
    """Return whether the optional OCR packages are installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


class OcrEngine:
    """Recognizes text in pictures; models are loaded on first use."""

    def __call__(self, picture: "Image") -> OcrText:
        """Return the text of a picture in reading order."""
        # Imported on demand, since most folders hold no pictures.
        import numpy as np

        pixels = np.asarray(picture.convert("RGB"))[:, :, ::-1]
        result = self._engine(pixels)
        if result.boxes is None:
            return OcrText("", ())
        read = zip(result.boxes, result.txts, result.scores, strict=True)
        pieces = [(line(words), _box(corners, picture)) for corners, words, sure in read if sure >= LEAST]
        kept = [(words, box) for words, box in pieces if words]
        return _joined([kept[n] for n in order([box for _, box in kept])])

    @cached_property
    def _engine(self) -> Any:
        from rapidocr import RapidOCR

        return RapidOCR(params=_SETTINGS)


def _box(corners: Sequence[Sequence[float]], picture: "Image") -> Box:
    across, down = zip(*corners, strict=True)
    return Box(
        left=max(0.0, float(min(across)) / picture.width),
        top=max(0.0, float(min(down)) / picture.height),
        right=min(1.0, float(max(across)) / picture.width),
        bottom=min(1.0, float(max(down)) / picture.height),
    )


def _joined(pieces: Sequence[tuple[str, Box]]) -> OcrText:
    """Join pieces into one text: with spaces on the same line, with newlines otherwise."""
    text, places = "", []
    before: Box | None = None
    for statement, box in pieces:
        beside = (
            before and before.right < box.right and box.top < (before.top + before.bottom) / 2 < box.bottom
        )
        text += "" if before is None else " " if beside else "\n"
        places.append((Span(len(text), len(text) + len(statement)), box))
        text, before = text + statement, box
    return OcrText(text, tuple(places))
