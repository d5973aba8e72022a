"""Cloze questions drafted from indexed documents, so that anyone can begin to measure.

A date, a number or a name is left out of a sentence; it is the answer, and its span is known exactly. The
choice of sentences depends on the documents alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from index.generation import Generation
from index.records import Source, Span
from rag.evaluate import Known, Relevant
from rag.evidence import points_back
from rag.kinds import Kind, answering

GAP = "…"
_ASKS = {Kind.TIME: "What date", Kind.NUMBER: "What number", Kind.NAME: "Which name"}
_TOLD = re.compile(r"\d|[A-Z]")  # a date or a number must hold one of these, or it says too little
_SHORT, _LONG = 25, 300  # length limits, in characters, of a sentence to ask about


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that can be asked about; `words` is the span of the answer within `text`.

    The sentence begins at `start` of the document, whose title is `title`.
    """

    document: str
    title: str
    start: int
    text: str
    kind: Kind
    words: Span

    @property
    def answer(self) -> str:
        """Return the words of the answer."""
        return self.words.of(self.text)

    @property
    def cloze(self) -> Known:
        """Return the cloze question: the sentence with the answer left out."""
        left = f"{self.text[: self.words.start]}{GAP}{self.text[self.words.end :]}"
        return self.asked(f"{_ASKS[self.kind]} is missing: {' '.join(left.split())}")

    def asked(self, question: str) -> Known:
        """Return a question about the sentence, with the span and the words of its answer."""
        return Known(
            question=question,
            relevant=(Relevant(self.document, self.words.shift(self.start)),),
            answers=(self.answer,),
        )


def draft(generation: Generation, count: int) -> Iterator[Known]:
    """Yield at most `count` cloze questions, taking the documents in turn."""
    return (sentence.cloze for sentence in islice(telling(generation), count))


def telling(generation: Generation) -> Iterator[Told]:
    """Yield every sentence that can be asked about, taking the documents in turn."""
    each = [_of(generation, document.name) for document in generation.documents]
    return (sentence for sentence in chain.from_iterable(zip_longest(*each)) if sentence)


def _of(generation: Generation, name: str) -> Iterator[Told]:
    source = generation.source(name)
    for row in generation.chunks_of(name):
        for span in row.chunk.sentences:
            if sentence := told(name, source, span):
                yield sentence


def told(name: str, source: Source, span: Span) -> Told | None:
    """Return a sentence with its answer, or None if it holds no answer or depends on other sentences."""
    text = span.of(source.text)
    if not _SHORT <= len(text) <= _LONG or source.announces(span) or points_back(text):
        return None
    found = ((kind, words) for kind in _ASKS for words in answering(kind, text, ""))
    kept = ((kind, words) for kind, words in found if _TOLD.search(words.of(text)))
    first = next(kept, None)
    return first and Told(name, source.title, span.start, text, *first)
