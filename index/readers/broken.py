"""What parsers raise on bytes they cannot make sense of, told as one reason. Must never know a format.

A wider net than our own code deserves, and only around the libraries: on hostile bytes they raise nearly
everything, and which of it is a defect of theirs cannot be told from here.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from index.errors import ReadError

ERRORS: tuple[type[Exception], ...] = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError),
    *(EOFError, OSError, RuntimeError, SyntaxError, StopIteration),
    *(zipfile.BadZipFile, zlib.error, struct.error, etree.LxmlError),
)


@contextmanager
def told_as(reason: str, *more: type[Exception]) -> Iterator[None]:
    """Raise ReadError with this reason for what a parser raises; `more` are its own errors."""
    try:
        yield
    except (*ERRORS, *more) as error:
        raise ReadError(reason) from error
