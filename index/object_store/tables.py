"""The tables of an index: their columns, and every way in which they are written.

Each write makes a new version of a table; a generation names one version of each. Only the holder of the
lease writes, and a version that it did not make itself is noticed at once.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import pyarrow as pa

from citeback.index.errors import DamagedGeneration, StoreError, StoreLocked
from citeback.index.object_store.place import Place, unreachable

os.environ.setdefault("LANCE_LOG", "error")  # it logs a line for every query otherwise
import lance
from lance.fragment import FragmentMetadata, write_fragments

DOCUMENTS, CHUNKS, FAILURES, COPIES, TERMS = "documents", "chunks", "failures", "copies", "terms"
MAX_LISTED = 2000
"""Names in the condition of one deletion."""
ROWS_PER_FILE = 1 << 20
MAINTENANCE = frozenset({"CreateIndex", "Rewrite", "BaseOperation"})
"""Lance's names for what makes versions without changing rows; the last one reserves fragments."""
FORMAT = "2.1"
"""Version of Lance's files."""

_PLACED = [("name", pa.string()), ("folder", pa.string()), ("path", pa.string()), ("size", pa.int64())]
_PLACED += [("mtime_ns", pa.int64()), ("etag", pa.string()), ("member", pa.string())]
SCHEMAS: Mapping[str, pa.Schema] = {
    DOCUMENTS: pa.schema(
        [
            *_PLACED,
            *((name, pa.string()) for name in ("sha256", "title", "kind", "author", "date", "saved")),
            ("chars", pa.int64()),
            ("headings", pa.list_(pa.int64())),
            ("pages", pa.list_(pa.int64())),
            ("places", pa.list_(pa.int64())),
            ("labels", pa.list_(pa.string())),
            ("sketch", pa.binary()),
            ("text_sha256", pa.binary(32)),
            ("text", pa.large_binary()),
        ]
    ),
    FAILURES: pa.schema([*_PLACED, ("reason", pa.string())]),
    COPIES: pa.schema([(name, pa.string()) for name in ("name", "copy_of", "near_of")]),
    TERMS: pa.schema([("term", pa.string()), ("chunks", pa.int64())]),
}
Rows: TypeAlias = pa.Table


def chunk_schema(dimension: int) -> pa.Schema:
    """Return the columns of the chunks.

    `vector` is a float16 copy for the index. `vectors` holds the chunk's vector in float32, then those of its
    sentences in float16, so that one read gets all of them.
    """
    return pa.schema(
        [
            ("document", pa.string()),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("headings", pa.list_(pa.string())),
            ("sentences", pa.list_(pa.int64())),
            ("key", pa.binary(32)),
            ("terms", pa.string()),
            ("vector", pa.list_(pa.float16(), dimension)),
            ("vectors", pa.large_binary()),
        ]
    )


def quoted(value: str) -> str:
    """Return a string literal for a condition.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"


def is_in(column: str, values: Iterable[str]) -> str:
    """Return the condition that a column holds one of the values, of which there must be one."""
    return f"{column} IN ({', '.join(map(quoted, values))})"


def table_path(name: str) -> str:
    """Return the path of a table below its place."""
    return f"tables/{name}.lance"


@contextmanager
def lance_errors(where: str) -> Iterator[None]:
    """Translate what Lance raises: OSError and its kin, ValueError and RuntimeError."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, pa.ArrowException) as error:
        if isinstance(error, StoreError):
            raise
        raise unreachable(where, error) from error


def new_session() -> Any:
    """Return a session for the open versions of tables: shared caches of their indexes and metadata."""
    return lance.Session()


def open_version(address: str, name: str, version: int, options: Mapping[str, str], session: Any) -> Any:
    """Return one version of a table, for reading.

    Raises:
        DamagedGeneration: it is missing, or its columns are not the expected ones.
    """
    where = f"{address}/{table_path(name)}"
    try:
        dataset = lance.dataset(where, version=version, storage_options=dict(options), session=session)
    except (OSError, ValueError, RuntimeError) as error:
        problem = f"{where} has no version {version} that can be read: {_first_line(error)}"
        raise DamagedGeneration(problem, "citeback check") from error
    if problem := schema_problem(name, dataset.schema):
        raise DamagedGeneration(f"{where}: {problem}.", "citeback check")
    return dataset


def schema_problem(name: str, schema: pa.Schema) -> str:
    """Return the problem with the columns of a table, or ""."""
    if name != CHUNKS:
        return "" if schema.equals(SCHEMAS[name]) else "its columns are not those of an index"
    if "vector" not in schema.names:
        return "its columns are not those of an index"
    vectors = schema.field("vector").type
    same = pa.types.is_fixed_size_list(vectors) and schema.equals(chunk_schema(vectors.list_size))
    return "" if same else "its columns are not those of an index"


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
            added = [FragmentMetadata.from_json(each) for each in fragments]
            with self._one_commit():
                self.dataset = lance.LanceDataset.commit(
                    self.dataset.uri,
                    lance.LanceOperation.Append(added),
                    read_version=self.version,
                    storage_options=self.place.lance_options,
                    max_retries=0,
                    commit_message=self._run,
                )

    def delete(self, column: str, values: Iterable[str]) -> None:
        """Delete the rows whose column holds one of the values."""
        listed = sorted(set(values))
        for n in range(0, len(listed), MAX_LISTED):
            condition = is_in(column, listed[n : n + MAX_LISTED])
            if self.dataset.count_rows(condition):
                with self._one_commit():
                    self.dataset.delete(condition, conflict_retries=0)

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

    @contextmanager
    def commits(self) -> Iterator[None]:
        """Allow the versions of a block that makes or extends indexes, or joins fragments.

        Raises:
            StoreLocked: one of them is somebody else's.
        """
        before = self.version
        with lance_errors(self.dataset.uri):
            yield
            self.dataset.checkout_latest()
            made = [self.dataset.read_transaction(n) for n in range(before + 1, self.version + 1)]
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


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0].split(", /", maxsplit=1)[0][:200]
