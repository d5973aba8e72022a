"""Generations that are kept no longer are forgotten; now and then, what nothing uses is removed.

A tag keeps each version that a kept generation uses while the others are removed. Removing lists every file,
which takes longer than a small change, so a writer does that only where it pays off.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from citeback.index.errors import StoreError
from citeback.index.object_store.manifest import (
    PublishedManifest,
    manifest_path,
    published_numbers,
    read_manifest,
)
from citeback.index.object_store.place import Place
from citeback.index.object_store.table import Table
from citeback.index.object_store.tables import CHUNKS, SCHEMAS, lance_errors
from citeback.index.object_store.together import together

PREFIX = "generation-"
TABLES = (*SCHEMAS, CHUNKS)
EVERY = 8
"""After so many generations, files are removed even if each was a small change."""


def forget(place: Place, keep: int, numbers: Sequence[int]) -> None:
    """Remove the manifests of all but the `keep` newest generations. Requires the lease.

    `numbers` are those of all published generations, newest first.
    """
    together(partial(place.delete, manifest_path(number)) for number in numbers[keep:])


def clean(place: Place, run: str) -> None:
    """Remove what no generation uses, and what interrupted writers left. Requires the lease."""
    numbers = published_numbers(place)
    read = together(partial(_manifest, place, number) for number in numbers)
    kept = dict(zip(numbers, read, strict=True))
    together(partial(_clean, place, name, kept, run) for name in TABLES)


def _manifest(place: Place, number: int) -> PublishedManifest | None:
    """Return the manifest of a generation, or None if it cannot be read."""
    try:
        return read_manifest(place, number)
    except StoreError:
        return None


def _clean(place: Place, name: str, kept: Mapping[int, PublishedManifest | None], run: str) -> None:
    """Tag the versions of a table that generations use, and drop all other versions and files."""
    table = Table.open(place, name, run)
    if table is None:
        return
    wanted = {
        f"{PREFIX}{number}": manifest.tables[name]
        for number, manifest in kept.items()
        if manifest and name in manifest.tables
    }
    unknown = {f"{PREFIX}{number}" for number, manifest in kept.items() if manifest is None}
    with lance_errors(table.dataset.uri):
        tags = table.dataset.tags
        tagged = {label: tag["version"] for label, tag in tags.list().items()}
        for label in tagged.keys() - unknown:
            if wanted.get(label) != tagged[label]:
                tags.delete(label)
        for label, version in wanted.items():
            if tagged.get(label) != version:
                tags.create(label, version)
        table.dataset.cleanup_old_versions(
            older_than=timedelta(0), delete_unverified=True, error_if_tagged_old_versions=False
        )
