"""Files that users upload, until they are moved into a folder.

Each user has a private directory (0700, files 0600, whatever the umask), and refers to a file by a random
key: no path comes from a browser. Files are deleted after an hour.
"""

import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from time import time

from anyio import sleep, to_thread
from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect

from citeback.index.errors import SettingsError
from citeback.rag.rights import Role
from citeback.serving.api import UserRights

AT = "/uploads"
KEY = re.compile(r"[0-9a-f]{32}")
PATIENCE = 3600.0  # seconds that a file waits to be moved into a folder
SWEEP = 600.0  # seconds between two sweeps for expired files
MOST = 1024 * 1024 * 1024  # bytes of one user's waiting files
MANY = 1000  # number of one user's waiting files
LOOK = 16 * 1024 * 1024  # bytes of a file after which the total is checked again


@dataclass(frozen=True)
class UploadStore:
    """The directory `root`; `unfit` returns why a file of a given name and size is refused, or ""."""

    root: Path
    unfit: Callable[[str, int], str]
    most: int = MOST
    many: int = MANY
    clock: Callable[[], float] = time

    def directory_of(self, owner: str) -> Path:
        """Return the directory of a user's files."""
        return self.root / blake2b(owner.encode(), digest_size=16).hexdigest()

    async def receive(self, owner: str, name: str, body: AsyncIterator[bytes]) -> str:
        """Write a file as it arrives and return its key. Raises SettingsError if it is refused."""
        self._fits(name, 0)
        key = token_hex(16)
        place = self.directory_of(owner) / key
        try:
            await self._write(place / name, body)
        except (SettingsError, ClientDisconnect):
            shutil.rmtree(place, ignore_errors=True)  # half a file is no file
            raise
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise SettingsError(f"{name!r} was not added: {error.strerror}.") from error
        return key

    async def _write(self, path: Path, body: AsyncIterator[bytes]) -> None:
        for each in (self.root, path.parents[1], path.parent):
            each.mkdir(0o700, parents=each == self.root, exist_ok=True)
            each.chmod(0o700)
        await to_thread.run_sync(self._room_left, path)
        size = looked = 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 -- a descriptor has no path
            path.chmod(0o600)
            async for part in body:
                size += len(part)
                self._fits(path.name, size)
                await to_thread.run_sync(file.write, part)
                if size > looked + min(LOOK, self.most):  # others may be uploaded at the same time
                    looked = size
                    await to_thread.run_sync(self._room_left, path)
        await to_thread.run_sync(self._room_left, path)

    def _fits(self, name: str, size: int) -> None:
        if reason := self.unfit(name, size):
            raise SettingsError(f"{name!r} was not added: {reason}.")

    def _room_left(self, path: Path) -> None:
        """Raise SettingsError if too much is waiting, including a new file."""
        sizes = []
        for each in path.parents[1].glob("*/*"):
            with suppress(FileNotFoundError):  # moved or discarded meanwhile
                sizes.append(each.lstat().st_size)
        if len(sizes) > self.many or sum(sizes) > self.most:
            raise SettingsError(
                f"{path.name!r} was not added: {len(sizes):,} files of {sum(sizes):,} bytes already wait.",
                "answer the questions about them, or wait an hour",
            )

    def files(self, owner: str, keys: Iterable[str]) -> dict[str, Path]:
        """Return a user's files by key; unknown keys are left out. `keys` come from a browser."""
        result = {
            key: sorted((self.directory_of(owner) / key).glob("*")) for key in keys if KEY.fullmatch(key)
        }
        return {key: paths[0] for key, paths in result.items() if paths and not paths[0].is_symlink()}

    def discard(self, owner: str, keys: Iterable[str]) -> None:
        """Delete a user's files."""
        for key in filter(KEY.fullmatch, keys):
            shutil.rmtree(self.directory_of(owner) / key, ignore_errors=True)

    def delete_expired(self) -> None:
        """Delete expired files, including those left by an earlier run."""
        for place in self.root.glob("*/*"):
            if place.lstat().st_mtime < self.clock() - PATIENCE:
                shutil.rmtree(place, ignore_errors=True)

    async def keep_clean(self) -> None:
        """Sweep periodically until cancelled."""
        while True:
            await to_thread.run_sync(self.delete_expired)
            await sleep(SWEEP)


def routes(uploads: UploadStore, user: Callable[[Request], str]) -> APIRouter:
    """Return the upload route: the file is the body, and its name is in the query."""
    router = APIRouter()

    @router.post(AT, status_code=201, include_in_schema=False)
    async def upload(request: Request, name: str, whose: UserRights) -> dict[str, str]:
        whose.require(Role.EDITOR, "add documents")
        return {"upload": await uploads.receive(user(request), name, request.stream())}

    return router
