"""How many chunks contain each term: the difference between what was published and what is there now.

The table of terms only grows: a change is a row with the difference, and readers add them up. It is computed
from two fixed versions of the chunks, so a run that is killed and repeated counts nothing twice.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa

from citeback.index.object_store.table import Table
from citeback.index.object_store.tables import SCHEMAS, TERMS, is_in, lance_errors
from citeback.index.object_store.together import together

BLOCK = 2000
"""Documents that are looked up at once; more are found by reading all chunks."""
MAX_ROWS_PER_TERM = 4
"""The table is summed up once it has so many times as many rows as terms."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference in the chunks of each term, and in the number of sentences."""

    terms: Counter[str]
    sentences: int


def changed_documents(before: Any | None, now: Any) -> frozenset[str]:
    """Return the names of documents whose rows differ between two versions of the documents."""
    old, new = together(partial(_identities, each) for each in (before, now))
    return frozenset(name for name, _ in old ^ new)


def difference(before: Any | None, now: Any, documents: Collection[str]) -> Difference:
    """Return the difference that some documents make between two versions of the chunks."""
    terms: Counter[str] = Counter()
    sentences = 0
    versions = [(dataset, sign) for dataset, sign in ((before, -1), (now, 1)) if dataset]
    counted = together(partial(_counted, dataset, documents) for dataset, _ in versions)
    for (_, sign), (chunks, found) in zip(versions, counted, strict=True):
        for term, count in chunks.items():
            terms[term] += sign * count
        sentences += sign * found
    return Difference(Counter({term: n for term, n in terms.items() if n}), sentences)


def add(table: Table, terms: Counter[str]) -> None:
    """Write differences."""
    listed = sorted(terms)
    rows = {"term": listed, "chunks": [terms[term] for term in listed]}
    table.append(pa.Table.from_pydict(rows, schema=SCHEMAS[TERMS]))


def sum_up(table: Table) -> None:
    """Write one row for each term, if there are many more rows than terms."""
    rows = table.dataset.count_rows()
    if rows < BLOCK:
        return
    terms: Counter[str] = Counter()
    for batch in table.dataset.to_batches(columns=["term", "chunks"]):
        for term, chunks in zip(batch["term"].to_pylist(), batch["chunks"].to_pylist(), strict=True):
            terms[term] += chunks
    if rows > MAX_ROWS_PER_TERM * len(terms):
        table.clear()
        add(table, Counter({term: n for term, n in terms.items() if n > 0}))


def _identities(documents: Any | None) -> set[tuple[str, int]]:
    if documents is None:
        return set()
    with lance_errors(documents.uri):
        rows = documents.to_table(columns=["name", "_rowid"])
    return set(zip(rows["name"].to_pylist(), rows["_rowid"].to_pylist(), strict=True))


def _counted(chunks: Any, documents: Collection[str]) -> tuple[Counter[str], int]:
    """Return how many chunks of some documents contain each term, and their number of sentences."""
    terms: Counter[str] = Counter()
    sentences = 0
    for row_terms, row_sentences in _rows(chunks, documents):
        terms.update(set(row_terms.split()))
        sentences += row_sentences
    return terms, sentences


def _rows(chunks: Any, documents: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield the terms and the number of sentences of each chunk of some documents."""
    listed = sorted(documents)
    blocks = [listed[n : n + BLOCK] for n in range(0, len(listed), BLOCK)]
    conditions = [is_in("document", block) for block in blocks] if len(blocks) < 3 else [None]
    wanted = frozenset(listed)
    for condition in conditions:
        columns = ["document", "terms", "sentences"]
        with lance_errors(chunks.uri):
            for batch in chunks.to_batches(columns=columns, filter=condition, batch_size=8192):
                values = (batch[name].to_pylist() for name in ("document", "terms"))
                lengths = batch["sentences"].value_lengths().to_pylist()
                for document, terms, length in zip(*values, lengths, strict=True):
                    if document in wanted:
                        yield terms, length // 2
