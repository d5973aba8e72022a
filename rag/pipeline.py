"""The question-answering pipeline: question -> events, the last of which is one AnswerCompleted.

question -standalone-> query -retrieve-> candidates -gather-> evidence -write-> drafts -check-> Answer
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter

from citeback.index.embedding.protocols import QueryEmbedder
from citeback.index.errors import ChatError
from citeback.index.generations.filtered_generation import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.rag.answer import (
    Answer,
    AnswerCompleted,
    AnswerEvent,
    DraftUpdated,
    Passage,
    Retrieved,
    Sentence,
    SentenceVerified,
    Turn,
)
from citeback.rag.checking.citations import Citer
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.confidence import confidence
from citeback.rag.counting import (
    INCOMPLETE_NOTICE,
    count_sentence,
    counted_phrase,
    mentions,
    no_mention_message,
    wants_all,
)
from citeback.rag.evidence.answer_types import short_answer_spans
from citeback.rag.evidence.ranking import READ_CANDIDATES, Evidence, rank_evidence
from citeback.rag.evidence.selection import Selection
from citeback.rag.evidence.snippets import passage_windows
from citeback.rag.overview import SURE, named_document, overview, requested
from citeback.rag.query import Query, build_query
from citeback.rag.question import StandaloneQuestion, accept_rewrite, small_talk, standalone
from citeback.rag.reader.model import PassageReader
from citeback.rag.retrieval.hybrid import Candidate, retrieve, to_passages
from citeback.rag.retrieval.rerank import RERANKED_CANDIDATES, Relevance, rerank_candidates
from citeback.rag.spelling import corrected
from citeback.rag.subquestions import split_question
from citeback.rag.table_answer import NOT_CERTAIN, ComputedAnswer, TableAnswers
from citeback.rag.writing.extractive import Draft, ExtractiveWriter, PartialSentence, Writer, WriterNotice

SHOWN_PASSAGES = 5  # passages that come with an answer
QUOTED_INSTEAD = "The documents are quoted instead."


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """One part of a compound question, with its evidence, best first."""

    question: str
    ranked: tuple[Evidence, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The pipeline: an opened generation and its collaborators.

    Only documents that pass `within` are searched. `reranker`, if given, reranks the candidates; `reader`,
    if given, reads the sentences of the best.
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
    reader: PassageReader | None = None

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first."""
        query = self._query(standalone(question, history))
        candidates = self._candidates(query, max(k, READ_CANDIDATES))
        spans = passage_windows(candidates, self._evidence(query, candidates))
        return to_passages(self.generation, candidates[:k], spans[:k])

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[AnswerEvent]:
        """Yield the events of an answer: Retrieved, SentenceVerified for each sentence, AnswerCompleted.

        While a chat model writes, DraftUpdated comes in between. Small talk gets AnswerCompleted alone.
        Closing the generator stops a chat model.
        """
        if reply := small_talk(question):
            yield AnswerCompleted(
                Answer(
                    question=question,
                    standalone="",
                    abstained=False,
                    confidence=0.0,
                    sentences=(),
                    passages=(),
                    reply=reply,
                )
            )
            return
        clock, notices = _Clock(), list[str]()
        with clock("question"):
            asked = self._spelled(self._standalone(question, history, notices), notices)
            query = self._query(asked)
        with clock("retrieve"):
            candidates = self._candidates(query, READ_CANDIDATES)
        with clock("evidence"):
            ranked = self._evidence(query, candidates)
            spans = passage_windows(candidates, ranked)
            shown = to_passages(
                self.generation, candidates[: self.shown_passages], spans[: self.shown_passages]
            )
            ranked = self._selection.filter_evidence(question, ranked)
            sure = confidence(query, ranked, self.analyzer)
            lacking = self._selection.unknown_identifiers(question)
            notices += [f"“{each}” appears in no document." for each in lacking]
        with clock("tables"):
            computed = None if lacking else self._computed(asked, candidates, ranked, notices)
        uncertain = NOT_CERTAIN in notices
        several = (
            self._answered_parts(asked, notices)
            if sure >= self.threshold / 2 and not computed and not uncertain
            else ()
        )
        sure = max([sure, *(part.confidence for part in several)]) if not lacking else 0.0
        yield Retrieved(str(asked), shown)
        sentences: list[Sentence] = []
        whole: Sentence | None = None
        if what := counted_phrase(question):
            with clock("count"):
                sentences += self._count(what, notices)
            sure = 1.0
            yield from map(SentenceVerified, sentences)
        elif whole := self._overview(question, candidates):
            sentences.append(whole)
            sure = max(sure, SURE)
            yield SentenceVerified(whole)
        elif computed:
            sentences.append(computed.sentence)
            sure = max(sure, computed.confidence, self.threshold)
            yield SentenceVerified(computed.sentence)
        elif sure >= self.threshold and not uncertain:
            notices += [INCOMPLETE_NOTICE] if wants_all(question) else []
            for event in clock.each("write", self._answer_events(asked, ranked, several, notices)):
                sentences += [event.sentence] if isinstance(event, SentenceVerified) else []
                yield event
        by_table = computed if not what and not whole else None
        yield AnswerCompleted(
            Answer(
                question=question,
                standalone=str(asked),
                abstained=not sentences,
                confidence=sure,
                sentences=tuple(sentences),
                passages=shown,
                model=None if what or whole or by_table or QUOTED_INSTEAD in notices else self.writer.model,
                seconds=clock.seconds,
                notices=tuple(notices),
                computed=by_table.computation if by_table else None,
            )
        )

    def _computed(
        self,
        asked: StandaloneQuestion,
        candidates: Sequence[Candidate],
        ranked: Sequence[Evidence],
        notices: list[str],
    ) -> ComputedAnswer | None:
        """Return the answer computed from a table; add a notice if it is uncertain how to compute it."""
        if counted_phrase(asked.question):
            return None
        answers = TableAnswers(self.generation, self.analyzer)
        computed, reasons = (
            (None, ()) if asked.context else answers.answer(asked.question, self.within, candidates)
        )
        if computed is None and answers.needs_computation(asked.question, ranked):
            notices += [NOT_CERTAIN, *reasons]
        return computed

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
        corrections = corrected(asked.question, self.generation, self.encoder, self.analyzer, self.within)
        question = asked.question
        for wrong, right in corrections.items():
            question = question.replace(wrong, right)
            notices.append(f"Searched for “{right}”: no document has the word “{wrong}”.")
        return replace(asked, question=question)

    def _query(self, asked: StandaloneQuestion) -> Query:
        return build_query(asked, self.encoder, self.analyzer, self.generation.lexical)

    def _candidates(self, query: Query, k: int) -> tuple[Candidate, ...]:
        if self.reranker is None:
            return retrieve(self.generation, query, k, self.within)
        candidates = retrieve(self.generation, query, max(k, RERANKED_CANDIDATES), self.within)
        return rerank_candidates(self.generation, query, candidates, self.reranker)[:k]

    def _evidence(self, query: Query, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        return rank_evidence(self.generation, query, candidates, self.encoder, self.reader)

    def _answered_parts(self, asked: StandaloneQuestion, notices: list[str]) -> tuple[AnsweredPart, ...]:
        """Return the parts of a compound question, each with its own evidence; empty if it has no parts."""
        subquestions = split_question(asked.question)
        if len(subquestions) < 2:
            return ()
        answered: list[AnsweredPart] = []
        for n, each in enumerate(subquestions):
            query = self._query(StandaloneQuestion(each.text, asked.question))
            ranked = self._selection.filter_evidence(
                each.text, self._evidence(query, self._candidates(query, READ_CANDIDATES))
            )
            own = self._query_terms(each.side) - self._query_terms(subquestions[n - 1].side)
            ranked = tuple(e for e in ranked if not own or own & self._query_terms(f"{e.text} {e.context}"))
            sure = confidence(query, ranked, self.analyzer)
            if sure >= self.threshold:
                answered.append(AnsweredPart(each.text, ranked, sure))
            else:
                notices.append(f"The documents do not say: {each.text.rstrip('?')}?")
        return tuple(answered)

    def _query_terms(self, text: str) -> frozenset[str]:
        return frozenset(self.analyzer.query_terms(text)) if text else frozenset()

    def _answer_events(
        self,
        asked: StandaloneQuestion,
        ranked: Sequence[Evidence],
        parts: Sequence[AnsweredPart],
        notices: list[str],
    ) -> Generator[DraftUpdated | SentenceVerified]:
        """Yield what is written for a question, or for each of its parts if the writer only quotes."""
        if not parts:
            yield from self._selected_drafts(asked.question, str(asked), ranked, notices)
        elif self.writer.model is None:
            for evidence in _top_evidence(parts):
                yield from self._selected_drafts(asked.question, asked.question, [evidence], notices)
        else:
            merged = tuple(dict.fromkeys([*_top_evidence(parts), *ranked]))
            yield from self._verified_drafts(str(asked), merged, notices)

    def _selected_drafts(
        self, question: str, standalone: str, ranked: Sequence[Evidence], notices: list[str]
    ) -> Generator[DraftUpdated | SentenceVerified]:
        arranged, more = self._selection.arrange(question, ranked)
        notices += more
        yield from self._verified_drafts(standalone, arranged, notices)

    @property
    def _selection(self) -> Selection:
        return Selection(self.generation, self.analyzer)

    def _overview(self, question: str, candidates: Sequence[Candidate]) -> Sentence | None:
        """Return the document that a question asks about as a whole, or its chapters; None otherwise."""
        wanted = requested(question)
        if wanted is None:
            return None
        documents = [candidate.row.document for candidate in candidates]
        name = named_document(self.generation, self.analyzer, wanted.what, documents)
        return overview(self.generation, name, wanted) if name else None

    def _count(self, what: str, notices: list[str]) -> list[Sentence]:
        """Return the count over all searched documents; if it is zero, add a notice instead."""
        searched = sum(map(self.within.allows, self.generation.documents))
        results = mentions(self.generation, self.analyzer, what, self.within)
        if not results:
            notices.append(no_mention_message(what, searched))
            return []
        return [count_sentence(self.generation, what, results, searched)]

    def _verified_drafts(
        self, question: str, ranked: Sequence[Evidence], notices: list[str]
    ) -> Generator[DraftUpdated | SentenceVerified]:
        """Yield what is written, verified against text cut from the sources.

        If the chat model cannot be reached, the documents are quoted instead, and a notice says so.
        """
        citer = Citer(self.checker, ranked, lambda document: self.generation.source(document).text)
        begun = False
        try:
            for event in _verify_drafts(self.writer.write(question, ranked), citer, question, notices):
                begun = begun or isinstance(event, SentenceVerified)
                yield event
        except ChatError as error:
            notices.append(str(error))
            if not begun:
                notices.append(QUOTED_INSTEAD)
                yield from _verify_drafts(
                    ExtractiveWriter().write(question, ranked), citer, question, notices
                )


def _top_evidence(parts: Sequence[AnsweredPart]) -> tuple[Evidence, ...]:
    """Return the top evidence of each part that no earlier part has taken."""
    best: list[Evidence] = []
    for part in parts:
        best += [next(e for e in part.ranked if e not in best)][:1] if set(part.ranked) - set(best) else []
    return tuple(best)


def _verify_drafts(
    written: Iterator[Draft | PartialSentence | WriterNotice], citer: Citer, question: str, notices: list[str]
) -> Iterator[DraftUpdated | SentenceVerified]:
    for each in written:
        if isinstance(each, WriterNotice):
            notices.append(each.text)
        elif isinstance(each, PartialSentence):
            yield DraftUpdated(each.text)
        else:
            yield SentenceVerified(_with_short_answers(citer.sentence(each), question))


def _with_short_answers(sentence: Sentence, question: str) -> Sentence:
    """Return the sentence with the short answer marked in its citations."""
    citations = (
        replace(c, marks=tuple(span.shift(c.span.start) for span in short_answer_spans(question, c.quote)))
        for c in sentence.citations
    )
    return replace(sentence, citations=tuple(citations))


@dataclass(frozen=True, slots=True)
class _Clock:
    """Seconds spent in each stage, without the time of the consumer of the events."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start

    def each(
        self, stage: str, items: Generator[DraftUpdated | SentenceVerified]
    ) -> Iterator[DraftUpdated | SentenceVerified]:
        with closing(items):
            while True:
                with self(stage):
                    item = next(items, None)
                if item is None:
                    return
                yield item
