"""A store on an object store: its generations, its lease, and how a generation is published.

    s3://bucket/citeback/
        generations/000007.json   a generation: the version of each table (see `manifest`)
        tables/chunks.lance/      and so on (see `tables`)
        lease.json                held by the writer
        run.json                  what an interrupted run was doing

The generation with the highest number is the current one. Its manifest can be created only once, so no
pointer needs to be updated.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Self
from uuid import uuid4

from citeback.index.errors import DamagedGeneration, NoGeneration, OutdatedFormat, StoreError
from citeback.index.generations.parts.manifest import now
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.object_store import pruning
from citeback.index.object_store.checking import generation_problems
from citeback.index.object_store.generation import RemoteGeneration
from citeback.index.object_store.lease import SECONDS, Lease
from citeback.index.object_store.local_copy import LocalCopy
from citeback.index.object_store.manifest import (
    PublishedManifest,
    manifest_path,
    published_numbers,
    read_manifest,
)
from citeback.index.object_store.place import Place
from citeback.index.object_store.tables import CHUNKS, lance_errors, new_session, open_version
from citeback.index.object_store.together import together

POLL_SECONDS = 2.0
"""How long a server relies on what it knows to be the newest generation."""


class ObjectStore:
    """The generations at one address. Safe to share between threads.

    `copy` keeps the current one on a fast disk. `lease_seconds` is how long a writer that died keeps others
    out.
    """

    def __init__(self, place: Place, copy: LocalCopy | None = None, lease_seconds: float = SECONDS) -> None:
        self.place = place
        self._copy = copy
        self._lease_seconds = lease_seconds
        place.session = place.session or new_session()
        self._lock = Lock()
        self._polled = float("-inf")
        self._newest: int | None = None
        self._copying: Thread | None = None
        self._has_conditions = False

    @classmethod
    def open(cls, address: str, copy: Path | None = None, lease_seconds: float = SECONDS) -> Self:
        """Return the store at an address; nothing is requested yet. Raises SettingsError."""
        place = Place.open(address)
        return cls(place, LocalCopy(copy, place) if copy else None, lease_seconds)

    @property
    def path(self) -> str:
        """Return the address."""
        return self.place.address

    def numbers(self) -> list[int]:
        """Return the numbers of all published generations, intact or damaged, newest first."""
        return published_numbers(self.place)

    def newest(self) -> int | None:
        """Return the number of the newest generation; with a copy, of the newest that has been copied."""
        with self._lock:
            if monotonic() - self._polled > POLL_SECONDS:
                number = next(iter(self.numbers()), None)
                self._polled = monotonic()
                if self._copy is None or number is None:
                    self._newest = number
                elif number != self._newest and not (self._copying and self._copying.is_alive()):
                    self._copying = Thread(target=self._bring, args=(number,), name="copy", daemon=True)
                    self._copying.start()
            return self._newest

    def manifest(self, number: int) -> PublishedManifest:
        """Return the manifest of a generation. Raises StoreError."""
        return read_manifest(self.place, number)

    def current(self, *, thorough: bool = False, numbers: Sequence[int] | None = None) -> RemoteGeneration:
        """Open the newest intact generation, adding notices about damaged ones that were skipped.

        `numbers` are those of all published generations, newest first, where they are known already.

        Raises:
            NoGeneration: nothing has been published.
            DamagedGeneration: no generation is intact.
        """
        notices: list[str] = []
        for number in self.numbers() if numbers is None else numbers:
            try:
                return self.generation(self.manifest(number), tuple(notices), thorough=thorough)
            except DamagedGeneration as error:
                notices.append(f"Generation {number} is damaged and was skipped: {error.message}")
            except OutdatedFormat:
                if not notices:
                    raise
        if notices:
            raise DamagedGeneration(" ".join(notices), "citeback index")
        raise NoGeneration(
            f"Nothing is indexed in {self.path}.", f"citeback index FOLDER --store {self.path}"
        )

    def generation(
        self, manifest: PublishedManifest, notices: tuple[str, ...] = (), *, thorough: bool = False
    ) -> RemoteGeneration:
        """Open a generation. Raises DamagedGeneration if a table lacks its version or its rows."""
        address = self._copy.bring(manifest) if self._copy and not thorough else self.place.address
        options = self.place.lance_options if address == self.place.address else {}
        session = self.place.session
        opened = together(
            partial(open_version, address, name, version, options, session)
            for name, version in manifest.tables.items()
        )
        tables = dict(zip(manifest.tables, opened, strict=True))
        if CHUNKS in tables:
            with lance_errors(self.path):
                rows = tables[CHUNKS].count_rows()
            if rows != manifest.counts.chunks:
                problem = f"It has {rows:,} chunks, not {manifest.counts.chunks:,}."
                raise DamagedGeneration(problem, "citeback index")
        return RemoteGeneration(manifest, tables, notices)

    def outline(self) -> PublishedManifest | None:
        """Return the newest manifest that can be read, or None."""
        for number in self.numbers():
            try:
                return self.manifest(number)
            except (DamagedGeneration, OutdatedFormat):
                continue
        return None

    def check(self) -> list[str]:
        """Return all problems of all kept generations, newest first. Raises NoGeneration."""
        numbers = self.numbers()
        if not numbers:
            raise NoGeneration(f"Nothing is indexed in {self.path}.", "citeback index FOLDER")
        return [f"Generation {n}: {problem}" for n in numbers for problem in self._problems(n)]

    def history(self) -> tuple[KeptGeneration, ...]:
        """Return all kept generations, newest first."""
        return tuple(self._kept_generation(number) for number in self.numbers())

    def rollback(self, number: int | None = None) -> KeptGeneration:
        """Publish a kept generation again: a given one, or the newest intact one before the current.

        Raises:
            StoreError: the generation is not kept, or is the current one.
        """
        with self.writing() as (run, lease):
            numbers = self.numbers()
            if number is None:
                number = next((n for n in numbers[1:] if not self._kept_generation(n).problem), None)
            if number is None or number not in numbers[1:]:
                raise NoGeneration(
                    f"{self.path} keeps no intact generation {number or ''} before the current one.",
                    "citeback rollback --list",
                )
            with self.generation(self.manifest(number), thorough=True) as earlier:
                changes = {"number": numbers[0] + 1, "restored": number, "published": now()}
                manifest = earlier.manifest.model_copy(update=changes)
            lease.require()
            self.publish(manifest)
            pruning.forget(self.place, manifest.settings.keep, (manifest.number, *numbers))
            pruning.clean(self.place, run)
            return self._kept_generation(manifest.number)

    @contextmanager
    def writing(self) -> Iterator[tuple[str, Lease]]:
        """Hold the lease; yield the run's id and the lease.

        Raises:
            StoreLocked: another process is writing.
            StoreError: the object store has no conditional writes.
        """
        with self.beginning() as (run, lease, permitted):
            permitted.result()
            yield run, lease

    @contextmanager
    def beginning(self) -> Iterator[tuple[str, Lease, "Future[None]"]]:
        """Hold the lease as in `writing`, and yield also what has a result once anything may be written.

        The result is an error if the object store has no conditional writes.
        """
        run = uuid4().hex
        with ThreadPoolExecutor(1) as pool:
            permitted = pool.submit(self._try_conditions)
            with Lease(self.place, run, self._lease_seconds, permitted.result).held() as lease:
                yield run, lease, permitted

    def _try_conditions(self) -> None:
        """Try once whether the object store has conditional writes. Raises StoreError."""
        if not self._has_conditions:
            self.place.require_conditional_writes()
            self._has_conditions = True

    def publish(self, manifest: PublishedManifest) -> None:
        """Make a generation the current one, atomically. Requires the lease.

        Raises:
            StoreError: another process has published one of this number.
        """
        if self.place.create(manifest_path(manifest.number), manifest.render()) is None:
            raise StoreError(
                f"{self.place.url(manifest_path(manifest.number))} was published by another process.",
                "citeback index",
            )

    def _bring(self, number: int) -> None:
        """Copy a generation, so that moving to it does not keep questions waiting."""
        try:
            if self._copy:
                self._copy.bring(self.manifest(number))
        except StoreError:
            return  # questions go on being answered from the open one, and the next poll tries again
        with self._lock:
            self._newest = number

    def _problems(self, number: int) -> list[str]:
        try:
            return generation_problems(self.generation(self.manifest(number), thorough=True))
        except DamagedGeneration as error:
            return [error.message]

    def _kept_generation(self, number: int) -> KeptGeneration:
        try:
            manifest = self.manifest(number)
            self.generation(manifest, thorough=True)
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
        )
