"""Turns drafts into sentences with a verdict and exact citations.

The exact words that support a sentence become its citation. If they stand elsewhere than the writer said, the
citation is corrected, and the sentence says so.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, groupby, pairwise

import numpy as np

from citeback.index.embedding.protocols import Floats
from citeback.index.records import Source, Span
from citeback.rag.answer import Citation, Sentence, Verdict
from citeback.rag.checking.claims.alignment import EncodedText, encode_texts, token_similarity
from citeback.rag.checking.claims.injected_instructions import instructed_sentences, is_instruction
from citeback.rag.checking.claims.stitching import borrowed_words
from citeback.rag.checking.claims.word_sequence import ClaimText
from citeback.rag.checking.verify import NAME_FACTOR, ClaimVerifier, Verification
from citeback.rag.evidence.ranking import Evidence, own_spans, refers_back
from citeback.rag.writing.extractive import Draft

INSTRUCTION_CONTEXT = 300  # characters before and after a passage that are searched for instructions about it
_ENDS = re.compile(r"(?<=[.!?:])\s+")
CORRECTED_REASON = "a place other than the one it cites supports it"
COMPOSED_REASON = "it combines several places, none of which says it"


class CitationNumbers:
    """The numbers of an answer's citations: each place has one, in order of first appearance, from 1."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Span], int] = {}

    def of(self, document: str, span: Span) -> int:
        """Return the number of a place."""
        return self._known.setdefault((document, span), len(self._known) + 1)


class Citer:
    """Verifies and cites drafts of one answer, or of one part of it.

    The evidence is encoded once, when the first draft that is not a quotation arrives.
    """

    def __init__(
        self,
        checker: ClaimVerifier,
        ranked: Sequence[Evidence],
        source: Callable[[str], Source],
        numbers: CitationNumbers | None = None,
    ) -> None:
        """`source` returns a document, from whose text every quotation is cut.

        All parts of an answer share `numbers`, so that two places never have the same.
        """
        self._checker = checker
        self._ranked = ranked
        self._source = source
        self._numbers = numbers or CitationNumbers()

    def sentence(self, draft: Draft) -> Sentence:
        """Return the draft with its verdict, citations and the problems that verification found."""
        reasons = tuple(f"it cites [{n}], and there is no such source" for n in draft.unknown)
        if not draft.evidence:
            return Sentence(
                text=draft.text,
                verdict=Verdict.UNCITED,
                citations=(),
                reasons=reasons or ("it cites no source",),
            )
        if quoted := self._quoted(draft):
            verification, citations = Verification(1.0, ()), quoted
        else:
            verification, citations = self._verify(draft)
        verdict = Verdict.UNSUPPORTED if draft.unknown else verification.verdict
        return Sentence(
            text=draft.text, verdict=verdict, citations=citations, reasons=(*reasons, *verification.reasons)
        )

    def _quoted(self, draft: Draft) -> tuple[Citation, ...]:
        """Return the evidence whose words equal the draft, ignoring white space; empty if there is none.

        A part of a sentence does not count, since what precedes it may reverse its meaning. Nor does text
        that the document instructs its reader to say.
        """
        text = " ".join(draft.text.split())
        quotes = ((e, " ".join(self._quote(e.document, e.cited).split())) for e in draft.evidence)
        holding = [e for e, quote in quotes if text and text == quote and e not in self._instructed]
        return tuple(self._citation(e, e.cited, 1.0, corrected=False) for e in holding[:1])

    def _verify(self, draft: Draft) -> tuple[Verification, tuple[Citation, ...]]:
        claim = encode_texts([draft.text], self._checker.encoder)[0]
        near = np.concatenate([token_similarity(claim, each.read) for each in self._passages], axis=1)
        named = set(draft.evidence)
        mine = [i for i, one in enumerate(self._sentences) if one.evidence in named]
        verification = self._verify_against(claim, near, mine)
        if verification.verdict is not Verdict.SUPPORTED:
            others = [self._verify_against(claim, near, columns) for columns in self._other_passages(mine)]
            best = max(others, key=lambda other: other.support, default=verification)
            if best.verdict is Verdict.SUPPORTED:
                verification = replace(best, reasons=(CORRECTED_REASON,))
        if verification.verdict is Verdict.SUPPORTED and self._is_composed(
            draft.text, near, verification.supporting
        ):
            verification = replace(
                verification, support=verification.support * NAME_FACTOR, reasons=(COMPOSED_REASON,)
            )
        return verification, tuple(
            self._citation(
                run[0].evidence,
                Span(run[0].span.start, run[-1].span.end),
                verification.support,
                corrected=any(one.evidence not in named for one in run),
            )
            for run in _neighbour_runs([self._sentences[i] for i in verification.supporting or mine[:1]])
        )

    def _is_composed(self, claim: str, near: Floats, best: Sequence[int]) -> bool:
        """Return whether a claim mixes words of sentences that do not continue one another."""
        passage_sentences = [self._sentences[i] for i in best]
        most = self._sentences[max(best, key=lambda i: float(near[:, i].mean()))]
        main = next(run for run in _neighbour_runs(passage_sentences, going_on=True) if most in run)
        analyzer = self._checker.analyzer
        whole = ClaimText(" ".join(one.text for one in main), analyzer)
        before, after = list[ClaimText](), list[ClaimText]()
        for one in passage_sentences:
            if one not in main:
                (before if one.precedes(most) else after).append(ClaimText(one.text, analyzer))
        return any(borrowed_words(ClaimText(claim, analyzer), whole, before, after))

    def _other_passages(self, mine: Sequence[int]) -> Iterator[list[int]]:
        """Yield the sentence indices of each passage that is not entirely among `mine`.

        Passages are tried one at a time: combined, they may seem to make a claim that none of them makes.
        """
        ends = list(accumulate(len(passage.sentences) for passage in self._passages))
        for start, end in pairwise([0, *ends]):
            columns = list(range(start, end))
            if not set(columns) <= set(mine):
                yield columns

    def _verify_against(self, claim: EncodedText, near: Floats, columns: list[int]) -> Verification:
        unfit = [n for n, i in enumerate(columns) if i in self._unusable]
        verification = self._checker.verify(
            claim, [self._sentences[i].text for i in columns], near[:, columns], unfit
        )
        return replace(verification, supporting=tuple(columns[i] for i in verification.supporting))

    @cached_property
    def _instructed(self) -> frozenset[Evidence]:
        """Return the evidence that other sentences of its document instruct the reader to say."""
        return frozenset(
            e
            for group in self._evidence_by_passage
            for e in _instructed_evidence(group, self._text(group[0].document))
        )

    @cached_property
    def _unusable(self) -> frozenset[int]:
        """Return the indices of the sentences that cannot support any claim."""
        result = enumerate(self._sentences)
        return frozenset(
            i for i, one in result if one.evidence in self._instructed or is_instruction(one.text)
        )

    @cached_property
    def _evidence_by_passage(self) -> list[tuple[Evidence, ...]]:
        """Return the evidence grouped by passage, each group in reading order."""
        ordered = sorted(self._ranked, key=lambda e: (e.passage, e.position))
        return [tuple(group) for _, group in groupby(ordered, key=lambda e: e.passage)]

    @cached_property
    def _passages(self) -> "list[_Passage]":
        groups = self._evidence_by_passage
        hulls = [Span(group[0].span.start, group[-1].span.end) for group in groups]
        texts = [self._quote(group[0].document, hull) for group, hull in zip(groups, hulls, strict=True)]
        own = [
            [s.shift(-hull.start) for s in own_spans(group)]
            for group, hull in zip(groups, hulls, strict=True)
        ]
        reads = encode_texts(texts, self._checker.encoder, own)
        return [_Passage.of(*each) for each in zip(groups, hulls, own, reads, strict=True)]

    @cached_property
    def _sentences(self) -> "list[_PassageSentence]":
        return [one for passage in self._passages for one in passage.sentences]

    def _citation(self, evidence: Evidence, span: Span, support: float, corrected: bool) -> Citation:
        return Citation(
            n=self._numbers.of(evidence.document, span),
            document=evidence.document,
            span=span,
            quote=self._quote(evidence.document, span),
            support=support,
            page=evidence.page,
            corrected=corrected,
            place=evidence.location,
            also=evidence.also,
            date=self._source(evidence.document).date,
        )

    def _quote(self, document: str, span: Span) -> str:
        return span.of(self._text(document))

    def _text(self, document: str) -> str:
        return self._source(document).text


@dataclass(frozen=True, slots=True)
class _PassageSentence:
    """A sentence of a passage; `span` counts in the document, and `evidence` ends with the sentence."""

    evidence: Evidence
    span: Span
    text: str

    def precedes(self, other: "_PassageSentence") -> bool:
        """Return whether this sentence stands before the other in the same document."""
        same = self.evidence.document == other.evidence.document
        return same and self.span.start < other.span.start


@dataclass(frozen=True, slots=True, eq=False)
class _Passage:
    """An encoded passage and its sentences, one for each of `read.sentences`."""

    read: EncodedText
    sentences: tuple[_PassageSentence, ...]

    @classmethod
    def of(
        cls, evidence: Sequence[Evidence], hull: Span, own: Sequence[Span], read: EncodedText
    ) -> "_Passage":
        held = dict(zip(own, evidence, strict=True))
        results = (
            _PassageSentence(evidence=held[span], span=span.shift(hull.start), text=span.of(read.text))
            for span in read.sentences
        )
        return cls(read, tuple(results))


def _instructed_evidence(passage: Sequence[Evidence], text: str) -> Iterator[Evidence]:
    """Yield the evidence of a passage that an instruction in or around it asks to be said."""
    spans = own_spans(passage)
    gaps = [Span(a.end, b.start) for a, b in pairwise([Span(0, 0), *spans, Span(len(text), len(text))])]
    first, last = gaps[0].of(text)[-INSTRUCTION_CONTEXT:], gaps[-1].of(text)[:INSTRUCTION_CONTEXT]
    parts: list[tuple[Evidence | None, str]] = [(None, part) for part in _ENDS.split(first)]
    for evidence, own, gap in zip(passage, spans, gaps[1:], strict=True):
        parts += [(evidence, own.of(text)), (None, gap.of(text))]
    parts[-1:] = [(None, part) for part in _ENDS.split(last)]
    parts = [(evidence, part) for evidence, part in parts if part.strip()]
    asked = instructed_sentences([part for _, part in parts])
    yield from (e for i, (e, _) in enumerate(parts) if e and i in asked)


def _neighbour_runs(best: Sequence[_PassageSentence], going_on: bool = False) -> list[list[_PassageSentence]]:
    """Group sentences into runs of neighbours; with `going_on`, each must refer back to the one before."""
    results: list[list[_PassageSentence]] = []
    for one in best:
        last = results[-1][-1].evidence if results else None
        beside = last and (last.passage, last.position + 1) == (one.evidence.passage, one.evidence.position)
        if beside and (not going_on or refers_back(one.text)):
            results[-1].append(one)
        else:
            results.append([one])
    return results
