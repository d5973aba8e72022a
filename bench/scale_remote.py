"""Measure search on an object store; `bench.scale --store s3://...` runs it.

Rows are made as for the local store (see `bench.scale`) and written into the tables of a new address for each
size. A process of its own opens the index, first from the object store, then from a copy, and is asked the
questions twice: with empty caches, and again.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa

from bench.scale import BLOCK, CHUNKS, Real, made_document, search_passages, status_bytes
from citeback.index import any_store
from citeback.index.embedding.protocols import Floats
from citeback.index.embedding.query_encoder import load_query_encoder
from citeback.index.generations.parts.manifest import VERSION, Counts, now
from citeback.index.generations.parts.rows import NewChunk
from citeback.index.object_store.arrow_rows import DOCUMENT_FIELDS, EncodedChunk, chunk_rows
from citeback.index.object_store.indexing import frequencies, search_indexes
from citeback.index.object_store.indexing.workspace import Workspace
from citeback.index.object_store.manifest import FORMAT, PublishedManifest
from citeback.index.object_store.place import Place
from citeback.index.object_store.store import ObjectStore
from citeback.index.object_store.tables import CHUNKS as CHUNK_TABLE
from citeback.index.object_store.tables import DOCUMENTS, SCHEMAS, TERMS
from citeback.index.records import Chunk, Span
from citeback.index.search.analyzer import Analyzer
from citeback.index.settings import Settings
from citeback.rag.query import Query, build_query
from citeback.rag.question import standalone
from citeback.rag.retrieval.hybrid import LEXICAL_POOL

RECALL_QUERIES = 50
COLD_QUESTIONS = 20


def write_remote(address: str, real: Real, chunks: int) -> None:
    """Write and publish an index of so many chunks."""
    store = ObjectStore.open(address)
    with store.writing() as (run, _):
        workspace = Workspace.open(store.place, run)
        workspace.create_missing(real.vectors.shape[1])
        counted: Counter[str] = Counter()
        for n in range(0, chunks, BLOCK):
            rows = range(n, min(n + BLOCK, chunks))
            texts = [real.text(row) for row in rows]
            _write_block(workspace, rows, texts, real.perturbed(rows))
            for text in texts:
                counted.update(set(text.split()))
        frequencies.add(workspace[TERMS], counted)
        timed("indexes", lambda: search_indexes.bring_up(workspace))
        manifest = PublishedManifest(
            format=FORMAT,
            citeback=VERSION,
            number=1,
            created=now(),
            published=now(),
            folders=(),
            settings=Settings(),
            fingerprint=real.fingerprint,
            dimension=real.vectors.shape[1],
            counts=Counts(documents=-(-chunks // CHUNKS), failures=0, chunks=chunks, sentences=2 * chunks),
            tables=workspace.versions,
        )
        store.publish(manifest)


def _write_block(workspace: Workspace, rows: range, texts: Sequence[str], vectors: Floats) -> None:
    encoded, documents = [], []
    for n in range(0, len(rows), CHUNKS):
        own = texts[n : n + CHUNKS]
        name, start = f"{rows[n]:09}.txt", 0
        for k, text in enumerate(own):
            middle, end = start + len(text) // 2, start + len(text)
            halves = (Span(start, middle), Span(middle, end))
            new = NewChunk(chunk=Chunk(Span(start, end), halves), key=(rows[n] + k).to_bytes(32), terms=text)
            vector = vectors[n + k]
            encoded.append(
                EncodedChunk(
                    document=name,
                    new=new,
                    vector=vector,
                    sentences=np.stack([vector, vector]).astype(np.float16),
                )
            )
            start = end + 1
        documents.append(_document(name, "\n".join(own)))
    workspace[CHUNK_TABLE].append(chunk_rows(encoded, vectors.shape[1]))
    workspace[DOCUMENTS].append(pa.Table.from_pylist(documents, schema=SCHEMAS[DOCUMENTS]))


def _document(name: str, text: str) -> dict[str, Any]:
    """Return a document's row; the sketch for near copies, which no question reads, is left out."""
    from hashlib import sha256

    document = made_document(name, text)
    empty: dict[str, Any] = {"headings": [], "pages": [], "places": [], "labels": [], "sketch": b""}
    data = text.encode()
    own = {field: getattr(document, field) for field in DOCUMENT_FIELDS}
    return own | empty | {"text": data, "text_sha256": sha256(data).digest()}


def measure_remote(address: str, questions: list[str]) -> None:
    """Open an index, ask it the questions, and print a table row for S3 and one for a copy."""
    encoder, analyzer = load_query_encoder(Settings()), Analyzer("en")
    with TemporaryDirectory() as place:
        for name, copy in (("S3", None), ("copy", Path(place) / "copy")):
            start = perf_counter()
            generation: Any = any_store.open_store(address, copy).current()
            opened = perf_counter() - start
            queries = [build_query(standalone(q), encoder, analyzer, generation.lexical) for q in questions]
            shown = [f"{len(generation):,}", name, *_figures(generation, queries)]
            size = sum(found.size for found in Place.open(address).list("tables/"))
            resident = status_bytes("VmRSS") / 1e9
            shown += [f"{resident:.2f}", f"{opened:.2f}", f"{size / len(generation):,.0f}"]
            print("|", " | ".join(shown), "|", flush=True)


def _figures(generation: Any, queries: Sequence[Query]) -> list[str]:
    """Return the times of queries, their recall, and the requests of one."""
    cold, rest = queries[:COLD_QUESTIONS], queries[COLD_QUESTIONS:]
    search = partial(search_passages, generation)
    spread = [_spread(search, cold)]
    requests = _requests(generation, partial(search, rest[0]))
    spread += [_spread(search, rest), _spread(search, rest)]
    spread.append(_spread(lambda q: generation.vectors._proposed(q.vector, 100, None), queries))
    spread.append(_spread(lambda q: generation.lexical.search(q.weights, LEXICAL_POOL), queries))
    recall = _recall(generation, np.stack([query.vector for query in queries[:RECALL_QUERIES]]))
    return [*spread, f"{recall:.3f}", str(requests)]


HEADING = (
    "| chunks | from | query with empty caches, ms | query, ms | the same again, ms | vectors, ms "
    "| words, ms | recall@10 | requests a query | GB resident | s to open | bytes a chunk |\n"
    f"{'|---' * 12}|"
)


def timed(name: str, act: Callable[[], object]) -> None:
    """Print how long something takes, on standard error."""
    start = perf_counter()
    act()
    print(f"{name}: {perf_counter() - start:.0f} s", file=sys.stderr, flush=True)


def _requests(generation: Any, act: Callable[[], object]) -> int:
    """Return the reads that a query makes of all tables."""
    for table in generation.tables.values():
        table.io_stats_incremental()
    act()
    return sum(int(table.io_stats_incremental().read_iops) for table in generation.tables.values())


def _recall(generation: Any, queries: Floats) -> float:
    """Return the share of the ten nearest chunks that are found, compared with all of them."""
    found = [generation.vectors.search(query[None], 10)[1][0] for query in queries]
    best = [np.empty((0, 2))] * len(queries)
    table = generation.tables[CHUNK_TABLE]
    for batch in table.to_batches(columns=["vector", "_rowid"], batch_size=BLOCK):
        matrix = batch["vector"].flatten().to_numpy(zero_copy_only=False)
        matrix = matrix.reshape(batch.num_rows, -1).astype(np.float32)
        rows = batch["_rowid"].to_numpy()
        for n, scores in enumerate((matrix @ queries.T).T):
            near = np.argsort(-scores)[:10]
            both = np.concatenate([best[n], np.stack([scores[near], rows[near]], axis=1)])
            best[n] = both[np.argsort(-both[:, 0], kind="stable")[:10]]
    shared = [len({*a.tolist()} & {*map(int, b[:, 1])}) / 10 for a, b in zip(found, best, strict=True)]
    return float(np.mean(shared))


def _spread(act: Callable[[Query], object], queries: Sequence[Query]) -> str:
    """Return the median and 95th percentile of the time that queries take."""
    seconds = []
    for query in queries:
        start = perf_counter()
        act(query)
        seconds.append(perf_counter() - start)
    return f"{np.median(seconds) * 1000:.0f} / {np.percentile(seconds, 95) * 1000:.0f}"
