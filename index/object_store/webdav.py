"""A folder on a WebDAV server, from which documents are read without a user name or password."""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import obstore
from obstore.store import HTTPStore

from citeback.index.object_store.place import (
    RETRY,
    SOURCE_SCHEMES,
    Place,
    StoredObject,
    checked_address,
    require_tls,
    translated,
)

SCHEMES = ("https", "http")


def open_source(address: str) -> Place:
    """Return the place that documents are read from; nothing is requested yet. Raises SettingsError."""
    if urlsplit(address).scheme in SCHEMES:
        return WebDavFolder.open(address)
    return Place.open(address, SOURCE_SCHEMES)


class WebDavFolder(Place):
    """A folder and everything below it.

    Servers list paths from the root of the host, and some refuse `If-Match` with an ETag that they listed.
    So paths are made relative here, and the version is compared once the answer has begun.
    """

    def __init__(self, address: str, objects: Any, folder: str) -> None:
        super().__init__(address, objects, {})
        self._folder = folder

    @classmethod
    def open(cls, address: str, schemes: tuple[str, ...] = SCHEMES) -> Self:
        """Return the folder at an address; nothing is requested yet. Raises SettingsError."""
        address = checked_address(address, schemes)
        require_tls(address, os.environ)
        parts = urlsplit(address)
        with translated(address):
            objects = HTTPStore.from_url(
                f"{parts.scheme}://{parts.netloc}",
                client_options={"allow_http": parts.scheme == "http"},
                retry_config=RETRY,
            )
        return cls(address, objects, unquote(parts.path).strip("/"))

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield every file below a prefix, in no particular order."""
        within = f"{self._folder}/" if self._folder else ""
        with translated(self.url(prefix)):
            for batch in obstore.list(self.objects, prefix=f"{within}{prefix}" or None):
                for meta in batch:
                    found = _versioned(StoredObject.of(meta))
                    if found.path.startswith(within):
                        yield replace(found, path=found.path.removeprefix(within))

    def stream(self, path: str, etag: str = "") -> Iterator[bytes]:
        """Yield a file's bytes in blocks; with `etag`, of that version only.

        Raises FileNotFoundError if there is no such file or version.
        """
        with translated(self.url(path)):
            result = obstore.get(self.objects, f"{self._folder}/{path}".strip("/"))
            if etag and _versioned(StoredObject.of(result.meta)).etag != etag:
                raise FileNotFoundError(self.url(path))
            yield from map(bytes, result.stream())


def _versioned(found: StoredObject) -> StoredObject:
    """Return an object whose ETag is comparable; without one, its date stands for it."""
    etag = found.etag.removeprefix("W/").strip('"')
    return replace(found, etag=etag or f"date {found.mtime_ns}")
