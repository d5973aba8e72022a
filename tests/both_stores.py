"""An index on a disk or on an object store, for tests that hold for both."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from toy import ToyEncoder, loading, read

from citeback.index import any_store
from citeback.index.embedding.protocols import LoadEncoder
from citeback.index.generations.protocols import GenerationStore, KeptGeneration, Searchable, WholeGeneration
from citeback.index.generations.store import Store
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.building.write_parts import lexical_text
from citeback.index.sync.missing_files import MissingFolder
from citeback.index.sync.report import SyncReport
from citeback.index.sync.sync import sync

KINDS = ("disk", "object store")


def emptied(asked: Sequence[MissingFolder]) -> list[str]:
    """Return that the documents of every folder that is empty now are to go."""
    return [absent.folder for absent in asked]


class AnyStore:
    """A store of one of both kinds, synced with the toy model."""

    def __init__(self, kind: str, where: Path) -> None:
        self.kind = kind
        path = where if kind == "disk" else f"s3://tests/{uuid4().hex}"
        self.store: GenerationStore = any_store.open_store(path)

    def sync(
        self,
        *folders: Path | str,
        load: LoadEncoder | None = None,
        decide: Callable[[tuple[MissingFolder, ...]], Collection[str]] = emptied,
        **options: Any,
    ) -> SyncReport:
        load = load or loading(ToyEncoder())
        if isinstance(self.store, Store):
            options = {("replace" if name == "replacing" else name): value for name, value in options.items()}
            return sync(self.store, folders, load=load, read=read, decide=decide, **options)
        from citeback.index.object_store.indexing.sync import RemoteSync

        remote = RemoteSync(store=any_store.object_store(self.store), load=load, read=read, decide=decide)
        return remote.run(folders, **options)

    def current(self) -> WholeGeneration:
        return self.store.current()

    def rollback(self) -> KeptGeneration:
        return any_store.rollback(self.store)


def contents(generation: WholeGeneration) -> dict[str, Any]:
    """Return all that a generation holds, by document, as plain values without row numbers."""
    rows = {d.name: generation.chunks_of(d.name) for d in generation.documents}
    listed = [row for own in rows.values() for row in own]
    numbers = [row.row for row in listed]
    terms = sorted({term for row in listed for term in _terms(generation, row)})
    return {
        "documents": [asdict(replace(document, mtime_ns=0)) for document in generation.documents],
        "texts": [generation.source(document.name) for document in generation.documents],
        "failures": [(failure.name, failure.path, failure.reason) for failure in generation.failures],
        "chunks": [(row.document, row.chunk, row.key) for row in listed],
        "count": len(generation),
        "vectors": generation.vectors.vectors(numbers).tolist(),
        "sentences": [generation.sentence_vectors_of(row).tolist() for row in listed],
        "frequencies": generation.lexical.document_frequency(terms),
        "hits": {term: places(generation, generation.lexical.search([term], 99)[1]) for term in terms},
        "near": {
            row.document: places(generation, generation.vectors.search(vector[None], 99)[1][0])[:1]
            for row, vector in zip(listed, generation.vectors.vectors(numbers), strict=True)
        },
        "copies": {name: generation.duplicates_of(name) for name in rows},
        "near copies": {name: generation.near_duplicates_of(name) for name in rows},
    }


def places(generation: Searchable, rows: Any) -> list[tuple[str, int]]:
    """Return where the chunks of some rows are, sorted."""
    return sorted((row.document, row.chunk.span.start) for row in generation.chunks(rows.tolist()))


def _terms(generation: Searchable, row: Any) -> list[str]:
    return Analyzer().terms(lexical_text(generation.source(row.document), row.chunk))
