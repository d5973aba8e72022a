"""The sentences of the previous chunk that the first sentence of a chunk refers back to.

Chunks end where they are full, so "That process is called ..." may begin one, and what it names ends another.
"""

from itertools import pairwise

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Span
from citeback.rag.evidence.ranking import MAX_ANTECEDENTS, Evidence, refers_back


def span_with_antecedents(generation: Searchable, evidence: Evidence) -> Span:
    """Return the span of the evidence, extended to the sentences before its chunk that it refers back to."""
    if not refers_back(evidence.text):
        return evidence.span
    source, start = generation.source(evidence.document), evidence.span.start
    chunks = generation.chunks_of(evidence.document)
    before = next(
        (one.chunk for one, other in pairwise(chunks) if other.chunk.sentences[0].start == start), None
    )
    for sentence in reversed(before.sentences[-MAX_ANTECEDENTS:] if before else ()):
        if source.holds_heading(sentence) or not refers_back(source.text[start : evidence.span.end]):
            break
        start = sentence.start
    return Span(start, evidence.span.end)
