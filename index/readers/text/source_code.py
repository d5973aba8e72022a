"""Reads source code and configuration files unchanged."""

from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.decode import decode
from citeback.index.records import Source


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a source file; `stem` is the title. Raises ReadError if they are not text."""
    return Source(text=decode(data), title=title(stem), kind="code")
