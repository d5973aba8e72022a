"""What a sync of an object store works with."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from citeback.index.embedding.protocols import LoadEncoder
from citeback.index.object_store.indexing.rounds import Rounds
from citeback.index.object_store.store import ObjectStore
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.read_file import ReadFile, ReadPath, by_path
from citeback.index.sync.report import ProgressCallback, ignore_progress


@dataclass(frozen=True)
class SyncResources:
    """The collaborators of a sync; see `citeback.index.any_sync.sync`.

    `read` reads files in this process instead of worker processes. `cluster` is the address of a Ray cluster
    whose actors do the work.
    """

    store: ObjectStore
    load: LoadEncoder
    progress: ProgressCallback = ignore_progress
    pool: WorkerPool | None = None
    cluster: str | None = None
    read: ReadPath | None = None
    rounds: Rounds = field(default_factory=Rounds)

    @contextmanager
    def reading(self) -> Iterator[tuple[ReadFile, WorkerPool | None]]:
        """Yield what reads files: a function of this process, or worker processes, which are yielded too."""
        if self.read:
            yield by_path(self.read), None
            return
        with nullcontext(self.pool) if self.pool else WorkerPool() as pool:
            yield pool.read_file, pool
