"""Kills what takes part in an index on an object store, at random instants, and checks what is left.

    scale_kills.py driver|brief|store|node|server COUNT [SEED]

Prints one line of JSON for each kill, and fails at the first thing that is not as it should be:
what was published is whole, the next run takes only the rest, nothing is there twice or lost, no file is left
over, and questions are answered from the last generation meanwhile.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from toy import vector
from weed import WeedServer, weed_server

HERE = Path(__file__).parent
FILES = 24
LONGEST_RUN = 240.0
SYNC = """
import sys; sys.path.insert(0, sys.argv.pop(1))
from citeback.index.object_store.indexing import batch
batch.MAX_FILES = 3
import scale_sync, json
print(json.dumps(scale_sync.run(*sys.argv[1:])), flush=True)
"""
ANSWER = """
import sys; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from citeback.index import any_store
from toy import vector
store = any_store.open_store(sys.argv[2], Path(sys.argv[3]))
generation = store.current()
while True:
    if store.newest() not in (None, generation.number):
        generation = store.current()
    rows = generation.vectors.search(vector("red fish")[None], 3)[1][0]
    assert all(generation.source(row.document).text for row in generation.chunks(rows.tolist()))
    print(generation.number, flush=True)
"""


class KilledIndex:
    """A folder, its index, and what happens to both."""

    def __init__(self, place: Path, server: WeedServer, random: Random) -> None:
        from citeback.index.object_store.store import ObjectStore

        self.docs, self.address = place / "docs", f"s3://tests/kills{random.randrange(10**9)}"
        self.store: Any = ObjectStore.open(self.address, lease_seconds=20)
        self.server, self.random, self.version = server, random, 0
        self.docs.mkdir()
        self.change(range(FILES))

    def change(self, numbers: Iterator[int] | range | list[int]) -> None:
        """Write some files anew."""
        self.version += 1
        for n in numbers:
            text = f"Red fish {n} of {self.version}.\n\nBlue fish {n}.\n\nA car {n} of {self.version}."
            path = self.docs / f"{n:03}.txt"
            path.write_text(text)
            os.utime(path, (self.version, self.version))

    def texts(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.docs.iterdir()}

    def started(self, cluster: str | None = None) -> subprocess.Popen[bytes]:
        """Start a sync in a process of its own."""
        arguments = [str(HERE), str(self.docs), self.address, *([cluster] if cluster else [])]
        return subprocess.Popen(
            [sys.executable, "-c", SYNC, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def finished(self, cluster: str | None = None) -> dict[str, Any]:
        """Sync to the end; return what it reported."""
        process = self.started(cluster)
        out, err = process.communicate(timeout=LONGEST_RUN)
        assert process.returncode == 0, err.decode()[-2000:]
        result: dict[str, Any] = json.loads(out)
        return result

    @cached_property
    def longest(self) -> float:
        """Index all files for the first time; return how many seconds that takes."""
        began = monotonic()
        self.finished()
        return monotonic() - began

    def verify(self, *, cleaned: bool = True) -> None:
        """Check that the published index is that of the folder, with nothing twice or lost.

        Nothing is left over if files were removed at the end, as small changes do only now and then.
        """
        with self.store.current() as now:
            texts = {document.name: now.source(document.name).text for document in now.documents}
            assert texts == self.texts()
            assert len(now) == 3 * len(texts), f"{len(now)} chunks of {len(texts)} documents"
            assert now.lexical.document_frequency(["fish", "car"]) == {"fish": 3 * FILES, "car": FILES}
        assert self.store.check() == []
        assert not cleaned or self.left_over() == set()

    def left_over(self) -> set[str]:
        """Return the files that no version of a kept generation uses."""
        from citeback.index.object_store.tables import open_version, table_path

        used = set()
        for number in self.store.numbers():
            for name, version in self.store.manifest(number).tables.items():
                table = open_version(self.address, name, version, self.store.place.lance_options, None)
                listed = table.tracked_files().read_all()
                used |= {f"{table_path(name)}/{path}" for path in listed["path"].to_pylist()}
        there = {found.path for found in self.store.place.list("tables/")}
        return {path for path in there - used if "/_refs/" not in path and "_latest" not in path}


def answers(generation: Any) -> None:
    """Check that an open generation answers."""
    rows = generation.vectors.search(vector("red fish")[None], 3)[1][0]
    assert len(rows) == 3
    assert all(generation.source(row.document).text for row in generation.chunks(rows.tolist()))


def killed_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and its children at once."""
    with suppress(ProcessLookupError):  # it has ended
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def driver(index: KilledIndex, count: int) -> Iterator[dict[str, Any]]:
    """Kill the process that syncs."""
    longest = index.longest
    for n in range(count):
        before = index.store.numbers()[0]
        index.change(index.random.sample(range(FILES), FILES // 2))
        instant = index.random.uniform(0.3, 1.0) * longest
        process = index.started()
        sleep(instant)
        ended = process.poll() is not None
        killed_group(process)
        with index.store.current() as now:
            assert now.number in (before, before + 1)
            answers(now)
        rest = index.finished()
        index.verify()
        yield {"kill": n, "after": round(instant, 2), "had ended": ended, "rest": rest["embedded"]}


def brief(index: KilledIndex, count: int) -> Iterator[dict[str, Any]]:
    """Kill the process that syncs one changed file, which it does at one go."""
    assert index.longest
    index.change([0])
    began = monotonic()
    index.finished()
    longest = monotonic() - began
    for n in range(count):
        before = index.store.numbers()[0]
        index.change([index.random.randrange(FILES)])
        instant = index.random.uniform(0.4, 1.0) * longest
        process = index.started()
        sleep(instant)
        ended = process.poll() is not None
        killed_group(process)
        with index.store.current() as now:
            assert now.number in (before, before + 1)
            answers(now)
        rest = index.finished()
        index.verify(cleaned=False)
        yield {"kill": n, "after": round(instant, 2), "had ended": ended, "rest": rest["embedded"]}
    index.change(range(FILES // 2))
    index.finished()
    index.verify()


def store(index: KilledIndex, count: int) -> Iterator[dict[str, Any]]:
    """Kill the object store, and start it again."""
    from citeback.index import any_store

    longest = index.longest
    copied = any_store.open_store(index.address, index.docs.parent / "copy").current()
    for n in range(count):
        before = index.store.numbers()[0]
        index.change(index.random.sample(range(FILES), FILES // 2))
        instant = index.random.uniform(0.3, 1.0) * longest
        process = index.started()
        sleep(instant)
        index.server.kill()
        answers(copied)
        index.server.start()
        try:
            process.communicate(timeout=LONGEST_RUN)
        except subprocess.TimeoutExpired:
            killed_group(process)
        assert index.store.numbers()[0] in (before, before + 1)
        answers(index.store.current())
        rest = index.finished()
        index.verify()
        yield {"kill": n, "after": round(instant, 2), "status": process.returncode, "rest": rest["embedded"]}


def node(index: KilledIndex, count: int) -> Iterator[dict[str, Any]]:
    """Kill a node of a cluster; the run goes on with the others."""
    from ray_nodes import ray_nodes

    with ray_nodes(2) as nodes:
        began = monotonic()
        index.finished(nodes.address)
        longest = monotonic() - began
        for n in range(count):
            index.change(range(FILES))
            instant = index.random.uniform(0.2, 0.7) * longest
            began = monotonic()
            process = index.started(nodes.address)
            sleep(instant)
            nodes.kill(index.random.choice(nodes.nodes))
            out, err = process.communicate(timeout=LONGEST_RUN)
            assert process.returncode == 0, err.decode()[-2000:]
            seconds = monotonic() - began
            longest = min(longest, seconds)  # the first run starts the actors' processes too
            index.verify()
            nodes.nodes.append(nodes.add())
            done = json.loads(out.splitlines()[-1])  # Ray prints before it
            times = {"after": round(instant, 2), "seconds": round(seconds, 1), "whole": round(longest, 1)}
            yield {"kill": n} | times | done


def server(index: KilledIndex, count: int) -> Iterator[dict[str, Any]]:
    """Kill a process that answers questions from a copy, while new generations are published."""
    assert index.longest
    for n in range(count):
        copy = str(index.docs.parent / "copy of server")
        process = subprocess.Popen(
            [sys.executable, "-c", ANSWER, str(HERE), index.address, copy],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert process.stdout
        assert process.stdout.readline(), process.communicate()[1].decode()[-2000:]
        index.change(index.random.sample(range(FILES), 3))
        index.finished()
        sleep(index.random.uniform(0, 3))
        killed_group(process)
        index.verify(cleaned=False)
        yield {"kill": n}


@contextmanager
def killed_index(seed: int) -> Iterator[KilledIndex]:
    """Yield a folder and an address on an object store of its own."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory()))
        server = stack.enter_context(weed_server(place / "weed"))
        yield KilledIndex(place, server, Random(seed))  # noqa: S311


KILLS = {"driver": driver, "brief": brief, "store": store, "node": node, "server": server}


def main() -> None:
    """Kill, and print a line for each kill."""
    kind, count = sys.argv[1], int(sys.argv[2])
    with killed_index(int(sys.argv[3]) if len(sys.argv) > 3 else 7) as index:
        for each in KILLS[kind](index, count):
            print(json.dumps(each), flush=True)


if __name__ == "__main__":
    main()
