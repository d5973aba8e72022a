"""The contents of a generation as plain values, so that two can be compared."""

from dataclasses import asdict, replace
from typing import Any

from citeback.index.generations.generation import Generation
from citeback.index.generations.parts.rows import ChunkRow
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.building.write_parts import lexical_text


def contents(generation: Generation) -> dict[str, Any]:
    """Return documents (without dates), texts, rows, keys, vectors and terms."""
    rows = generation.chunks(range(len(generation)))
    terms = sorted({term for row in rows for term in _terms(generation, row)})
    return {
        "documents": [asdict(replace(document, mtime_ns=0)) for document in generation.documents],
        "texts": [generation.source(document.name) for document in generation.documents],
        "failures": [(failure.name, failure.path, failure.reason) for failure in generation.failures],
        "rows": rows,
        "vectors": generation.vectors.vectors(range(len(rows))).tolist(),
        "sentences": generation.sentence_array[:].tolist(),
        "frequencies": generation.lexical.document_frequency(terms),
        "hits": {term: [part.tolist() for part in generation.lexical.search([term], 9)] for term in terms},
    }


def _terms(generation: Generation, row: ChunkRow) -> list[str]:
    source = generation.source(row.document)
    return Analyzer(generation.settings.language).terms(lexical_text(source, row.chunk))
