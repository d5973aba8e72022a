"""Creates the search indexes, and extends them by the rows that a run has added.

A small change is a small addition: indexes are merged and trained anew only when that pays off. Rows that an
index does not cover yet are searched one by one.
"""

from collections.abc import Callable, Collection
from functools import partial
from math import isqrt
from typing import Any

from citeback.index.object_store.dense import MAX_EXACT_ROWS
from citeback.index.object_store.indexing.workspace import Workspace
from citeback.index.object_store.table import Table
from citeback.index.object_store.tables import CHUNKS, DOCUMENTS, TERMS
from citeback.index.object_store.together import together

WORDS, VECTORS = "words", "vectors"
LOOKED_UP = {DOCUMENTS: "name", CHUNKS: "document", TERMS: "term"}
"""The column of each table whose values are looked up."""
MIN_LOOKED_UP = 4096
"""Rows from which looking up a value needs an index, and rows that may lack in it."""
MAX_UNINDEXED = 512
"""Vectors that every question may compare one by one."""
MAX_DELTAS = 16
"""Additions to an index before they are merged."""
MAX_GROWTH = 2
"""Lists are made anew once there are so many times as many rows."""
MAX_FRAGMENTS = 64
"""Fragments of a table before they are joined."""
_WORDS = {
    "base_tokenizer": "whitespace",
    "lower_case": False,
    "stem": False,
    "remove_stop_words": False,
    "ascii_folding": False,
    "max_token_length": None,
    "with_position": False,
}


def list_count(rows: int) -> int:
    """Return the number of IVF lists for so many vectors."""
    return max(16, isqrt(rows))


def bring_up(workspace: Workspace, tables: Collection[str] = tuple(LOOKED_UP)) -> None:
    """Make every index of these tables cover what has been written."""
    together(
        partial(_bring_up_table, workspace[name], LOOKED_UP[name])
        for name in tables
        if name in workspace.tables
    )


def _bring_up_table(table: Table, column: str) -> None:
    join_fragments(table)
    _bring_up(table, f"{column}_lookup", MIN_LOOKED_UP, MIN_LOOKED_UP, _lookup(column))
    if table.name == CHUNKS:
        _bring_up(table, WORDS, 1, 1, _words)
        if table.dataset.count_rows() > MAX_EXACT_ROWS:
            if _uncovered(table, VECTORS) >= MAX_UNINDEXED:
                _train_if_outgrown(table)
            _bring_up(table, VECTORS, 1, MAX_UNINDEXED, _vectors)


def join_fragments(table: Table) -> None:
    """Join small fragments, if there are many."""
    if len(table.dataset.get_fragments()) > MAX_FRAGMENTS:
        with table.commits():
            table.dataset.optimize.compact_files(target_rows_per_fragment=1 << 20)


def _bring_up(table: Table, name: str, least: int, unindexed: int, make: Callable[[Any, bool], None]) -> None:
    """Make an index of a table with at least so many rows, or extend it if so many rows lack."""
    rows = table.dataset.count_rows()
    if not table.dataset.has_index or name not in _names(table):
        if rows >= least:
            with table.commits():
                make(table.dataset, False)
        return
    if _uncovered(table, name) >= unindexed:
        parts = len(_segments(table, name))
        merged = parts if parts > MAX_DELTAS else 0
        with table.commits():
            table.dataset.optimize.optimize_indices(index_names=[name], num_indices_to_merge=merged)


def _train_if_outgrown(chunks: Table) -> None:
    if VECTORS in _names(chunks):
        lists = chunks.dataset.stats.index_stats(VECTORS)["indices"][0].get("num_partitions", 0)
        if list_count(chunks.dataset.count_rows()) ** 2 > MAX_GROWTH * lists**2:
            with chunks.commits():
                _vectors(chunks.dataset, True)


def _segments(table: Table, name: str) -> list[Any]:
    return [
        part for index in table.dataset.describe_indices() if index.name == name for part in index.segments
    ]


def _uncovered(table: Table, name: str) -> int:
    """Return the number of rows that an index lacks; the version tells, so the index is not opened."""
    covered = {number for part in _segments(table, name) for number in part.fragment_ids}
    rest = (each for each in table.dataset.get_fragments() if each.fragment_id not in covered)
    return sum(each.count_rows() for each in rest)


def _names(table: Table) -> set[str]:
    return {index.name for index in table.dataset.describe_indices()}


def _lookup(column: str) -> Callable[[Any, bool], None]:
    def make(dataset: Any, replace: bool) -> None:
        dataset.create_scalar_index(column, "BTREE", name=f"{column}_lookup", replace=replace)

    return make


def _words(dataset: Any, replace: bool) -> None:
    dataset.create_scalar_index("terms", "INVERTED", name=WORDS, replace=replace, **_WORDS)


def _vectors(dataset: Any, replace: bool) -> None:
    dataset.create_index(
        "vector",
        "IVF_SQ",
        name=VECTORS,
        metric="dot",
        num_partitions=list_count(dataset.count_rows()),
        replace=replace,
    )
