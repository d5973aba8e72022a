"""Addresses of places on an object store, as opposed to paths on a disk."""

from pathlib import Path

SEPARATOR = "://"


def is_address(where: str | Path) -> bool:
    """Return whether this names an object store instead of a directory.

    >>> is_address("s3://bucket/citeback"), is_address(".citeback")
    (True, False)
    """
    return SEPARATOR in str(where)
