"""What a generation is made of and how to tell that it is whole. Must never know what is in the files.

The manifest is written last: where there is one, the generation is complete. It carries a SHA-256 of
every other file, and of itself: `checksum` is the hash of the `manifest` object as `render` writes
it. Reading renders again and compares every byte, so no flipped bit passes, not even in white space.
"""

import json
from collections.abc import Iterator
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import Damaged, StoreError
from index.settings import Settings
from index.words import LOCKS

FILENAME = "manifest.json"
FORMAT = 1
"""Number of the layout on disk. A store with a higher one was written by a newer Citeback."""

VERSION = version("citeback")


class Frozen(BaseModel):
    """Frozen; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class File(Frozen):
    """Size in bytes and SHA-256 of one file."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Counts(Frozen):
    """How many of each the generation holds."""

    documents: int = Field(ge=0)
    failures: int = Field(ge=0)
    chunks: int = Field(ge=0)
    sentences: int = Field(ge=0)


class Manifest(Frozen):
    """What a generation says about itself.

    `created` (UTC, ISO 8601) is when its folders were walked. `fingerprint` and `dimension` are those
    of the model; empty and 0 where nothing was encoded yet. `files` are relative to the generation.
    """

    format: int
    citeback: str
    number: int = Field(ge=1)
    created: str
    folders: tuple[str, ...]
    settings: Settings
    fingerprint: str
    dimension: int = Field(ge=0)
    counts: Counts
    files: dict[str, File]

    def render(self) -> bytes:
        """Return the bytes of the manifest file."""
        return _render(self.model_dump(mode="json"))

    @classmethod
    def read(cls, directory: Path) -> "Manifest":
        """Read the manifest of a generation. Raises Damaged, or StoreError for a newer format."""
        path = directory / FILENAME
        try:
            raw = path.read_bytes()
            body = json.loads(raw)["manifest"]
            if _render(body) != raw:
                raise Damaged(f"{path} does not match its own checksum.", "citeback index")
            if body["format"] != FORMAT:
                raise StoreError(f"{path} has format {body['format']}, not {FORMAT}.", "upgrade Citeback")
            return cls.model_validate(body)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise Damaged(f"{path} is not a manifest: {_told(error)}", "citeback index") from error


def survey(directory: Path) -> dict[str, File]:
    """Return size and hash of every file under a directory, except the manifest and lock files."""
    return {
        path.relative_to(directory).as_posix(): File(size=path.stat().st_size, sha256=digest(path))
        for path in _files(directory)
    }


def wrong_sizes(directory: Path, manifest: Manifest) -> Iterator[str]:
    """Yield what is missing or of another size: quick enough to be asked at every opening."""
    for name, file in manifest.files.items():
        path = directory / name
        if not path.is_file():
            yield f"{path} is missing."
        elif path.stat().st_size != file.size:
            yield f"{path} has {path.stat().st_size} bytes, not {file.size}."


def wrong_files(directory: Path, manifest: Manifest) -> Iterator[str]:
    """Yield every file that is missing, differs from its checksum, or does not belong there."""
    yield from wrong_sizes(directory, manifest)
    for path in _files(directory):
        file = manifest.files.get(path.relative_to(directory).as_posix())
        if file is None:
            yield f"{path} is not in the manifest."
        elif path.stat().st_size == file.size and digest(path) != file.sha256:
            yield f"{path} differs from its checksum."


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _files(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.name not in {FILENAME, *LOCKS}:
            yield path


def _render(body: dict[str, Any]) -> bytes:
    checksum = sha256(_json(body).encode()).hexdigest()
    return (_json({"checksum": checksum, "manifest": body}) + "\n").encode()


def _json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True)


def _told(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return str(error)
