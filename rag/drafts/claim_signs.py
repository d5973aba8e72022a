"""The signs by which a claim is judged against one passage, and the differences between the two.

A claim is compared with the sentence of the passage that it resembles most: if nearly all of its words stand
there and a number, date or name does not, the sentence says something else of the same matter.
"""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from citeback.index.embedding.protocols import Floats
from citeback.index.search.analyzer import STOP_WORDS, Analyzer
from citeback.rag.checking.claims.alignment import EncodedText
from citeback.rag.checking.claims.facts import Fact, FactIndex, facts, other_full_names
from citeback.rag.checking.claims.injected_instructions import unusable_sentences
from citeback.rag.checking.claims.negation import contradictions
from citeback.rag.checking.claims.quantities import quantities
from citeback.rag.checking.claims.role_swaps import swapped_roles
from citeback.rag.checking.claims.stance import Extent, stance
from citeback.rag.checking.claims.unsupported_words import missing_words
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.checking.verify import ClaimVerifier, Verification
from citeback.rag.drafts.checked_claim import Difference
from citeback.rag.negation import is_negated
from citeback.rag.reader.model import ClaimReader

MOST = 3  # a count above it says no more
MAX_LOG_ODDS = 6.0  # of the reader, which is overconfident
READ = Extent(nearest=2, characters=600)
"""What is read of a passage: the two sentences nearest to the claim, with their neighbours."""


@dataclass(frozen=True, slots=True)
class ClaimSigns:
    """Signs of one claim against one passage.

    `support` is the score of the check. `similarity` is the mean similarity of the claim's tokens to the
    nearest sentence, `stated` the share of the claim's terms in it, `repeated` the share of its terms in the
    claim. `absent` counts the numbers and dates that the supporting sentences lack, `figures` and `names` the
    facts that the nearest sentence lacks, `other_figures` and `other_names` those that it has instead.
    `turned` counts negations, opposites and swapped roles, `words` the words that it has in no form. `denied`
    tells whether just one of the two has a negation, `measured` whether a quantity of the claim differs from
    one that measures the same there (NaN if none differs). `supports` and `refutes` are the log-odds of the
    reader of claims, NaN if it read nothing.
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
    denied: float
    measured: float
    supports: float = nan
    refutes: float = nan


@dataclass(frozen=True, slots=True)
class Comparison:
    """A claim compared with a passage; `nearest` is the index of the sentence that resembles it most.

    `elsewhere` is true if that sentence speaks of something else, so that it contradicts nothing. `renamed`
    are full names of the claim with those that the supporting sentences have instead: it is not supported.
    """

    signs: ClaimSigns
    verification: Verification
    nearest: int
    differences: tuple[Difference, ...]
    reasons: tuple[str, ...]
    elsewhere: bool = False
    renamed: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimComparer:
    """Compares claims with passages; `open_reader` opens the reader of claims, if there is one."""

    checker: ClaimVerifier
    open_reader: Callable[[], ClaimReader | None] | None = None

    def compare(
        self,
        claim: EncodedText,
        passage: EncodedText,
        near: Floats,
        above: str = "",
        headings: Container[int] = (),
    ) -> Comparison:
        """Compare a claim with a passage; `near` is as in `ClaimVerifier.verify`.

        `above` holds the title of the document and the headings above the passage; `headings` are the indices
        of sentences that state nothing.
        """
        sentences = [span.of(passage.text) for span in passage.sentences]
        supports, refutes = self._read(claim.text, sentences, near)
        analyzer = self.checker.analyzer
        verification = self.checker.verify(claim, sentences, near, unusable_sentences(sentences, claim.text))
        nearest = int(near.mean(axis=0).argmax())
        source, stated = sentences[nearest], facts(claim.text, analyzer)
        index, mine = FactIndex(source, analyzer), FactIndex(claim.text, analyzer)
        missing, others = index.missing(stated), mine.missing(facts(source, analyzer))
        turned = tuple(_turned(claim.text, source, analyzer))
        supporting = " ".join(sentences[i] for i in verification.supporting)
        whole = FactIndex(supporting, analyzer)
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
            denied=float(is_negated(claim.text, analyzer) != is_negated(source, analyzer)),
            measured=quantities_differ(claim.text, source, analyzer),
            supports=supports,
            refutes=refutes,
        )
        return Comparison(
            signs=signs,
            verification=verification,
            nearest=nearest,
            differences=tuple(differences(missing, others)),
            reasons=turned,
            elsewhere=nearest in headings
            or not signs.stated
            or is_elsewhere(missing, others, bool(turned), FactIndex(above, analyzer)),
            renamed=tuple(Difference(*pair) for pair in other_full_names(claim.text, supporting, analyzer)),
        )

    def _read(self, claim: str, sentences: Sequence[str], near: Floats) -> tuple[float, float]:
        reader = self.open_reader() if self.open_reader else None
        read = stance(claim, sentences, near, reader, READ) if reader else None
        if read is None:
            return nan, nan
        supports, refutes = np.clip((read.supports, read.refutes), -MAX_LOG_ODDS, MAX_LOG_ODDS)
        return float(supports), float(refutes)


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


def quantities_differ(claim: str, source: str, analyzer: Analyzer) -> float:
    """Return 1 if a quantity of a claim differs from one of a sentence that measures the same, else 0.

    NaN means that every quantity of the claim agrees with one of the sentence.
    """
    theirs = list(quantities(source, analyzer))
    differing = [each for each in quantities(claim, analyzer) if not any(map(each.agrees, theirs))]
    if not differing:
        return nan
    return float(any(each.comparable(other) for each in differing for other in theirs))


def _turned(claim: str, source: str, analyzer: Analyzer) -> Iterator[str]:
    one, other = ClaimText(claim, analyzer), ClaimText(source, analyzer)
    yield from contradictions(one, [other])
    yield from (f"“{a}” and “{b}” have swapped roles" for a, b in swapped_roles(one, [other]))


def differences(missing: Sequence[Fact], others: Sequence[Fact]) -> Iterator[Difference]:
    """Yield each fact that a source lacks, with one of the same kind, best of the same form, that it has."""
    for kind in ("date", "number", "name"):
        instead = list(dict.fromkeys(fact.text for fact in others if fact.kind == kind))
        for text in dict.fromkeys(fact.text for fact in missing if fact.kind == kind):
            other = min(instead, key=lambda each: _shape(each) != _shape(text), default="")
            if other:
                instead.remove(other)
            yield Difference(text, other)


def _shape(text: str) -> str:
    """Return a text with its digits made the same: "2032" and "2033" have one shape, "1" has another."""
    return re.sub(r"\d", "0", text)


def _count(missing: Sequence[Fact], *, named: bool) -> float:
    texts = {fact.text for fact in missing if (fact.kind == "name") == named and fact.kind != "quote"}
    return float(min(MOST, len(texts)))


def _share(text: str, other: str, analyzer: Analyzer) -> float:
    """Return the share of a text's content terms that another text has."""
    terms = {term for term in analyzer.terms(text) if term not in STOP_WORDS}
    return len(terms & set(analyzer.terms(other))) / len(terms) if terms else 0.0
