"""The manifest of a generation: its parts, and the checksums that verify them.

The manifest is written last, so its existence means that the generation is complete. It holds checksums of
every other file (see `checksums`) and of itself: `checksum` is the SHA-256 of the `manifest` object as
serialized by `render_checked`. Reading serializes it again and compares every byte, so no flipped bit passes,
not even in white space.
"""

import json
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from citeback.index.errors import DamagedGeneration, OutdatedFormat, StoreError
from citeback.index.generations.parts.checksums import (
    FileChecksum,
    checksum_file,
    checksum_problem,
    size_problem,
)
from citeback.index.search.bm25 import LOCKS
from citeback.index.settings import Settings

FILENAME = "manifest.json"
FORMAT = 7
"""Version of the on-disk format. A higher one was written by a newer Citeback; a lower one is rebuilt from
its folders (see `Outline`)."""

VERSION = version("citeback")


class FrozenModel(BaseModel):
    """A frozen model that rejects unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Counts(FrozenModel):
    """The numbers of documents, failures, chunks and sentences in a generation."""

    documents: int = Field(ge=0)
    failures: int = Field(ge=0)
    chunks: int = Field(ge=0)
    sentences: int = Field(ge=0)


def _inside_generation(name: str) -> str:
    """Return a relative path that stays within the generation. Raises ValueError otherwise."""
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or ".." in path.parts or "\\" in name or "\0" in name:
        raise ValueError("names a file that is not within the generation")
    return name


class CommonManifest(FrozenModel):
    """What the manifest of a generation holds, wherever it is stored.

    `created` is when its folders were walked, `published` when it became current (UTC, ISO 8601). `restored`
    is the number of the generation that it repeats after a rollback. `fingerprint` and `dimension` describe
    the embedding model; they are empty and 0 if nothing has been encoded.
    """

    format: int
    citeback: str
    number: int = Field(ge=1)
    created: str
    published: str
    restored: int | None = None
    folders: tuple[str, ...]
    settings: Settings
    fingerprint: str
    dimension: int = Field(ge=0)
    counts: Counts

    def render(self) -> bytes:
        """Serialize the manifest with its checksum."""
        return render_checked(self.model_dump(mode="json"))


class Manifest(CommonManifest):
    """The manifest of a generation on disk; paths in `files` are relative to the generation."""

    files: dict[Annotated[str, AfterValidator(_inside_generation)], FileChecksum]

    @classmethod
    def read(cls, directory: Path) -> "Manifest":
        """Read the manifest of a generation.

        Raises:
            DamagedGeneration: the manifest is missing, malformed or fails its checksum.
            OutdatedFormat: the format is older than this version's.
            StoreError: the format is newer than this version's.
        """
        path = directory / FILENAME
        body = _verified_body(path)
        try:
            if body["format"] > FORMAT:
                raise StoreError(f"{path} has format {body['format']}, not {FORMAT}.", "upgrade Citeback")
            if body["format"] < FORMAT:
                raise OutdatedFormat(
                    f"{path} has format {body['format']}, which this Citeback rewrites as {FORMAT}.",
                    "citeback index",
                )
            return cls.model_validate(body)
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedGeneration(
                f"{path} is not a manifest: {_format_error(error)}", "citeback index"
            ) from error


@dataclass(frozen=True, slots=True)
class ManifestSummary:
    """What is needed to rebuild a generation, whatever its format and the state of its other files."""

    folders: tuple[str, ...]
    settings: Settings

    @classmethod
    def read(cls, directory: Path) -> "ManifestSummary":
        """Read the outline from a manifest that passes its checksum. Raises DamagedGeneration."""
        path = directory / FILENAME
        body = _verified_body(path)
        try:
            return cls(tuple(map(str, body["folders"])), Settings.model_validate(body["settings"]))
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedGeneration(
                f"{path} names no folders: {_format_error(error)}", "citeback index FOLDER"
            ) from error


def compute_checksums(directory: Path) -> dict[str, FileChecksum]:
    """Return the checksums of every file below a directory, except the manifest and lock files."""
    return {path.relative_to(directory).as_posix(): checksum_file(path) for path in _files(directory)}


def corrupt_files(directory: Path, manifest: Manifest, later: Container[str] = ()) -> Iterator[str]:
    """Yield a description of every file that is missing or fails its checksums.

    Every byte is compared, except in `later` files, of which only the size is.
    """
    for name, sealed in manifest.files.items():
        if wrong := (size_problem if name in later else checksum_problem)(directory / name, sealed):
            yield wrong


def unexpected_files(directory: Path, manifest: Manifest) -> Iterator[str]:
    """Yield a description of every file that the manifest does not list."""
    for path in _files(directory):
        if path.relative_to(directory).as_posix() not in manifest.files:
            yield f"{path} is not in the manifest."


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _files(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.name not in {FILENAME, *LOCKS}:
            yield path


def now() -> str:
    """Return the current time: UTC, ISO 8601, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def parse_checked(raw: bytes, where: object) -> dict[str, Any]:
    """Return the object that `render_checked` rendered. Raises DamagedGeneration if a byte is different."""
    try:
        body: dict[str, Any] = json.loads(raw)["manifest"]
        if render_checked(body) == raw:
            return body
    except RecursionError as error:
        raise DamagedGeneration(
            f"{where} is not a manifest: it is nested too deeply.", "citeback index"
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedGeneration(
            f"{where} is not a manifest: {_format_error(error)}", "citeback index"
        ) from error
    raise DamagedGeneration(f"{where} does not match its own checksum.", "citeback index")


def render_checked(body: dict[str, Any]) -> bytes:
    """Serialize a JSON object together with its checksum."""
    checksum = sha256(_json(body).encode()).hexdigest()
    return (_json({"checksum": checksum, "manifest": body}) + "\n").encode()


def _verified_body(path: Path) -> dict[str, Any]:
    """Return the manifest object of a file that passes its checksum. Raises DamagedGeneration."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DamagedGeneration(f"{path} is not a manifest: {error}", "citeback index") from error
    return parse_checked(raw, path)


def _json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True)


def _format_error(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return str(error)
