"""The kept generations, and rollback to one of them.

A rollback publishes an earlier generation again under the next number, so the highest number stays the
current one, no pointer needs to be updated, and a rollback can itself be rolled back.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from citeback.index.errors import NoGeneration, StoreError
from citeback.index.files import private_files
from citeback.index.generations.generation import WORDS, Generation
from citeback.index.generations.parts.manifest import Manifest, corrupt_files, now
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.generations.store import Store
from citeback.index.search.bm25 import META_LOCK


def history(store: Store) -> tuple[KeptGeneration, ...]:
    """Return all kept generations, newest first, with every checksum verified."""
    kept_generations = tuple(_kept_generation(store.directory(number), number) for number in store.numbers())
    return tuple(kept for kept in kept_generations if store.directory(kept.number).is_dir())


def rollback(store: Store, number: int | None = None) -> Manifest:
    """Publish a kept generation again: a given one, or the newest intact one before the current.

    The folders on disk are not changed, so the next sync indexes what they hold then.

    Raises:
        StoreError: the generation is not kept, or is the current one.
        DamagedGeneration: the generation fails its checksums.
    """
    with store.write_lock(), store.current() as current:
        number = _newest_intact_before(store, current) if number is None else number
        if number == current.number:
            raise StoreError(f"Generation {number} is the current one.", "citeback rollback --list")
        if number not in store.numbers():
            raise StoreError(f"Generation {number} is not kept.", "citeback rollback --list")
        with Generation.open(store.directory(number)) as earlier:
            manifest = _republish(store, earlier)
        store.prune(manifest.settings.keep, {manifest.number, number, current.number})
        return manifest


def _republish(store: Store, earlier: Generation) -> Manifest:
    changes = {"number": store.next_number(), "restored": earlier.number, "published": now()}
    manifest = earlier.manifest.model_copy(update=changes)
    building = store.new_build()
    for name in manifest.files:
        (building / name).parent.mkdir(parents=True, exist_ok=True)
        _link_or_copy(earlier.directory / name, building / name)
    private_files.make_private_file(
        building / WORDS / META_LOCK
    )  # opening the index would create it with default permissions
    store.seal(manifest)
    store.publish(manifest)
    return manifest


def _link_or_copy(path: Path, link: Path) -> None:
    """Hard-link an immutable file, or copy it where the file system has no hard links."""
    try:
        os.link(path, link)
    except OSError:
        shutil.copyfile(path, link)


def _newest_intact_before(store: Store, current: Generation) -> int:
    whole = (kept.number for kept in _earlier_generations(store, current.number) if kept.problem is None)
    if (result := next(whole, None)) is None:
        raise NoGeneration(
            f"{store.path} keeps no intact generation before {current.number}.", "citeback index --keep 10"
        )
    return result


def _earlier_generations(store: Store, number: int) -> Iterator[KeptGeneration]:
    return (_kept_generation(store.directory(n), n) for n in store.numbers() if n < number)


def _kept_generation(directory: Path, number: int) -> KeptGeneration:
    try:
        manifest = Manifest.read(directory)
    except StoreError as error:
        return KeptGeneration(number, problem=error.message)
    counts = manifest.counts
    return KeptGeneration(
        number=number,
        published=manifest.published,
        documents=counts.documents,
        failures=counts.failures,
        chunks=counts.chunks,
        restored=manifest.restored,
        problem=next(corrupt_files(directory, manifest), None),
    )
