"""Reads subtitles (SRT, VTT) with their times."""

import html
import re
from collections.abc import Iterator

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.decode import decode
from citeback.index.records import Source

_CUE = re.compile(
    r"^[^\S\n]*(?P<time>(?:\d{1,3}:)?\d{1,2}:\d{2})[.,]\d{1,3}[^\S\n]*-->[^\n]*\n(?P<said>(?:[^\n]*\S[^\n]*(?:\n|\Z))*)",
    re.MULTILINE,
)
_SPEAKER = re.compile(r"<v(?:\.[^\s>]{,100})?[ \t]+([^>]{1,200})>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]{,200}>|\{\\[^}]{,200}\}")


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a subtitle file; `stem` is the title.

    Raises:
        ReadError: the bytes are not text, or contain no cue.
    """
    joined_blocks = join_blocks(_cues(clean(decode(data))))
    if not joined_blocks.text:
        raise ReadError("no subtitles in this file")
    return Source(
        text=joined_blocks.text, title=title(stem), kind="subtitles", locations=joined_blocks.locations
    )


def _cues(text: str) -> Iterator[Block]:
    """Yield the text of cues without lines repeated from the previous cue, as in rolling captions."""
    shown: list[str] = []
    for cue in _CUE.finditer(text):
        statement = html.unescape(_TAG.sub("", _SPEAKER.sub(r"\1: ", cue["said"])))
        lines = [line for each in clean(statement).split("\n") if (line := " ".join(each.split()))]
        fresh = lines[_rolled(shown, lines) :]
        if fresh:
            time = cue["time"] if cue["time"].count(":") == 2 else f"0:{cue['time']}"
            yield Block(" ".join(fresh), group=1, locations=location(f"at {time}"))
        shown = lines or shown


def _rolled(before: list[str], lines: list[str]) -> int:
    """Return the number of leading lines that repeat the end of the previous cue."""
    most = min(len(before), len(lines))
    return next((n for n in range(most, 0, -1) if before[-n:] == lines[:n]), 0)
