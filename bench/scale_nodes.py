"""Measure how much faster a sync is with more nodes of a Ray cluster, without needing a core for each.

    python -m bench.scale_nodes [--nodes 1 2 3] [--batches 200] [--seconds 0.5] [--kill]

Each batch of three small files is "encoded" by waiting, so what is measured is everything else: how evenly
batches are handed out, commits of the rounds, and publishing. With --kill, a node is killed midway and
not replaced. Needs the extra `scale-tests`.
"""

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from time import perf_counter

from bench.sets import commit

HERE = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(HERE))
FILES = 3


def write_folder(folder: Path, batches: int) -> None:
    """Write so many batches of files of one short paragraph."""
    folder.mkdir()
    for n in range(batches * FILES):
        (folder / f"{n:05}.txt").write_text(f"Red fish number {n}.")


def synced(folder: Path, address: str, nodes: int, seconds: float, kill_after: float) -> tuple[float, float]:
    """Index a folder with so many nodes; return the seconds of the whole sync, and of its rounds alone.

    A node is killed so many seconds after the first batch is done, unless that is 0.
    """
    from ray_nodes import ray_nodes
    from scale_sync import load_slow

    from citeback.index.object_store.indexing.sync import RemoteSync
    from citeback.index.object_store.store import ObjectStore
    from citeback.index.sync.report import Progress

    at: list[float] = []

    def watch(progress: Progress) -> None:
        if progress.stage == "reading" and progress.done:
            if kill_after and not at:
                Timer(kill_after, lambda: cluster.kill(cluster.nodes[0])).start()
            at.append(perf_counter())

    with ray_nodes(nodes) as cluster:
        began = perf_counter()
        sync = RemoteSync(
            store=ObjectStore.open(address), load=load_slow, cluster=cluster.address, progress=watch
        )
        sync.run([folder])
        whole = perf_counter() - began
    return whole, at[-1] - at[0] + seconds


def main() -> None:
    """Print a row for each number of nodes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--kill", action="store_true")
    args = parser.parse_args()
    os.environ["TOY_SECONDS"] = str(args.seconds)

    from citeback.index.object_store.indexing import batch

    batch.MAX_FILES = FILES
    from weed import weed_server

    print(f"`python -m bench.scale_nodes` at {commit()}, {args.batches} batches of {args.seconds:g} s\n")
    print("| nodes | a node killed | s, whole | s, batches | share of linear |\n|---|---|---|---|---|")
    alone = 0.0
    with TemporaryDirectory() as directory, weed_server(Path(directory) / "weed"):
        write_folder(Path(directory) / "docs", args.batches)
        for n in args.nodes:
            after = args.batches * args.seconds / n / 2 if args.kill and n > 1 else 0.0
            folder, address = Path(directory) / "docs", f"s3://tests/nodes{n}"
            whole, rounds = synced(folder, address, n, args.seconds, after)
            alone = alone or rounds * n
            row = (
                str(n),
                "yes" if after else "no",
                f"{whole:.1f}",
                f"{rounds:.1f}",
                f"{alone / rounds / n:.2f}",
            )
            print("|", " | ".join(row), "|", flush=True)


if __name__ == "__main__":
    main()
