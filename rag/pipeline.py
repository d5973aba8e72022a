"""The question-answering pipeline: question -> events, the last of which is one AnswerCompleted.

question -standalone-> query -retrieve-> candidates -gather-> evidence -write-> drafts -check-> Answer
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.embedding.similarity_scale import SAME, SimilarityScale
from citeback.index.errors import ChatError
from citeback.index.generations.protocols import Searchable
from citeback.index.languages import ENGLISH, UNKNOWN
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import (
    Answer,
    AnswerCompleted,
    AnswerEvent,
    Computation,
    Passage,
    Retrieved,
    Sentence,
    SentenceVerified,
    Turn,
)
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.computed_answer import ComputedAnswer
from citeback.rag.confidence import confidence
from citeback.rag.counting import (
    INCOMPLETE_NOTICE,
    count_sentence,
    counted_phrase,
    mentions,
    no_mention_message,
    wants_all,
)
from citeback.rag.evidence.ranking import READ_CANDIDATES, Evidence, rank_evidence
from citeback.rag.evidence.selection import Selection
from citeback.rag.evidence.snippets import passage_windows
from citeback.rag.folder_question import folder_language, folder_reply
from citeback.rag.listed_answer import (
    MAX_DOCUMENTS,
    coverage_notices,
    item_sentences,
    listed_kind,
    too_many_message,
)
from citeback.rag.lists.listing import list_items
from citeback.rag.messages.catalogue import Notice, message, say_notice
from citeback.rag.negation import negated_first
from citeback.rag.overview import SURE, named_document, overview, requested
from citeback.rag.query import Query, build_query
from citeback.rag.question import (
    StandaloneQuestion,
    accept_rewrite,
    small_talk,
    standalone,
)
from citeback.rag.question_language import (
    foreign_languages,
    foreign_notices,
    is_english_chunk,
    question_analyzer,
    reply_language,
)
from citeback.rag.reader.model import PassageReader
from citeback.rag.reader.readers import Readers
from citeback.rag.retrieval.hybrid import Candidate, retrieve, to_passages
from citeback.rag.retrieval.rerank import RERANKED_CANDIDATES, Relevance, rerank_candidates
from citeback.rag.spelling import corrected
from citeback.rag.stage_clock import StageClock
from citeback.rag.subquestions import part_context, split_question
from citeback.rag.table_answer import NOT_CERTAIN, TableAnswers, TableOutcome
from citeback.rag.tables.chosen_way import with_way, without_way
from citeback.rag.tables.large_tables import LargeTables
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.verified_writing import QUOTED_INSTEAD, AnsweredPart, VerifiedWriting
from citeback.rag.writing.extractive import Writer

SEARCHED_FOR = message("Searched for “{right}”: no document has the word “{wrong}”.")
SHOWN_PASSAGES = 5  # passages that come with an answer


@dataclass(frozen=True, slots=True)
class QuestionEvidence:
    """What the documents hold for a question; `unknown` are identifiers in it that no document has."""

    question: str
    asked: StandaloneQuestion
    candidates: tuple[Candidate, ...]
    passages: tuple[Passage, ...]
    ranked: tuple[Evidence, ...]
    confidence: float
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """Sentences that come before anything is written: a count, a whole document, the result of a table."""

    sentences: tuple[Sentence, ...]
    confidence: float
    computation: Computation | None = None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The pipeline: an opened generation and its collaborators.

    Only documents that pass `within` are searched. `reranker`, if given, reranks the candidates; one of the
    `readers` reads the sentences of the best; `table_weights` rank what may be computed over tables, and
    `large_tables` keeps the long one that was asked last.
    """

    generation: Searchable
    encoder: QueryEmbedder
    analyzer: Analyzer
    writer: Writer
    checker: ClaimVerifier
    threshold: float
    within: Filter = NO_FILTER
    shown_passages: int = SHOWN_PASSAGES
    reranker: Relevance | None = None
    readers: Readers | None = None
    table_weights: ReadingWeights | None = None
    large_tables: LargeTables | None = None
    scale: SimilarityScale = SAME

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first."""
        own = self.in_language_of(question)
        query = own._query(standalone(question, history))
        candidates = own._candidates(query, max(k, READ_CANDIDATES))
        spans = passage_windows(candidates, own._evidence(query, candidates))
        return to_passages(self.generation, candidates[:k], spans[:k])

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[AnswerEvent]:
        """Yield the events of an answer: Retrieved, SentenceVerified for each sentence, AnswerCompleted.

        While a chat model writes, DraftUpdated comes in between. Small talk gets AnswerCompleted alone.
        Closing the generator stops a chat model.
        """
        if reply := small_talk(question):
            yield AnswerCompleted(_reply(question, reply))
            return
        if language := folder_language(question):
            yield AnswerCompleted(_reply(question, folder_reply(self.generation, self.within, language)))
            return
        yield from self.in_language_of(question)._answer(question, history)

    def in_language_of(self, question: str) -> "Pipeline":
        """Return the pipeline with the rules of a question's language."""
        own = question_analyzer(question, self.analyzer, self.generation.lexical)
        checker = self.checker if own is self.analyzer else replace(self.checker, analyzer=own)
        return replace(self, analyzer=own, checker=checker)

    def _answer(self, question: str, history: Sequence[Turn]) -> Iterator[AnswerEvent]:
        """Yield the events of an answer to a question that is not small talk."""
        clock, notices = StageClock(), list[str]()
        evidence = self._gather(question, history, clock, notices)
        with clock("tables"):
            outcome = self._computed(evidence, notices)
        computed = outcome.answer
        writable = not computed and NOT_CERTAIN not in notices and not outcome.another
        parts = self._answered_parts(evidence, notices) if writable else ()
        sure = (
            max([evidence.confidence, *(part.confidence for part in parts)]) if not evidence.unknown else 0.0
        )
        yield Retrieved(str(evidence.asked), evidence.passages)
        direct = self._direct_answer(evidence, computed, sure, clock, notices)
        sentences = list(direct.sentences) if direct else []
        yield from map(SentenceVerified, sentences)
        if not direct and writable and sure >= self.threshold:
            notices += [INCOMPLETE_NOTICE] if wants_all(question) else []
            written = self._writing.events(evidence.asked, evidence.ranked, parts, notices)
            for event in clock.each("write", written):
                sentences += [event.sentence] if isinstance(event, SentenceVerified) else []
                yield event
        cited = (citation.document for sentence in sentences for citation in sentence.citations)
        notices += foreign_notices(self.generation, self.analyzer.language, cited)
        language = reply_language(question)
        yield AnswerCompleted(
            Answer(
                question=question,
                standalone=str(evidence.asked),
                abstained=not sentences,
                confidence=direct.confidence if direct else sure,
                sentences=tuple(sentences),
                passages=evidence.passages,
                model=None if direct or QUOTED_INSTEAD in notices else self.writer.model,
                seconds=clock.seconds,
                notices=tuple(say_notice(each, language) for each in notices),
                language=language,
                computed=direct.computation if direct else None,
                ways=() if writable or sentences else outcome.ways,
            )
        )

    def _gather(
        self, question: str, history: Sequence[Turn], clock: StageClock, notices: list[str]
    ) -> QuestionEvidence:
        """Return the evidence for a question, completed from the conversation and spelled as the index is."""
        with clock("question"):
            asked = self._spelled(self._standalone(question, history, notices), notices)
            query = self._query(asked)
        with clock("retrieve"):
            candidates = self._candidates(query, READ_CANDIDATES)
        with clock("evidence"):
            ranked = self._evidence(query, candidates)
            spans = passage_windows(candidates, ranked)
            shown = self.shown_passages
            passages = to_passages(self.generation, candidates[:shown], spans[:shown])
            ranked = self._fitting(question, ranked)
            ranked = self._selection.naming_new(asked, ranked)
            sure = self._confidence(query, ranked)
            unknown = tuple(self._selection.unknown_identifiers(question))
            notices += [Notice.saying("“{word}” appears in no document.", word=each) for each in unknown]
        return QuestionEvidence(
            question=question,
            asked=asked,
            candidates=candidates,
            passages=passages,
            ranked=ranked,
            confidence=sure,
            unknown=unknown,
        )

    def _direct_answer(
        self,
        evidence: QuestionEvidence,
        computed: ComputedAnswer | None,
        sure: float,
        clock: StageClock,
        notices: list[str],
    ) -> DirectAnswer | None:
        """Return the answer that needs no writer: a count, a document as a whole, a table's result."""
        if what := counted_phrase(evidence.question):
            with clock("count"):
                return DirectAnswer(tuple(self._count(what, notices)), 1.0)
        if kind := listed_kind(evidence.question):
            with clock("list"):
                return DirectAnswer(tuple(self._listed(kind, notices)), 1.0)
        if whole := self._overview(evidence.question, evidence.candidates):
            return DirectAnswer((whole,), max(sure, SURE))
        if computed:
            sure = max(sure, computed.confidence, self.threshold)
            return DirectAnswer(
                sentences=(computed.sentence,), confidence=sure, computation=computed.computation
            )
        return None

    def _computed(self, evidence: QuestionEvidence, notices: list[str]) -> TableOutcome:
        """Return what tables say to it; add a notice if it is uncertain how to compute an answer."""
        asked = evidence.asked
        if evidence.unknown or counted_phrase(asked.question) or listed_kind(asked.question):
            return TableOutcome()
        weights, large = self.table_weights or ReadingWeights.load(), self.large_tables or LargeTables()
        answers = TableAnswers(
            generation=self.generation, analyzer=self.analyzer, weights=weights, large=large
        )
        question, ranked = asked.question, evidence.ranked
        outcome = answers.answer(question, self.within, evidence.candidates, asked.context)
        question = f"{asked.context} {question}".lstrip()
        if outcome.answer and answers.is_said_elsewhere(
            question, ranked, evidence.confidence, outcome.answer
        ):
            return TableOutcome()
        if answers.quotes_another(question, ranked, outcome):
            return outcome
        if not outcome.answer and answers.needs_computation(question, ranked, outcome):
            notices += [NOT_CERTAIN, *outcome.reasons]
        return replace(outcome, another=frozenset())

    def _standalone(self, question: str, history: Sequence[Turn], notices: list[str]) -> StandaloneQuestion:
        """Return the standalone question, rewritten by a chat model or joined with an earlier question."""
        asked = standalone(question, history)
        if not asked.context:
            return asked
        try:
            return accept_rewrite(asked, self.writer.standalone(question, history), history)
        except ChatError as error:
            notices.append(str(error))
            return asked

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

    def _evidence(self, query: Query, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        reader = self._reader_of(candidates[0]) if candidates else None
        return rank_evidence(self.generation, query, candidates, self.encoder, reader, self.scale)

    def _confidence(self, query: Query, ranked: Sequence[Evidence]) -> float:
        best = [ranked[0].document] if ranked else []
        across = bool(foreign_languages(self.generation, self.analyzer.language, best))
        return confidence(query, ranked, self.analyzer, across=across)

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

    def _answered_parts(self, evidence: QuestionEvidence, notices: list[str]) -> tuple[AnsweredPart, ...]:
        """Return the parts of a compound question, each with its own evidence; empty if it has no parts."""
        asked = evidence.asked
        subquestions = split_question(asked.question)
        if evidence.confidence < self.threshold / 2 or len(subquestions) < 2:
            return ()
        answered: list[AnsweredPart] = []
        for n, each in enumerate(subquestions):
            query = self._query(StandaloneQuestion(each.text, part_context(asked.question, subquestions, n)))
            ranked = self._fitting(each.text, self._evidence(query, self._candidates(query, READ_CANDIDATES)))
            own = self._query_terms(each.side) - self._query_terms(subquestions[n - 1].side)
            ranked = tuple(e for e in ranked if not own or own & self._query_terms(f"{e.text} {e.context}"))
            sure = self._confidence(query, ranked)
            if sure >= self.threshold:
                answered.append(AnsweredPart(question=each.text, ranked=ranked, confidence=sure))
            else:
                notices.append(Notice.saying("The documents do not say: {part}?", part=each.text.rstrip("?")))
        return tuple(answered)

    def _query_terms(self, text: str) -> frozenset[str]:
        return frozenset(self.analyzer.query_terms(text)) if text else frozenset()

    @property
    def _selection(self) -> Selection:
        return Selection(self.generation, self.analyzer)

    @property
    def _writing(self) -> VerifiedWriting:
        return VerifiedWriting(
            generation=self.generation, analyzer=self.analyzer, writer=self.writer, checker=self.checker
        )

    def _overview(self, question: str, candidates: Sequence[Candidate]) -> Sentence | None:
        """Return the document that a question asks about as a whole, or its chapters; None otherwise."""
        wanted = requested(question)
        if wanted is None:
            return None
        documents = [candidate.row.document for candidate in candidates]
        name = named_document(self.generation, self.analyzer, wanted.what, documents)
        return overview(self.generation, name, wanted) if name else None

    def _listed(self, kind: str, notices: list[str]) -> list[Sentence]:
        """Return a sentence for each item of a kind in all documents; notices say how many were read."""
        documents = sum(map(self.within.allows, self.generation.documents))
        if documents > MAX_DOCUMENTS:
            notices.append(too_many_message(kind, documents))
            return []
        listing = list_items(self.generation, kind, self.within)
        notices[:] = coverage_notices(listing)  # spelling and unknown words do not matter to a list
        return list(item_sentences(self.generation, listing.items))

    def _count(self, what: str, notices: list[str]) -> list[Sentence]:
        """Return the count over all searched documents; if it is zero, add a notice instead."""
        searched = sum(map(self.within.allows, self.generation.documents))
        results = mentions(self.generation, self.analyzer, what, self.within)
        if not results:
            notices.append(no_mention_message(what, searched))
            return []
        return [count_sentence(self.generation, what, results, searched)]


def _reply(question: str, reply: str) -> Answer:
    """Return the answer to small talk, which no document is asked about."""
    return Answer(
        question=question,
        standalone="",
        abstained=False,
        confidence=0.0,
        sentences=(),
        passages=(),
        reply=reply,
    )
