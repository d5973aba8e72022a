"""Measure reading and chunking long files, without the model: time and peak memory.

    python -m bench.long FILE ...
    python -m bench.long --made

`--made` generates the largest files that are accepted: 64 MB of prose, 200,000 headings, a table of a million
rows and one of 50,000 columns. Each file is read and chunked as in a sync, by one process; the model's inputs
are prepared and discarded. The last two columns are the CPU seconds of the reader and of this process.
"""

import argparse
import os
import random
import tempfile
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

from bench.hostile import peak
from bench.sets import commit
from citeback.index.chunking.token_limits import ChunkBoundaries
from citeback.index.embedding.sentence_encoder import SentenceEncoder, load_encoder
from citeback.index.errors import ReadError
from citeback.index.records import Source
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.worker import Worker
from citeback.index.search.analyzer import Analyzer
from citeback.index.settings import Settings
from citeback.index.sync.building.journal import Journal
from citeback.index.sync.building.vector_cache import VectorCache
from citeback.index.sync.building.write_parts import Chunker


def row(path: Path, encoder: SentenceEncoder, known: VectorCache) -> str:
    """Return the results of a file as a table row."""
    started: list[Worker] = []
    laps, here = [perf_counter()], process_time()

    def start() -> Worker:
        started.append(Worker.start())
        return started[-1]

    with WorkerPool(start, count=1) as workers:

        def cut(source: Source) -> ChunkBoundaries:
            chunk_boundaries = workers.cut(source, encoder.chunking)
            laps.append(perf_counter())
            return chunk_boundaries

        try:
            chunks = _chunks(path, workers, Chunker(encoder, Analyzer("en"), known, cut=cut), laps)
        except ReadError as error:
            return f"| {path.name} | {error}, after {perf_counter() - laps[0]:.1f} s |"
        laps.append(perf_counter())
        used = max(map(_used, started))
        read, cutting, given = (after - before for before, after in pairwise(laps))
        size, most = path.stat().st_size / 2**20, max(map(peak, started))
    figures = (
        f"{size:.1f} | {read:.1f} | {cutting:.1f} | {given:.1f} | {chunks:,} | {most:.0f} | {_here():.0f}"
    )
    return f"| {path.name} | {figures} | {used:.1f} | {process_time() - here:.1f} |"


def _chunks(path: Path, workers: WorkerPool, cutter: Chunker, laps: list[float]) -> int:
    source = workers.read(path)
    laps.append(perf_counter())
    if not isinstance(source, Source):
        raise ReadError("holds several files")
    return sum(1 for _ in cutter.chunk_ahead(path.name, source))


def _here() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _used(worker: Worker) -> float:
    """Return the CPU seconds that a process has used so far."""
    fields = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


WORDS = [
    "canal",
    "ship",
    "lock",
    "keeper",
    "toll",
    "year",
    "flood",
    "harbour",
    "dug",
    "paid",
    "water",
    "bridge",
    "season",
    "answer",
    "river",
    "stone",
    "clerk",
]


def made(folder: Path) -> list[Path]:
    """Write the largest files, the same at every run, and return their paths."""
    drawn = random.Random(4)  # noqa: S311  nothing secret
    sentences = [f"{' '.join(drawn.choices(WORDS, k=12)).capitalize()}. " for _ in range(100_000)]
    prose = "\n\n".join("".join(drawn.choices(sentences, k=8)).rstrip() for _ in range(110_000))
    texts = {
        "prose.txt": prose[: 64 * 2**20],
        "headings.md": "".join(
            f"{'#' * (1 + n % 4)} Part {n}\n\nShip {n} passed.\n\n" for n in range(200_000)
        ),
        "rows.csv": "number,name,place\n" + "".join(f"{n},ship {n},the lock\n" for n in range(1_000_000)),
        "columns.csv": "\n".join(
            ",".join(f"{w} {n}" for n in range(50_000)) for w in ("head", "cell", "more")
        ),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)
    return [folder / name for name in texts]


def main() -> None:
    """Print a row for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--made", action="store_true", help="files that this command makes")
    args = parser.parse_args()
    if not args.files and not args.made:
        parser.error("name files, or --made")
    ready = load_encoder(Settings())
    print(f"`python -m bench.long` at {commit()}\n")
    print(
        "| file | MB | read, s | cut, s | given, s | chunks | reader, MB | here, MB | reader, s | here, s |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for path in [*args.files, *(made(Path(place)) if args.made else ())]:
            with closing(Journal.open(Path(place) / f"{path.name}.journal", ready.fingerprint)) as journal:
                print(row(path, ready, VectorCache.of_model(ready.fingerprint, None, journal)), flush=True)


if __name__ == "__main__":
    main()
