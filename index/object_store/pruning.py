"""Tags keep the versions that generations use; unused files are removed."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from citeback.index.object_store.manifest import PublishedManifest, manifest_path, published_numbers
from citeback.index.object_store.place import Place
from citeback.index.object_store.tables import CHUNKS, SCHEMAS, Table, lance_errors, open_version
from citeback.index.object_store.together import together

Tags: TypeAlias = Mapping[str, frozenset[str]]
"""The tags of each table, one for each generation that uses it."""
PREFIX = "generation-"
TABLES = (*SCHEMAS, CHUNKS)


def tag(place: Place, manifest: PublishedManifest) -> Tags:
    """Keep the versions of a generation that is about to be published; return all tags.

    Requires the lease.
    """
    label = f"{PREFIX}{manifest.number}"
    tables = manifest.tables
    tagged = together(partial(_tag, place, name, tables[name], label) for name in tables)
    return dict(zip(tables, tagged, strict=True))


def prune(place: Place, keep: int, run: str, tags: Tags) -> None:
    """Remove all but the `keep` newest generations, and what interrupted writers left. Requires the lease.

    `tags` holds the tags of tables, as far as they are known.
    """
    numbers = published_numbers(place)
    for number in numbers[keep:]:
        place.delete(manifest_path(number))
    kept = {f"{PREFIX}{number}" for number in numbers[:keep]}
    together(partial(_clean, place, name, tags.get(name), kept, run) for name in TABLES)


def _tag(place: Place, name: str, version: int, label: str) -> frozenset[str]:
    dataset = open_version(place.address, name, version, place.lance_options, place.session)
    with lance_errors(dataset.uri):
        known = frozenset(dataset.tags.list())
        if label in known:  # an interrupted run was about to publish this number
            dataset.tags.delete(label)
        dataset.tags.create(label, version)
    return known | {label}


def _clean(place: Place, name: str, tags: frozenset[str] | None, kept: set[str], run: str) -> None:
    """Drop the other tags of a table, and all versions and files that nothing uses."""
    table = Table.open(place, name, run)
    if table is None:
        return
    with lance_errors(table.dataset.uri):
        for label in frozenset(table.dataset.tags.list() if tags is None else tags) - kept:
            table.dataset.tags.delete(label)
        table.dataset.cleanup_old_versions(
            older_than=timedelta(0), delete_unverified=True, error_if_tagged_old_versions=False
        )
