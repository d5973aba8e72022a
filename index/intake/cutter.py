"""Chunking inside a worker process.

The parent sends a source and the chunking parameters, and receives boundaries as numbers. The tokenizer is
sent once and cached.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, BinaryIO

from index.cutting import Cuts, Cutting, Splitter
from index.errors import ReadError
from index.intake.frames import receive, send, unpacked

_MOST_TOKENIZER = 256 * 2**20  # bytes


class Cutter:
    """Answers chunking requests; a source may have at most `most` bytes."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO, most: int) -> None:
        self._requests, self._answers, self._most = requests, answers, most
        self._splitter: Splitter | None = None

    def __call__(self, how: dict[str, Any], tokenizer: bool, refuse: Callable[[Exception], None]) -> None:
        """Read a source from the requests and send its chunk boundaries; pass errors to `refuse`."""
        if tokenizer:
            described = receive(self._requests, _MOST_TOKENIZER).decode()
            self._splitter = Splitter.open(Cutting(described, **how))
        if self._splitter is None:
            raise ValueError("asked to cut without a tokenizer")
        self._splitter = replace(self._splitter, cutting=Cutting("", **how))
        source = unpacked(receive(self._requests, self._most), receive(self._requests, self._most))
        try:
            cuts = self._splitter.cuts(source)
            frame = json.dumps({name: list(values) for name, values in asdict(cuts).items()}).encode()
            if len(frame) > self._most:
                raise ReadError("it has too many sentences")
        except (ReadError, MemoryError) as error:
            refuse(error)
            return
        send(self._answers, json.dumps({"cuts": True}).encode())
        send(self._answers, frame)


def taken(frame: bytes) -> Cuts:
    """Parse the chunk boundaries in an answer.

    Raises:
        ValueError: the frame holds no valid boundaries.
    """
    found = json.loads(frame)
    names = ("sentences", "counts", "under")
    if not isinstance(found, dict) or not all(_whole(found.get(name)) for name in names):
        raise ValueError("not cuts")
    return Cuts(*(found[name] for name in names))


def _whole(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int for value in values)
