"""Translates whatever parsers raise on damaged files into ReadError.

The net is wide, but only around libraries: on hostile bytes they raise almost anything, and defects of theirs
cannot be told apart from here.
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
