"""Two sentences, compared as the search for conflicts compares them."""

from functools import cache

from citeback.index.search.analyzer import Analyzer
from citeback.rag.conflicts.comparison import (
    ComparedStatement,
    DocumentRelation,
    StatementComparer,
    StatementDifference,
)
from citeback.rag.conflicts.judge import likelihood
from citeback.rag.conflicts.profile import StatementProfile
from citeback.rag.conflicts.reading import read_pair
from citeback.rag.reader.loading import load_claim_reader

ANALYZER = Analyzer("en")
read_once = cache(load_claim_reader)


def sure(one: str, other: str, difference: StatementDifference) -> float:
    """Return how likely two sentences conflict, by what the reader makes of them too."""
    return likelihood(difference, read_pair(one, other, difference, read_once()))


def compared(
    one: str, other: str, related: DocumentRelation | None = None, above: tuple[str, str] = ("", "")
) -> StatementDifference | None:
    """Compare two sentences, each below its title."""
    first, second = (
        ComparedStatement(StatementProfile(text, ANALYZER), frozenset(ANALYZER.terms(title)))
        for text, title in zip((one, other), above, strict=True)
    )
    return StatementComparer({}).compare(first, second, 0.85, related or DocumentRelation())
