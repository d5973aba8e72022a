"""Evidence to the events of a written answer: each draft verified, and cited from the sources."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from citeback.index.errors import ChatError
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.answer import DraftUpdated, Sentence, SentenceVerified
from citeback.rag.checking.citations import CitationNumbers, Citer
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.conflicts.evidence import DifferingEvidence
from citeback.rag.evidence.answer_types import short_answer_spans
from citeback.rag.evidence.ranking import Evidence
from citeback.rag.evidence.selection import VERSIONS_DIFFER, Selection
from citeback.rag.question import StandaloneQuestion
from citeback.rag.writing.extractive import Draft, ExtractiveWriter, PartialSentence, Writer, WriterNotice

MAX_BELOW_TAKEN = 5.0  # how far below a sentence that an earlier part has taken the next one may score
QUOTED_INSTEAD = "The documents are quoted instead."


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """One part of a compound question, with its evidence, best first."""

    question: str
    ranked: tuple[Evidence, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class VerifiedWriting:
    """A writer whose every sentence is verified against text cut from the sources."""

    generation: Searchable
    analyzer: Analyzer
    writer: Writer
    checker: ClaimVerifier

    def events(
        self,
        asked: StandaloneQuestion,
        ranked: Sequence[Evidence],
        parts: Sequence[AnsweredPart],
        notices: list[str],
    ) -> Generator[DraftUpdated | SentenceVerified]:
        """Yield what is written for a question, or for each of its parts if the writer only quotes."""
        numbers = CitationNumbers()
        if not parts:
            yield from self._selected_drafts(asked.question, str(asked), ranked, notices, numbers)
        elif self.writer.model is None:
            for evidence in top_evidence(parts):
                yield from self._selected_drafts(asked.question, asked.question, [evidence], notices, numbers)
        else:
            merged = tuple(dict.fromkeys([*top_evidence(parts), *ranked]))
            yield from self._verified_drafts(str(asked), merged, notices, numbers)

    def _selected_drafts(
        self,
        question: str,
        standalone: str,
        ranked: Sequence[Evidence],
        notices: list[str],
        numbers: CitationNumbers,
    ) -> Generator[DraftUpdated | SentenceVerified]:
        arranged, more = Selection(self.generation, self.analyzer).arrange(question, ranked)
        if not more:
            arranged, differ = DifferingEvidence(self.generation, self.analyzer).newest_first(arranged)
            more = (VERSIONS_DIFFER,) if differ else ()
        notices += more
        yield from self._verified_drafts(standalone, arranged, notices, numbers)

    def _verified_drafts(
        self, question: str, ranked: Sequence[Evidence], notices: list[str], numbers: CitationNumbers
    ) -> Generator[DraftUpdated | SentenceVerified]:
        """Yield what is written, verified against text cut from the sources.

        If the chat model cannot be reached, the documents are quoted instead, and a notice says so.
        """
        citer = Citer(self.checker, ranked, self.generation.source, numbers)
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


def top_evidence(parts: Sequence[AnsweredPart]) -> tuple[Evidence, ...]:
    """Return the top evidence of each part.

    If an earlier part has taken it, the next takes its place, unless that is much less likely: then one
    sentence answers both parts.
    """
    best: dict[tuple[str, Span], Evidence] = {}
    for part in parts:
        near = [e for e in part.ranked if e.score >= part.ranked[0].score - MAX_BELOW_TAKEN]
        left = [e for e in near if (e.document, e.span) not in best]
        best |= {(e.document, e.span): e for e in left[:1]}
    return tuple(best.values())


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
