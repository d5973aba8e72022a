"""The sentences beside a sentence that belong to the answer: what it refers back to, and what follows.

Chunks end where they are full, so "That process is called ..." may begin one, and what it names ends another.
"""

import re
from itertools import pairwise

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Span
from citeback.index.search.analyzer import Analyzer
from citeback.rag.evidence.ranking import MAX_ANTECEDENTS, Evidence, refers_back
from citeback.rag.evidence.statements import is_statement

_NAMED = re.compile(r"(?<=[\w,;] )(?:[^\W\d_]*[A-ZÀ-ÖØ-Þ][\w’'-]*|[\w.,/-]*\d[\w.,/-]*)")


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


def span_with_next(
    generation: Searchable, evidence: Evidence, span: Span, question: str, analyzer: Analyzer
) -> Span:
    """Return the span with the next sentence if that has a name or a number of the question that it lacks.

    "Is it open on Sunday?" is answered by "It is open from Monday to Saturday. On Sundays it is closed."
    """
    source = generation.source(evidence.document)
    asked = {term for word in _NAMED.findall(question) for term in analyzer.terms(word)}
    missing = asked - set(analyzer.terms(f"{evidence.context} {span.of(source.text)}"))
    if not missing:
        return span
    for row in generation.chunks_of(evidence.document):
        for one, following in pairwise(row.chunk.sentences):
            if one.end == span.end:
                stated = missing & set(analyzer.terms(following.of(source.text)))
                return Span(span.start, following.end) if stated and is_statement(source, following) else span
    return span
