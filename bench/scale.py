"""Measure search from ten thousand to a million chunks.

    python -m bench.scale [--data DIR] [--set scifact] [--chunks 10000 100000 300000 1000000]
        [--store s3://BUCKET/NAME]

A store of each size is written, opened in a process of its own, and asked the set's questions. Its texts are
runs of 100 of the set's own words (stemmed, so that they need no analysis), ten chunks a document, two
sentences a chunk. Its vectors are the set's chunk vectors with noise of 0.6 times their length, which leaves
a cosine of about 0.86. Embedding a million real chunks would take hours.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

from bench.sets import DATA, OUT, commit, lay_out
from citeback.index.addresses import is_address
from citeback.index.embedding.protocols import Floats, normalize_rows
from citeback.index.embedding.query_encoder import load_query_encoder
from citeback.index.generations.generation import ROWS, SENTENCES, VECTORS, Generation
from citeback.index.generations.parts.manifest import (
    FORMAT,
    VERSION,
    Counts,
    Manifest,
    compute_checksums,
    now,
)
from citeback.index.generations.parts.row_writer import RowWriter
from citeback.index.generations.parts.rows import NewChunk
from citeback.index.generations.protocols import Searchable
from citeback.index.generations.store import Store
from citeback.index.records import Chunk, Document, Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.ivf import MAX_EXACT_ROWS
from citeback.index.search.vectors import VectorIndex
from citeback.index.settings import Settings
from citeback.index.sync.building.write_parts import write_postings
from citeback.rag.answer import Passage
from citeback.rag.query import Query, build_query
from citeback.rag.question import standalone
from citeback.rag.retrieval.hybrid import LEXICAL_POOL, retrieve, to_passages

WORDS, CHUNKS, NOISE, BLOCK = 100, 10, 0.6, 1 << 14
REMOTE_QUESTIONS = 100  # asked of an object store, where each takes longer


@dataclass(frozen=True, slots=True, eq=False)
class Real:
    """The source of a synthetic store: the words of real documents in order, and real chunk vectors."""

    words: list[str]
    vectors: Floats
    fingerprint: str

    @classmethod
    def of(cls, generation: Generation) -> "Real":
        """Return the words and vectors of an index."""
        analyzer = Analyzer(generation.settings.language)
        texts = (generation.source(document.name).text for document in generation.documents)
        words = [term for text in texts for term in analyzer.terms(text)]
        return cls(words, generation.vectors.vectors(range(len(generation))), generation.fingerprint)

    def text(self, seed: int) -> str:
        """Return a run of words from a position that the seed decides."""
        start = int(np.random.default_rng(seed).integers(len(self.words) - WORDS))
        return " ".join(self.words[start : start + WORDS])

    def perturbed(self, rows: range) -> Floats:
        """Return a unit vector for each row, near one of the real ones."""
        generator = np.random.default_rng(rows.start)
        shape = (len(rows), self.vectors.shape[1])
        noise = generator.standard_normal(shape, dtype=np.float32) * (NOISE / np.sqrt(shape[1]))
        return normalize_rows(self.vectors[generator.integers(len(self.vectors), size=len(rows))] + noise)


def write(store: Store, real: Real, chunks: int) -> None:
    """Write and publish a store of so many chunks."""
    with store.write_lock():
        directory = store.new_build()
        _write_rows(directory, real, chunks)
        blocks = (real.perturbed(range(n, min(n + BLOCK, chunks))) for n in range(0, chunks, BLOCK))
        VectorIndex.build(directory / VECTORS, real.vectors.shape[1], blocks)
        _write_sentences(directory, chunks)
        manifest = Manifest(
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
            files=compute_checksums(directory),
        )
        store.seal(manifest)
        store.publish(manifest)


def made_document(name: str, text: str) -> Document:
    """Return the record of a document that no file holds."""
    return Document(
        name=name,
        folder="/",
        path=f"/{name}",
        size=len(text),
        mtime_ns=0,
        sha256="",
        title=name,
        kind="text",
        chars=len(text),
    )


def _write_rows(directory: Path, real: Real, chunks: int) -> None:
    writer = RowWriter.open(directory / ROWS)
    for n in range(0, chunks, CHUNKS):
        texts = [real.text(row) for row in range(n, min(n + CHUNKS, chunks))]
        name, text = f"{n:08}.txt", "\n".join(texts)
        where = made_document(name, text)
        writer.add_source(where, Source(text=text, title=name, kind="text"))
        writer.add_chunks(name, _pieces(n, texts))
    write_postings(directory, writer.reader(), chunks)
    writer.finish()
    writer.close()


def _pieces(row: int, texts: list[str]) -> Iterator[NewChunk]:
    start = 0
    for n, text in enumerate(texts):
        middle, end = start + len(text) // 2, start + len(text)
        halves = (Span(start, middle), Span(middle, end))
        yield NewChunk(chunk=Chunk(Span(start, end), halves), key=(row + n).to_bytes(32), terms=text)
        start = end + 1


def _write_sentences(directory: Path, chunks: int) -> None:
    """Write two vectors for each chunk: its own, twice, in float16."""
    vectors = VectorIndex.open(directory / VECTORS)
    shape = (2 * chunks, vectors.dimension)
    results = np.lib.format.open_memmap(directory / SENTENCES, mode="w+", dtype="<f2", shape=shape)
    for n in range(0, chunks, BLOCK):
        rows = np.arange(n, min(n + BLOCK, chunks))
        results[2 * n : 2 * n + 2 * len(rows)] = np.repeat(vectors.vectors(rows), 2, axis=0)
    results.flush()


def measure(store: Path, questions: list[str]) -> None:
    """Open a store, ask it the questions, and print a table row: medians / 95th percentiles."""
    start = perf_counter()
    generation = Store(store).current()
    opened = perf_counter() - start
    encoder, analyzer = load_query_encoder(Settings()), Analyzer("en")
    queries = [build_query(standalone(q), encoder, analyzer, generation.lexical) for q in questions]
    runs: dict[str, Callable[[Query], object]] = {
        "query": lambda query: search_passages(generation, query),
        "vectors": lambda query: generation.vectors.search(query.vector[None], 100),
        "words": lambda query: generation.lexical.search(query.weights, LEXICAL_POOL),
    }
    taken = {name: [_timed(run, query) for query in queries] for name, run in runs.items()}
    spread = [_spread([used for _, used in taken["query"]])]
    spread += [_spread([spent for spent, _ in each]) for each in taken.values()]
    resident = status_bytes("VmRSS")
    results = [generation.vectors.search(query.vector[None], 10)[1][0] for query in queries[:200]]
    exact = _exact(generation.vectors, np.stack([query.vector for query in queries[:200]]))
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(results, exact, strict=True)])
    size = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    how = "every row" if len(generation) <= MAX_EXACT_ROWS else "lists"
    figures = [f"{len(generation):,}", how, *spread, f"{recall:.3f}", f"{resident / 1e9:.2f}"]
    print("|", " | ".join([*figures, f"{opened:.2f}", f"{size / 1e9:.2f}"]), "|", flush=True)


def search_passages(generation: Searchable, query: Query) -> tuple[Passage, ...]:
    """Search as a question does."""
    candidates = retrieve(generation, query, 10)
    return to_passages(generation, candidates, [candidate.row.chunk.span for candidate in candidates])


def _timed(run: Callable[[Query], object], query: Query) -> tuple[float, float]:
    """Return (wall-clock seconds, CPU seconds)."""
    start, before = perf_counter(), process_time()
    run(query)
    return perf_counter() - start, process_time() - before


def _spread(seconds: list[float]) -> str:
    return f"{np.median(seconds) * 1000:.0f} / {np.percentile(seconds, 95) * 1000:.0f}"


def _exact(vectors: VectorIndex, queries: Floats) -> list[list[int]]:
    """Return the ten nearest rows of each query, by exhaustive search."""
    best = [np.empty((0, 2))] * len(queries)
    for n in range(0, len(vectors), BLOCK):
        rows = np.arange(n, min(n + BLOCK, len(vectors)))
        for q, scores in enumerate((vectors.vectors(rows) @ queries.T).T):
            near = np.argsort(-scores)[:10]
            both = np.concatenate([best[q], np.stack([scores[near], rows[near]], axis=1)])
            best[q] = both[np.argsort(-both[:, 0], kind="stable")[:10]]
    return [[int(row) for row in nearest[:, 1]] for nearest in best]


def status_bytes(name: str) -> int:
    """Return a memory figure of this process in bytes (Linux); mapped files count once they are read."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _remote(address: str, real: Real, sizes: list[int], questions: list[str]) -> None:
    """Print the rows of an object store, each size at an address of its own."""
    from bench.scale_remote import HEADING, timed, write_remote

    print(HEADING, flush=True)
    for chunks in sizes:
        own = f"{address}-{chunks}"
        timed(f"{chunks} chunks", partial(write_remote, own, real, chunks))
        command = [sys.executable, "-m", "bench.scale", "--measure", own]
        subprocess.run(command, input=json.dumps(questions[:REMOTE_QUESTIONS]), text=True, check=True)


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--set", default="scifact")
    parser.add_argument("--chunks", type=int, nargs="+", default=[10_000, 100_000, 300_000, 1_000_000])
    parser.add_argument("--store", help="measure an object store: an address at which nothing is kept yet")
    parser.add_argument("--measure", help="measure this store, as a process of its own does")
    args = parser.parse_args()
    if args.measure:
        if is_address(args.measure):
            from bench.scale_remote import measure_remote

            measure_remote(args.measure, json.load(sys.stdin))
        else:
            measure(Path(args.measure), json.load(sys.stdin))
        return
    laid = lay_out(args.set, args.data)
    questions = [question["question"] for question in laid.questions()][:400]
    with laid.store.current() as generation:
        real = Real.of(generation)
    print(f"`python -m bench.scale` at {commit()}: {len(questions)} questions of {args.set}\n")
    if args.store:
        _remote(args.store, real, args.chunks, questions)
        return
    print(
        "| chunks | compared with | query, ms of the processor | query, ms | vectors, ms | words, ms ", end=""
    )
    print("| recall@10 | GB resident | s to open | GB on disk |\n" + "|---" * 10 + "|")
    for chunks in args.chunks:
        place = Path(tempfile.mkdtemp(dir=OUT))
        try:
            start = perf_counter()
            write(Store(place), real, chunks)
            print(f"{chunks} chunks written in {perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
            command = [sys.executable, "-m", "bench.scale", "--measure", str(place)]
            subprocess.run(command, input=json.dumps(questions), text=True, check=True)
        finally:
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
