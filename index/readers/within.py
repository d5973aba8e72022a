"""Reads files within files: members of archives, attachments of mails and PDFs.

Each is a member with a path of its own. Nested archives and mails are opened too, within limits. A mail is
its own first member, and is read whatever happens to its attachments.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import import_module
from itertools import islice
from pathlib import PurePosixPath

from index.errors import ReadError, Scanned
from index.readers import archive
from index.readers.ocr import MOST
from index.records import WITHIN, Member, Source

ATTACHED = {
    ".eml": "mail.attached",
    ".mbox": "mail.attached_to_any",
    ".msg": "outlook.attached",
    ".pdf": "pdf.attached",
}
"""Maps the suffix of a file that may have attachments to the function that yields their (name, bytes)."""
HOLDERS = archive.SUFFIXES | ATTACHED.keys()
MOST_ATTACHED = 1_000
"""Most attachments of a file, or of all messages in a mailbox."""

Read = Callable[[bytes, PurePosixPath], Source]


@dataclass(frozen=True, slots=True)
class Looking:
    """How members are read; `scanned` is called with the number of scanned pages found.

    `unread` is the reason for listing attachments by name only; empty to read them.
    """

    read: Read
    scanned: Callable[[int], None]
    unread: str = ""

    def at(self, data: bytes, path: PurePosixPath, name: str) -> Member:
        """Read one file into a member."""
        digest = sha256(data).hexdigest()
        try:
            return Member(name, self.read(data, path), digest)
        except ReadError as error:
            if isinstance(error, Scanned):
                self.scanned(error.pages)
            return Member(name, None, digest, str(error))


def members(data: bytes, path: PurePosixPath, read: Read, unread: str = "") -> tuple[Member, ...]:
    """Read all files within a file, sorted by name; a mail itself has the name "".

    `path` names the file with these bytes.

    Raises:
        Scanned: there are pictures to recognize first.
        ReadError: the archive is empty, damaged or exceeds a limit.
    """
    scanned: list[int] = []
    found: dict[str, Member] = {}
    for member in _held(data, path, 1, Looking(read, scanned.append, unread)):
        if len(found) == archive.MOST_MEMBERS:
            raise ReadError(archive.TOO_MANY)
        found.setdefault(member.name, member)
    if not found:
        raise ReadError("empty archive")
    if "" in found and not any(member.source for member in found.values()):
        raise ReadError(found[""].reason)
    if 0 < sum(scanned) <= MOST:
        raise Scanned("pictures within a file", sum(scanned))
    return tuple(found[name] for name in sorted(found))


def content(data: bytes, path: PurePosixPath, name: str) -> bytes:
    """Return the bytes of a member, by its path. Raises ReadError if there is none."""
    for each, inner in _listed(data, path):
        if name == each:
            return inner
        if name.startswith(f"{each}{WITHIN}"):
            return content(inner, PurePosixPath(each), name.removeprefix(f"{each}{WITHIN}"))
    raise ReadError(f"{path} no longer contains {name}.")


def _listed(data: bytes, path: PurePosixPath) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of the files directly within a file."""
    suffix = path.suffix.lower()
    if suffix not in ATTACHED:
        yield from archive.members(data, path.stem)
        return
    module, _, function = ATTACHED[suffix].partition(".")
    yield from getattr(import_module(f"index.readers.{module}"), function)(data)


def _held(data: bytes, path: PurePosixPath, depth: int, look: Looking) -> Iterator[Member]:
    if path.suffix.lower() in ATTACHED:
        yield look.at(data, path, "")
        yield from _attachments(data, path, depth, look)
        return
    for name, inner in _listed(data, path):
        yield from _looked_into(name, inner, depth, look)


def _attachments(data: bytes, path: PurePosixPath, depth: int, look: Looking) -> Iterator[Member]:
    """Yield a mail's attachments; an excess or error becomes a member with a reason."""
    deep = f"files within files, more than {archive.DEEPEST} deep" if depth > archive.DEEPEST else ""
    unread = look.unread or deep
    try:
        for name, inner in _at_most(_listed(data, path)):
            if unread:
                yield Member(name, None, sha256(inner).hexdigest(), unread)
            else:
                yield from _looked_into(name, inner, depth, look)
    except ReadError as error:
        yield Member("attachments", None, "", str(error))


def _at_most(found: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    yield from islice(found, MOST_ATTACHED)
    if next(found, None):
        raise ReadError(f"more than {MOST_ATTACHED:,} attachments: the others are not read")


def _looked_into(name: str, data: bytes, depth: int, look: Looking) -> Iterator[Member]:
    """Yield a file as a member, followed by those within it."""
    path, digest = PurePosixPath(name), sha256(data).hexdigest()
    suffix = path.suffix.lower()
    if suffix not in HOLDERS:
        yield look.at(data, path, name)
    elif suffix in archive.SUFFIXES and depth == archive.DEEPEST:
        yield Member(name, None, digest, f"archives within archives, more than {depth} deep")
    else:
        try:
            for each in _held(data, path, depth + 1, look):
                yield replace(each, name=f"{name}{WITHIN}{each.name}" if each.name else name)
        except ReadError as error:
            yield Member(name, None, digest, str(error))
