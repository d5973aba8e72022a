"""Tags keep the versions that generations use; unused files are removed."""

from datetime import timedelta

from citeback.index.object_store.manifest import PublishedManifest, manifest_path, published_numbers
from citeback.index.object_store.place import Place
from citeback.index.object_store.tables import CHUNKS, SCHEMAS, Table, lance_errors, open_version

PREFIX = "generation-"
TABLES = (*SCHEMAS, CHUNKS)


def tag(place: Place, manifest: PublishedManifest) -> None:
    """Keep the versions of a generation that is about to be published. Requires the lease."""
    for name, version in manifest.tables.items():
        dataset = open_version(place.address, name, version, place.lance_options, place.session)
        known = dataset.tags.list()
        with lance_errors(dataset.uri):
            if f"{PREFIX}{manifest.number}" in known:  # an interrupted run was about to publish this number
                dataset.tags.delete(f"{PREFIX}{manifest.number}")
            dataset.tags.create(f"{PREFIX}{manifest.number}", version)


def prune(place: Place, keep: int, run: str) -> None:
    """Remove all but the `keep` newest generations, and what interrupted writers left. Requires the lease."""
    numbers = published_numbers(place)
    for number in numbers[keep:]:
        place.delete(manifest_path(number))
    kept = {f"{PREFIX}{number}" for number in numbers[:keep]}
    for name in TABLES:
        if table := Table.open(place, name, run):
            clean(table, kept)


def clean(table: Table, kept: set[str]) -> None:
    """Drop the other tags of a table, and all versions and files that nothing uses."""
    with lance_errors(table.dataset.uri):
        for dropped in set(table.dataset.tags.list()) - kept:
            table.dataset.tags.delete(dropped)
        table.dataset.cleanup_old_versions(
            older_than=timedelta(0), delete_unverified=True, error_if_tagged_old_versions=False
        )
