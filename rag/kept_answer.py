"""Checks a stored answer again, over the current documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from citeback.index.errors import UnknownDocument
from citeback.index.records import Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.answer import Computation
from citeback.rag.tables.recomputed import Recomputation, Standing, recomputed

SUPPORTED = "supported"


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """What an answer quoted: a document, where it stood, and the words."""

    document: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class CheckedAgain:
    """Whether a stored answer still holds.

    `verdict` is "computed" (the same result), "supported" (every quote still stands in its document), "stale"
    or "gone". `result` is what is computed now, in `unit`; empty if nothing is.
    """

    verdict: str
    result: tuple[int | float | str, ...] = ()
    unit: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """Checks kept answers; `source` returns a document's text or raises UnknownDocument."""

    source: Callable[[str], Source]
    analyzer: Analyzer

    def check(self, quotes: Sequence[KeptQuote], computed: Computation | None) -> CheckedAgain:
        """Return whether an answer still holds: its computation, or else its quotes.

        Raises:
            ValueError: the recipe of the computation holds no plan.
        """
        try:
            if computed is not None and computed.recipe is not None:
                return self._computed(computed)
            changed = [each for each in quotes if each.quote not in self.source(each.document).text]
        except UnknownDocument as error:
            return CheckedAgain(Standing.GONE, reasons=(str(error),))
        reasons = tuple(f"{each.document} no longer says “{each.quote}”" for each in changed)
        return CheckedAgain(Standing.STALE if reasons else SUPPORTED, reasons=reasons)

    def _computed(self, computed: Computation) -> CheckedAgain:
        now = _again({name: self.source(name) for name in computed.documents}, computed, self.analyzer)
        reason = now.reason
        if now.standing is Standing.STALE and now.result:
            reason = "the table gives another result now"
        return CheckedAgain(
            verdict=now.standing, result=now.result, unit=now.unit, reasons=(reason,) if reason else ()
        )


def _again(sources: Mapping[str, Source], computed: Computation, analyzer: Analyzer) -> Recomputation:
    if computed.recipe is None:
        return Recomputation(Standing.GONE, reason="the answer does not say how it was computed")
    return recomputed(sources, computed.recipe, computed.result, computed.unit, analyzer)
