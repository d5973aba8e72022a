"""The distinct statements of a folder, with their vectors and terms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import log

import numpy as np
from numpy.typing import NDArray

from citeback.index.embedding.protocols import Float16s
from citeback.index.generations.protocols import Searchable
from citeback.index.readers.stated_date import stated_date
from citeback.index.records import Document
from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.index.search.filters import Filter
from citeback.rag.folder_statements import Statement, StatementPlace, folder_statements
from citeback.rag.lists.dates import dates
from citeback.rag.stated_time import head_end, stated_time

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, eq=False)
class Statements:
    """All statements, in reading order, one vector a row, (statements, dimension).

    The terms of statement n are `terms[bounds[n]:bounds[n + 1]]`, distinct numbers whose words are `words`.
    """

    all: tuple[Statement, ...]
    vectors: Float16s
    terms: NDArray[np.int32]
    bounds: NDArray[np.int64]
    words: tuple[str, ...]
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.all)

    def terms_of(self, n: int) -> NDArray[np.int32]:
        """Return the numbers of a statement's terms."""
        return self.terms[self.bounds[n] : self.bounds[n + 1]]

    def rarity(self) -> dict[str, float]:
        """Return how rare each term is, from 0 (everywhere) to 1 (in one statement)."""
        return dict(zip(self.words, self.weights.tolist(), strict=True))


@dataclass(slots=True)
class StatementReader:
    """Reads the statements of one generation."""

    generation: Searchable
    analyzer: Analyzer
    within: Filter
    _numbers: dict[str, int] = field(default_factory=dict)

    def read(self) -> Statements:
        """Return the statements of all documents that pass `within`."""
        found: dict[str, int] = {}
        statements: list[Statement] = []
        elsewhere: dict[int, list[StatementPlace]] = {}
        vectors: list[Float16s] = []
        terms: list[list[int]] = []
        documents = {each.name: each for each in self.generation.documents}
        for statement, vector in folder_statements(self.generation, self.within):
            if self._tells_own_date(statement, documents[statement.place.document]):
                continue  # "Version 2, valid from 1 May 2025" is no statement but the document's date
            key = " ".join(_WORD.findall(statement.text.casefold()))
            if (known := found.setdefault(key, len(statements))) < len(statements):
                elsewhere.setdefault(known, []).append(statement.place)
                continue
            statements.append(statement)
            vectors.append(vector)
            terms.append(self._terms(statement.text))
        for n, places in elsewhere.items():
            statements[n] = replace(statements[n], also=tuple(places))
        return self._gathered(statements, vectors, terms)

    def _tells_own_date(self, statement: Statement, document: Document) -> bool:
        if document.date and stated_date(statement.text, "") == document.date:
            return True
        text = self.generation.source(document.name).text
        if statement.place.span.start >= head_end(text):
            return False
        values = [item.value for item in dates(statement.text)]
        return len(values) == 1 and values[0] == stated_time(document, text)

    def _gathered(
        self, statements: Sequence[Statement], vectors: Sequence[Float16s], terms: Sequence[Sequence[int]]
    ) -> Statements:
        bounds = np.cumsum([0, *map(len, terms)])
        flat = np.fromiter((term for own in terms for term in own), np.int32, int(bounds[-1]))
        counts = np.bincount(flat, minlength=len(self._numbers))
        total = max(1, len(statements))
        weights = np.log1p(total / np.maximum(counts, 1)) / log(1 + total)
        return Statements(
            all=tuple(statements),
            vectors=np.stack(vectors) if vectors else np.zeros((0, 1), np.float16),
            terms=flat,
            bounds=bounds,
            words=tuple(self._numbers),
            weights=weights.astype(np.float32),
        )

    def _terms(self, text: str) -> list[int]:
        words = {
            term for term in self.analyzer.terms(text) if term not in STOP_WORDS and not term[0].isdigit()
        }
        return [self._numbers.setdefault(word, len(self._numbers)) for word in sorted(words)]
