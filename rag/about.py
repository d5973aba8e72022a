"""Selects the statements about the subject of a timeline or a summary."""

from dataclasses import dataclass

import numpy as np

from citeback.index.embedding.protocols import Float16s, QueryEmbedder
from citeback.index.errors import SettingsError
from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.rag.folder_statements import Statement
from citeback.rag.query import Query, build_query
from citeback.rag.question import StandaloneQuestion

MAX_CHARS = 2_000
ALL_WORDS, MANY_WORDS = 0.99, 0.5
"""Shares of the topic's words, by rarity, that a statement or the headings above it have."""
NEAR, SOMEWHAT_NEAR, HARDLY_NEAR = 0.55, 0.35, 0.2
"""Cosines of a statement with the topic that suffice alone, with many words, and with all."""


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """The subject of a timeline or a summary."""

    about: str
    query: Query
    analyzer: Analyzer

    @classmethod
    def of(cls, about: str, generation: Searchable, encoder: QueryEmbedder, analyzer: Analyzer) -> "Topic":
        """Return a topic. Raises SettingsError if its words are blank or too long."""
        asked = StandaloneQuestion(checked_about(about), "")
        return cls(asked.question, build_query(asked, encoder, analyzer, generation.lexical), analyzer)

    def covers(self, statement: Statement, title: str, vector: Float16s) -> bool:
        """Return whether a statement speaks of the topic; `vector` is its unit vector, (dimension,)."""
        near = float(vector.astype(np.float32) @ self.query.vector)
        if near >= NEAR:
            return True
        if near < HARDLY_NEAR:
            return False
        own = set(self.analyzer.terms(statement.text))
        above = own | set(self.analyzer.terms(" ".join((title, *statement.headings))))
        share = self._share(above) if self._share(own) else 0.0
        return share >= ALL_WORDS or (share >= MANY_WORDS and near >= SOMEWHAT_NEAR)

    def _share(self, terms: set[str]) -> float:
        total = sum(self.query.weights.values())
        return (
            sum(weight for term, weight in self.query.weights.items() if term in terms) / total
            if total
            else 0.0
        )


def checked_about(about: str) -> str:
    """Return the words of a topic on one line. Raises SettingsError if they are blank or too long."""
    if len(about) > MAX_CHARS:
        raise SettingsError(
            f"What it is about has {len(about):,} characters; at most {MAX_CHARS:,} are allowed.",
            "shorten it",
        )
    if not any(map(str.isalnum, about)):
        raise SettingsError("Nothing says what it is about.", "give some words, or leave about out")
    return " ".join(about.split())
