"""The question-answering pipeline: question -> events, the last of which is one Answered.

question -standalone-> query -retrieve-> candidates -gather-> evidence -write-> drafts -check-> Answer
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter

from index.encoder import QueryEmbedder
from index.errors import ChatError
from index.permitted import Searchable
from index.terms import Analyzer
from index.within import EVERYTHING, Filter
from rag.answer import Answer, Answered, Checked, Drafted, Event, Found, Passage, Sentence, Turn
from rag.cite import Citer
from rag.confidence import confidence
from rag.counting import MAY_LACK, counted, mentions, none_told, told, wants_all
from rag.evidence import READ, Evidence, gather
from rag.kinds import marks
from rag.overview import SURE, named_document, overview, requested
from rag.query import Query, understand
from rag.question import Asked, rewritten, small_talk, standalone
from rag.reader import PassageReader
from rag.rerank import READS, Relevance, reranked
from rag.retrieve import Candidate, passages, retrieve
from rag.selection import Selection
from rag.spelling import corrected
from rag.subquestions import parts
from rag.verify import Checker
from rag.windows import windows
from rag.write import Draft, Note, Piece, Verbatim, Writer

SHOWN = 5  # passages that come with an answer
QUOTED = "The documents are quoted instead."


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a compound question, with its evidence, best first."""

    question: str
    ranked: tuple[Evidence, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """The pipeline: an opened generation and its collaborators.

    Only documents that pass `within` are searched. `relevance`, if given, reranks the candidates; `reader`,
    if given, reads the sentences of the best.
    """

    generation: Searchable
    encoder: QueryEmbedder
    analyzer: Analyzer
    writer: Writer
    checker: Checker
    threshold: float
    within: Filter = EVERYTHING
    shown: int = SHOWN
    relevance: Relevance | None = None
    reader: PassageReader | None = None

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first."""
        query = self._query(standalone(question, history))
        candidates = self._candidates(query, max(k, READ))
        spans = windows(candidates, self._evidence(query, candidates))
        return passages(self.generation, candidates[:k], spans[:k])

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """Yield Found, then Checked for each sentence (Drafted while a chat model writes), then one Answered.

        Small talk gets Answered alone. Closing the generator stops a chat model.
        """
        if reply := small_talk(question):
            yield Answered(Answer(question, "", False, 0.0, (), (), reply=reply))
            return
        clock, notices = _Clock(), list[str]()
        with clock("question"):
            asked = self._spelled(self._asked(question, history, notices), notices)
            query = self._query(asked)
        with clock("retrieve"):
            candidates = self._candidates(query, READ)
        with clock("evidence"):
            ranked = self._evidence(query, candidates)
            spans = windows(candidates, ranked)
            shown = passages(self.generation, candidates[: self.shown], spans[: self.shown])
            ranked = self._selection.fitting(question, ranked)
            sure = confidence(query, ranked, self.analyzer)
            lacking = self._selection.unknown(question)
            notices += [f"“{each}” appears in no document." for each in lacking]
        several = self._parts(asked, notices) if sure >= self.threshold / 2 else ()
        sure = max([sure, *(part.confidence for part in several)]) if not lacking else 0.0
        yield Found(str(asked), shown)
        sentences: list[Sentence] = []
        whole: Sentence | None = None
        if what := counted(question):
            with clock("count"):
                sentences += self._counted(what, notices)
            sure = 1.0
            yield from map(Checked, sentences)
        elif whole := self._overview(question, candidates):
            sentences.append(whole)
            sure = max(sure, SURE)
            yield Checked(whole)
        elif sure >= self.threshold:
            notices += [MAY_LACK] if wants_all(question) else []
            for event in clock.each("write", self._written_of(asked, ranked, several, notices)):
                sentences += [event.sentence] if isinstance(event, Checked) else []
                yield event
        yield Answered(
            Answer(
                question=question,
                standalone=str(asked),
                abstained=not sentences,
                confidence=sure,
                sentences=tuple(sentences),
                passages=shown,
                model=None if what or whole or QUOTED in notices else self.writer.model,
                seconds=clock.seconds,
                notices=tuple(notices),
            )
        )

    def _asked(self, question: str, history: Sequence[Turn], notices: list[str]) -> Asked:
        """Return the standalone question, rewritten by a chat model or joined with an earlier question."""
        asked = standalone(question, history)
        if not asked.carried:
            return asked
        try:
            return rewritten(asked, self.writer.standalone(question, history), history)
        except ChatError as error:
            notices.append(str(error))
            return asked

    def _spelled(self, asked: Asked, notices: list[str]) -> Asked:
        """Return the question with unknown words replaced by the nearest words of the index."""
        corrections = corrected(asked.question, self.generation, self.encoder, self.analyzer, self.within)
        question = asked.question
        for wrong, right in corrections.items():
            question = question.replace(wrong, right)
            notices.append(f"Searched for “{right}”: no document has the word “{wrong}”.")
        return replace(asked, question=question)

    def _query(self, asked: Asked) -> Query:
        return understand(asked, self.encoder, self.analyzer, self.generation.words)

    def _candidates(self, query: Query, k: int) -> tuple[Candidate, ...]:
        if self.relevance is None:
            return retrieve(self.generation, query, k, self.within)
        found = retrieve(self.generation, query, max(k, READS), self.within)
        return reranked(self.generation, query, found, self.relevance)[:k]

    def _evidence(self, query: Query, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        return gather(self.generation, query, candidates, self.encoder, self.reader)

    def _parts(self, asked: Asked, notices: list[str]) -> tuple[Part, ...]:
        """Return the parts of a compound question, each with its own evidence; empty if it has no parts."""
        found = parts(asked.question)
        if len(found) < 2:
            return ()
        answered: list[Part] = []
        for n, each in enumerate(found):
            query = self._query(Asked(each.text, asked.question))
            ranked = self._selection.fitting(each.text, self._evidence(query, self._candidates(query, READ)))
            own = self._terms_of(each.side) - self._terms_of(found[n - 1].side)
            ranked = tuple(e for e in ranked if not own or own & self._terms_of(f"{e.text} {e.above}"))
            sure = confidence(query, ranked, self.analyzer)
            if sure >= self.threshold:
                answered.append(Part(each.text, ranked, sure))
            else:
                notices.append(f"The documents do not say: {each.text.rstrip('?')}?")
        return tuple(answered)

    def _terms_of(self, text: str) -> frozenset[str]:
        return frozenset(self.analyzer.query(text)) if text else frozenset()

    def _written_of(
        self, asked: Asked, ranked: Sequence[Evidence], parts: Sequence[Part], notices: list[str]
    ) -> Generator[Drafted | Checked]:
        """Yield what is written for a question, or for each of its parts if the writer only quotes."""
        if not parts:
            yield from self._quoted(asked.question, str(asked), ranked, notices)
        elif self.writer.model is None:
            for evidence in _best_of(parts):
                yield from self._quoted(asked.question, asked.question, [evidence], notices)
        else:
            merged = tuple(dict.fromkeys([*_best_of(parts), *ranked]))
            yield from self._written(str(asked), merged, notices)

    def _quoted(
        self, question: str, standalone: str, ranked: Sequence[Evidence], notices: list[str]
    ) -> Generator[Drafted | Checked]:
        arranged, more = self._selection.arranged(question, ranked)
        notices += more
        yield from self._written(standalone, arranged, notices)

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

    def _counted(self, what: str, notices: list[str]) -> list[Sentence]:
        """Return the count over all searched documents; if it is zero, add a notice instead."""
        searched = sum(map(self.within.allows, self.generation.documents))
        found = mentions(self.generation, self.analyzer, what, self.within)
        if not found:
            notices.append(none_told(what, searched))
            return []
        return [told(self.generation, what, found, searched)]

    def _written(
        self, question: str, ranked: Sequence[Evidence], notices: list[str]
    ) -> Generator[Drafted | Checked]:
        """Yield what is written, verified against text cut from the sources.

        If the chat model cannot be reached, the documents are quoted instead, and a notice says so.
        """
        citer = Citer(self.checker, ranked, lambda document: self.generation.source(document).text)
        begun = False
        try:
            for event in _checked(self.writer.write(question, ranked), citer, question, notices):
                begun = begun or isinstance(event, Checked)
                yield event
        except ChatError as error:
            notices.append(str(error))
            if not begun:
                notices.append(QUOTED)
                yield from _checked(Verbatim().write(question, ranked), citer, question, notices)


def _best_of(parts: Sequence[Part]) -> tuple[Evidence, ...]:
    """Return the top evidence of each part that no earlier part has taken."""
    best: list[Evidence] = []
    for part in parts:
        best += [next(e for e in part.ranked if e not in best)][:1] if set(part.ranked) - set(best) else []
    return tuple(best)


def _checked(
    written: Iterator[Draft | Piece | Note], citer: Citer, question: str, notices: list[str]
) -> Iterator[Drafted | Checked]:
    for each in written:
        if isinstance(each, Note):
            notices.append(each.text)
        elif isinstance(each, Piece):
            yield Drafted(each.text)
        else:
            yield Checked(_marked(citer.sentence(each), question))


def _marked(sentence: Sentence, question: str) -> Sentence:
    """Return the sentence with the short answer marked in its citations."""
    citations = (
        replace(c, marks=tuple(span.shift(c.span.start) for span in marks(question, c.quote)))
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

    def each(self, stage: str, items: Generator[Drafted | Checked]) -> Iterator[Drafted | Checked]:
        with closing(items):
            while True:
                with self(stage):
                    item = next(items, None)
                if item is None:
                    return
                yield item
