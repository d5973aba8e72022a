"""Cloze questions drafted from indexed documents, so that anyone can begin to measure.

A date, a number or a name is left out of a sentence; it is the answer, and its span is known exactly. The
choice of sentences depends on the documents alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Source, Span
from citeback.rag.evaluation.metrics import LabelledQuestion, Relevant
from citeback.rag.evidence.answer_types import AnswerType, spans_of_type
from citeback.rag.evidence.ranking import refers_back

GAP = "…"
_ASKS = {AnswerType.TIME: "What date", AnswerType.NUMBER: "What number", AnswerType.NAME: "Which name"}
_INFORMATIVE = re.compile(r"\d|[A-Z]")  # a date or a number must hold one of these, or it says too little
_MIN_CHARS, _MAX_CHARS = 25, 300  # length limits, in characters, of a sentence to ask about


@dataclass(frozen=True, slots=True)
class AskableSentence:
    """A sentence that can be asked about; `answer_span` is the span of the answer within `text`.

    The sentence begins at `start` of the document, whose title is `title`.
    """

    document: str
    title: str
    start: int
    text: str
    kind: AnswerType
    answer_span: Span

    @property
    def answer(self) -> str:
        """Return the words of the answer."""
        return self.answer_span.of(self.text)

    @property
    def cloze(self) -> LabelledQuestion:
        """Return the cloze question: the sentence with the answer left out."""
        left = f"{self.text[: self.answer_span.start]}{GAP}{self.text[self.answer_span.end :]}"
        return self.question(f"{_ASKS[self.kind]} is missing: {' '.join(left.split())}")

    def question(self, question: str) -> LabelledQuestion:
        """Return a question about the sentence, with the span and the words of its answer."""
        return LabelledQuestion(
            question=question,
            relevant=(Relevant(self.document, self.answer_span.shift(self.start)),),
            answers=(self.answer,),
        )


def draft_questions(generation: Searchable, count: int) -> Iterator[LabelledQuestion]:
    """Yield at most `count` cloze questions, taking the documents in turn."""
    return (sentence.cloze for sentence in islice(askable_sentences(generation), count))


def askable_sentences(generation: Searchable) -> Iterator[AskableSentence]:
    """Yield every sentence that can be asked about, taking the documents in turn."""
    each = [_of(generation, document.name) for document in generation.documents]
    return (sentence for sentence in chain.from_iterable(zip_longest(*each)) if sentence)


def _of(generation: Searchable, name: str) -> Iterator[AskableSentence]:
    source = generation.source(name)
    for row in generation.chunks_of(name):
        for span in row.chunk.sentences:
            if sentence := askable_sentence(name, source, span):
                yield sentence


def askable_sentence(name: str, source: Source, span: Span) -> AskableSentence | None:
    """Return a sentence with its answer, or None if it holds no answer or depends on other sentences."""
    text = span.of(source.text)
    if not _MIN_CHARS <= len(text) <= _MAX_CHARS or source.holds_heading(span) or refers_back(text):
        return None
    results = ((kind, words) for kind in _ASKS for words in spans_of_type(kind, text, ""))
    kept = ((kind, words) for kind, words in results if _INFORMATIVE.search(words.of(text)))
    first = next(kept, None)
    if first is None:
        return None
    kind, answer = first
    return AskableSentence(
        document=name, title=source.title, start=span.start, text=text, kind=kind, answer_span=answer
    )
