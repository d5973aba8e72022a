"""A table while it is written: each write makes a new version, and a generation names one of them.

Only the holder of the lease writes, and a version that it did not make itself is noticed at once.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import lance
import pyarrow as pa
from lance.fragment import FragmentMetadata, write_fragments

from citeback.index.errors import StoreLocked
from citeback.index.object_store.place import Place
from citeback.index.object_store.tables import Rows, is_in, lance_errors, open_version, table_path
from citeback.index.object_store.together import together

MAX_LISTED = 2000
"""Names in the condition of one deletion."""
ROWS_PER_FILE = 1 << 20
MAINTENANCE = frozenset({"CreateIndex", "Rewrite", "BaseOperation"})
"""Lance's names for what makes versions without changing rows; the last one reserves fragments."""
FRAGMENT_BITS = 32
"""A row's address holds the number of its fragment above so many bits."""
FORMAT = "2.1"
"""Version of Lance's files."""


class Table:
    """A table at its latest version, for the holder of the lease."""

    def __init__(self, place: Place, name: str, dataset: Any, run: str) -> None:
        self.name = name
        self.place = place
        self.dataset = dataset
        self._run = run

    @classmethod
    def open(cls, place: Place, name: str, run: str, schema: pa.Schema | None = None) -> "Table | None":
        """Open a table, or create it with the given columns; None if it is not there and may not be made."""
        where, options = place.url(table_path(name)), place.lance_options
        with lance_errors(where):
            try:
                opened = lance.dataset(where, storage_options=options, session=place.session)
                return cls(place, name, opened, run)
            except ValueError:  # not found
                if schema is None:
                    return None
            made = lance.write_dataset(
                schema.empty_table(),
                where,
                mode="create",
                storage_options=options,
                data_storage_version=FORMAT,
                transaction_properties={"run": run},
            )
        return cls(place, name, made, run)

    @property
    def version(self) -> int:
        """Return the version that was written last."""
        return int(self.dataset.version)

    def fixed(self, version: int) -> Any:
        """Return a version, open by itself: it can be read while the table is written."""
        return open_version(
            self.place.address, self.name, version, self.place.lance_options, self.place.session
        )

    def restore(self, version: int) -> None:
        """Make an earlier version the latest again."""
        if version != self.version:
            with self._one_commit():
                earlier = self.dataset.checkout_version(version)
                earlier.restore()
                self.dataset = earlier

    def append(self, rows: Rows) -> None:
        """Add rows."""
        if rows.num_rows:
            self.commit(write_rows(self.place, self.name, rows))

    def commit(self, fragments: Sequence[str]) -> None:
        """Add fragments that `write_rows` has written, maybe in another process."""
        if fragments:
            self._commit(lance.LanceOperation.Append(_parsed(fragments)))

    def replace(self, column: str, values: Iterable[str], fragments: Sequence[str]) -> None:
        """Delete the rows whose column holds one of the values, and add fragments, in one version.

        Many values take more than one version, of which the last one adds.
        """
        listed = sorted(set(values))
        while len(listed) > MAX_LISTED:
            self.replace(column, listed[:MAX_LISTED], ())
            listed = listed[MAX_LISTED:]
        changed, emptied = self._without(column, listed)
        if changed or emptied:
            self._commit(
                lance.LanceOperation.Update(
                    removed_fragment_ids=emptied,
                    updated_fragments=changed,
                    new_fragments=_parsed(fragments),
                )
            )
        else:
            self.commit(fragments)

    def delete(self, column: str, values: Iterable[str]) -> None:
        """Delete the rows whose column holds one of the values."""
        self.replace(column, values, ())

    def clear(self) -> None:
        """Delete every row."""
        if self.dataset.count_rows():
            with self._one_commit():
                self.dataset.delete("true", conflict_retries=0)

    def rows(self, columns: Sequence[str], condition: str | None = None) -> Rows:
        """Return some columns of the rows that meet a condition."""
        with lance_errors(self.dataset.uri):
            return self.dataset.to_table(columns=list(columns), filter=condition)

    def matching(self, columns: Sequence[str], column: str, values: Iterable[str]) -> Rows:
        """Return some columns of the rows whose `column` holds one of the values."""
        listed = sorted(set(values))
        blocks = [listed[n : n + MAX_LISTED] for n in range(0, len(listed), MAX_LISTED)]
        parts = [self.rows(columns, is_in(column, block)) for block in blocks]
        return pa.concat_tables(parts) if parts else self.rows(columns, "false")

    def _without(self, column: str, values: Sequence[str]) -> tuple[list[FragmentMetadata], list[int]]:
        """Mark rows as deleted, in no version yet; return changed fragments, and numbers of empty ones."""
        if not values:
            return [], []
        condition = is_in(column, values)
        with lance_errors(self.dataset.uri):
            found = self.dataset.to_table(columns=["_rowaddr"], filter=condition)["_rowaddr"].to_pylist()
            numbers = sorted({address >> FRAGMENT_BITS for address in found})
            made = together(
                partial(self.dataset.get_fragment(number).delete, condition) for number in numbers
            )
        return [each for each in made if each], [n for n, each in zip(numbers, made, strict=True) if not each]

    def _commit(self, operation: Any) -> None:
        with self._one_commit():
            self.dataset = lance.LanceDataset.commit(
                self.dataset,
                operation,
                read_version=self.version,
                storage_options=self.place.lance_options,
                max_retries=0,
                commit_message=self._run,
            )

    @contextmanager
    def commits(self) -> Iterator[None]:
        """Allow the versions of a block that makes or extends indexes, or joins fragments.

        Raises:
            StoreLocked: one of them is somebody else's.
        """
        before = self.version
        with lance_errors(self.dataset.uri):
            yield
            ours = self.version == before + 1  # nobody else's can be between
            if self.version == before:
                self.dataset.checkout_latest()
            new = () if ours else range(before + 1, self.version + 1)
            made = [self.dataset.read_transaction(n) for n in new]
        if foreign := {type(each.operation).__name__ for each in made if each} - MAINTENANCE:
            raise StoreLocked(
                f"Another process wrote to {self.dataset.uri} meanwhile ({', '.join(sorted(foreign))}). "
                "Nothing was published.",
                "citeback index",
            )

    @contextmanager
    def _one_commit(self) -> Iterator[None]:
        """Raise StoreLocked if the latest version is not the next one, since another process wrote it."""
        before = self.version
        with lance_errors(self.dataset.uri):
            yield
        if self.version != before + 1:
            raise StoreLocked(
                f"Another process wrote to {self.dataset.uri} meanwhile. Nothing was published.",
                "citeback index",
            )


def write_rows(place: Place, name: str, rows: Rows) -> list[str]:
    """Write rows as fragments that belong to no version yet; return their descriptions, in JSON."""
    where = place.url(table_path(name))
    with lance_errors(where):
        written = write_fragments(
            rows,
            where,
            schema=rows.schema,
            mode="append",
            max_rows_per_file=ROWS_PER_FILE,
            data_storage_version=FORMAT,
            storage_options=place.lance_options,
            session=place.session,
        )
    return [json.dumps(each.to_json()) for each in written]


def _parsed(fragments: Iterable[str]) -> list[FragmentMetadata]:
    return [FragmentMetadata.from_json(each) for each in fragments]
