"""Read hostile files: how many are read, how long the slowest takes, and how much memory is used.

    python -m bench.hostile [--files DIR]

Files are read as in a sync, by limited processes. Processes that die are counted. The time of a file is that
of the caller, so on a busy machine it exceeds the reading itself.
"""

import argparse
from collections import Counter
from pathlib import Path
from time import perf_counter

from bench.sets import commit
from citeback.index.errors import ReadError
from citeback.index.ordered_map import ordered_map
from citeback.index.records import ArchiveMember, Source
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.worker import Worker

FILES = Path("../shared/hostile")


def become(path: Path, workers: WorkerPool) -> tuple[float, tuple[ArchiveMember, ...]]:
    """Return the seconds that a file took, and its members, or the file alone if it is no archive."""
    start = perf_counter()
    try:
        result = workers.read(path)
    except ReadError as error:
        result = (ArchiveMember(name="", source=None, sha256="", reason=str(error)),)
    members = (ArchiveMember("", result),) if isinstance(result, Source) else result
    return perf_counter() - start, members


def peak(worker: Worker) -> float:
    """Return the peak memory of a process so far, in MB."""
    lines = Path(f"/proc/{worker.pid}/status").read_text().splitlines() if worker.alive else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def main() -> None:
    """Read every file and print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=Path, default=FILES)
    paths = sorted(path for path in parser.parse_args().files.rglob("*") if path.is_file())
    started: list[Worker] = []

    def start() -> Worker:
        started.append(Worker.start())
        return started[-1]

    with WorkerPool(start, count=2) as workers:
        begun = perf_counter()
        results = [result for _, result in ordered_map(lambda path: become(path, workers), paths, 2)]
        whole, most = perf_counter() - begun, max(map(peak, started))
    members = [member for _, each in results for member in each]
    reasons = Counter(member.reason.partition(":")[0] for member in members if not member.source)
    print(f"`python -m bench.hostile` at {commit()}: {len(paths)} files, {whole:.1f} s by two processes\n")
    print("| figure | value |\n|---|---|")
    print(f"| documents read, those within archives too | {sum(bool(m.source) for m in members):,} |")
    print(f"| listed with a reason | {sum(reasons.values()):,} |")
    print(f"| the slowest file, s | {max(seconds for seconds, _ in results):.1f} |")
    print(f"| processes that died | {len(started) - 2} |")
    print(f"| most memory of a process, MB | {most:.0f} |\n")
    print("\n".join(f"- {count} x {reason}" for reason, count in reasons.most_common()))


if __name__ == "__main__":
    main()
