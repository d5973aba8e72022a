"""The tables while a run writes them, and the note with which the next run continues an interrupted one."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Self

from citeback.index.errors import StoreError
from citeback.index.generations.parts.manifest import VERSION
from citeback.index.object_store.manifest import PublishedManifest
from citeback.index.object_store.place import Place
from citeback.index.object_store.table import Table
from citeback.index.object_store.tables import CHUNKS, SCHEMAS, chunk_schema
from citeback.index.object_store.together import together
from citeback.index.settings import Settings

RUN = "run.json"


@dataclass(frozen=True, slots=True)
class RunNote:
    """What a run started from and indexes with; `base` is the number of the generation, 0 for none."""

    base: int
    citeback: str
    cutting: Mapping[str, str | int]
    fingerprint: str

    @classmethod
    def of(cls, base: int, settings: Settings, fingerprint: str) -> Self:
        """Return the note of a run."""
        return cls(base=base, citeback=VERSION, cutting=settings.cutting, fingerprint=fingerprint)

    @classmethod
    def read(cls, place: Place) -> Self | None:
        """Return the note of an interrupted run, or None."""
        known = place.read(RUN)
        try:
            given = json.loads(known[0]) if known else None
            return cls(**given) if given else None
        except (ValueError, TypeError, RecursionError):
            return None

    def write(self, place: Place) -> None:
        """Write the note."""
        place.write(RUN, json.dumps(asdict(self)).encode())

    def continues(self, base: int, settings: Settings) -> bool:
        """Return whether a run from this generation, with these settings, can go on where this stopped."""
        return (self.base, self.citeback, self.cutting) == (base, VERSION, settings.cutting)


class Workspace:
    """The tables of a place, at their latest versions, and the `note` of a run. Requires the lease."""

    def __init__(self, place: Place, run: str, tables: dict[str, Table], note: RunNote | None = None) -> None:
        self.place = place
        self.run = run
        self.tables = tables
        self.note = note

    @classmethod
    def open(cls, place: Place, run: str) -> Self:
        """Open the tables that there are, and read the note of an interrupted run."""
        with ThreadPoolExecutor(1) as pool:
            note = pool.submit(RunNote.read, place)
            opened = together(partial(Table.open, place, name, run) for name in (*SCHEMAS, CHUNKS))
        return cls(place, run, {table.name: table for table in opened if table}, note.result())

    def begin(self, note: RunNote) -> None:
        """Write a note, before anything else is written."""
        self.note = note
        note.write(self.place)

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]

    @property
    def versions(self) -> dict[str, int]:
        """Return the version of each table."""
        return {name: table.version for name, table in self.tables.items()}

    def restore(self, published: PublishedManifest | None) -> None:
        """Make the contents those of a generation again, or empty without one."""
        versions = published.tables if published else {}
        together(
            partial(table.restore, versions[name]) if name in versions else table.clear
            for name, table in self.tables.items()
        )

    def create_missing(self, dimension: int) -> None:
        """Create the tables that are missing; `dimension` is the length of the vectors, 0 for no chunks.

        Raises:
            StoreError: the chunks have vectors of another length.
        """
        schemas = {**SCHEMAS, **({CHUNKS: chunk_schema(dimension)} if dimension else {})}
        for name, schema in schemas.items():
            if name not in self.tables and (made := Table.open(self.place, name, self.run, schema)):
                self.tables[name] = made
        if dimension and not self[CHUNKS].dataset.schema.equals(schemas[CHUNKS]):
            raise StoreError(
                f"{self.place.address} holds vectors of another length than {dimension}.",
                "index into another address, such as s3://BUCKET/OTHER",
            )

    def delete_chunks(self, documents: Iterable[str]) -> None:
        """Delete the chunks of some documents."""
        if CHUNKS in self.tables:
            self[CHUNKS].delete("document", documents)

    def finish(self) -> None:
        """Remove the note, if there is one, once the run is published or has changed nothing."""
        if self.note:
            self.place.delete(RUN)
            self.note = None
