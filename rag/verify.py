"""Each draft sentence against the spans it cites -> a verdict. Must never know who wrote it.

What cannot be shown to be supported is shown as unsupported; nothing is dropped or mended. Today the
check knows one kind of support, the strictest: the sentence stands in the span, word for word.
"""

from collections.abc import Sequence

from rag.answer import Citation, Sentence, Verdict
from rag.evidence import Evidence
from rag.write import Draft


def check(draft: Draft, cited: Sequence[tuple[int, Evidence, str]]) -> Sentence:
    """Return the sentence with its verdict and citations.

    `cited` holds, for each piece of evidence the draft names: its marker, the evidence, and the words
    that stand in the source at its span, cut from there anew.
    """
    citations = tuple(
        Citation(
            n,
            evidence.document,
            evidence.span,
            quote,
            _support(draft.text, quote),
            evidence.page,
            place=evidence.label,
        )
        for n, evidence, quote in cited
    )
    return Sentence(draft.text, verdict(citations), citations)


def verdict(citations: tuple[Citation, ...]) -> Verdict:
    """Return what the best of a sentence's citations makes of it."""
    if not citations:
        return Verdict.UNCITED
    return Verdict.SUPPORTED if max(c.support for c in citations) == 1 else Verdict.UNSUPPORTED


def _support(sentence: str, quote: str) -> float:
    """Return 1 where the sentence stands in the quote word for word (white space aside), else 0."""
    claimed = " ".join(sentence.split())
    return 1.0 if claimed and claimed in " ".join(quote.split()) else 0.0
