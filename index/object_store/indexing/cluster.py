"""Indexing on a Ray cluster: actors read, encode and write batches, and this process commits what they wrote.

Nodes need Citeback with the extra `scale`, the same Python, and credentials in their own environment. Anyone
who reaches a cluster's ports can run programs on its nodes (docs/manual/scale.md).
"""

import os
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from citeback.index.embedding.protocols import LoadEncoder
from citeback.index.errors import CitebackError, ModelError, StoreError
from citeback.index.object_store.indexing.batch import Batch, BatchIndexer, BatchResult
from citeback.index.object_store.indexing.known_vectors import KnownVectors
from citeback.index.object_store.place import LOOPBACK, Place
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.settings import Settings

# Ray counts its users otherwise, and replaces 127.0.0.1 by an address that other computers reach.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
import ray
from ray.exceptions import RayError, RayTaskError

CONNECT_SECONDS = 5.0
TRIES = 5
"""How often a batch is given to another actor after one has died with it."""
START_SECONDS = 120.0
"""How long to wait for the first actor, which loads the embedding model."""


class IndexingActor:
    """Indexes batches in a separate process, on one core."""

    def __init__(
        self,
        address: str,
        settings: Settings,
        load: LoadEncoder,
        fingerprint: str,
        known: tuple[int, int],
    ) -> None:
        encoder = load(settings)
        if encoder.fingerprint != fingerprint:
            raise ModelError(
                f"A node has the embedding model {encoder.fingerprint}, not {fingerprint}.",
                "install the same version of Citeback on every node",
            )
        place, self._pool = Place.open(address), WorkerPool(count=1)
        self._indexer = BatchIndexer(
            place=place,
            encoder=encoder,
            language=settings.language,
            read=self._pool.read_file,
            readers=1,
            known=KnownVectors(place, *known),
            find_boundaries=self._pool.cut,
        )

    def ready(self) -> None:
        """Return once the actor can work."""

    def index(self, batch: Batch) -> BatchResult:
        """Index a batch."""
        return self._indexer.index(batch)


@dataclass(slots=True)
class _Work:
    """What is to do and being done: batches with their tries, idle actors, running calls, failed starts."""

    waiting: deque[tuple[Batch, int]] = field(default_factory=deque)
    idle: list[Any] = field(default_factory=list)
    running: dict[Any, tuple[Any, Batch | None, int]] = field(default_factory=dict)
    failed_starts: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A connection to a Ray cluster."""

    address: str

    @classmethod
    @contextmanager
    def connected(cls, address: str) -> Iterator[Self]:
        """Connect to the cluster whose head is at HOST:PORT, from one of its nodes.

        Raises:
            StoreError: there is no cluster, or this computer is not one of its nodes.
        """
        host = address.rpartition(":")[0].strip("[]")
        near = {"_node_ip_address": "127.0.0.1"} if host in LOOPBACK else {}
        try:
            _require_listener(address)
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", **near)
        except (OSError, RuntimeError, ValueError) as error:
            reason = str(error).split("\n", maxsplit=1)[0][:200]
            raise StoreError(
                f"There is no Ray cluster at {address} that this computer belongs to: {reason}",
                f"ray start --address {address}, then try again (docs/manual/scale.md)",
            ) from error
        try:
            yield cls(address)
        finally:
            ray.shutdown()

    def index(
        self,
        given: Iterable[Batch],
        *,
        address: str,
        settings: Settings,
        load: LoadEncoder,
        fingerprint: str,
        known: tuple[int, int],
    ) -> Iterator[BatchResult]:
        """Yield the result of every batch, in any order.

        Raises:
            StoreError: no node is left, or a batch cannot be indexed on any.
        """
        made = ray.remote(IndexingActor).options(num_cpus=1, scheduling_strategy="SPREAD")
        work, source = _Work(), iter(given)

        def start_actor() -> None:
            actor = made.remote(address, settings, load, fingerprint, known)
            work.running[actor.ready.remote()] = (actor, None, 0)

        for _ in range(max(1, int(ray.cluster_resources().get("CPU", 1)))):
            start_actor()
        while True:
            while work.idle and (taken := work.waiting.popleft() if work.waiting else _next(source)):
                actor = work.idle.pop()
                work.running[actor.index.remote(taken[0])] = (actor, *taken)
            busy = [ref for ref, (_, batch, _) in work.running.items() if batch]
            if not busy and not work.waiting and work.idle:
                return
            ready, _ = ray.wait(list(work.running), num_returns=1, timeout=START_SECONDS)
            if not ready and not busy:
                raise StoreError(f"No node of the cluster at {self.address} has a free core.", "try again")
            for ref in ready:
                result, died = _outcome(ref, work)
                if died:
                    start_actor()
                elif result is not None:
                    yield result


def _require_listener(address: str) -> None:
    """Raise OSError or ValueError if nothing listens there; Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS).close()


def _next(source: Iterator[Batch]) -> tuple[Batch, int] | None:
    batch = next(source, None)
    return (batch, 0) if batch else None


def _outcome(ref: Any, work: _Work) -> tuple[BatchResult | None, bool]:
    """Return the result of a call, if it has one, and whether its actor died.

    Raises:
        CitebackError: the actor reported a problem that another one would have too.
    """
    actor, batch, tries = work.running.pop(ref)
    try:
        result: BatchResult | None = ray.get(ref)
    except RayTaskError as error:
        if isinstance(error.cause, CitebackError):
            raise error.cause from error
        raise StoreError(f"A node failed: {str(error.cause)[:200]}", "see the logs of Ray") from error
    except RayError as error:
        work.failed_starts += batch is None
        if max(tries + 1, work.failed_starts) >= TRIES:
            what = f"the batch with {batch.files[0].name}" if batch else "starting"
            reason = str(error).strip().rpartition("\n")[2][:200]
            raise StoreError(f"{TRIES} actors died of {what}: {reason}", "see the logs of Ray") from error
        if batch:
            work.waiting.append((batch, tries + 1))
        return None, True
    if batch is None:
        work.failed_starts = 0
    work.idle.append(actor)
    return result, False
