"""A place on an object store: its address, its credentials, and the few requests that Citeback makes itself.

Credentials come from the environment (AWS_ACCESS_KEY_ID and the like) and are never part of an address, a
message or an object.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import obstore
from obstore import exceptions
from obstore.store import S3Store, from_url

from citeback.index.errors import SettingsError, StoreError

SCHEMES = ("s3",)
"""Where an index can be kept."""
SOURCE_SCHEMES = ("s3", "gs", "az", "https", "http")
"""Where documents can be read from; the last two are WebDAV."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_SMALL_OBJECT = 16 << 20
"""Largest manifest or lease that is read, in bytes."""
ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
DENIED = ("403 Forbidden", "AccessDenied", "SignatureDoesNotMatch", "401 Unauthorized")
RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
_ADDRESS = re.compile(r"[^\x00-\x20\x7f?#\\]{1,1024}")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as listed: its path in the place, its size in bytes, its ETag and its date (Unix, ns)."""

    path: str
    size: int
    etag: str
    mtime_ns: int

    @classmethod
    def of(cls, meta: Mapping[str, Any]) -> Self:
        """Return an object as obstore describes it."""
        return cls(
            path=meta["path"],
            size=meta["size"],
            etag=str(meta["e_tag"] or ""),
            mtime_ns=round(meta["last_modified"].timestamp() * 1e6) * 1000,
        )


class Place:
    """Everything below one address, such as s3://bucket/citeback. Safe to share between threads.

    `session` is Lance's: what its tables share, such as connections.

    Raises (all methods):
        StoreError: the object store cannot be reached, refuses, or gives something unexpected.
    """

    def __init__(self, address: str, objects: Any, lance_options: Mapping[str, str]) -> None:
        self.address = address
        self.objects = objects
        self.lance_options = dict(lance_options)
        self.session: Any = None

    @classmethod
    def open(cls, address: str, schemes: tuple[str, ...] = SCHEMES) -> Self:
        """Return the place at an address; nothing is requested yet.

        Raises:
            SettingsError: the address is not one of an object store, or holds credentials.
        """
        address = checked_address(address, schemes)
        parts = urlsplit(address)
        if parts.scheme != "s3":
            with translated(address):
                return cls(address, from_url(address, retry_config=RETRY), {})
        options = s3_options(os.environ)
        client = {"allow_http": options.get("allow_http") == "true"}
        given = {key: value for key, value in options.items() if key in {"endpoint", "region"}}
        with translated(address):
            objects = S3Store(
                parts.netloc,
                prefix=parts.path.strip("/") or None,
                client_options=client,
                retry_config=RETRY,
                **given,
            )
        return cls(address, objects, {f"aws_{k}" if k in given else k: v for k, v in options.items()})

    def url(self, path: str) -> str:
        """Return the address of an object or table below this place."""
        return f"{self.address}/{path}"

    def read(self, path: str, most: int = MAX_SMALL_OBJECT, etag: str = "") -> tuple[bytes, str] | None:
        """Return an object's bytes and ETag, or None if there is none.

        With `etag`, only that version is read. Raises StoreError if it has more than `most` bytes.
        """
        try:
            with translated(self.url(path)):
                result = obstore.get(self.objects, path, options={"if_match": etag} if etag else {})
                if result.meta["size"] > most:
                    raise StoreError(
                        f"{self.url(path)} has {result.meta['size']:,} bytes, more than {most:,}."
                    )
                return bytes(result.bytes()), str(result.meta["e_tag"] or "")
        except FileNotFoundError:
            return None

    def stream(self, path: str, etag: str = "") -> Iterator[bytes]:
        """Yield an object's bytes in blocks; with `etag`, of that version only.

        Raises FileNotFoundError if there is no such object or version.
        """
        try:
            with translated(self.url(path)):
                result = obstore.get(self.objects, path, options={"if_match": etag} if etag else {})
                yield from map(bytes, result.stream())
        except FileExistsError as error:  # another version
            raise FileNotFoundError(self.url(path)) from error

    def create(self, path: str, data: bytes) -> str | None:
        """Write an object that does not exist yet; return its ETag, or None if it does."""
        try:
            with translated(self.url(path)):
                return _etag(obstore.put(self.objects, path, data, mode="create"))
        except FileExistsError:
            # The first try of a repeated request may have arrived although its answer did not.
            known = self.read(path, most=max(len(data), MAX_SMALL_OBJECT))
            return known[1] if known and known[0] == data else None

    def replace(self, path: str, data: bytes, etag: str) -> str | None:
        """Replace an object whose ETag is `etag`; return the new one, or None if it has changed."""
        try:
            with translated(self.url(path)):
                # "version": None, which `put` returns, is refused in a condition.
                return _etag(obstore.put(self.objects, path, data, mode={"e_tag": etag}))
        except (FileExistsError, FileNotFoundError):
            return None

    def write(self, path: str, data: bytes) -> None:
        """Write an object, whether it exists or not."""
        with translated(self.url(path)):
            obstore.put(self.objects, path, data)

    def delete(self, path: str) -> None:
        """Delete an object, if there is one."""
        try:
            with translated(self.url(path)):
                obstore.delete(self.objects, path)
        except FileNotFoundError:
            return

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield every object below a prefix, in no particular order."""
        with translated(self.url(prefix)):
            for batch in obstore.list(self.objects, prefix=prefix or None, chunk_size=1000):
                for meta in batch:
                    yield StoredObject.of(meta)

    def require_conditional_writes(self) -> None:
        """Try whether the store honours conditions, which keep two writers apart.

        Raises:
            StoreError: it does not.
        """
        path = f"probes/{uuid4().hex}"
        try:
            etag = self.create(path, b"1")
            kept = etag is not None and self.create(path, b"2") is None
            kept = kept and self.replace(path, b"3", '"another"') is None
            if not (kept and etag and self.replace(path, b"4", etag)):
                raise StoreError(
                    f"{self.address} cannot keep an index: this object store ignores conditional writes "
                    "(If-None-Match, If-Match), so two writers could damage it.",
                    "use a store that has them, such as S3, MinIO, Ceph or SeaweedFS",
                )
        finally:
            self.delete(path)


def checked_address(address: str, schemes: tuple[str, ...]) -> str:
    """Return an address without a final slash.

    Raises:
        SettingsError: it is malformed, has another scheme, or holds a user name or password.
    """
    parts = urlsplit(address) if _ADDRESS.fullmatch(address) else None
    known = ", ".join(f"{scheme}://" for scheme in schemes)
    if parts is not None and "@" in parts.netloc:
        raise SettingsError(
            f"The address of {parts.hostname} contains credentials, which would be stored and shown.",
            "put them in the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY",
        )
    if parts is None or parts.scheme not in schemes or not parts.netloc or ".." in parts.path.split("/"):
        raise SettingsError(
            f"{address[:80]!r} is not an address that can be used here.", f"{known} BUCKET/NAME"
        )
    return address.rstrip("/")


def s3_options(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the endpoint, region and whether plain HTTP is allowed, as the environment says.

    Plain HTTP, which shows documents to the network, needs AWS_ALLOW_HTTP=true beyond this computer.

    >>> s3_options({"AWS_ENDPOINT_URL": "http://127.0.0.1:8333"})["allow_http"]
    'true'

    Raises:
        SettingsError: the endpoint is another computer's and has no TLS.
    """
    endpoint = next((environment[name] for name in ENDPOINTS if environment.get(name)), "")
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or "us-east-1"
    if not endpoint:
        return {"region": region}
    require_tls(endpoint, environment)
    return {"endpoint": endpoint, "region": region, "allow_http": str(endpoint.startswith("http://")).lower()}


def require_tls(address: str, environment: Mapping[str, str]) -> None:
    """Raise SettingsError for plain HTTP to another computer, unless AWS_ALLOW_HTTP is "true"."""
    parts = urlsplit(address)
    allowed = parts.hostname in LOOPBACK or environment.get("AWS_ALLOW_HTTP", "").lower() == "true"
    if parts.scheme == "http" and not allowed:
        raise SettingsError(
            f"The server at {parts.hostname} has no TLS, so the network could read every document.",
            "use an https:// address, or set AWS_ALLOW_HTTP=true in a network of your own",
        )


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Translate the library's errors; their texts hold whole requests, so they are not shown."""
    try:
        yield
    except (exceptions.NotFoundError, FileNotFoundError) as error:
        raise FileNotFoundError(where) from error
    except (exceptions.AlreadyExistsError, exceptions.PreconditionError) as error:
        raise FileExistsError(where) from error
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError, PermissionError) as error:
        raise _denied(where) from error
    except exceptions.BaseError as error:
        raise unreachable(where, error) from error


def unreachable(where: str, error: Exception) -> StoreError:
    """Return the error for a failed request, with the first words of its reason only."""
    if any(sign in str(error) for sign in DENIED):
        return _denied(where)
    reason = re.split(r"[\n{]", str(error), maxsplit=1)[0]
    reason = re.sub(r"\S*(?:https?://|[Aa]uthorization|[Ss]ignature|[Cc]redential)\S*", "...", reason)[:200]
    return StoreError(
        f"{where} cannot be reached: {type(error).__name__}, {reason.strip()}",
        "check AWS_ENDPOINT_URL, then try again",
    )


def _denied(where: str) -> StoreError:
    return StoreError(
        f"{where}: access is denied.", "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and their permissions"
    )


def _etag(result: Mapping[str, Any]) -> str:
    return str(result["e_tag"] or "")
