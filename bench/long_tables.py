"""Measures a long table: how long it takes to read, how long each question takes, and how much memory.

    python -m bench.long_tables [--rows 1000000]

The rows are made. Seconds are of the clock, in one process; the memory is the most that the process held.
"""

import argparse
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from time import perf_counter, process_time

from citeback.index.records import Heading, Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.explanation import counted_sentence
from citeback.rag.tables.large_runner import LargeRunner
from citeback.rag.tables.large_table import LargeTable
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import compute

HEAD = "Site\tCountry\tProduct\tSales\tYear"
QUESTIONS = (
    "What is the total sales in Sweden?",
    "How many sites are in Norway?",
    "Which country has the most sales in total?",
    "What is the average sales in New Zealand?",
    "Which site has the highest sales?",
)


def sheet(rows: int) -> Source:
    """Return a sheet of so many rows."""
    random = Random(7)  # noqa: S311  the same sheet at every run
    countries = ("Sweden", "Norway", "Finland", "New Zealand")
    lines = (
        f"S{n}\t{random.choice(countries)}\tItem {n % 50}\t{random.randrange(100_000)}\t{2000 + n % 24}"
        for n in range(rows)
    )
    return Source(
        text="\n".join([f"{HEAD}\n", *lines]),
        title="sales",
        kind="csv",
        headings=(Heading(Span(0, len(HEAD)), 1),),
    )


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long something takes."""
    start, used = perf_counter(), process_time()
    yield
    print(f"{perf_counter() - start:6.2f} s ({process_time() - used:5.2f} s of the processor)  {what}")


def main() -> None:
    """Read the table once, then ask."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    source, analyzer, weights = sheet(parser.parse_args().rows), Analyzer(), ReadingWeights.load()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = LargeTable(source, analyzer)
    with timed(f"read {len(source.text):,} characters"):
        table.read()
    for question in QUESTIONS:
        with timed(question):
            readings = compute(question, table.sample(question), analyzer, weights)
            plan = readings.evaluated[0].plan
            found = LargeRunner(table).run(plan)
        said = counted_sentence(readings.table, plan, found.result, found.counts)
        print(f"          {readings.confidence:.2f} {said}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{(most - before) / 1024:,.0f} MB more than before, {most / 1024:,.0f} MB in all")


if __name__ == "__main__":
    main()
