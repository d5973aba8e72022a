"""Attachments of mails: the parts that are files, and their names."""

import mimetypes
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from citeback.index.readers.common.control_characters import line

_SIGNATURES = frozenset(
    {
        "application/pgp-keys",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    }
)
_LONGEST = 150  # characters of a name
_FOLDERS = re.compile(r"[\\/]")


def is_file(kind: str, content_id: str, attached: bool) -> bool:
    """Return whether a mail part of this content type is a file that users would open.

    Signatures are not, and neither are inline pictures, which the message refers to by `content_id`.
    """
    if kind in _SIGNATURES:
        return False
    if kind.startswith("text/"):
        return attached
    return attached or not (content_id and kind.startswith("image/"))


def file_name(text: str, kind: str) -> str:
    r"""Return a safe file name without folders.

    >>> file_name("..\\up/report.pdf", "application/pdf"), file_name("", "application/pdf")
    ('report.pdf', 'attachment.pdf')
    """
    name = line(_FOLDERS.split(text)[-1])
    if name in ("", ".", ".."):
        return f"attachment{mimetypes.guess_extension(kind) or ''}"
    if len(name) <= _LONGEST:
        return name
    suffix = PurePosixPath(name).suffix[:20]
    return name[: _LONGEST - len(suffix)] + suffix


def numbered(results: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files under unique names.

    >>> [name for name, _ in numbered([("a.txt", b""), ("a.txt", b""), ("b", b"")])]
    ['a.txt', 'a (2).txt', 'b']
    """
    counts: dict[str, int] = {}
    for name, data in results:
        given, path = name, PurePosixPath(name)
        while given in counts:
            counts[name] += 1
            given = f"{path.stem} ({counts[name]}){path.suffix}"
        counts[given] = 1
        yield given, data
