"""The signs by which a claim is judged against one passage, and the differences between the two.

A claim is compared with the sentence of the passage that it resembles most: if nearly all of its words stand
there and a number, date or name does not, the sentence says something else of the same matter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.index.embedding.protocols import Floats
from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.rag.checking.claims.alignment import EncodedText
from citeback.rag.checking.claims.facts import Fact, FactIndex, facts
from citeback.rag.checking.claims.injected_instructions import unusable_sentences
from citeback.rag.checking.claims.negation import contradictions
from citeback.rag.checking.claims.role_swaps import swapped_roles
from citeback.rag.checking.claims.unsupported_words import missing_words
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.checking.verify import ClaimVerifier, Verification
from citeback.rag.drafts.checked_claim import Difference

MOST = 3  # a count above it says no more


@dataclass(frozen=True, slots=True)
class ClaimSigns:
    """Signs of one claim against one passage.

    `support` is the score of the check. `similarity` is the mean similarity of the claim's tokens to the
    nearest sentence, `stated` the share of the claim's terms in it, `repeated` the share of its terms in the
    claim. `absent` counts the numbers and dates that the supporting sentences lack, `figures` and `names` the
    facts that the nearest sentence lacks, `other_figures` and `other_names` those that it has instead.
    `turned` counts negations, opposites and swapped roles, `words` the words that it has in no form.
    """

    support: float
    similarity: float
    stated: float
    repeated: float
    absent: float
    figures: float
    names: float
    other_figures: float
    other_names: float
    turned: float
    words: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A claim compared with a passage; `nearest` is the index of the sentence that resembles it most.

    `elsewhere` is true if that sentence speaks of something else, so that it contradicts nothing.
    """

    signs: ClaimSigns
    verification: Verification
    nearest: int
    differences: tuple[Difference, ...]
    reasons: tuple[str, ...]
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ClaimComparer:
    """Compares claims with passages."""

    checker: ClaimVerifier

    def compare(
        self, claim: EncodedText, sentences: Sequence[str], near: Floats, above: str = ""
    ) -> Comparison:
        """Compare a claim with the sentences of a passage; `near` is as in `ClaimVerifier.verify`.

        `above` holds the title of the document and the headings above the passage.
        """
        analyzer = self.checker.analyzer
        verification = self.checker.verify(claim, sentences, near, unusable_sentences(sentences, claim.text))
        nearest = int(near.mean(axis=0).argmax())
        source, stated = sentences[nearest], facts(claim.text, analyzer)
        index, mine = FactIndex(source, analyzer), FactIndex(claim.text, analyzer)
        missing, others = index.missing(stated), mine.missing(facts(source, analyzer))
        turned = tuple(_turned(claim.text, source, analyzer))
        whole = FactIndex(" ".join(sentences[i] for i in verification.supporting), analyzer)
        signs = ClaimSigns(
            support=verification.support,
            similarity=float(near[:, nearest].mean()),
            stated=_share(claim.text, source, analyzer),
            repeated=_share(source, claim.text, analyzer),
            absent=_count(whole.missing(stated), named=False),
            figures=_count(missing, named=False),
            names=_count(missing, named=True),
            other_figures=_count(others, named=False),
            other_names=_count(others, named=True),
            turned=min(MOST, len(turned)),
            words=min(MOST, sum(1 for _ in missing_words(claim, near, [nearest], index))),
        )
        differences = tuple(_differences(missing, others))
        return Comparison(
            signs=signs,
            verification=verification,
            nearest=nearest,
            differences=differences,
            reasons=turned,
            elsewhere=is_elsewhere(missing, others, bool(turned), FactIndex(above, analyzer)),
        )


def is_elsewhere(missing: Sequence[Fact], others: Sequence[Fact], turned: bool, above: FactIndex) -> bool:
    """Return whether a sentence speaks of something else than a claim, which then contradicts nothing.

    `missing` are the facts that only the claim states, `others` those that only the sentence states. What
    the claim names may stand in the headings. If a name and a figure differ, they are two things with a
    figure each; and if the sentence names what its document is about, the claim is about something else.
    """
    figures = [fact for fact in missing if fact.kind in ("number", "date")]
    if figures and not turned and not any(fact.kind in ("number", "date") for fact in others):
        return True  # the sentence has no figure instead
    names = [fact for fact in missing if fact.kind == "name" and not above.states(fact)]
    instead = [fact for fact in others if fact.kind == "name"]
    if not names:
        return False
    if not instead:
        return not (figures or turned)
    return bool(figures) or turned or any(map(above.states, instead))


def _turned(claim: str, source: str, analyzer: Analyzer) -> Iterator[str]:
    one, other = ClaimText(claim, analyzer), ClaimText(source, analyzer)
    yield from contradictions(one, [other])
    yield from (f"“{a}” and “{b}” have swapped roles" for a, b in swapped_roles(one, [other]))


def _differences(missing: Sequence[Fact], others: Sequence[Fact]) -> Iterator[Difference]:
    """Yield each fact of the claim that the source lacks, with one of the same kind that it has instead."""
    for kind in ("date", "number", "name"):
        instead = list(dict.fromkeys(fact.text for fact in others if fact.kind == kind))
        claimed = list(dict.fromkeys(fact.text for fact in missing if fact.kind == kind))
        for n, text in enumerate(claimed):
            yield Difference(text, instead[n] if n < len(instead) else "")


def _count(missing: Sequence[Fact], *, named: bool) -> float:
    texts = {fact.text for fact in missing if (fact.kind == "name") == named and fact.kind != "quote"}
    return float(min(MOST, len(texts)))


def _share(text: str, other: str, analyzer: Analyzer) -> float:
    """Return the share of a text's content terms that another text has."""
    terms = {term for term in analyzer.terms(text) if term not in STOP_WORDS}
    return len(terms & set(analyzer.terms(other))) / len(terms) if terms else 0.0
