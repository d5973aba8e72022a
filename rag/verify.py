"""Each draft sentence against the spans it cites -> a verdict. Must never know who wrote it.

What cannot be shown to be supported is shown as not supported; nothing is dropped or mended. A number, a
date, a name, a quote or a word that the source lacks, a "not" too many or too few, parties that have changed
places, and a condition, a wish or a part that is told as the whole, stand against a sentence whatever its
score.
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
"""A score from which a sentence is supported, or partly so."""
NAMED, WRONG = 0.49, 0.34
"""What is left of the score where a name is not in the source; where something else stands against it."""
ORDERED = "the source asks for this to be said, which is no statement of its own"
FAR = 10  # sentences between what supports a claim and the one that names who it speaks of

Entails = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""(evidence, claim) pairs -> the probability (0 to 1) that each evidence entails its claim."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for a claim.

    `support` is 0 to 1, `chosen` are the sentences that support it best (by index, in reading order), and
    `reasons` say in words what stands against it.
    """

    support: float
    chosen: tuple[int, ...]
    reasons: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return what a reader is told."""
        if self.support >= SUPPORTED:
            return Verdict.SUPPORTED
        return Verdict.PARTIAL if self.support >= PARTIAL else Verdict.UNSUPPORTED


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks claims with an embedding model, and better with an NLI model (`entails`) beside it."""

    reader: Reader
    analyzer: Analyzer
    entails: Entails | None = None

    def compare(self, claim: str, text: str) -> tuple[Finding, tuple[Span, ...]]:
        """Return what a text says for a claim, and the spans of the text that say it."""
        mine, theirs = read([claim, text], self.reader)
        sentences = [span.of(text) for span in theirs.sentences]
        found = self.find(mine, sentences, likeness(mine, theirs), unfit(sentences, claim))
        return found, runs(found.chosen, theirs.sentences)

    def find(
        self, claim: Read, sentences: Sequence[str], near: Floats, unfit: Collection[int] = ()
    ) -> Finding:
        """Return what sentences say for a claim; `near` is their likeness, as `rag.claims.align` has it.

        Those that are `unfit` (`rag.claims.orders`) are left out.
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
    places = [f"“{one}” and “{other}” have changed places" for one, other in swapped(claim, source)]
    return [*opposed(claim, source), *places]


def _loosened(claim: Said, source: Sequence[Said]) -> list[str]:
    checks = (dropped, done, widened, repeated)
    return [reason for check in checks for reason in check(claim, source)]


def runs(best: Sequence[int], sentences: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans of the sentences of one text; those that stand side by side are one span."""
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
    """Return the sentences with those added that hold a fact they lack.

    Whom a text speaks of is often named some sentences before; what is counted or dated stands close by.
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
