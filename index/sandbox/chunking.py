"""Chunking inside a worker process.

The parent sends a source and the chunking parameters, and receives boundaries as numbers. The tokenizer is
sent once and cached.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, BinaryIO

from citeback.index.chunking.token_limits import ChunkBoundaries, Chunking, SourceSplitter
from citeback.index.errors import ReadError
from citeback.index.sandbox.protocol import receive, send, unpack_source

_MAX_TOKENIZER_BYTES = 256 * 2**20  # bytes


class ChunkingService:
    """Answers chunking requests; a source may have at most `most` bytes."""

    def __init__(self, requests: BinaryIO, answers: BinaryIO, most: int) -> None:
        self._requests, self._answers, self._most = requests, answers, most
        self._splitter: SourceSplitter | None = None

    def __call__(self, how: dict[str, Any], tokenizer: bool, refuse: Callable[[Exception], None]) -> None:
        """Read a source from the requests and send its chunk boundaries; pass errors to `refuse`."""
        if tokenizer:
            described = receive(self._requests, _MAX_TOKENIZER_BYTES).decode()
            self._splitter = SourceSplitter.open(Chunking(described, **how))
        if self._splitter is None:
            raise ValueError("asked to cut without a tokenizer")
        self._splitter = replace(self._splitter, chunking=Chunking("", **how))
        source = unpack_source(receive(self._requests, self._most), receive(self._requests, self._most))
        try:
            cuts = self._splitter.boundaries(source)
            frame = json.dumps({name: list(values) for name, values in asdict(cuts).items()}).encode()
            if len(frame) > self._most:
                raise ReadError("it has too many sentences")
        except (ReadError, MemoryError) as error:
            refuse(error)
            return
        send(self._answers, json.dumps({"cuts": True}).encode())
        send(self._answers, frame)


def parse_boundaries(frame: bytes) -> ChunkBoundaries:
    """Parse the chunk boundaries in an answer.

    Raises:
        ValueError: the frame holds no valid boundaries.
    """
    result = json.loads(frame)
    names = ("sentences", "counts", "heading_counts")
    if not isinstance(result, dict) or not all(_integers(result.get(name)) for name in names):
        raise ValueError("not cuts")
    return ChunkBoundaries(**{name: result[name] for name in names})


def _integers(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int for value in values)
