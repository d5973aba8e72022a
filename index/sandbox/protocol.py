"""The protocol between a worker process and its parent: length-prefixed frames with JSON.

Workers parse hostile bytes, so their answers are hostile too. The parent unpickles nothing, limits the length
of each frame, and validates every type and offset.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError

from citeback.index.records import ArchiveMember, Source

_LENGTH = 8  # bytes
_SOURCE = TypeAdapter(Source)


def send(stream: BinaryIO, frame: bytes) -> None:
    """Write one frame."""
    stream.write(len(frame).to_bytes(_LENGTH, "big"))
    stream.write(frame)
    stream.flush()


def receive(stream: BinaryIO, limit: int) -> bytes:
    """Read the next frame.

    Raises:
        EOFError: the stream ends before the frame does.
        ValueError: the frame is longer than `limit` bytes.
    """
    length = int.from_bytes(_read_exactly(stream, _LENGTH), "big")
    if length > limit:
        raise ValueError(f"a frame of {length} bytes, at most {limit} are taken")
    return _read_exactly(stream, length)


def pack_source(source: Source) -> tuple[bytes, bytes]:
    """Serialize a source as two frames: its text in UTF-8, and the rest as JSON.

    Raises:
        UnicodeEncodeError: the text contains a lone surrogate.
    """
    # By pydantic: for a table of a million rows `dataclasses.asdict` took seven seconds to copy its places.
    return source.text.encode(), _SOURCE.dump_json(replace(source, text=""))


def unpack_source(text: bytes, rest: bytes) -> Source:
    """Deserialize a source from its two frames.

    Raises:
        ValueError: the frames hold no valid source, or an offset lies beyond its text.
    """
    try:
        source = replace(_SOURCE.validate_json(rest, strict=True), text=text.decode())
    except ValidationError as error:
        raise ValueError(f"not a source: {error.error_count()} values are wrong") from error
    if any(offset > len(source.text) for offset in _offsets(source)):
        raise ValueError("not a source: an offset beyond the end of its text")
    return source


def receive_member(answers: BinaryIO, limit: int) -> ArchiveMember:
    """Read the next member of an answer, frames of at most `limit` bytes. Raises ValueError."""
    about = {key: str(value) for key, value in parse_json_frame(receive(answers, limit)).items()}
    if about["reason"]:
        return ArchiveMember(name=about["name"], source=None, sha256=about["sha256"], reason=about["reason"])
    source = unpack_source(receive(answers, limit), receive(answers, limit))
    return ArchiveMember(name=about["name"], source=source, sha256=about["sha256"])


def source_or_members(members: Sequence[ArchiveMember]) -> Source | tuple[ArchiveMember, ...]:
    """Return a plain file's source, or the members of a file that holds others."""
    if len(members) == 1 and not members[0].name and members[0].source:
        return members[0].source
    return tuple(members)


def parse_json_frame(frame: bytes) -> dict[str, Any]:
    """Parse a frame that holds a JSON object.

    Raises:
        ValueError: the frame holds anything else.
    """
    try:
        result = json.loads(frame)
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error
    if not isinstance(result, dict):
        raise ValueError("not a JSON object")
    return result


def _offsets(source: Source) -> list[int]:
    return [
        *source.pages,
        *(heading.span.end for heading in source.headings),
        *(place.start for place in source.locations),
    ]


def _read_exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError("the stream ended within a frame")
    return data
