"""Measure many people asking at once over HTTP: their waiting times and the server's memory.

    python -m bench.load [--docs docs] [--people 50] [--seconds 60] [--questions 2000]

`citeback chat` runs in a process of its own. Each person asks /api/ask a question, waits for the answer and
asks the next. Then one person asks `--questions` more while memory is sampled.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import httpx
import numpy as np

from bench.sets import commit
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.rag.corpus import load_encoder

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Index a folder, serve it and ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--questions", type=int, default=2000)
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        store = Store(Path(folder, "store"))
        sync(store, [args.docs], load=load_encoder)
        asked = questions(store)
        with served(store.path) as (address, pid):
            waits, errors = crowd(address, asked, args.people, args.seconds)
            print(f"`python -m bench.load` at {commit()}: {args.people} people for {args.seconds:.0f} s")
            print(f"{len(waits)} answers, {errors} errors; median {np.median(waits):.2f} s, ", end="")
            print(f"95th percentile {np.percentile(waits, 95):.2f} s, longest {max(waits):.2f} s")
            for n, megabytes in memory(address, asked, args.questions, pid):
                print(f"after {n} more questions: {megabytes:.0f} MB")


def questions(store: Store) -> list[str]:
    """Return the headings of the documents, about half of which are questions that they answer."""
    with store.current() as generation:
        sources = [generation.source(document.name) for document in generation.documents]
    return [" ".join(h.span.of(source.text).split()) for source in sources for h in source.headings]


@contextmanager
def served(store: Path) -> Iterator[tuple[str, int]]:
    """Serve a store in a process of its own; yield its address and process id."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "citeback", "chat", "--store", str(store), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                httpx.post(f"{address}/api/ask", json={"question": "warm up"}, timeout=60)
                break
            except httpx.TransportError:
                sleep(0.1)
        yield address, process.pid
        process.terminate()


def crowd(address: str, asked: list[str], people: int, seconds: float) -> tuple[list[float], int]:
    """Return how long each answer took (seconds), and the number of failures."""
    end = perf_counter() + seconds

    def person(n: int) -> list[float | None]:
        waits: list[float | None] = []
        with httpx.Client(base_url=address, timeout=60) as client:
            for question in islice(cycle(asked), n, None):
                began = perf_counter()
                if began > end:
                    return waits
                answered = client.post("/api/ask", json={"question": question}).status_code == 200
                waits.append(perf_counter() - began if answered else None)
        return waits

    with ThreadPoolExecutor(people) as pool:
        waits = [wait for part in pool.map(person, range(people)) for wait in part]
    return [wait for wait in waits if wait is not None], sum(wait is None for wait in waits)


def memory(address: str, asked: list[str], number: int, pid: int) -> Iterator[tuple[int, float]]:
    """Yield the server's resident memory (MB) before the questions and after each quarter of them."""
    yield 0, resident(pid)
    with httpx.Client(base_url=address, timeout=60) as client:
        for n, question in enumerate(islice(cycle(asked), number), 1):
            client.post("/api/ask", json={"question": question}).raise_for_status()
            if n % max(1, number // 4) == 0:
                yield n, resident(pid)


def resident(pid: int) -> float:
    """Return a process's resident memory in MB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
