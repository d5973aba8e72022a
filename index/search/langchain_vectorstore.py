"""LangChain vector stores over `VectorIndex`, without pickle."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from citeback.index.embedding.protocols import Floats, normalize_rows
from citeback.index.errors import StoreError
from citeback.index.search.vectors import VectorIndex


class FaissVectorStore(VectorStore):
    """An in-memory vector store with exact search by cosine similarity.

    Scores range from -1 to 1. Documents are returned as copies.
    """

    def __init__(self, embedding: Embeddings) -> None:
        self.embedding = embedding
        self._vectors: VectorIndex | None = None
        self._ids: Sequence[str] = ()
        self._documents: Mapping[str, Document] = {}

    @property
    def embeddings(self) -> Embeddings:
        """Return the embedding model for queries."""
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
        """Embed and add texts, replacing existing ids; return the ids.

        Raises:
            ValueError: `metadatas` or `ids` differ in length from `texts`.
        """
        held = list(texts)
        names = [name or str(uuid4()) for name in (ids if ids is not None else [None] * len(held))]
        results = metadatas if metadatas is not None else [{} for _ in held]
        if not len(held) == len(names) == len(results):
            raise ValueError(f"{len(held)} texts, {len(names)} ids and {len(results)} metadatas")
        if held:
            documents = map(_document, names, held, results)
            # For repeated ids the last text wins, at the position of the first.
            latest = dict(zip(names, zip(documents, self._embed(held), strict=True), strict=True))
            self._put({n: d for n, (d, _) in latest.items()}, np.stack([v for _, v in latest.values()]))
        return names

    def _embed(self, texts: list[str]) -> Floats:
        return normalize_rows(np.asarray(self.embedding.embed_documents(texts), dtype=np.float32))

    def _put(self, documents: dict[str, Document], vectors: Floats) -> None:
        self.delete(list(documents))
        self._vectors = self._vectors or VectorIndex.empty(vectors.shape[1])
        self._vectors.add(vectors)
        self._ids = [*self._ids, *documents]
        self._documents = {**self._documents, **documents}

    def delete(self, ids: list[str] | None = None, **_: Any) -> bool:
        """Delete documents by id, or all; unknown ids are ignored."""
        doomed = set(self._ids if ids is None else ids)
        rows = [row for row, name in enumerate(self._ids) if name in doomed]
        if self._vectors and rows:
            self._vectors.remove(np.asarray(rows))
            self._ids = [name for name in self._ids if name not in doomed]
            self._documents = {n: d for n, d in self._documents.items() if n not in doomed}
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Return documents by id in the order given; unknown ids are skipped."""
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
        scores, rows = self._vectors.search(normalize_rows(np.asarray([embedding], dtype=np.float32)), k)
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
        """Return an in-memory store of these texts."""
        store = FaissVectorStore(embedding)
        store.add_texts(texts, metadatas, ids=ids)
        return store


class PublishedVectorStore(FaissVectorStore):
    """A read-only vector store over a published generation."""

    def __init__(
        self,
        embedding: Embeddings,
        vectors: VectorIndex,
        ids: Sequence[str],
        documents: Mapping[str, Document],
    ) -> None:
        super().__init__(embedding)
        self._vectors, self._ids, self._documents = vectors, ids, documents

    def add_texts(self, *_: Any, **__: Any) -> list[str]:
        """Raise StoreError: a sync adds documents."""
        raise StoreError("A published generation cannot be changed.", "citeback index FOLDER")

    def delete(self, *_: Any, **__: Any) -> bool:
        """Raise StoreError: a sync removes documents."""
        raise StoreError("A published generation cannot be changed.", "delete the file, then: citeback index")


def _document(name: str, text: str, metadata: dict[str, Any]) -> Document:
    return Document(id=name, page_content=text, metadata=dict(metadata))
