"""The question-answering pipeline: question -> events, the last of which is one AnswerCompleted.

question -standalone-> query -retrieve-> candidates -gather-> evidence -write-> drafts -check-> Answer
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.embedding.similarity_scale import SAME, SimilarityScale
from citeback.index.errors import ChatError
from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import (
    Answer,
    AnswerCompleted,
    AnswerEvent,
    Passage,
    Retrieved,
    SentenceVerified,
    Turn,
)
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.counting import INCOMPLETE_NOTICE, wants_all
from citeback.rag.direct_answer import DirectAnswers
from citeback.rag.evidence_search import SHOWN_PASSAGES, EvidenceSearch
from citeback.rag.folder_question import folder_answer
from citeback.rag.messages.catalogue import say_notice
from citeback.rag.question import StandaloneQuestion, accept_rewrite, small_talk, standalone
from citeback.rag.question_language import foreign_notices, question_analyzer, reply_language
from citeback.rag.reader.readers import Readers
from citeback.rag.retrieval.rerank import Relevance
from citeback.rag.stage_clock import StageClock
from citeback.rag.table_answer import NOT_CERTAIN
from citeback.rag.tables.large_tables import LargeTables
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.verified_writing import QUOTED_INSTEAD, VerifiedWriting
from citeback.rag.writing.extractive import Writer


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
        return self.in_language_of(question)._search.passages(question, k, history)

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[AnswerEvent]:
        """Yield the events of an answer: Retrieved, SentenceVerified for each sentence, AnswerCompleted.

        While a chat model writes, DraftUpdated comes in between. Small talk gets AnswerCompleted alone.
        Closing the generator stops a chat model.
        """
        if reply := small_talk(question):
            yield AnswerCompleted(_reply(question, reply))
            return
        if reply := folder_answer(self.generation, self.within, question):
            yield AnswerCompleted(_reply(question, reply))
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
        with clock("question"):
            asked = self._standalone(question, history, notices)
        evidence = self._search.gather(question, asked, clock, notices)
        with clock("tables"):
            outcome = self._direct.computed(evidence, notices)
        computed = outcome.answer
        writable = not computed and NOT_CERTAIN not in notices and not outcome.another
        parts = self._search.answered_parts(evidence, self.threshold, notices) if writable else ()
        sure = (
            max([evidence.confidence, *(part.confidence for part in parts)]) if not evidence.unknown else 0.0
        )
        yield Retrieved(str(evidence.asked), evidence.passages)
        direct = self._direct.answer(evidence, computed, sure, clock, notices)
        sentences = list(direct.sentences) if direct else []
        yield from map(SentenceVerified, sentences)
        if not direct and writable and sure >= self.threshold:
            notices += [INCOMPLETE_NOTICE] if wants_all(question) else []
            given = evidence.context if self.writer.model else evidence.ranked
            written = self._writing.events(evidence.asked, given, parts, notices)
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

    @property
    def _search(self) -> EvidenceSearch:
        return EvidenceSearch(
            generation=self.generation,
            encoder=self.encoder,
            analyzer=self.analyzer,
            within=self.within,
            shown_passages=self.shown_passages,
            reranker=self.reranker,
            readers=self.readers,
            scale=self.scale,
        )

    @property
    def _direct(self) -> DirectAnswers:
        return DirectAnswers(
            generation=self.generation,
            analyzer=self.analyzer,
            within=self.within,
            threshold=self.threshold,
            weights=self.table_weights,
            large=self.large_tables,
        )

    @property
    def _writing(self) -> VerifiedWriting:
        return VerifiedWriting(
            generation=self.generation, analyzer=self.analyzer, writer=self.writer, checker=self.checker
        )


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
