"""What indexes batches in a run: threads of this process, or the actors of a cluster."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from citeback.index.embedding.protocols import Encoder, NoEncoder
from citeback.index.object_store.indexing.batch import Batch, BatchIndexer, BatchResult
from citeback.index.object_store.indexing.known_vectors import KnownVectors
from citeback.index.object_store.indexing.resources import SyncResources
from citeback.index.object_store.indexing.start import RemoteStart
from citeback.index.object_store.place import Place
from citeback.index.object_store.tables import CHUNKS
from citeback.index.ordered_map import ordered_map
from citeback.index.records import Document, Source

AHEAD = 2
"""Batches that are worked on at once on this machine: one is read while another is encoded."""

IndexBatches: TypeAlias = Callable[[Iterable[Batch]], Iterator[BatchResult]]


@dataclass
class Indexers:
    """Makes indexers for a run; the model is loaded late if it turns out to be needed."""

    resources: SyncResources
    place: Place
    start: RemoteStart
    encoder: Encoder | None

    @contextmanager
    def indexing(self) -> Iterator[IndexBatches]:
        """Yield what indexes batches."""
        if self.resources.cluster:
            from citeback.index.object_store.indexing.cluster import Cluster

            known = self._published_vectors
            with Cluster.connected(self.resources.cluster) as cluster:
                yield partial(
                    cluster.index,
                    address=self.place.address,
                    settings=self.start.settings,
                    load=self.resources.load,
                    fingerprint=self.fingerprint,
                    known=(known.version, known.dimension),
                )
            return
        with self._indexer() as indexer:
            yield lambda given: (result for _, result in ordered_map(indexer.index, given, AHEAD))

    def index_stored(self, pairs: Sequence[tuple[Document, Source]]) -> BatchResult:
        """Chunk, encode and write documents whose texts are stored already."""
        with self._indexer() as indexer:
            names = tuple(document.name for document, _ in pairs)
            return indexer.write_chunks(Batch(number=0, files=(), replaced=names), pairs)

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the model."""
        published = self.start.published
        return self.encoder.fingerprint if self.encoder else published.fingerprint if published else ""

    @property
    def dimension(self) -> int:
        """Return the length of the vectors, 0 if it is not known yet."""
        published = self.start.published
        return self.encoder.dimension if self.encoder else published.manifest.dimension if published else 0

    @contextmanager
    def _indexer(self) -> Iterator[BatchIndexer]:
        encoder = self.encoder or self._idle_encoder()
        with self.resources.reading() as (read, pool):
            yield BatchIndexer(
                place=self.place,
                encoder=encoder,
                language=self.start.settings.language,
                read=read,
                readers=pool.count if pool else 1,
                known=self._published_vectors,
                find_boundaries=pool.cut if pool else None,
            )

    def _idle_encoder(self) -> Encoder:
        """Return a stand-in if nothing is to be encoded, as when a file fails again, or else the model."""
        if self.start.plan.files_to_read:
            return NoEncoder(self.fingerprint, self.dimension)
        self.encoder = self.resources.load(self.start.settings)
        return self.encoder

    @property
    def _published_vectors(self) -> KnownVectors:
        """Return the vectors that were published, if they are of the same model."""
        published = self.start.published
        if published is None or published.fingerprint != self.fingerprint or CHUNKS not in published.tables:
            return KnownVectors(self.place)
        version = published.manifest.tables[CHUNKS]
        return KnownVectors(place=self.place, version=version, dimension=published.manifest.dimension)
