"""Reads source code and configuration files unchanged."""

from index.readers.clean import title
from index.readers.decode import decode
from index.records import Source


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a source file; `stem` is the title. Raises ReadError if they are not text."""
    return Source(decode(data), title(stem), "code")
