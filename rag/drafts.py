"""Questions drafted from indexed documents, so that anyone can begin to measure. Must never know models.

A sentence with a date, a number or a name is taken, and those words are left out of it: they are the
answer, and their place is known exactly. Which sentences are taken depends on the documents alone.
"""

import re
from collections.abc import Iterator
from itertools import chain, zip_longest

from index.generation import Generation
from index.records import Source, Span
from rag.evaluate import Known, Relevant
from rag.evidence import points_back
from rag.kinds import Kind, answering

GAP = "…"
_ASKS = {Kind.TIME: "What date", Kind.NUMBER: "What number", Kind.NAME: "Which name"}
_TOLD = re.compile(r"\d|[A-Z]")  # what a date or a number must hold, or it says too little
_SHORT, _LONG = 25, 300  # characters of a sentence that is asked about


def draft(generation: Generation, count: int) -> Iterator[Known]:
    """Yield at most `count` questions, the documents taking turns."""
    each = [_of(generation, document.name) for document in generation.documents]
    turns = chain.from_iterable(zip_longest(*each))
    for made, _ in zip((known for known in turns if known), range(count), strict=False):
        yield made


def _of(generation: Generation, name: str) -> Iterator[Known]:
    source = generation.source(name)
    for row in generation.chunks_of(name):
        for span in row.chunk.sentences:
            if made := question(name, source, span):
                yield made


def question(name: str, source: Source, span: Span) -> Known | None:
    """Return a question about one sentence, or None where it holds nothing to ask for or needs others."""
    text = span.of(source.text)
    if not _SHORT <= len(text) <= _LONG or source.announces(span) or points_back(text):
        return None
    for kind, asks in _ASKS.items():
        for words in answering(kind, text, ""):
            if _TOLD.search(words.of(text)):
                left = f"{text[: words.start]}{GAP}{text[words.end :]}"
                return Known(
                    question=f"{asks} is missing: {' '.join(left.split())}",
                    relevant=(Relevant(name, words.shift(span.start)),),
                    answers=(words.of(text),),
                )
    return None
