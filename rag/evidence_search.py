"""A question -> what the documents hold for it, and how sure that makes an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.embedding.similarity_scale import SAME, SimilarityScale
from citeback.index.generations.protocols import Searchable
from citeback.index.languages import ENGLISH, UNKNOWN
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import Passage, Turn
from citeback.rag.confidence import confidence
from citeback.rag.evidence.ranking import READ_CANDIDATES, Evidence, rank_evidence
from citeback.rag.evidence.selection import Selection
from citeback.rag.evidence.snippets import passage_windows
from citeback.rag.messages.catalogue import Notice, message
from citeback.rag.negation import negated_first
from citeback.rag.query import Query, build_query
from citeback.rag.question import StandaloneQuestion, standalone
from citeback.rag.question_language import foreign_languages, is_english_chunk
from citeback.rag.reader.model import PassageReader
from citeback.rag.reader.readers import Readers
from citeback.rag.retrieval.hybrid import Candidate, retrieve, to_passages
from citeback.rag.retrieval.rerank import RERANKED_CANDIDATES, Relevance, rerank_candidates
from citeback.rag.spelling import corrected
from citeback.rag.stage_clock import StageClock
from citeback.rag.subquestions import part_context, split_question
from citeback.rag.tables.chosen_way import with_way, without_way
from citeback.rag.verified_writing import AnsweredPart

SEARCHED_FOR = message("Searched for “{right}”: no document has the word “{wrong}”.")
SHOWN_PASSAGES = 5  # passages that come with an answer


@dataclass(frozen=True, slots=True)
class QuestionEvidence:
    """What the documents hold for a question.

    `ranked` is what may answer, `context` the same and behind it what a chat model reads besides, such as
    sentences without the number that is asked for. `unknown` are identifiers in the question that no document
    has.
    """

    question: str
    asked: StandaloneQuestion
    candidates: tuple[Candidate, ...]
    passages: tuple[Passage, ...]
    ranked: tuple[Evidence, ...]
    context: tuple[Evidence, ...]
    confidence: float
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceSearch:
    """Search for evidence in the documents that pass `within`.

    `reranker`, if given, reranks the candidates; one of the `readers` reads the sentences of the best.
    """

    generation: Searchable
    encoder: QueryEmbedder
    analyzer: Analyzer
    within: Filter = NO_FILTER
    shown_passages: int = SHOWN_PASSAGES
    reranker: Relevance | None = None
    readers: Readers | None = None
    scale: SimilarityScale = SAME

    def passages(self, question: str, k: int, history: Sequence[Turn] = ()) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first."""
        query = self._query(standalone(question, history))
        candidates = self._candidates(query, max(k, READ_CANDIDATES))
        spans = passage_windows(candidates, self._ranked(query, candidates))
        return to_passages(self.generation, candidates[:k], spans[:k])

    def gather(
        self, question: str, asked: StandaloneQuestion, clock: StageClock, notices: list[str]
    ) -> QuestionEvidence:
        """Return the evidence for a question, which is `asked` in the words of the index."""
        with clock("question"):
            asked = self._spelled(asked, notices)
            query = self._query(asked)
        with clock("retrieve"):
            candidates = self._candidates(query, READ_CANDIDATES)
        with clock("evidence"):
            every = self._ranked(query, candidates)
            spans = passage_windows(candidates, every)
            shown = self.shown_passages
            passages = to_passages(self.generation, candidates[:shown], spans[:shown])
            ranked = self._selection.naming_new(asked, self._fitting(question, every))
            beside = self._selection.filter_evidence(question, every, demanding=False)
            fitting = {(e.passage, e.position) for e in ranked}
            sure = self._confidence(query, ranked, every)
            unknown = tuple(self._selection.unknown_identifiers(question))
            notices += [Notice.saying("“{word}” appears in no document.", word=each) for each in unknown]
        return QuestionEvidence(
            question=question,
            asked=asked,
            candidates=candidates,
            passages=passages,
            ranked=ranked,
            context=(*ranked, *(e for e in beside if (e.passage, e.position) not in fitting)),
            confidence=sure,
            unknown=unknown,
        )

    def answered_parts(
        self, evidence: QuestionEvidence, threshold: float, notices: list[str]
    ) -> tuple[AnsweredPart, ...]:
        """Return the parts of a compound question, each with its own evidence; empty if it has no parts."""
        asked = evidence.asked
        subquestions = split_question(asked.question)
        if evidence.confidence < threshold / 2 or len(subquestions) < 2:
            return ()
        answered: list[AnsweredPart] = []
        for n, each in enumerate(subquestions):
            query = self._query(StandaloneQuestion(each.text, part_context(asked.question, subquestions, n)))
            every = self._ranked(query, self._candidates(query, READ_CANDIDATES))
            ranked = self._fitting(each.text, every)
            own = self._query_terms(each.side) - self._query_terms(subquestions[n - 1].side)
            ranked = tuple(e for e in ranked if not own or own & self._query_terms(f"{e.text} {e.context}"))
            sure = self._confidence(query, ranked, every)
            if sure >= threshold:
                answered.append(AnsweredPart(question=each.text, ranked=ranked, confidence=sure))
            else:
                notices.append(Notice.saying("The documents do not say: {part}?", part=each.text.rstrip("?")))
        return tuple(answered)

    def _spelled(self, asked: StandaloneQuestion, notices: list[str]) -> StandaloneQuestion:
        """Return the question with unknown words replaced by the nearest words of the index."""
        question, way = without_way(asked.question)
        corrections = corrected(question, self.generation, self.encoder, self.analyzer, self.within)
        for wrong, right in corrections.items():
            question = question.replace(wrong, right)
            notices.append(Notice.saying(SEARCHED_FOR, right=right, wrong=wrong))
        return replace(asked, question=with_way(question, way) if way else question)

    def _query(self, asked: StandaloneQuestion) -> Query:
        return build_query(asked, self.encoder, self.analyzer, self.generation.lexical)

    def _candidates(self, query: Query, k: int) -> tuple[Candidate, ...]:
        if self.reranker is None:
            return retrieve(self.generation, query, k, self.within)
        candidates = retrieve(self.generation, query, max(k, RERANKED_CANDIDATES), self.within)
        return rerank_candidates(self.generation, query, candidates, self.reranker)[:k]

    def _ranked(self, query: Query, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        reader = self._reader_of(candidates[0]) if candidates else None
        return rank_evidence(self.generation, query, candidates, self.encoder, reader, self.scale)

    def _confidence(self, query: Query, ranked: Sequence[Evidence], every: Sequence[Evidence]) -> float:
        best = [ranked[0].document] if ranked else []
        across = bool(foreign_languages(self.generation, self.analyzer.language, best))
        return confidence(query, ranked, self.analyzer, every=every, across=across)

    def _reader_of(self, best: Candidate) -> PassageReader | None:
        """Return the reader of the question and of the best passage."""
        if self.readers is None:
            return None
        chunk = best.row.chunk.span.of(self.generation.source(best.row.document).text)
        english = self.analyzer.language == ENGLISH and is_english_chunk(self.generation, chunk)
        return self.readers.of(self.analyzer.language, ENGLISH if english else UNKNOWN)

    def _fitting(self, question: str, ranked: Sequence[Evidence]) -> tuple[Evidence, ...]:
        """Return the evidence that fits a question, negated sentences in front if it is negated."""
        return negated_first(question, self._selection.filter_evidence(question, ranked), self.analyzer)

    def _query_terms(self, text: str) -> frozenset[str]:
        return frozenset(self.analyzer.query_terms(text)) if text else frozenset()

    @property
    def _selection(self) -> Selection:
        return Selection(self.generation, self.analyzer)
