"""The manifest of a generation on an object store: which version of each table belongs to it."""

from pydantic import Field

from citeback.index.errors import DamagedGeneration, OutdatedFormat, StoreError
from citeback.index.generations.parts.manifest import CommonManifest, parse_checked
from citeback.index.object_store.place import Place

FORMAT = 2
"""Version of the tables' format."""
GENERATIONS = "generations"
DIGITS = 18
"""Longer names are not generation numbers."""


class PublishedManifest(CommonManifest):
    """The manifest of a generation on an object store.

    `tables` maps each table to its version. `file_systems` maps local folders to the file system that they
    were on.
    """

    tables: dict[str, int]
    file_systems: dict[str, str] = Field(default_factory=dict)


def manifest_path(number: int) -> str:
    """Return the path of a generation's manifest."""
    return f"{GENERATIONS}/{number:06}.json"


def published_numbers(place: Place) -> list[int]:
    """Return the numbers of all published generations, newest first."""
    names = (found.path.rpartition("/")[2] for found in place.list(f"{GENERATIONS}/"))
    stems = (name.removesuffix(".json") for name in names if name.endswith(".json"))
    return sorted((int(s) for s in stems if s.isascii() and s.isdecimal() and len(s) <= DIGITS), reverse=True)


def read_manifest(place: Place, number: int) -> PublishedManifest:
    """Read the manifest of a generation.

    Raises:
        DamagedGeneration: it is missing, malformed or fails its checksum.
        OutdatedFormat, StoreError: its format is older or newer than this version's.
    """
    where = place.url(manifest_path(number))
    known = place.read(manifest_path(number))
    if known is None:
        raise DamagedGeneration(f"{where} is missing.", "citeback index")
    body = parse_checked(known[0], where)
    try:
        if body["format"] > FORMAT:
            raise StoreError(f"{where} has format {body['format']}, not {FORMAT}.", "upgrade Citeback")
        if body["format"] < FORMAT:
            raise OutdatedFormat(f"{where} has format {body['format']}, not {FORMAT}.", "citeback index")
        manifest = PublishedManifest.model_validate(body)
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedGeneration(f"{where} is not a manifest: {error}", "citeback index") from error
    if manifest.number != number:
        raise DamagedGeneration(f"{where} says that it is number {manifest.number}.", "citeback index")
    return manifest
