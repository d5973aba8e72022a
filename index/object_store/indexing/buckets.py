"""Documents in a bucket: listed by size and ETag, and fetched one version at a time.

An address names a prefix, such as s3://docs/papers, or objects by a pattern, such as s3://docs/**/*.pdf.
"""

import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from citeback.index.errors import StoreError
from citeback.index.files.private_files import opener
from citeback.index.files.scan import File, FolderScan, is_no_document
from citeback.index.object_store.place import Place, StoredObject
from citeback.index.object_store.webdav import open_source
from citeback.index.readers import KINDS, MAX_ARCHIVE, MAX_BYTES
from citeback.index.sandbox.read_file import PassingFailure, ReadFile, ReadResult, read_consistently
from citeback.index.search.name_patterns import NamePatterns

FILE_SYSTEM = "object store"
MAX_UNKNOWN = 16 << 20
"""Largest object of an unknown format that is fetched, in bytes; its first bytes may tell the format."""
_PATTERN = re.compile(r"[*?\[]")
_NAME = re.compile(r"[^/\x00-\x1f\x7f]{1,120}")


def split_address(address: str) -> tuple[str, str]:
    """Return the address of the directory that all objects are in, and the pattern for the rest, or "".

    >>> split_address("s3://docs/2024/**/*.pdf"), split_address("s3://docs/papers")
    (('s3://docs/2024', '**/*.pdf'), ('s3://docs/papers', ''))
    """
    found = _PATTERN.search(address)
    if found is None:
        return address.rstrip("/"), ""
    end = address.rfind("/", 0, found.start())
    return address[:end], address[end + 1 :]


def scan_bucket(address: str) -> FolderScan:
    """List the objects at an address; if that is impossible, the scan holds the reason."""
    base, pattern = split_address(address)
    scan = FolderScan(address, file_systems={address: FILE_SYSTEM})
    try:
        place = open_source(base)
        matches = NamePatterns([f"/{pattern}"]).matches if pattern else None
        for found in place.list():
            name = found.path
            hidden = name.endswith("/") or any(map(is_no_document, name.split("/")))
            if not hidden and (matches is None or matches(name)):
                scan.files.append((_file(address, base, found), _refused(found)))
    except StoreError as error:
        return FolderScan(address, error.message)
    return scan


def read_object(file: File, read: ReadFile, places: MutableMapping[str, Place]) -> list[ReadResult]:
    """Fetch an object and read it like a file; one that has changed since it was listed is read next time.

    `places` keeps the connections to buckets, by address.
    """
    try:
        with _fetched(file, places) as fetched:
            return [_placed(result, file) for result in read_consistently(fetched, read)]
    except StoreError as error:
        return [_missed(file, error.message)]
    except FileNotFoundError:
        return [_missed(file, "it was deleted or changed while it was read")]


def _file(address: str, base: str, found: StoredObject) -> File:
    return File(
        name=found.path,
        folder=address,
        path=f"{base}/{found.path}",
        size=found.size,
        mtime_ns=found.mtime_ns,
        etag=found.etag,
    )


def _refused(found: StoredObject) -> str:
    """Return the reason why an object is not fetched, or "": the limits are those of files."""
    suffix = Path(found.path).suffix.lower()
    limit = MAX_BYTES[KINDS[suffix]] if suffix in KINDS else MAX_UNKNOWN
    limit = max(limit, MAX_ARCHIVE) if suffix in {".zip", ".eml", ".msg", ".mbox"} else limit
    return f"too large: more than {limit / 2**20:,.0f} MB" if found.size > limit else ""


@contextmanager
def _fetched(file: File, places: MutableMapping[str, Place]) -> Iterator[File]:
    """Yield the file that an object was fetched to, which only this process may read."""
    base, _ = split_address(file.folder)
    place = places.get(base) or places.setdefault(base, open_source(base))
    name = Path(file.path).name
    with TemporaryDirectory(prefix="citeback-") as directory:
        path = Path(directory) / (name if _NAME.fullmatch(name) else f"object{Path(name).suffix[:10]}")
        key = file.path.removeprefix(f"{base}/")
        with open(path, "wb", opener=opener) as target:
            for block in place.stream(key, file.etag):
                target.write(block)
                if target.tell() > file.size:
                    raise StoreError("it is larger than listed")
        yield replace(file, path=str(path), folder=directory, etag="")


def _placed(result: ReadResult, file: File) -> ReadResult:
    """Return a result with the place of the object instead of the fetched file's."""
    own: Any = {"folder": file.folder, "path": file.path, "etag": file.etag}
    if isinstance(result, tuple):
        document, source = result
        return replace(document, **own, mtime_ns=file.mtime_ns), source
    if isinstance(result, PassingFailure):
        return replace(result, **own)
    return replace(result, **own, mtime_ns=file.mtime_ns)


def _missed(file: File, reason: str) -> PassingFailure:
    known = file.failed(reason, again=True)
    return PassingFailure(
        name=known.name,
        folder=known.folder,
        path=known.path,
        size=known.size,
        mtime_ns=known.mtime_ns,
        reason=known.reason,
        etag=known.etag,
    )
