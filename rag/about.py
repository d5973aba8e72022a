"""Selects the statements about the subject of a timeline or a summary."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from citeback.index.embedding.protocols import Float16s, QueryEmbedder
from citeback.index.embedding.similarity_scale import SAME, SimilarityScale
from citeback.index.errors import SettingsError
from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.rag.folder_statements import Statement
from citeback.rag.query import Query, build_query
from citeback.rag.question import StandaloneQuestion
from citeback.rag.question_language import indexed_languages

MAX_CHARS = 2_000
ALL_WORDS, MANY_WORDS = 0.99, 0.5
"""Shares of the topic's words, by rarity, that a statement or the headings above it have."""
NEAR, SOMEWHAT_NEAR, HARDLY_NEAR = 0.55, 0.35, 0.2
"""Cosines of a statement with the topic that suffice alone, with many words, and with all.

They are on the scale of the default model; bench/LOG.md has those of both models.
"""
BELOW = 0.4  # the same below a heading that has all words, if no pronoun stands for them
SHORT = 2
"""Words of a topic that a statement, or the heading right above it, must have: their cosines tell less."""

_REFERS = re.compile(r"\b(?:it|its|they|them|their|he|she|his|her|this|these)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """The subject of a timeline or a summary; `words` holds the forms of each word with its weight."""

    about: str
    query: Query
    words: Mapping[frozenset[str], float]
    analyzer: Analyzer
    scale: SimilarityScale = SAME

    @classmethod
    def of(
        cls,
        about: str,
        generation: Searchable,
        encoder: QueryEmbedder,
        analyzer: Analyzer,
        scale: SimilarityScale = SAME,
    ) -> "Topic":
        """Return a topic. Raises SettingsError if its words are blank or too long."""
        asked = StandaloneQuestion(checked_about(about), "")
        query = build_query(asked, encoder, analyzer, generation.lexical)
        return cls(
            about=asked.question,
            query=query,
            words=_forms(asked.question, query, analyzer, generation),
            analyzer=analyzer,
            scale=scale,
        )

    def covers(self, statement: Statement, title: str, vector: Float16s) -> bool:
        """Return whether a statement speaks of the topic; `vector` is its unit vector, (dimension,)."""
        near = self.scale(float(vector.astype(np.float32) @ self.query.vector))
        own = set(self.analyzer.terms(statement.text))
        short = len(self.words) <= SHORT
        if near >= NEAR or (short and self._share(own) >= ALL_WORDS):
            return True
        heading = set(self.analyzer.terms(statement.headings[-1])) if statement.headings else set()
        if short and self._share(heading) >= ALL_WORDS:
            return near >= BELOW or _REFERS.search(statement.text) is not None
        if near < HARDLY_NEAR:
            return False
        above = own | set(self.analyzer.terms(" ".join((title, *statement.headings))))
        share = self._share(above) if self._share(own) else 0.0
        return share >= ALL_WORDS or (share >= MANY_WORDS and near >= SOMEWHAT_NEAR)

    def _share(self, terms: set[str]) -> float:
        """Return the share of the words of which one of the forms is among these terms, by rarity."""
        total = sum(self.words.values())
        had = sum(weight for forms, weight in self.words.items() if forms & terms)
        return had / total if total else 0.0


def _forms(
    about: str, query: Query, analyzer: Analyzer, generation: Searchable
) -> dict[frozenset[str], float]:
    """Return the forms of each word in every language of the folder, with its rarity."""
    analyzers = [analyzer, *map(analyzer.of_language, indexed_languages(generation.lexical))]
    result = dict[frozenset[str], float]()
    for word in about.split():
        forms = frozenset(term for each in analyzers for term in each.query_terms(word))
        if weight := max((query.weights.get(form, 0.0) for form in forms), default=0.0):
            result[forms] = weight
    return result


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
