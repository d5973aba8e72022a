"""The end of a run: updates everything that depends on all documents together, such as copies."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from citeback.index.generations.parts.minhash import near_duplicates
from citeback.index.object_store.arrow_rows import (
    FAILURE_FIELDS,
    SOURCE_FIELDS,
    checked_rows,
    failure_rows,
    failures_of,
    source_of,
)
from citeback.index.object_store.indexing.workspace import Workspace
from citeback.index.object_store.table import write_rows
from citeback.index.object_store.tables import CHUNKS, COPIES, DOCUMENTS, FAILURES, SCHEMAS, lance_errors
from citeback.index.records import Document, Failure, Source
from citeback.index.sync.duplicates import mark_duplicates

PLACED = ("folder", "path", "size", "mtime_ns", "etag")
"""Columns of a document that change when its file moves or is written again unchanged."""
BLOCK = 64


def sketches(documents: Any) -> dict[str, bytes]:
    """Return the sketches of all documents in a version of their table, by name."""
    with lance_errors(documents.uri):
        rows = documents.to_table(columns=["name", "sketch"])
    return {row["name"]: row["sketch"] for row in checked_rows(rows, DOCUMENTS)}


def related(documents: Iterable[Document], known: Mapping[str, bytes]) -> tuple[Document, ...]:
    """Return the documents by name, with exact and near copies marked; `known` are their sketches."""
    marked = mark_duplicates(replace(document, copy_of="", near_of="") for document in documents)
    originals = {document.name for document in marked if not document.copy_of}
    near = near_duplicates({name: sketch for name, sketch in known.items() if name in originals})
    return tuple(
        replace(document, near_of=near[document.name]) if document.name in near else document
        for document in marked
    )


def write_relations(workspace: Workspace, documents: Iterable[Document]) -> frozenset[str]:
    """Write which documents are copies; return the names of those for which that has changed."""
    wanted = {d.name: (d.copy_of, d.near_of) for d in documents if d.copy_of or d.near_of}
    rows = workspace[COPIES].rows(("name", "copy_of", "near_of"))
    before = {row["name"]: (row["copy_of"], row["near_of"]) for row in checked_rows(rows, COPIES)}
    changed = {name for name in {*wanted, *before} if wanted.get(name) != before.get(name)}
    workspace[COPIES].delete("name", changed & before.keys())
    fresh = [
        {"name": name, "copy_of": wanted[name][0], "near_of": wanted[name][1]}
        for name in sorted(changed & wanted.keys())
    ]
    workspace[COPIES].append(pa.Table.from_pylist(fresh, schema=SCHEMAS[COPIES]))
    return frozenset(changed)


def write_failures(workspace: Workspace, failures: Collection[Failure]) -> None:
    """Write the files that could not be read, where they have changed."""
    known = set(failures_of(workspace[FAILURES].rows(FAILURE_FIELDS), FAILURES))
    wanted = {Failure(**{name: getattr(each, name) for name in FAILURE_FIELDS}) for each in failures}
    if known != wanted:
        changed = known ^ wanted
        workspace[FAILURES].delete("name", {each.name for each in changed})
        names = {each.name for each in changed}
        fresh = sorted((each for each in wanted if each.name in names), key=lambda each: each.name)
        workspace[FAILURES].append(failure_rows(fresh))


def write_moved(workspace: Workspace, before: Iterable[Document], now: Iterable[Document]) -> None:
    """Write the place and date of documents whose files moved or got another date, but say the same."""
    known = {document.name: document for document in before}
    moved = {
        document.name: document
        for document in now
        if (old := known.get(document.name)) and any(getattr(old, c) != getattr(document, c) for c in PLACED)
    }
    names = sorted(moved)
    for n in range(0, len(names), BLOCK):
        block, table = names[n : n + BLOCK], workspace[DOCUMENTS]
        rows = table.matching(SCHEMAS[DOCUMENTS].names, "name", block)
        listed = rows["name"].to_pylist()
        for column in PLACED:
            at = rows.schema.get_field_index(column)
            values = pa.array([getattr(moved[name], column) for name in listed], rows.schema.field(at).type)
            rows = rows.set_column(at, rows.schema.field(at), values)
        table.replace("name", listed, write_rows(workspace.place, DOCUMENTS, rows))


def move_chunks(
    workspace: Workspace,
    documents: Iterable[Document],
    read: Collection[str],
    changed: Collection[str],
    *,
    continued: bool,
    index: Callable[[Sequence[tuple[Document, Source]]], None],
) -> None:
    """Delete the chunks of new copies, and `index` documents that were copies and are originals now.

    `read` names the documents that were read in this run, `changed` those whose relations have changed. After
    an interruption (`continued`), every document is looked at.
    """
    if CHUNKS not in workspace.tables:
        return
    marked = {document.name: document for document in documents}
    copies = {name for name, document in marked.items() if document.copy_of}
    doubtful = {*read, *changed}
    workspace[CHUNKS].delete("document", copies if continued else copies & doubtful)
    if continued:
        there = set(workspace[CHUNKS].rows(("document",))["document"].to_pylist())
        alone = [d for name, d in marked.items() if name not in copies and name not in there]
    else:
        was_copy = {*changed} - {*read}
        alone = [marked[name] for name in was_copy if name in marked and name not in copies]
        if alone:
            found = workspace[CHUNKS].matching(("document",), "document", [d.name for d in alone])
            there = set(found["document"].to_pylist())
            alone = [document for document in alone if document.name not in there]
    for n in range(0, len(alone), BLOCK):
        index([(d, _stored_source(workspace, d.name)) for d in alone[n : n + BLOCK]])


def delete_orphans(workspace: Workspace) -> None:
    """Delete chunks of documents that a killed run did not get to write."""
    if CHUNKS in workspace.tables:
        known = set(workspace[DOCUMENTS].rows(("name",))["name"].to_pylist())
        there = set(workspace[CHUNKS].rows(("document",))["document"].to_pylist())
        workspace[CHUNKS].delete("document", there - known)


def _stored_source(workspace: Workspace, name: str) -> Source:
    [row] = checked_rows(workspace[DOCUMENTS].matching(SOURCE_FIELDS, "name", [name]), DOCUMENTS)
    return source_of(row, DOCUMENTS)
