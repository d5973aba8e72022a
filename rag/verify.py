"""Verifies each claim against the spans it cites.

What cannot be shown to be supported is shown as not supported; nothing is dropped or repaired. Some problems
count whatever the score: a number, date, name, quotation or word that the source lacks; a negation too many
or too few; swapped roles; a dropped condition; an intention reported as done; a widened quantifier.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from index.encoder import Floats
from index.records import Span
from index.terms import Analyzer
from rag.answer import Verdict
from rag.claims.align import Read, Reader, likeness, read
from rag.claims.conditions import dropped
from rag.claims.extent import widened
from rag.claims.facts import Fact, Known, facts
from rag.claims.orders import unfit
from rag.claims.polarity import opposed
from rag.claims.repeats import repeated
from rag.claims.roles import swapped
from rag.claims.said import Said
from rag.claims.support import chosen, score, signs
from rag.claims.unsaid import unsaid
from rag.claims.wishes import done

SUPPORTED, PARTIAL = 0.5, 0.35
"""Minimum scores of a supported and of a partly supported sentence."""
NAMED, WRONG = 0.49, 0.34
"""Factors applied to the score.

`NAMED` applies if a name or word is missing or the claim is looser than its source, `WRONG` if any other fact
is missing or the claim contradicts its source.
"""
ORDERED = "the source orders this to be said, which is not a statement"
FAR = 10  # maximum distance, in sentences, from the support to the sentence that names its subject

Entails = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""(evidence, claim) pairs -> the probability (0 to 1) that each evidence entails its claim."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of verifying a claim.

    `support` is from 0 to 1; `chosen` are the indices of the best supporting sentences, in reading order;
    `reasons` describe each problem.
    """

    support: float
    chosen: tuple[int, ...]
    reasons: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return the verdict for the support score."""
        if self.support >= SUPPORTED:
            return Verdict.SUPPORTED
        return Verdict.PARTIAL if self.support >= PARTIAL else Verdict.UNSUPPORTED


@dataclass(frozen=True, slots=True)
class Checker:
    """Verifies claims with an embedding model and, optionally, an NLI model (`entails`)."""

    reader: Reader
    analyzer: Analyzer
    entails: Entails | None = None

    def compare(self, claim: str, text: str) -> tuple[Finding, tuple[Span, ...]]:
        """Verify a claim against a text; return the finding and the spans of the text that support it."""
        mine, theirs = read([claim, text], self.reader)
        sentences = [span.of(text) for span in theirs.sentences]
        found = self.find(mine, sentences, likeness(mine, theirs), unfit(sentences, claim))
        return found, runs(found.chosen, theirs.sentences)

    def find(
        self, claim: Read, sentences: Sequence[str], near: Floats, unfit: Collection[int] = ()
    ) -> Finding:
        """Verify a claim against sentences; `near` is their similarity, as returned by `rag.claims.align`.

        Sentences that are `unfit` (see `rag.claims.orders`) are left out.
        """
        if unfit:
            fit = [i for i in range(len(sentences)) if i not in unfit]
            found = self.find(claim, [sentences[i] for i in fit], near[:, fit])
            best = tuple(fit[i] for i in found.chosen)
            if found.verdict is Verdict.SUPPORTED or int(near.mean(axis=0).argmax()) not in unfit:
                return replace(found, chosen=best)
            return Finding(found.support * WRONG, best, (*found.reasons, ORDERED))
        stated = facts(claim.text, self.analyzer)
        best = _completed(chosen(near), stated, sentences, self.analyzer)
        text = " ".join(" ".join(sentences[i].split()) for i in best)
        if best and " ".join(claim.text.split()) in {text, *(" ".join(sentences[i].split()) for i in best)}:
            return Finding(1.0, best)
        support = score(signs(claim.text, stated, sentences, near, self.analyzer))
        if self.entails:
            support = (support + self.entails([(text, claim.text)])[0]) / 2
        known = Known(text, self.analyzer)
        missing = known.missing(stated)
        words = [*(fact.text for fact in missing), *unsaid(claim, near, best, known)]
        said, source = Said(claim.text, self.analyzer), [Said(sentences[i], self.analyzer) for i in best]
        turned = _turned(said, source)
        loose = _loosened(said, source)
        reasons = (*(f"“{word}” is not in the source" for word in words), *turned, *loose)
        wrong = turned or any(fact.kind != "name" for fact in missing)
        left = WRONG if wrong else NAMED if words or loose else 1.0
        return Finding(support * left, best, tuple(dict.fromkeys(reasons)))


def _turned(claim: Said, source: Sequence[Said]) -> list[str]:
    places = [f"“{one}” and “{other}” have swapped roles" for one, other in swapped(claim, source)]
    return [*opposed(claim, source), *places]


def _loosened(claim: Said, source: Sequence[Said]) -> list[str]:
    checks = (dropped, done, widened, repeated)
    return [reason for check in checks for reason in check(claim, source)]


def runs(best: Sequence[int], sentences: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans of the chosen sentences, with neighbours merged."""
    spans: list[Span] = []
    for before, i in zip([-2, *best], best, strict=False):
        if before == i - 1:
            spans[-1] = Span(spans[-1].start, sentences[i].end)
        else:
            spans.append(sentences[i])
    return tuple(spans)


def _completed(
    best: tuple[int, ...], stated: Sequence[Fact], sentences: Sequence[str], analyzer: Analyzer
) -> tuple[int, ...]:
    """Add sentences that hold a fact which the chosen ones lack.

    A text often names its subject some sentences earlier; numbers and dates must stand close by.
    """
    for fact in stated:
        if not best or Known(" ".join(sentences[i] for i in best), analyzer).holds(fact):
            continue
        reach = FAR if fact.kind == "name" else 1
        close = sorted((min(abs(i - b) for b in best), i) for i in range(len(sentences)) if i not in best)
        for distance, i in close:
            if distance <= reach and Known(sentences[i], analyzer).holds(fact):
                best = tuple(sorted((*best, i)))
                break
    return best
