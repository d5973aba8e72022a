"""Pictures of text to lines of text, each with its box. Must never know files.

With the package of the extra `ocr`, which carries its models and asks no network; without it no picture is
read. A line of it is as likely to be wrong in a letter as the picture is poor: nothing here mends it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from index.readers.clean import line
from index.readers.columns import order
from index.records import Box, Span

if TYPE_CHECKING:
    from PIL.Image import Image

MOST = 300
"""Pages of one file that are read from pictures: of a file with more of them none is."""
LEAST = 0.6
"""How sure a line must be (0 to 1): below it, it is a pattern in a picture and no text."""
_SETTINGS = {
    "Global.log_level": "critical",
    "Global.use_cls": False,  # lines that stand on their head: one more model for what hardly comes
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,  # pixels in which lines are looked for; they are read from all there are
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # each process reads a file of its own
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """The text of a picture, and where in it (a share of width and height) each piece of a line stands."""

    text: str
    pieces: tuple[tuple[Span, Box], ...]

    def boxes(self, span: Span) -> Iterator[Box]:
        """Yield where the characters of a span stand, by piece, as if each were as wide as the others."""
        for where, box in self.pieces:
            first, last = max(span.start, where.start), min(span.end, where.end)
            if first < last:
                wide = (box.right - box.left) / len(where)
                left = box.left + wide * (first - where.start)
                yield Box(left, box.top, left + wide * (last - first), box.bottom)


def available() -> bool:
    """Tell whether pictures can be read here."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


class Recogniser:
    """Reads pictures; its models are loaded at the first."""

    def __call__(self, picture: "Image") -> Recognised:
        """Return what stands in a picture, in reading order."""
        # Imported here: most folders hold no pictures, and each process that reads would pay for it.
        import numpy as np

        pixels = np.asarray(picture.convert("RGB"))[:, :, ::-1]
        found = self._engine(pixels)
        if found.boxes is None:
            return Recognised("", ())
        read = zip(found.boxes, found.txts, found.scores, strict=True)
        pieces = [(line(said), _box(corners, picture)) for corners, said, sure in read if sure >= LEAST]
        kept = [(said, box) for said, box in pieces if said]
        return _joined([kept[n] for n in order([box for _, box in kept])])

    @cached_property
    def _engine(self) -> Any:
        from rapidocr import RapidOCR

        return RapidOCR(params=_SETTINGS)


def _box(corners: Sequence[Sequence[float]], picture: "Image") -> Box:
    across, down = zip(*corners, strict=True)
    return Box(
        max(0.0, float(min(across)) / picture.width),
        max(0.0, float(min(down)) / picture.height),
        min(1.0, float(max(across)) / picture.width),
        min(1.0, float(max(down)) / picture.height),
    )


def _joined(pieces: Sequence[tuple[str, Box]]) -> Recognised:
    """Return pieces as one text: those beside each other on a line, the others below each other."""
    text, places = "", []
    before: Box | None = None
    for said, box in pieces:
        beside = (
            before and before.right < box.right and box.top < (before.top + before.bottom) / 2 < box.bottom
        )
        text += "" if before is None else " " if beside else "\n"
        places.append((Span(len(text), len(text) + len(said)), box))
        text, before = text + said, box
    return Recognised(text, tuple(places))
