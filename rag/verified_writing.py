"""Turns evidence into the events of a written answer: each draft is verified and cited from the sources."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, product

from citeback.index.errors import ChatError
from citeback.index.generations.protocols import Searchable
from citeback.index.search.analyzer import Analyzer
from citeback.rag.answer import DraftUpdated, Sentence, SentenceVerified
from citeback.rag.checking.citations import CitationNumbers, Citer
from citeback.rag.checking.verify import ClaimVerifier
from citeback.rag.conflicts.evidence import DifferingEvidence
from citeback.rag.evidence.answer_types import short_answer_spans
from citeback.rag.evidence.ranking import Evidence
from citeback.rag.evidence.selection import VERSIONS_DIFFER, Selection
from citeback.rag.messages.catalogue import Notice, message
from citeback.rag.question import StandaloneQuestion
from citeback.rag.writing.extractive import Draft, ExtractiveWriter, PartialSentence, Writer, WriterNotice

SAME_SENTENCE = 5.0  # cost, in score, of the same sentence for two parts of a question
CHOICES = 6  # sentences of each part to choose from
QUOTED_INSTEAD = message("The documents are quoted instead.")


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
            yield from self._verified_drafts(str(asked), merged_evidence(parts, ranked), notices, numbers)

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
            differing = DifferingEvidence(
                generation=self.generation, analyzer=self.analyzer, open_reader=self.checker.claims
            )
            arranged, differ = differing.newest_first(arranged)
            more = (VERSIONS_DIFFER,) if differ else ()
        notices += more
        yield from self._verified_drafts(standalone, arranged, notices, numbers)

    def _verified_drafts(
        self, question: str, ranked: Sequence[Evidence], notices: list[str], numbers: CitationNumbers
    ) -> Generator[DraftUpdated | SentenceVerified]:
        """Yield the written sentences, verified against text cut from the sources.

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
                notices.append(Notice.saying(QUOTED_INSTEAD))
                yield from _verify_drafts(
                    ExtractiveWriter().write(question, ranked), citer, question, notices
                )


def top_evidence(parts: Sequence[AnsweredPart]) -> tuple[Evidence, ...]:
    """Return the evidence of each part, without repetition: that of the highest scores in sum.

    The same sentence for two parts costs `SAME_SENTENCE`: one sentence may answer both, but the best for one
    side of a comparison often looks best for the other, too.
    """
    choices = [part.ranked[:CHOICES] for part in parts]
    best = max(product(*choices), key=_worth, default=())
    return tuple({(e.document, e.span): e for e in best}.values())


def merged_evidence(parts: Sequence[AnsweredPart], ranked: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the best evidence of each part, then that of the whole question, each place once.

    Every part numbers its passages from 1, so evidence found by only one part gets a passage of its own.
    """
    known = {(e.document, e.span): e for e in ranked}
    unused = count(max((e.passage for e in ranked), default=0) + 1)
    best = [known.get((e.document, e.span)) or replace(e, passage=next(unused)) for e in top_evidence(parts)]
    return tuple(dict.fromkeys([*best, *ranked]))


def _worth(chosen: Sequence[Evidence]) -> float:
    repeated = len(chosen) - len({(e.document, e.span) for e in chosen})
    return sum(e.score for e in chosen) - SAME_SENTENCE * repeated


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
