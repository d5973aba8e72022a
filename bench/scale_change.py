"""Measure what a sync of an object store costs when nothing or one object has changed.

    python -m bench.scale_change [--objects 5000] [--store s3://BUCKET/NAME]

Objects of ten paragraphs are indexed with vectors of 384 numbers made from their words, without a model, so
that only the store is measured. Bytes are those of new files below the address.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import numpy as np

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
    args = parser.parse_args()
    toy.vector, toy.DIMENSION = vector, DIMENSION
    source, store = Place.open(f"{args.store}-source"), ObjectStore.open(args.store)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: source.write(f"{n:05}.txt", text(n).encode()), range(args.objects)))
    encoder = toy.ToyEncoder(dimension=DIMENSION, batch=64)
    sync = RemoteSync(store=store, load=lambda _: encoder, read=toy.read)
    print(f"`python -m bench.scale_change --objects {args.objects}` at {commit()}\n")
    print("| sync | chunks | encoded | seconds | bytes written | objects written |\n" + "|---" * 6 + "|")
    known: set[str] = set()
    for name in ("everything", "nothing changed", "one object", "nothing changed", "one object"):
        if name == "one object":
            source.write("00042.txt", text(42, len(known)).encode())
        start = perf_counter()
        report = sync.run([source.address])
        seconds = perf_counter() - start
        fresh = [found for found in store.place.list() if found.path not in known]
        known |= {found.path for found in fresh}
        size = sum(found.size for found in fresh)
        figures = [
            f"{report.chunks:,}",
            f"{report.embedded:,}",
            f"{seconds:.2f}",
            f"{size:,}",
            str(len(fresh)),
        ]
        print("|", " | ".join([name, *figures]), "|", flush=True)


if __name__ == "__main__":
    main()
