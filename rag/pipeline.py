"""The ask line: question -> events, the last of which is one Answer. Must never know HTML.

question -standalone-> query -retrieve-> candidates -gather-> evidence -write-> drafts -check-> Answer
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from index.encoder import QueryEmbedder
from index.generation import Generation
from index.terms import Analyzer
from index.within import EVERYTHING, Filter
from rag.answer import Answer, Answered, Checked, Event, Found, Passage, Sentence, Turn
from rag.confidence import confidence
from rag.evidence import READ, Evidence, gather
from rag.query import Query, understand
from rag.question import Asked, standalone
from rag.retrieve import Candidate, passages, retrieve
from rag.verify import check
from rag.windows import windows
from rag.write import Writer

SHOWN = 5  # passages an answer brings with it


@dataclass(frozen=True, slots=True)
class Line:
    """What the ask line works with: an opened generation and its collaborators, all passed in.

    Only documents that pass `within` are searched.
    """

    generation: Generation
    encoder: QueryEmbedder
    analyzer: Analyzer
    writer: Writer
    threshold: float
    within: Filter = EVERYTHING

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> tuple[Passage, ...]:
        """Return at most `k` passages, best first."""
        query = self._query(standalone(question, history))
        candidates = retrieve(self.generation, query, max(k, READ), self.within)
        spans = windows(candidates, self._evidence(query, candidates))
        return passages(self.generation, candidates[:k], spans[:k])

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """Yield Found, a Checked for every sentence, and at the end one Answered."""
        clock = _Clock()
        with clock("question"):
            asked = standalone(question, history)
            query = self._query(asked)
        with clock("retrieve"):
            candidates = retrieve(self.generation, query, READ, self.within)
        with clock("evidence"):
            ranked = self._evidence(query, candidates)
            spans = windows(candidates, ranked)
            shown = passages(self.generation, candidates[:SHOWN], spans[:SHOWN])
            sure = confidence(ranked)
        yield Found(str(asked), shown)
        sentences: list[Sentence] = []
        if sure >= self.threshold:
            for sentence in clock.each("write", self._written(question, ranked)):
                sentences.append(sentence)
                yield Checked(sentence)
        yield Answered(
            Answer(
                question=question,
                standalone=str(asked),
                abstained=not sentences,
                confidence=sure,
                sentences=tuple(sentences),
                passages=shown,
                model=self.writer.model,
                seconds=clock.seconds,
            )
        )

    def _query(self, asked: Asked) -> Query:
        return understand(asked, self.encoder, self.analyzer, self.generation.words)

    def _evidence(self, query: Query, candidates: Sequence[Candidate]) -> tuple[Evidence, ...]:
        return gather(self.generation, query, candidates, self.analyzer, self.encoder)

    def _written(self, question: str, ranked: Sequence[Evidence]) -> Iterator[Sentence]:
        """Yield the writer's sentences, checked against words cut anew from the sources."""
        numbers: dict[Evidence, int] = {}
        for draft in self.writer.write(question, ranked):
            for evidence in draft.evidence:
                numbers.setdefault(evidence, len(numbers) + 1)
            yield check(draft, [(numbers[e], e, self._quote(e)) for e in draft.evidence])

    def _quote(self, evidence: Evidence) -> str:
        return evidence.span.of(self.generation.source(evidence.document).text)


@dataclass(frozen=True, slots=True)
class _Clock:
    """Seconds spent in each stage, the time of whoever reads the events left out."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + perf_counter() - start

    def each(self, stage: str, items: Iterator[Sentence]) -> Iterator[Sentence]:
        while True:
            with self(stage):
                item = next(items, None)
            if item is None:
                return
            yield item
