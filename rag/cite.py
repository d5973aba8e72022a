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

from index.encoder import Floats
from index.records import Span
from rag.answer import Citation, Sentence, Verdict
from rag.claims.align import Read, likeness, read
from rag.claims.orders import ordered, orders
from rag.claims.pieces import pasted
from rag.claims.said import Said
from rag.evidence import Evidence, alone, points_back
from rag.verify import NAMED, Checker, Finding
from rag.write import Draft

AROUND = 300  # characters before and after a passage that are searched for instructions about it
_ENDS = re.compile(r"(?<=[.!?:])\s+")
CORRECTED = "a place other than the one it cites supports it"
PASTED = "it combines several places, none of which says it"


class Citer:
    """Verifies and cites the drafts of one answer.

    The evidence is encoded once, when the first draft that is not a quotation arrives.
    """

    def __init__(self, checker: Checker, ranked: Sequence[Evidence], text: Callable[[str], str]) -> None:
        """`text` returns the text of a document, from which every quotation is cut."""
        self._checker = checker
        self._ranked = ranked
        self._text = text
        self._numbers: dict[tuple[str, Span], int] = {}

    def sentence(self, draft: Draft) -> Sentence:
        """Return the draft with its verdict, citations and the problems that verification found."""
        reasons = tuple(f"it cites [{n}], and there is no such source" for n in draft.unknown)
        if not draft.evidence:
            return Sentence(draft.text, Verdict.UNCITED, (), reasons or ("it cites no source",))
        if quoted := self._quoted(draft):
            found, citations = Finding(1.0, ()), quoted
        else:
            found, citations = self._found(draft)
        verdict = Verdict.UNSUPPORTED if draft.unknown else found.verdict
        return Sentence(draft.text, verdict, citations, (*reasons, *found.reasons))

    def _quoted(self, draft: Draft) -> tuple[Citation, ...]:
        """Return the evidence whose words equal the draft, ignoring white space; empty if there is none.

        A part of a sentence does not count, since what precedes it may reverse its meaning. Nor does text
        that the document instructs its reader to say.
        """
        said = " ".join(draft.text.split())
        quotes = ((e, " ".join(self._quote(e.document, e.cited).split())) for e in draft.evidence)
        holding = [e for e, quote in quotes if said and said == quote and e not in self._ordered]
        return tuple(self._citation(e, e.cited, 1.0, corrected=False) for e in holding[:1])

    def _found(self, draft: Draft) -> tuple[Finding, tuple[Citation, ...]]:
        claim = read([draft.text], self._checker.reader)[0]
        near = np.concatenate([likeness(claim, each.read) for each in self._passages], axis=1)
        named = set(draft.evidence)
        mine = [i for i, one in enumerate(self._sentences) if one.evidence in named]
        found = self._find(claim, near, mine)
        if found.verdict is not Verdict.SUPPORTED:
            others = [self._find(claim, near, columns) for columns in self._elsewhere(mine)]
            best = max(others, key=lambda other: other.support, default=found)
            if best.verdict is Verdict.SUPPORTED:
                found = replace(best, reasons=(CORRECTED,))
        if found.verdict is Verdict.SUPPORTED and self._pasted(draft.text, near, found.chosen):
            found = replace(found, support=found.support * NAMED, reasons=(PASTED,))
        return found, tuple(
            self._citation(
                run[0].evidence,
                Span(run[0].span.start, run[-1].span.end),
                found.support,
                corrected=any(one.evidence not in named for one in run),
            )
            for run in _runs([self._sentences[i] for i in found.chosen or mine[:1]])
        )

    def _pasted(self, claim: str, near: Floats, best: Sequence[int]) -> bool:
        """Return whether a claim mixes words of sentences that do not continue one another."""
        said = [self._sentences[i] for i in best]
        most = self._sentences[max(best, key=lambda i: float(near[:, i].mean()))]
        main = next(run for run in _runs(said, going_on=True) if most in run)
        analyzer = self._checker.analyzer
        whole = Said(" ".join(one.text for one in main), analyzer)
        before, after = list[Said](), list[Said]()
        for one in said:
            if one not in main:
                (before if one.precedes(most) else after).append(Said(one.text, analyzer))
        return any(pasted(Said(claim, analyzer), whole, before, after))

    def _elsewhere(self, mine: Sequence[int]) -> Iterator[list[int]]:
        """Yield the sentence indices of each passage that is not entirely among `mine`.

        Passages are tried one at a time: combined, they may seem to make a claim that none of them makes.
        """
        ends = list(accumulate(len(passage.sentences) for passage in self._passages))
        for start, end in pairwise([0, *ends]):
            columns = list(range(start, end))
            if not set(columns) <= set(mine):
                yield columns

    def _find(self, claim: Read, near: Floats, columns: list[int]) -> Finding:
        unfit = [n for n, i in enumerate(columns) if i in self._unfit]
        found = self._checker.find(claim, [self._sentences[i].text for i in columns], near[:, columns], unfit)
        return Finding(found.support, tuple(columns[i] for i in found.chosen), found.reasons)

    @cached_property
    def _ordered(self) -> frozenset[Evidence]:
        """Return the evidence that other sentences of its document instruct the reader to say."""
        return frozenset(e for group in self._groups for e in _asked(group, self._text(group[0].document)))

    @cached_property
    def _unfit(self) -> frozenset[int]:
        """Return the indices of the sentences that cannot support any claim."""
        said = enumerate(self._sentences)
        return frozenset(i for i, one in said if one.evidence in self._ordered or orders(one.text))

    @cached_property
    def _groups(self) -> list[tuple[Evidence, ...]]:
        """Return the evidence grouped by passage, each group in reading order."""
        ordered = sorted(self._ranked, key=lambda e: (e.passage, e.place))
        return [tuple(group) for _, group in groupby(ordered, key=lambda e: e.passage)]

    @cached_property
    def _passages(self) -> "list[_Passage]":
        groups = self._groups
        hulls = [Span(group[0].span.start, group[-1].span.end) for group in groups]
        texts = [self._quote(group[0].document, hull) for group, hull in zip(groups, hulls, strict=True)]
        own = [
            [s.shift(-hull.start) for s in alone(group)] for group, hull in zip(groups, hulls, strict=True)
        ]
        reads = read(texts, self._checker.reader, own)
        return [_Passage.of(*each) for each in zip(groups, hulls, own, reads, strict=True)]

    @cached_property
    def _sentences(self) -> "list[_Said]":
        return [one for passage in self._passages for one in passage.sentences]

    def _citation(self, evidence: Evidence, span: Span, support: float, corrected: bool) -> Citation:
        n = self._numbers.setdefault((evidence.document, span), len(self._numbers) + 1)
        quote = self._quote(evidence.document, span)
        place = (evidence.page, corrected, evidence.label, evidence.also)
        return Citation(n, evidence.document, span, quote, support, *place)

    def _quote(self, document: str, span: Span) -> str:
        return span.of(self._text(document))


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence of a passage; `span` counts in the document, and `evidence` ends with the sentence."""

    evidence: Evidence
    span: Span
    text: str

    def precedes(self, other: "_Said") -> bool:
        """Return whether this sentence stands before the other in the same document."""
        same = self.evidence.document == other.evidence.document
        return same and self.span.start < other.span.start


@dataclass(frozen=True, slots=True, eq=False)
class _Passage:
    """An encoded passage and its sentences, one for each of `read.sentences`."""

    read: Read
    sentences: tuple[_Said, ...]

    @classmethod
    def of(cls, evidence: Sequence[Evidence], hull: Span, own: Sequence[Span], read: Read) -> "_Passage":
        held = dict(zip(own, evidence, strict=True))
        said = (_Said(held[span], span.shift(hull.start), span.of(read.text)) for span in read.sentences)
        return cls(read, tuple(said))


def _asked(passage: Sequence[Evidence], text: str) -> Iterator[Evidence]:
    """Yield the evidence of a passage that an instruction in or around it asks to be said."""
    spans = alone(passage)
    gaps = [Span(a.end, b.start) for a, b in pairwise([Span(0, 0), *spans, Span(len(text), len(text))])]
    first, last = gaps[0].of(text)[-AROUND:], gaps[-1].of(text)[:AROUND]
    parts: list[tuple[Evidence | None, str]] = [(None, part) for part in _ENDS.split(first)]
    for evidence, own, gap in zip(passage, spans, gaps[1:], strict=True):
        parts += [(evidence, own.of(text)), (None, gap.of(text))]
    parts[-1:] = [(None, part) for part in _ENDS.split(last)]
    parts = [(evidence, part) for evidence, part in parts if part.strip()]
    asked = ordered([part for _, part in parts])
    yield from (e for i, (e, _) in enumerate(parts) if e and i in asked)


def _runs(best: Sequence[_Said], going_on: bool = False) -> list[list[_Said]]:
    """Group sentences into runs of neighbours; with `going_on`, each must refer back to the one before."""
    found: list[list[_Said]] = []
    for one in best:
        last = found[-1][-1].evidence if found else None
        beside = last and (last.passage, last.place + 1) == (one.evidence.passage, one.evidence.place)
        if beside and (not going_on or points_back(one.text)):
            found[-1].append(one)
        else:
            found.append([one])
    return found
