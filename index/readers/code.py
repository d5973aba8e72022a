"""Source code and settings to Source: the decoded file itself. Must never know other formats."""

from index.readers.clean import title
from index.readers.decode import decode
from index.records import Source


def read(data: bytes, stem: str) -> Source:
    """Return the Source of a file of code, named `stem`. Raises ReadError when the bytes are no text."""
    return Source(decode(data), title(stem), "code")
