"""Questions that contain a negation, such as "Which tariff has no minimum term?".

Words and likeness barely tell such a question from its opposite, so of near-tied evidence that with a
negation comes first.
"""

from collections.abc import Sequence

from citeback.index.languages import ENGLISH
from citeback.index.search.analyzer import Analyzer
from citeback.rag.checking.claims.denials import has_denial
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.evidence.ranking import SCORE_MARGIN, Evidence


def is_negated(text: str, analyzer: Analyzer) -> bool:
    """Return whether a text contains a negation; always false for languages without a list of such words."""
    if analyzer.language != ENGLISH:
        return has_denial(text, analyzer.language)
    return any(word.is_negator for word in ClaimText(text, analyzer).words)


def negated_first(question: str, ranked: Sequence[Evidence], analyzer: Analyzer) -> tuple[Evidence, ...]:
    """Return the evidence with a negated sentence in front if the question is negated and the top one is not.

    Only evidence with a score at most `SCORE_MARGIN` below the top counts.
    """
    if not ranked or not is_negated(question, analyzer) or is_negated(ranked[0].text, analyzer):
        return tuple(ranked)
    near = (e for e in ranked if e.score >= ranked[0].score - SCORE_MARGIN)
    first = next((e for e in near if is_negated(e.text, analyzer)), ranked[0])
    return (first, *(e for e in ranked if e is not first))
