"""The evidence that the product finds for every question of a set, as input to the fitting commands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.sets import Laid
from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.embedding.similarity_scale import similarity_scale
from citeback.index.records import Source, Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.answer import Turn
from citeback.rag.evidence.ranking import READ_CANDIDATES, Evidence, rank_evidence
from citeback.rag.query import Query, build_query
from citeback.rag.question import standalone
from citeback.rag.question_language import question_analyzer
from citeback.rag.reader.model import PassageReader
from citeback.rag.retrieval.hybrid import Candidate, retrieve


@dataclass(frozen=True, slots=True)
class Observed:
    """A question with its known answer, and the evidence ranked for it."""

    question: Mapping[str, Any]
    query: Query
    candidates: tuple[Candidate, ...]
    ranked: tuple[Evidence, ...]
    analyzer: Analyzer
    sources: tuple[Source, ...]
    """The source of each candidate."""

    @property
    def group(self) -> str:
        """Return the document that the question was written about; its questions are held out together."""
        about = self.question.get("relevant") or self.question.get("paragraph") or [self.question["id"]]
        return str(about[0]["doc_id"] if isinstance(about[0], Mapping) else about[0])

    def holds_answer(self, evidence: Evidence) -> bool:
        """Return whether the sentence itself, without its antecedents, covers an answer's span."""
        own: Span = self.candidates[evidence.passage - 1].row.chunk.sentences[evidence.position]
        return any(
            f"{known['doc_id']}.txt" == evidence.document and own.covers(Span(known["start"], known["end"]))
            for known in self.question.get("relevant") or ()
            if "start" in known
        )


def observe(
    laid: Laid, questions: Iterable[Mapping[str, Any]] | None = None, reader: PassageReader | None = None
) -> Iterator[Observed]:
    """Yield every question of a set, or those given, as the pipeline sees it just before writing."""
    with laid.store.current() as generation:
        encoder = load_encoder(generation.settings)
        stored, scale = Analyzer(generation.settings.language), similarity_scale(generation.settings.model)
        for question in laid.questions() if questions is None else questions:
            history = [Turn(turn["role"], turn["text"]) for turn in question.get("history") or ()]
            asked = standalone(question["question"], history)
            analyzer = question_analyzer(question["question"], stored, generation.lexical)
            query = build_query(asked, encoder, analyzer, generation.lexical)
            candidates = retrieve(generation, query, READ_CANDIDATES)
            ranked = rank_evidence(generation, query, candidates, encoder, reader, scale)
            sources = tuple(generation.source(each.row.document) for each in candidates)
            yield Observed(
                question=question,
                query=query,
                candidates=candidates,
                ranked=ranked,
                analyzer=analyzer,
                sources=sources,
            )
