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
from citeback.index.search.analyzer import Analyzer
from citeback.rag.checking.claims.alignment import EncodedText
from citeback.rag.checking.claims.facts import Fact, FactIndex, facts, other_full_names
from citeback.rag.checking.claims.injected_instructions import unusable_sentences
from citeback.rag.checking.claims.negation import contradictions
from citeback.rag.checking.claims.paired_values import misplaced_values
from citeback.rag.checking.claims.quantities import quantities
from citeback.rag.checking.claims.role_swaps import swapped_roles
from citeback.rag.checking.claims.stages import other_stages
from citeback.rag.checking.claims.stance import Extent, stance
from citeback.rag.checking.claims.unsupported_words import missing_words
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.checking.verify import ClaimVerifier, Verification
from citeback.rag.drafts.checked_claim import Difference
from citeback.rag.drafts.sentences_beside import (
    refuting,
    share_of_terms,
    stated_beside,
    unnumbered,
    with_neighbours,
)
from citeback.rag.negation import is_negated
from citeback.rag.reader.model import ClaimReader

MOST = 3  # a count above it says no more
MAX_LOG_ODDS = 6.0  # of the reader, which is overconfident
_SHOUTED = re.compile(r"[A-ZÀ-ÖØ-Þ]{5,}")
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
    `misplaced` are values that the passage gives for another thing or another stage of the matter: they
    contradict the claim. `unsettled` tells of figures that it has only as asked for: it is not supported.
    `refuting` is the index of another sentence that denies what the nearest one leaves unsaid, or None.
    """

    signs: ClaimSigns
    verification: Verification
    nearest: int
    differences: tuple[Difference, ...]
    reasons: tuple[str, ...]
    elsewhere: bool = False
    renamed: tuple[Difference, ...] = ()
    misplaced: tuple[Difference, ...] = ()
    unsettled: tuple[str, ...] = ()
    refuting: int | None = None


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
        analyzer = self.checker.analyzer
        verification = self.checker.verify(claim, sentences, near, unusable_sentences(sentences, claim.text))
        nearest = int(near.mean(axis=0).argmax())
        source = unnumbered(sentences[nearest])
        missing, others = apart = _facts_apart(claim.text, source, analyzer)
        turned = tuple(_turned(claim.text, source, analyzer))
        signs = self._signs(claim, sentences, near, verification, apart, len(turned))
        supporting = " ".join(sentences[i] for i in verification.supporting)
        titled = FactIndex(above, analyzer)
        beside = with_neighbours(sentences, {nearest, *verification.supporting})
        staged = list(other_stages(claim.text, beside, analyzer))
        return Comparison(
            signs=signs,
            verification=verification,
            nearest=nearest,
            differences=tuple(differences(claim.text, titled.missing(missing), others)),
            reasons=turned,
            elsewhere=nearest in headings
            or not signs.stated
            or is_elsewhere(missing, others, bool(turned), titled)
            or (not turned and stated_beside(claim.text, missing, sentences, nearest, analyzer)),
            renamed=tuple(Difference(*pair) for pair in other_full_names(claim.text, supporting, analyzer)),
            misplaced=(
                *(Difference(each.figure, each.instead) for each in staged if each.instead),
                *(Difference(*pair) for pair in misplaced_values(claim.text, source, analyzer)),
            ),
            unsettled=tuple(each.reason for each in staged),
            refuting=None if turned else refuting(claim.text, sentences, nearest, analyzer),
        )

    def _signs(
        self,
        claim: EncodedText,
        sentences: Sequence[str],
        near: Floats,
        verification: Verification,
        apart: tuple[Sequence[Fact], Sequence[Fact]],
        turned: int,
    ) -> ClaimSigns:
        """Return the signs of a claim beside a passage.

        `apart` are the facts that only the claim and only its nearest sentence state, `turned` is how many
        words of the claim are the opposite of the sentence's.
        """
        supports, refutes = self._read(claim.text, sentences, near)
        analyzer, nearest = self.checker.analyzer, int(near.mean(axis=0).argmax())
        source, (missing, others) = unnumbered(sentences[nearest]), apart
        supporting = FactIndex(" ".join(sentences[i] for i in verification.supporting), analyzer)
        words = missing_words(claim, near, [nearest], FactIndex(source, analyzer))
        return ClaimSigns(
            support=verification.support,
            similarity=float(near[:, nearest].mean()),
            stated=share_of_terms(claim.text, source, analyzer),
            repeated=share_of_terms(source, claim.text, analyzer),
            absent=_count(supporting.missing(facts(claim.text, analyzer)), named=False),
            figures=_count(missing, named=False),
            names=_count(missing, named=True),
            other_figures=_count(others, named=False),
            other_names=_count(others, named=True),
            turned=min(MOST, turned),
            words=min(MOST, sum(1 for _ in words)),
            denied=float(is_negated(claim.text, analyzer) != is_negated(source, analyzer)),
            measured=quantities_differ(claim.text, source, analyzer),
            supports=supports,
            refutes=refutes,
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


def differences(claim: str, missing: Sequence[Fact], others: Sequence[Fact]) -> Iterator[Difference]:
    """Yield each fact that a source lacks, with one of the same kind, best of the same form, that it has.

    Neighbouring names of the claim are one; words in capitals that are no acronyms are no names.
    """
    for kind in ("date", "number", "name"):
        instead = [text for text in _texts(others, kind) if not _SHOUTED.fullmatch(text)]
        lacking = _texts(missing, kind)
        for text in _joined_names(claim, lacking) if kind == "name" else lacking:
            other = min(instead, key=lambda each: _shape(each) != _shape(text), default="")
            if other:
                instead.remove(other)
            yield Difference(text, other)


def _texts(stated: Sequence[Fact], kind: str) -> list[str]:
    return list(dict.fromkeys(fact.text for fact in stated if fact.kind == kind))


def _joined_names(claim: str, names: Sequence[str]) -> list[str]:
    """Return names; those that stand side by side in the claim are one."""
    result: list[str] = []
    for name in names:
        if result and f"{result[-1]} {name}" in claim:
            result[-1] += f" {name}"
        else:
            result.append(name)
    return result


def _shape(text: str) -> str:
    """Return a text with its digits made the same: "2032" and "2033" have one shape, "1" has another."""
    return re.sub(r"\d", "0", text)


def _facts_apart(claim: str, source: str, analyzer: Analyzer) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Return the facts that only the claim states, and those that only the source states."""
    mine, theirs = facts(claim, analyzer), facts(source, analyzer)
    return FactIndex(source, analyzer).missing(mine), FactIndex(claim, analyzer).missing(theirs)


def _count(missing: Sequence[Fact], *, named: bool) -> float:
    texts = {fact.text for fact in missing if (fact.kind == "name") == named and fact.kind != "quote"}
    return float(min(MOST, len(texts)))
