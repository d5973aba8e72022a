"""Checks a draft against the documents: draft -> claims -> passages -> comparisons -> verdicts.

Claims are checked in blocks, and a block's claims and passages are encoded together: a passage that several
claims lead to is encoded once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from citeback.index.chunking.splitter import split
from citeback.index.embedding.protocols import Floats, QueryEmbedder
from citeback.index.generations.parts.rows import ChunkRow
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import Citation
from citeback.rag.checking.claims.alignment import EncodedText, encode_texts, token_similarity
from citeback.rag.checking.claims.injected_instructions import unusable_sentences
from citeback.rag.checking.verify import ClaimVerifier, merged_spans
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict
from citeback.rag.drafts.claim_judge import judge
from citeback.rag.drafts.claim_signs import ClaimComparer, Comparison
from citeback.rag.drafts.clauses import clauses_of, combined
from citeback.rag.drafts.draft_sentences import DraftSentence, draft_sentences
from citeback.rag.drafts.named_documents import NamedDocuments, only
from citeback.rag.evidence.statements import is_statement
from citeback.rag.query import build_query
from citeback.rag.question import StandaloneQuestion
from citeback.rag.reader.model import ClaimReader
from citeback.rag.retrieval.hybrid import retrieve

WHOLE = 1_000  # hundreds of characters of a sentence of a draft that is not divided
CONTRARY = "the source says the contrary"
BLOCK = 32  # claims that are encoded together
PASSAGES, NAMED_PASSAGES = 4, 3
"""Passages that are looked up for a claim, and those of the documents that it names itself."""
COMPARED = 2  # passages that a claim is compared with, those that it resembles most


@dataclass(frozen=True, slots=True, eq=False)
class CandidatePassage:
    """A chunk of a document, encoded."""

    row: ChunkRow
    read: EncodedText

    def usable(self, claim: str) -> list[int]:
        """Return the indices of the sentences that do not order the reader to say a claim."""
        unfit = unusable_sentences([span.of(self.read.text) for span in self.read.sentences], claim)
        return [n for n in range(len(self.read.sentences)) if n not in unfit]

    def only(self, indices: Sequence[int]) -> "CandidatePassage":
        """Return the passage with some of its sentences."""
        sentences = tuple(self.read.sentences[n] for n in indices)
        return CandidatePassage(self.row, replace(self.read, sentences=sentences))

    def spans(self, indices: Sequence[int]) -> tuple[Span, ...]:
        """Return the spans of sentences in the document, neighbours merged."""
        merged = merged_spans(indices, self.read.sentences)
        return tuple(span.shift(self.row.chunk.span.start) for span in merged)


@dataclass(frozen=True, slots=True, eq=False)
class ComparedPassage:
    """A passage with what a comparison of a claim with it shows."""

    passage: CandidatePassage
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class DraftChecker:
    """Checks drafts against one generation; only documents that pass `within` are searched.

    `checker` has no reader of claims of its own, since it would read every passage; `open_reader` opens the
    one that reads the passages nearest to a claim.
    """

    generation: Searchable
    encoder: QueryEmbedder
    checker: ClaimVerifier
    open_reader: Callable[[], ClaimReader | None] | None = None
    within: Filter = NO_FILTER

    def check(self, draft: Source) -> Iterator[CheckedClaim]:
        """Yield every sentence of a draft with its verdict, in order, block by block.

        Raises SettingsError if the draft is empty or too long, before the first one.
        """
        sentences = draft_sentences(draft, split(draft, (), WHOLE, self.checker.analyzer.language))
        documents = filter(self.within.allows, self.generation.documents)
        named = NamedDocuments.of(documents, draft.text)
        return self._checked(sentences, named)

    def _checked(self, sentences: Sequence[DraftSentence], named: NamedDocuments) -> Iterator[CheckedClaim]:
        numbers = _CitationNumbers()
        for start in range(0, len(sentences), BLOCK):
            block = sentences[start : start + BLOCK]
            claims = [each for each in block if not each.no_claim]
            checked = iter(self._in_parts(claims, named))
            for each in block:
                yield _no_claim(each) if each.no_claim else numbers.numbered(next(checked))

    def _in_parts(self, claims: Sequence[DraftSentence], named: NamedDocuments) -> list[CheckedClaim]:
        """Check claims and, where one is not supported as a whole, its clauses one by one."""
        whole = self._block(claims, named)
        parts = [
            clauses_of(each.claim) if result.verdict in (ClaimVerdict.NOT_SAID, ClaimVerdict.PARTLY) else ()
            for each, result in zip(claims, whole, strict=True)
        ]
        clauses = [replace(each, claim=part) for each, own in zip(claims, parts, strict=True) for part in own]
        checked = iter(self._block(clauses, named) if clauses else ())
        return [
            combined(result, [replace(next(checked), text=part) for part in own]) if own else result
            for result, own in zip(whole, parts, strict=True)
        ]

    def _block(self, claims: Sequence[DraftSentence], named: NamedDocuments) -> list[CheckedClaim]:
        mentioned = [named.of_sentence(each.raw) for each in claims]
        rows = [self.rows(each.claim, names) for each, names in zip(claims, mentioned, strict=True)]
        passages = self.encoded({row.row: row for own in rows for row in own})
        read = encode_texts([each.claim for each in claims], self.checker.encoder)
        return [
            self._judged(each, encoded, names, [passages[row.row] for row in own])
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
    ) -> CheckedClaim:
        own = [each for each in passages if each.row.document in names]
        # A document that the claim names itself decides, if it says anything of the matter.
        for group in (own, passages):
            compared = self.compare(claim, group)
            judgement = judge([each.comparison for each in compared])
            if judgement.passage is not None:
                break
        result = CheckedClaim(
            span=sentence.span,
            text=sentence.raw,
            verdict=judgement.verdict,
            confidence=judgement.confidence,
            named=names,
        )
        return result if judgement.passage is None else self._cited(result, compared[judgement.passage])

    def compare(self, claim: EncodedText, passages: Sequence[CandidatePassage]) -> list[ComparedPassage]:
        """Compare an encoded claim with the passages that it resembles most, and read them."""
        usable = [(each, fit) for each in passages if (fit := each.usable(claim.text))]
        near = [(each.only(fit), token_similarity(claim, each.read)[:, fit]) for each, fit in usable]
        near.sort(key=lambda pair: -float(pair[1].mean(axis=0).max()))
        return [self._compared(claim, passage, theirs) for passage, theirs in near[:COMPARED]]

    def _compared(self, claim: EncodedText, passage: CandidatePassage, near: Floats) -> ComparedPassage:
        source = self.generation.source(passage.row.document)
        above = "\n".join((source.title, *passage.row.chunk.headings))
        spans = (span.shift(passage.row.chunk.span.start) for span in passage.read.sentences)
        headings = [n for n, span in enumerate(spans) if not is_statement(source, span)]
        comparer = ClaimComparer(self.checker, self.open_reader)
        return ComparedPassage(passage, comparer.compare(claim, passage.read, near, above, headings))

    def _cited(self, result: CheckedClaim, compared: ComparedPassage) -> CheckedClaim:
        passage, comparison = compared.passage, compared.comparison
        contradicted = result.verdict is ClaimVerdict.CONTRADICTED
        verification = comparison.verification
        misplaced = comparison.misplaced if contradicted else ()
        also = () if comparison.refuting is None else (comparison.refuting,)
        nearest = sorted({comparison.nearest, *also})
        indices = nearest if contradicted and not misplaced else verification.supporting or nearest
        support = 0.0 if contradicted else verification.support
        turned = comparison.reasons or ((CONTRARY,) if also else ())
        reasons = turned if contradicted else (*verification.reasons, *comparison.unsettled)
        differences = misplaced or comparison.differences if contradicted else comparison.renamed
        return CheckedClaim(
            span=result.span,
            text=result.text,
            verdict=result.verdict,
            confidence=result.confidence,
            citations=tuple(
                self._citation(passage.row.document, span, support) for span in passage.spans(indices)
            ),
            differences=differences,
            reasons=() if result.verdict is ClaimVerdict.SUPPORTED else reasons,
            named=result.named,
        )

    def _citation(self, document: str, span: Span, support: float) -> Citation:
        source = self.generation.source(document)
        return Citation(
            n=0,  # until the whole block is checked
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

    def numbered(self, claim: CheckedClaim) -> CheckedClaim:
        """Return a claim with the numbers of its citations."""
        return replace(claim, citations=tuple(replace(c, n=self._of(c)) for c in claim.citations))

    def _of(self, cited: Citation) -> int:
        return self.places.setdefault((cited.document, cited.span), len(self.places) + 1)


def _no_claim(sentence: DraftSentence) -> CheckedClaim:
    return CheckedClaim(
        span=sentence.span,
        text=sentence.raw,
        verdict=ClaimVerdict.NO_CLAIM,
        confidence=1.0,
        reasons=(sentence.no_claim,),
    )
