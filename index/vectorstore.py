"""The LangChain face of the vectors: a `VectorStore` that never pickles.

Holds documents in a mapping it is given, and their vectors; must never know files or generations.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from index.encoder import Floats, unit
from index.errors import StoreError
from index.vectors import Vectors


class FaissVectorStore(VectorStore):
    """Documents and their vectors in memory, searched by cosine similarity, exactly.

    Scores run from -1 to 1, the higher the nearer. Documents are handed out as copies.
    """

    def __init__(self, embedding: Embeddings) -> None:
        self.embedding = embedding
        self._vectors: Vectors | None = None
        self._ids: Sequence[str] = ()
        self._documents: Mapping[str, Document] = {}

    @property
    def embeddings(self) -> Embeddings:
        """Return what queries are embedded with."""
        return self.embedding

    def __len__(self) -> int:
        return len(self._ids)

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
        **_: Any,
    ) -> list[str]:
        """Embed texts and keep them; an id that is here already is written over. Returns the ids.

        Raises ValueError when `metadatas` or `ids` are not as many as `texts`.
        """
        held = list(texts)
        names = [name or str(uuid4()) for name in (ids if ids is not None else [None] * len(held))]
        found = metadatas if metadatas is not None else [{} for _ in held]
        if not len(held) == len(names) == len(found):
            raise ValueError(f"{len(held)} texts, {len(names)} ids and {len(found)} metadatas")
        if held:
            documents = map(_document, names, held, found)
            # The last one wins where an id is given twice: dict() keeps the first one's place.
            latest = dict(zip(names, zip(documents, self._embed(held), strict=True), strict=True))
            self._put({n: d for n, (d, _) in latest.items()}, np.stack([v for _, v in latest.values()]))
        return names

    def _embed(self, texts: list[str]) -> Floats:
        return unit(np.asarray(self.embedding.embed_documents(texts), dtype=np.float32))

    def _put(self, documents: dict[str, Document], vectors: Floats) -> None:
        self.delete(list(documents))
        self._vectors = self._vectors or Vectors.empty(vectors.shape[1])
        self._vectors.add(vectors)
        self._ids = [*self._ids, *documents]
        self._documents = {**self._documents, **documents}

    def delete(self, ids: list[str] | None = None, **_: Any) -> bool:
        """Forget documents by id, or all of them; ids that are not here are no error."""
        doomed = set(self._ids if ids is None else ids)
        rows = [row for row, name in enumerate(self._ids) if name in doomed]
        if self._vectors and rows:
            self._vectors.remove(np.asarray(rows))
            self._ids = [name for name in self._ids if name not in doomed]
            self._documents = {n: d for n, d in self._documents.items() if n not in doomed}
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Return the documents of these ids, in this order; ids that are not here are left out."""
        return [self._copy(name) for name in ids if name in self._documents]

    def similarity_search(self, query: str, k: int = 4, **_: Any) -> list[Document]:
        """Return the `k` documents nearest to a query, nearest first."""
        return [document for document, _ in self.similarity_search_with_score(query, k)]

    def similarity_search_with_score(self, query: str, k: int = 4, **_: Any) -> list[tuple[Document, float]]:
        """Return (document, cosine similarity) of the `k` nearest to a query."""
        return self.similarity_search_with_score_by_vector(self.embedding.embed_query(query), k)

    def similarity_search_by_vector(self, embedding: list[float], k: int = 4, **_: Any) -> list[Document]:
        """Return the `k` documents nearest to a vector, nearest first."""
        return [document for document, _ in self.similarity_search_with_score_by_vector(embedding, k)]

    def similarity_search_with_score_by_vector(
        self, embedding: list[float], k: int = 4, **_: Any
    ) -> list[tuple[Document, float]]:
        """Return (document, cosine similarity) of the `k` nearest to a vector."""
        if not self._vectors:
            return []
        scores, rows = self._vectors.search(unit(np.asarray([embedding], dtype=np.float32)), k)
        pairs = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [(self._copy(self._ids[row]), score) for row, score in pairs]

    def _copy(self, name: str) -> Document:
        return self._documents[name].model_copy(deep=True)

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda score: (1 + score) / 2

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **_: Any,
    ) -> "FaissVectorStore":
        """Return a store in memory that holds these texts."""
        store = FaissVectorStore(embedding)
        store.add_texts(texts, metadatas, ids=ids)
        return store


class PublishedVectorStore(FaissVectorStore):
    """What was published, seen through the same face: it can be searched and not written."""

    def __init__(
        self, embedding: Embeddings, vectors: Vectors, ids: Sequence[str], documents: Mapping[str, Document]
    ) -> None:
        super().__init__(embedding)
        self._vectors, self._ids, self._documents = vectors, ids, documents

    def add_texts(self, *_: Any, **__: Any) -> list[str]:
        """Refuse: documents come in through a sync. Raises StoreError."""
        raise StoreError("A published generation is not written to.", "citeback index FOLDER")

    def delete(self, *_: Any, **__: Any) -> bool:
        """Refuse: documents go out through a sync. Raises StoreError."""
        raise StoreError("A published generation is not written to.", "delete the file, then: citeback index")


def _document(name: str, text: str, metadata: dict[str, Any]) -> Document:
    return Document(id=name, page_content=text, metadata=dict(metadata))
