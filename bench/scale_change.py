"""Measure what a sync of an object store costs when nothing or one object has changed.

    python -m bench.scale_change [--objects 5000] [--store s3://BUCKET/NAME] [--delay MS]

Objects of ten paragraphs are indexed with vectors of 384 numbers made from their words, without a model, so
that only the store is measured. Bytes are those of new files below the address. Requests go through a proxy,
which counts them and delays each, so the endpoint must be one without TLS.
"""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, process_time
from uuid import uuid4

import numpy as np

from bench.request_proxy import RequestProxy
from bench.sets import commit

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import toy

from citeback.index.embedding.protocols import Floats
from citeback.index.object_store.indexing.sync import RemoteSync
from citeback.index.object_store.place import Place
from citeback.index.object_store.store import ObjectStore

DIMENSION, PARAGRAPHS, WORDS, SENTENCES = 384, 10, 100, 4


def vector(text: str) -> Floats:
    """Return a unit vector that the text decides."""
    seed = int.from_bytes(text.encode()[-8:], "little")
    made = np.random.default_rng(seed).standard_normal(DIMENSION, dtype=np.float32)
    return made / np.linalg.norm(made)


def text(number: int, version: int = 0) -> str:
    """Return a text of ten paragraphs, four sentences each, of which one depends on the version."""
    generator = np.random.default_rng(number)
    words = [f"word{n % 20_000}" for n in generator.zipf(1.3, PARAGRAPHS * WORDS) % 10**6]
    paragraphs = []
    for n in range(PARAGRAPHS):
        own = words[n * WORDS : (n + 1) * WORDS]
        step = WORDS // SENTENCES
        paragraphs.append(" ".join(" ".join(own[k : k + step]) + "." for k in range(0, WORDS, step)))
    return "\n\n".join([*paragraphs[:-1], f"{paragraphs[-1]} Version {version} of {number}."])


def main() -> None:
    """Print a row for each sync."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=5000)
    parser.add_argument("--store", default=f"s3://bench/change-{uuid4().hex[:8]}")
    parser.add_argument(
        "--delay", type=float, default=0.0, help="of each request of a change, in milliseconds"
    )
    args = parser.parse_args()
    toy.vector, toy.DIMENSION = vector, DIMENSION
    proxy = RequestProxy(os.environ["AWS_ENDPOINT_URL"])
    with proxy.running() as endpoint:
        os.environ["AWS_ENDPOINT_URL"] = endpoint
        measure(proxy, args.store, args.objects, args.delay / 1000)


def measure(proxy: RequestProxy, address: str, objects: int, delay: float) -> None:
    """Index objects, change one of them twice, and print a row for each sync."""
    source, store = Place.open(f"{address}-source"), ObjectStore.open(address)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: source.write(f"{n:05}.txt", text(n).encode()), range(objects)))
    encoder = toy.ToyEncoder(dimension=DIMENSION, batch=64)
    sync = RemoteSync(store=store, load=lambda _: encoder, read=toy.read)
    print(f"`python -m bench.scale_change --objects {objects} --delay {delay * 1000:g}` at {commit()}\n")
    names = ("sync", "chunks", "encoded", "s", "s of the processor", "requests", "bytes", "objects")
    print(f"| {' | '.join(names)} |\n{'|---' * len(names)}|")
    known: set[str] = set()
    for name in ("everything", "nothing changed", "one object", "nothing changed", "one object"):
        if name == "one object":
            source.write("00042.txt", text(42, len(known)).encode())
        proxy.requests.clear()
        proxy.delay = delay if known else 0.0
        start, busy = perf_counter(), process_time()
        report = sync.run([source.address])
        seconds, busy = perf_counter() - start, process_time() - busy
        requests, proxy.delay = sum(proxy.requests.values()), 0.0
        fresh = [found for found in store.place.list() if found.path not in known]
        known |= {found.path for found in fresh}
        figures = (
            f"{report.chunks:,}",
            f"{report.embedded:,}",
            f"{seconds:.2f}",
            f"{busy:.2f}",
            str(requests),
            f"{sum(found.size for found in fresh):,}",
            str(len(fresh)),
        )
        print("|", " | ".join([name, *figures]), "|", flush=True)


if __name__ == "__main__":
    main()
