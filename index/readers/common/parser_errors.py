"""Translates whatever parsers raise on damaged files into ReadError.

It catches broadly, but only around libraries: they raise almost anything on hostile bytes, and their own
defects cannot be distinguished here.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from citeback.index.errors import ReadError

ERRORS: tuple[type[Exception], ...] = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError),
    *(EOFError, OSError, RuntimeError, SyntaxError, StopIteration),
    *(zipfile.BadZipFile, zlib.error, struct.error, etree.LxmlError),
)


@contextmanager
def raising_read_error(reason: str, *more: type[Exception]) -> Iterator[None]:
    """Raise ReadError with this reason for any parser error; `more` are additional exception types."""
    try:
        yield
    except (*ERRORS, *more) as error:
        raise ReadError(reason) from error
