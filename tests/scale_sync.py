"""Syncs an object store with the toy model, in a process that a test can kill.

    scale_sync.py FOLDER ADDRESS [HOST:PORT]

Prints one line of JSON: what was published. Documents are encoded slowly, so that a kill finds work to do.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import sleep

from toy import ToyEncoder

from citeback.index.embedding.protocols import ChunkEncoding, ChunkInput
from citeback.index.object_store.indexing.rounds import Rounds
from citeback.index.object_store.indexing.sync import RemoteSync
from citeback.index.object_store.store import ObjectStore
from citeback.index.settings import Settings

PAUSE = float(os.environ.get("TOY_SECONDS", "0.02"))


class SlowEncoder(ToyEncoder):
    def encode(self, fresh: Iterable[ChunkInput]) -> Iterator[list[tuple[int, ChunkEncoding]]]:
        for batch in super().encode(fresh):
            sleep(PAUSE)
            yield batch


def load_slow(_: Settings) -> SlowEncoder:
    return SlowEncoder()


def run(folder: str, address: str, cluster: str | None = None) -> dict[str, object]:
    sync = RemoteSync(
        store=ObjectStore.open(address, lease_seconds=20),
        load=load_slow,
        cluster=cluster,
        rounds=Rounds(most=2, seconds=0.5),
    )
    report = sync.run([Path(folder)])
    return {
        "generation": report.generation,
        "published": report.published,
        "added": len(report.added),
        "unchanged": len(report.unchanged),
        "chunks": report.chunks,
        "embedded": report.embedded,
    }


if __name__ == "__main__":
    print(json.dumps(run(*sys.argv[1:])), flush=True)
