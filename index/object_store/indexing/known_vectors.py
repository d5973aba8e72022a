"""Vectors of documents that are about to be replaced: unchanged text is not encoded again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citeback.index.embedding.protocols import ChunkEncoding
from citeback.index.object_store.arrow_rows import CHUNK_FIELDS, checked_rows, stored_chunk
from citeback.index.object_store.place import Place
from citeback.index.object_store.tables import CHUNKS, is_in, lance_errors, open_version


@dataclass(frozen=True, slots=True)
class KnownVectors:
    """The vectors in one version of the chunks, or none (version 0)."""

    place: Place
    version: int = 0
    dimension: int = 0

    def of(self, documents: Sequence[str]) -> Mapping[bytes, ChunkEncoding]:
        """Return the encodings of the chunks of some documents, by key."""
        if not self.version or not documents:
            return {}
        where, options = self.place.address, self.place.lance_options
        dataset: Any = open_version(where, CHUNKS, self.version, options, self.place.session)
        with lance_errors(dataset.uri):
            rows = dataset.to_table(
                columns=[*CHUNK_FIELDS, "vectors"], filter=is_in("document", sorted(documents))
            )
        stored = (stored_chunk(row, 0, self.dimension, CHUNKS) for row in checked_rows(rows, CHUNKS))
        return {each.row.key: ChunkEncoding(each.vector, each.sentences) for each in stored}
