"""LangChain vector stores over Lance tables: one to write to, and a read-only one over a generation."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from citeback.index.embedding.protocols import Floats, normalize_rows
from citeback.index.errors import StoreError
from citeback.index.generations.protocols import WholeGeneration
from citeback.index.object_store.place import Place
from citeback.index.object_store.table import Table
from citeback.index.search.langchain_vectorstore import FaissVectorStore

TABLE = "langchain"


class LanceVectorStore(FaissVectorStore):
    """A vector store in a table below an address, with exact search by cosine similarity.

    One process may write to it at a time.
    """

    def __init__(self, embedding: Embeddings, place: Place, name: str = TABLE) -> None:
        super().__init__(embedding)
        self._place = place
        self._name = name
        self._table: Table | None = None

    def __len__(self) -> int:
        table = self._opened()
        return int(table.dataset.count_rows()) if table else 0

    def delete(self, ids: list[str] | None = None, **_: Any) -> bool:
        """Delete documents by id, or all; unknown ids are ignored."""
        if table := self._opened():
            table.clear() if ids is None else table.delete("id", ids)
        return True

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Return documents by id in the order given; unknown ids are skipped."""
        table = self._opened()
        rows = table.matching(("id", "text", "metadata"), "id", ids).to_pylist() if table and ids else []
        known = {row["id"]: row for row in rows}
        return [_document(known[name]) for name in ids if name in known]

    def similarity_search_with_score_by_vector(
        self, embedding: list[float], k: int = 4, **_: Any
    ) -> list[tuple[Document, float]]:
        """Return (document, cosine similarity) of the `k` nearest to a vector."""
        table = self._opened()
        if table is None or k < 1:
            return []
        query = normalize_rows(np.asarray([embedding], dtype=np.float32))[0]
        nearest = {"column": "vector", "q": query, "k": k, "metric": "dot"}
        rows = table.dataset.to_table(
            columns=["id", "text", "metadata", "vector", "_distance"], nearest=nearest
        )
        return [(_document(row), float(np.dot(row["vector"], query))) for row in rows.to_pylist()]

    def _put(self, documents: dict[str, Document], vectors: Floats) -> None:
        self.delete(list(documents))
        schema = _schema(vectors.shape[1])
        rows = [
            {
                "id": name,
                "text": d.page_content,
                "metadata": json.dumps(d.metadata),
                "vector": vector.tolist(),
            }
            for (name, d), vector in zip(documents.items(), vectors, strict=True)
        ]
        self._table = self._table or Table.open(self._place, self._name, TABLE, schema)
        if self._table:
            self._table.append(pa.Table.from_pylist(rows, schema=schema))

    def _opened(self) -> Table | None:
        self._table = self._table or Table.open(self._place, self._name, TABLE)
        return self._table


class RemoteVectorStore(FaissVectorStore):
    """A read-only vector store over a generation on an object store."""

    def __init__(self, generation: WholeGeneration, embedding: Embeddings) -> None:
        super().__init__(embedding)
        self._generation = generation
        self._documents = _Chunks(generation)

    def __len__(self) -> int:
        return len(self._generation)

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """Return documents by id (row) in the order given; unknown ids are skipped."""
        return [self._documents[name] for name in ids if name in self._documents]

    def similarity_search_with_score_by_vector(
        self, embedding: list[float], k: int = 4, **_: Any
    ) -> list[tuple[Document, float]]:
        """Return (document, cosine similarity) of the `k` nearest to a vector."""
        if not len(self):
            return []
        query = normalize_rows(np.asarray([embedding], dtype=np.float32))
        scores, rows = self._generation.vectors.search(query, k)
        pairs = zip(rows[0].tolist(), scores[0].tolist(), strict=True)
        return [(self._documents[str(row)], score) for row, score in pairs]

    def add_texts(self, *_: Any, **__: Any) -> list[str]:
        """Raise StoreError: a sync adds documents."""
        raise StoreError("A published generation cannot be changed.", "citeback index FOLDER")

    def delete(self, *_: Any, **__: Any) -> bool:
        """Raise StoreError: a sync removes documents."""
        raise StoreError("A published generation cannot be changed.", "delete the file, then: citeback index")


class _Chunks(Mapping[str, Document]):
    """The chunks of a generation as LangChain documents, by row."""

    def __init__(self, generation: WholeGeneration) -> None:
        self._generation = generation

    def __getitem__(self, name: str) -> Document:
        try:
            [row] = self._generation.chunks([int(name)])
        except (ValueError, IndexError) as error:
            raise KeyError(name) from error
        span, source = row.chunk.span, self._generation.source(row.document)
        metadata = {
            "document": row.document,
            "start": span.start,
            "end": span.end,
            "page": source.page_at(span.start),
            "place": source.location_at(span.start),
            "headings": list(row.chunk.headings),
        }
        return Document(id=name, page_content=span.of(source.text), metadata=metadata)

    def __iter__(self) -> Iterator[str]:
        names = (document.name for document in self._generation.documents)
        return (str(row.row) for name in names for row in self._generation.chunks_of(name))

    def __len__(self) -> int:
        return len(self._generation)


def _schema(dimension: int) -> pa.Schema:
    vectors = pa.list_(pa.float32(), dimension)
    texts = [(name, pa.string()) for name in ("id", "text", "metadata")]
    return pa.schema([*texts, ("vector", vectors)])


def _document(row: Mapping[str, Any]) -> Document:
    return Document(id=row["id"], page_content=row["text"], metadata=json.loads(row["metadata"]))
