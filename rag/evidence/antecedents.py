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

_WHY = re.compile(
    r"\W*(?:why\b|what (?:caused|made|led)\b|what (?:is|was) the (?:cause|reason)\b|for what reason)",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due|owing|so that|in order|thanks to|caus(?:e|es|ed|ing)|reasons?"
    r"|results? (?:of|from)|after|led|leads?|therefore)\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(
    r"\W*(?:how (?:do|can|could|should|would|must|to)\b"
    r"|what (?:should|can|must|do) (?:i|we|you|customers|users)\b)"
    r".*\b(?:fix|solve|resolve|repair|correct|avoid|prevent|handle|get rid of|stop|do about|do if)",
    re.IGNORECASE,
)
_PROBLEM = re.compile(
    r"\b(?:occurs?|happens?|means|appears?|indicates?|(?:is|was|are) caused|shows? that)\b", re.IGNORECASE
)
_NEW_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")


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
    """Return the span with the next sentence if that has what is asked for and the span does not.

    That is a name or a number of the question, a reason, or what to do: "Is it open on Sunday?" is answered
    by "It is open from Monday to Saturday. On Sundays it is closed.", "Why was the walk moved?" by "The walk
    was moved. The club has the car park."
    """
    source = generation.source(evidence.document)
    text = span.of(source.text)
    asked = {term for word in _NAMED.findall(question) for term in analyzer.terms(word)}
    missing = asked - set(analyzer.terms(f"{evidence.context} {text}"))
    own = set(analyzer.query_terms(question))
    restates = 2 * len(own & set(analyzer.terms(text))) >= len(own)
    goes_on = restates and _lacks_reason(question, text)
    if not missing and not goes_on:
        return span
    for row in generation.chunks_of(evidence.document):
        for one, following in pairwise(row.chunk.sentences):
            if one.end == span.end:
                beside = goes_on and not _NEW_PARAGRAPH.search(source.text, span.end, following.start)
                stated = missing & set(analyzer.terms(following.of(source.text)))
                wanted = (stated or beside) and is_statement(source, following)
                return Span(span.start, following.end) if wanted else span
    return span


def _lacks_reason(question: str, text: str) -> bool:
    """Return whether a question asks why or how to mend something, and a text only says that it is so."""
    if _WHY.match(question):
        return _REASON.search(text) is None
    return _HOW_TO.match(question) is not None and _PROBLEM.search(text) is not None
