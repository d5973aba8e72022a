"""Questions drafted from indexed documents, so that anyone can begin to measure. Must never know models.

A sentence with a date, a number or a name is taken, and those words are left out of it: they are the
answer, and their place is known exactly. Which sentences are taken depends on the documents alone.
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
_TOLD = re.compile(r"\d|[A-Z]")  # what a date or a number must hold, or it says too little
_SHORT, _LONG = 25, 300  # characters of a sentence that is asked about


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence that can be asked about: `words` of it are the answer, a span of its `text`.

    It stands at `start` of the document, whose title is `title`.
    """

    document: str
    title: str
    start: int
    text: str
    kind: Kind
    words: Span

    @property
    def answer(self) -> str:
        """Return the words that answer."""
        return self.words.of(self.text)

    @property
    def cloze(self) -> Known:
        """Return the question that needs no model: the sentence without those words."""
        left = f"{self.text[: self.words.start]}{GAP}{self.text[self.words.end :]}"
        return self.asked(f"{_ASKS[self.kind]} is missing: {' '.join(left.split())}")

    def asked(self, question: str) -> Known:
        """Return a question about the sentence, with the place and the words of its answer."""
        return Known(
            question=question,
            relevant=(Relevant(self.document, self.words.shift(self.start)),),
            answers=(self.answer,),
        )


def draft(generation: Generation, count: int) -> Iterator[Known]:
    """Yield at most `count` questions, the documents taking turns."""
    return (sentence.cloze for sentence in islice(telling(generation), count))


def telling(generation: Generation) -> Iterator[Told]:
    """Yield every sentence that can be asked about, the documents taking turns."""
    each = [_of(generation, document.name) for document in generation.documents]
    return (sentence for sentence in chain.from_iterable(zip_longest(*each)) if sentence)


def _of(generation: Generation, name: str) -> Iterator[Told]:
    source = generation.source(name)
    for row in generation.chunks_of(name):
        for span in row.chunk.sentences:
            if sentence := told(name, source, span):
                yield sentence


def told(name: str, source: Source, span: Span) -> Told | None:
    """Return what one sentence tells, or None where that is nothing to ask for or it needs others."""
    text = span.of(source.text)
    if not _SHORT <= len(text) <= _LONG or source.announces(span) or points_back(text):
        return None
    found = ((kind, words) for kind in _ASKS for words in answering(kind, text, ""))
    kept = ((kind, words) for kind, words in found if _TOLD.search(words.of(text)))
    first = next(kept, None)
    return first and Told(name, source.title, span.start, text, *first)
