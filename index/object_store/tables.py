"""The tables of an index: their columns, and how one version of them is opened."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import pyarrow as pa

from citeback.index.errors import DamagedGeneration, StoreError
from citeback.index.object_store.place import unreachable

os.environ.setdefault("LANCE_LOG", "error")  # it logs a line for every query otherwise
import lance

DOCUMENTS, CHUNKS, FAILURES, COPIES, TERMS = "documents", "chunks", "failures", "copies", "terms"

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


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0].split(", /", maxsplit=1)[0][:200]
