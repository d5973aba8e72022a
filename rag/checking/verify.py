"""Verifies each claim against the spans it cites.

What cannot be shown to be supported is shown as not supported; nothing is dropped or repaired. Some problems
count whatever the score: a number, date, name, quotation or word that the source lacks; a negation too many
or too few; swapped roles; a dropped condition; an intention reported as done; a widened quantifier.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from citeback.index.embedding.protocols import Floats
from citeback.index.records import Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.answer import Verdict
from citeback.rag.checking.claims.alignment import EncodedText, TokenEncoder, encode_texts, token_similarity
from citeback.rag.checking.claims.conditionals import dropped_conditions
from citeback.rag.checking.claims.facts import Fact, FactIndex, facts
from citeback.rag.checking.claims.injected_instructions import unusable_sentences
from citeback.rag.checking.claims.modality import reported_as_done
from citeback.rag.checking.claims.negation import contradictions
from citeback.rag.checking.claims.quantifiers import widened_quantifiers
from citeback.rag.checking.claims.repetition import repeated_phrases
from citeback.rag.checking.claims.role_swaps import swapped_roles
from citeback.rag.checking.claims.stance import Stance, stance
from citeback.rag.checking.claims.support_score import support_features, support_score, supporting_sentences
from citeback.rag.checking.claims.unsupported_words import missing_words
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.reader.model import ClaimReader

SUPPORTED, PARTIAL = 0.5, 0.35
"""Minimum scores of a supported and of a partly supported sentence."""
NAME_FACTOR, ERROR_FACTOR = 0.49, 0.34
"""Factors applied to the score.

`NAMED` applies if a name or word is missing or the claim is looser than its source, `WRONG` if any other fact
is missing or the claim contradicts its source.
"""
INSTRUCTED_REASON = "the source orders this to be said, which is not a statement"
MAX_SUBJECT_DISTANCE = (
    10  # maximum distance, in sentences, from the support to the sentence that names its subject
)

EntailmentModel = Callable[[Sequence[tuple[str, str]]], Sequence[float]]
"""(evidence, claim) pairs -> the probability (0 to 1) that each evidence entails its claim."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of verifying a claim.

    `support` is from 0 to 1; `supporting` are the indices of the best supporting sentences, in reading order;
    `reasons` describe each problem. `stance` is what the reader of claims made of it, if it was asked.
    """

    support: float
    supporting: tuple[int, ...]
    reasons: tuple[str, ...] = ()
    stance: Stance | None = None

    @property
    def verdict(self) -> Verdict:
        """Return the verdict for the support score."""
        if self.support >= SUPPORTED:
            return Verdict.SUPPORTED
        return Verdict.PARTIAL if self.support >= PARTIAL else Verdict.UNSUPPORTED


@dataclass(frozen=True, slots=True)
class ClaimVerifier:
    """Verifies claims with an embedding model and, optionally, a reader of claims and an NLI model.

    `claims` opens the reader, when the first claim is not a quotation; `entailment` is the NLI model.
    """

    encoder: TokenEncoder
    analyzer: Analyzer
    entailment: EntailmentModel | None = None
    claims: Callable[[], ClaimReader | None] | None = None

    def verify_text(self, claim: str, text: str) -> tuple[Verification, tuple[Span, ...]]:
        """Verify a claim against a text; return the finding and the spans of the text that support it."""
        mine, theirs = encode_texts([claim, text], self.encoder)
        sentences = [span.of(text) for span in theirs.sentences]
        verification = self.verify(
            mine, sentences, token_similarity(mine, theirs), unusable_sentences(sentences, claim)
        )
        return verification, merged_spans(verification.supporting, theirs.sentences)

    def verify(
        self, claim: EncodedText, sentences: Sequence[str], near: Floats, unfit: Collection[int] = ()
    ) -> Verification:
        """Verify a claim against sentences; `near` is their similarity, as returned by `claims.alignment`.

        Sentences that are `unfit` (see `citeback.rag.checking.claims.injected_instructions`) are left out.
        """
        if unfit:
            fit = [i for i in range(len(sentences)) if i not in unfit]
            verification = self.verify(claim, [sentences[i] for i in fit], near[:, fit])
            best = tuple(fit[i] for i in verification.supporting)
            if verification.verdict is Verdict.SUPPORTED or int(near.mean(axis=0).argmax()) not in unfit:
                return replace(verification, supporting=best)
            return Verification(
                support=verification.support * ERROR_FACTOR,
                supporting=best,
                reasons=(*verification.reasons, INSTRUCTED_REASON),
                stance=verification.stance,
            )
        stated = facts(claim.text, self.analyzer)
        best = _with_missing_facts(supporting_sentences(near), stated, sentences, self.analyzer)
        text = " ".join(" ".join(sentences[i].split()) for i in best)
        if best and " ".join(claim.text.split()) in {text, *(" ".join(sentences[i].split()) for i in best)}:
            return Verification(1.0, best)
        reader = self.claims() if self.claims else None
        read = stance(claim.text, sentences, near, reader) if reader else None
        support = support_score(support_features(claim.text, stated, sentences, near, self.analyzer), read)
        if self.entailment:
            support = (support + self.entailment([(text, claim.text)])[0]) / 2
        known = FactIndex(text, self.analyzer)
        missing = known.missing(stated)
        words = [*(fact.text for fact in missing), *missing_words(claim, near, best, known)]
        claim_text, source = (
            ClaimText(claim.text, self.analyzer),
            [ClaimText(sentences[i], self.analyzer) for i in best],
        )
        turned = _contradictions(claim_text, source)
        loose = _overstatements(claim_text, source)
        reasons = (*(f"“{word}” is not in the source" for word in words), *turned, *loose)
        wrong = turned or any(fact.kind != "name" for fact in missing)
        left = ERROR_FACTOR if wrong else NAME_FACTOR if words or loose else 1.0
        return Verification(
            support=support * left, supporting=best, reasons=tuple(dict.fromkeys(reasons)), stance=read
        )


def _contradictions(claim: ClaimText, source: Sequence[ClaimText]) -> list[str]:
    places = [f"“{one}” and “{other}” have swapped roles" for one, other in swapped_roles(claim, source)]
    return [*contradictions(claim, source), *places]


def _overstatements(claim: ClaimText, source: Sequence[ClaimText]) -> list[str]:
    checks = (dropped_conditions, reported_as_done, widened_quantifiers, repeated_phrases)
    return [reason for check in checks for reason in check(claim, source)]


def merged_spans(best: Sequence[int], sentences: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans of the chosen sentences, with neighbours merged."""
    spans: list[Span] = []
    for before, i in zip([-2, *best], best, strict=False):
        if before == i - 1:
            spans[-1] = Span(spans[-1].start, sentences[i].end)
        else:
            spans.append(sentences[i])
    return tuple(spans)


def _with_missing_facts(
    best: tuple[int, ...], stated: Sequence[Fact], sentences: Sequence[str], analyzer: Analyzer
) -> tuple[int, ...]:
    """Add sentences that hold a fact which the chosen ones lack.

    A text often names its subject some sentences earlier; numbers and dates must stand close by.
    """
    for fact in stated:
        if not best or FactIndex(" ".join(sentences[i] for i in best), analyzer).states(fact):
            continue
        reach = MAX_SUBJECT_DISTANCE if fact.kind == "name" else 1
        close = sorted((min(abs(i - b) for b in best), i) for i in range(len(sentences)) if i not in best)
        for distance, i in close:
            if distance <= reach and FactIndex(sentences[i], analyzer).states(fact):
                best = tuple(sorted((*best, i)))
                break
    return best
