"""Tags keep the versions that generations use; unused files are removed."""

from datetime import timedelta
from functools import partial

from citeback.index.object_store.manifest import PublishedManifest, manifest_path, published_numbers
from citeback.index.object_store.place import Place
from citeback.index.object_store.tables import CHUNKS, SCHEMAS, Table, lance_errors, open_version
from citeback.index.object_store.together import together

PREFIX = "generation-"
TABLES = (*SCHEMAS, CHUNKS)


def tag(place: Place, manifest: PublishedManifest) -> None:
    """Keep the versions of a generation that is about to be published. Requires the lease."""
    label = f"{PREFIX}{manifest.number}"
    together(partial(_tag, place, name, version, label) for name, version in manifest.tables.items())


def prune(place: Place, keep: int, run: str) -> None:
    """Remove all but the `keep` newest generations, and what interrupted writers left. Requires the lease."""
    numbers = published_numbers(place)
    for number in numbers[keep:]:
        place.delete(manifest_path(number))
    kept = {f"{PREFIX}{number}" for number in numbers[:keep]}
    together(partial(_clean, place, name, kept, run) for name in TABLES)


def _tag(place: Place, name: str, version: int, label: str) -> None:
    dataset = open_version(place.address, name, version, place.lance_options, place.session)
    with lance_errors(dataset.uri):
        if label in dataset.tags.list():  # an interrupted run was about to publish this number
            dataset.tags.delete(label)
        dataset.tags.create(label, version)


def _clean(place: Place, name: str, kept: set[str], run: str) -> None:
    """Drop the other tags of a table, and all versions and files that nothing uses."""
    table = Table.open(place, name, run)
    if table is None:
        return
    with lance_errors(table.dataset.uri):
        for dropped in set(table.dataset.tags.list()) - kept:
            table.dataset.tags.delete(dropped)
        table.dataset.cleanup_old_versions(
            older_than=timedelta(0), delete_unverified=True, error_if_tagged_old_versions=False
        )
