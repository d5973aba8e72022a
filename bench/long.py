"""Measure reading and chunking long files, without the model: time and peak memory.

    python -m bench.long FILE ...

Each file is read and chunked as in a sync, by one process; the model's inputs are prepared and discarded. CPU
seconds are those of this process, without the reader's.
"""

import argparse
import tempfile
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

from bench.hostile import peak
from bench.sets import commit
from index.cutting import Cuts
from index.embed import SentenceEncoder, load
from index.errors import ReadError
from index.intake.workers import Worker, Workers
from index.making.build import Cutter
from index.making.journal import Journal
from index.making.known import Known
from index.records import Source
from index.settings import Settings
from index.terms import Analyzer


def row(path: Path, encoder: SentenceEncoder, known: Known) -> str:
    """Return the results of a file as a table row."""
    started: list[Worker] = []
    laps = [perf_counter()]

    def start() -> Worker:
        started.append(Worker())
        return started[-1]

    with Workers(start, count=1) as workers:

        def cut(source: Source) -> Cuts:
            found = workers.cut(source, encoder.cutting)
            laps.append(perf_counter())
            return found

        try:
            chunks = _chunks(path, workers, Cutter(encoder, Analyzer("en"), known, cut=cut), laps)
        except ReadError as error:
            return f"| {path.name} | {error}, after {perf_counter() - laps[0]:.1f} s |"
        laps.append(perf_counter())
        read, cutting, given = (after - before for before, after in pairwise(laps))
        size, most = path.stat().st_size / 2**20, max(map(peak, started))
    figures = (
        f"{size:.1f} | {read:.1f} | {cutting:.1f} | {given:.1f} | {chunks:,} | {most:.0f} | {_here():.0f}"
    )
    return f"| {path.name} | {figures} | {process_time():.1f} |"


def _chunks(path: Path, workers: Workers, cutter: Cutter, laps: list[float]) -> int:
    source = workers.read(path)
    laps.append(perf_counter())
    if not isinstance(source, Source):
        raise ReadError("holds several files")
    return sum(1 for _ in cutter.ahead(path.name, source))


def _here() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Print a row for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    ready = load(Settings())
    print(f"`python -m bench.long` at {commit()}\n")
    print("| file | MB | read, s | cut, s | given, s | chunks | reader, MB | here, MB | processor, s |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for path in parser.parse_args().files:
            with closing(Journal.open(Path(place) / path.name, ready.fingerprint)) as journal:
                print(row(path, ready, Known(None, journal, ready.fingerprint)), flush=True)


if __name__ == "__main__":
    main()
