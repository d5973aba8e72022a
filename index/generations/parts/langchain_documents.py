"""Chunks as LangChain documents, created on access."""

from collections.abc import Iterator, Mapping

from langchain_core.documents import Document

from citeback.index.generations.parts.rows import RowReader


class LangChainDocuments(Mapping[str, Document]):
    """A mapping from a row number, as a string, to the chunk as a LangChain document."""

    def __init__(self, rows: RowReader, count: int) -> None:
        self._rows = rows
        self._count = count

    def __getitem__(self, name: str) -> Document:
        # Accept ids only as they are issued: "7", but not "07" or "٧".
        if not name.isdecimal() or str(int(name)) != name or int(name) >= self._count:
            raise KeyError(name)
        row = self._rows.chunks([int(name)])[0]
        source = self._rows.source(row.document)
        span = row.chunk.span
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
        return map(str, range(self._count))

    def __len__(self) -> int:
        return self._count
