"""The contents of a generation as plain values, so that two can be compared."""

from dataclasses import asdict, replace
from typing import Any

from index.generation import Generation
from index.making.build import lexical_text
from index.parts.rows import Row
from index.terms import Analyzer


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
        "sentences": generation.all_sentences[:].tolist(),
        "frequencies": generation.words.document_frequency(terms),
        "hits": {term: [part.tolist() for part in generation.words.search([term], 9)] for term in terms},
    }


def _terms(generation: Generation, row: Row) -> list[str]:
    source = generation.source(row.document)
    return Analyzer(generation.settings.language).terms(lexical_text(source, row.chunk))
