"""Checks a draft against the documents: draft -> claims -> passages -> comparisons -> verdicts.

Claims are checked in blocks, and a block's claims and passages are encoded together: a passage that several
claims lead to is encoded once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.generations.parts.rows import ChunkRow
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import Citation
from citeback.rag.checking.claims.alignment import EncodedText, encode_texts, token_similarity
from citeback.rag.checking.verify import ClaimVerifier, merged_spans
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict
from citeback.rag.drafts.claim_judge import judge
from citeback.rag.drafts.claim_signs import ClaimComparer, Comparison
from citeback.rag.drafts.draft_sentences import DraftSentence, draft_sentences
from citeback.rag.drafts.named_documents import NamedDocuments, only
from citeback.rag.query import build_query
from citeback.rag.question import StandaloneQuestion
from citeback.rag.retrieval.hybrid import retrieve

BLOCK = 32  # claims that are encoded together
PASSAGES, NAMED_PASSAGES = 4, 3
"""Passages that a claim is compared with, and those of the documents that it names itself."""


@dataclass(frozen=True, slots=True, eq=False)
class CandidatePassage:
    """A chunk of a document, encoded."""

    row: ChunkRow
    read: EncodedText

    def spans(self, indices: Sequence[int]) -> tuple[Span, ...]:
        """Return the spans of sentences in the document, neighbours merged."""
        merged = merged_spans(indices, self.read.sentences)
        return tuple(span.shift(self.row.chunk.span.start) for span in merged)


@dataclass(frozen=True, slots=True)
class DraftChecker:
    """Checks drafts against one generation; only documents that pass `within` are searched."""

    generation: Searchable
    encoder: QueryEmbedder
    checker: ClaimVerifier
    within: Filter = NO_FILTER

    def check(self, draft: Source) -> Iterator[CheckedClaim]:
        """Yield every sentence of a draft with its verdict, in order, block by block.

        Raises SettingsError if the draft is empty or too long, before the first one.
        """
        sentences = draft_sentences(draft, self.checker.encoder.split(draft))
        documents = filter(self.within.allows, self.generation.documents)
        named = NamedDocuments.of(documents, draft.text)
        return self._checked(sentences, named)

    def _checked(self, sentences: Sequence[DraftSentence], named: NamedDocuments) -> Iterator[CheckedClaim]:
        numbers = _CitationNumbers()
        for start in range(0, len(sentences), BLOCK):
            block = sentences[start : start + BLOCK]
            claims = [each for each in block if not each.no_claim]
            checked = iter(self._block(claims, named, numbers))
            for each in block:
                yield _no_claim(each) if each.no_claim else next(checked)

    def _block(
        self, claims: Sequence[DraftSentence], named: NamedDocuments, numbers: "_CitationNumbers"
    ) -> list[CheckedClaim]:
        mentioned = [named.of_sentence(each.raw) for each in claims]
        rows = [self.rows(each.claim, names) for each, names in zip(claims, mentioned, strict=True)]
        passages = self.encoded({row.row: row for own in rows for row in own})
        read = encode_texts([each.claim for each in claims], self.checker.encoder)
        return [
            self._judged(each, encoded, names, [passages[row.row] for row in own], numbers)
            for each, encoded, names, own in zip(claims, read, mentioned, rows, strict=True)
        ]

    def rows(self, claim: str, names: Sequence[str]) -> list[ChunkRow]:
        """Return the chunks to compare a claim with; those of the documents that it names come first."""
        query = build_query(
            StandaloneQuestion(claim, ""), self.encoder, self.checker.analyzer, self.generation.lexical
        )
        first = retrieve(self.generation, query, NAMED_PASSAGES, only(names)) if names else ()
        candidates = [*first, *retrieve(self.generation, query, PASSAGES, self.within)]
        return list({candidate.row.row: candidate.row for candidate in candidates}.values())

    def encoded(self, rows: dict[int, ChunkRow]) -> dict[int, CandidatePassage]:
        """Return the chunks, encoded in one batch, by row."""
        texts = [row.chunk.span.of(self.generation.source(row.document).text) for row in rows.values()]
        sentences = [
            [sentence.shift(-row.chunk.span.start) for sentence in row.chunk.sentences]
            for row in rows.values()
        ]
        read = encode_texts(texts, self.checker.encoder, sentences) if texts else []
        pairs = zip(rows.values(), read, strict=True)
        return {row.row: CandidatePassage(row, text) for row, text in pairs}

    def _judged(
        self,
        sentence: DraftSentence,
        claim: EncodedText,
        names: tuple[str, ...],
        passages: Sequence[CandidatePassage],
        numbers: "_CitationNumbers",
    ) -> CheckedClaim:
        comparable = [each for each in passages if each.read.sentences]
        comparisons = [self.compare(claim, each) for each in comparable]
        own = [n for n, each in enumerate(comparable) if each.row.document in names]
        # A document that the claim names itself decides, if it says anything of the matter.
        judgement = judge([comparisons[n] for n in own])
        if judgement.passage is None:
            judgement = judge(comparisons)
        else:
            comparable, comparisons = [comparable[n] for n in own], [comparisons[n] for n in own]
        result = CheckedClaim(
            span=sentence.span,
            text=sentence.raw,
            verdict=judgement.verdict,
            confidence=judgement.confidence,
            named=names,
        )
        if judgement.passage is None:
            return result
        return self._cited(result, comparable[judgement.passage], comparisons[judgement.passage], numbers)

    def compare(self, claim: EncodedText, passage: CandidatePassage) -> Comparison:
        """Compare an encoded claim with a passage."""
        texts = [span.of(passage.read.text) for span in passage.read.sentences]
        near = token_similarity(claim, passage.read)
        source = self.generation.source(passage.row.document)
        above = "\n".join((source.title, *passage.row.chunk.headings))
        return ClaimComparer(self.checker).compare(claim, texts, near, above)

    def _cited(
        self,
        result: CheckedClaim,
        passage: CandidatePassage,
        comparison: Comparison,
        numbers: "_CitationNumbers",
    ) -> CheckedClaim:
        contradicted = result.verdict is ClaimVerdict.CONTRADICTED
        verification = comparison.verification
        indices = [comparison.nearest] if contradicted else verification.supporting or [comparison.nearest]
        support = 0.0 if contradicted else verification.support
        reasons = comparison.reasons if contradicted else verification.reasons
        return CheckedClaim(
            span=result.span,
            text=result.text,
            verdict=result.verdict,
            confidence=result.confidence,
            citations=tuple(
                self._citation(passage.row.document, span, support, numbers)
                for span in passage.spans(indices)
            ),
            differences=comparison.differences if contradicted else (),
            reasons=() if result.verdict is ClaimVerdict.SUPPORTED else reasons,
            named=result.named,
        )

    def _citation(self, document: str, span: Span, support: float, numbers: "_CitationNumbers") -> Citation:
        source = self.generation.source(document)
        return Citation(
            n=numbers.of(document, span),
            document=document,
            span=span,
            quote=span.of(source.text),
            support=support,
            page=source.page_at(span.start),
            place=source.location_at(span.start),
            also=self.generation.duplicates_of(document),
            date=source.date,
        )


@dataclass(frozen=True, slots=True)
class _CitationNumbers:
    """The number of each cited place, in order of first appearance."""

    places: dict[tuple[str, Span], int] = field(default_factory=dict)

    def of(self, document: str, span: Span) -> int:
        return self.places.setdefault((document, span), len(self.places) + 1)


def _no_claim(sentence: DraftSentence) -> CheckedClaim:
    return CheckedClaim(
        span=sentence.span,
        text=sentence.raw,
        verdict=ClaimVerdict.NO_CLAIM,
        confidence=1.0,
        reasons=(sentence.no_claim,),
    )
