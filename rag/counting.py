"""Questions about all documents: recognised, and answered by counting over the whole index.

A few passages cannot answer "how many" or "all". Such a question is counted with the lexical index or refused
with the reason, never estimated.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.permitted import Searchable
from index.records import Span
from index.terms import Analyzer
from index.within import Filter
from rag.answer import Citation, Sentence, Verdict

CITED = 20  # maximum number of documents that a count cites

_DOCUMENTS = r"(?:documents?|files?|texts?|sources?)"
_MENTION = (
    r"(?:mention(?:s|ing)?|contain(?:s|ing)?|names?|naming|include?s?|including|hold(?:s|ing)?"
    r"|talk(?:s|ing)? about|speak(?:s|ing)? of|refer(?:s|ring)? to|cit(?:e|es|ing)|discuss(?:es|ing)?|about)"
)
_MENTIONED = r"(?:mentioned|named|contained|included|cited|referred to|discussed|found|appear|occur|come up)"
_COUNTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:how many|which|what) {_DOCUMENTS} (?:that |do |are )?{_MENTION} (?P<what>.+)",
        rf"in (?:how many|which|what) {_DOCUMENTS} (?:is|are|does|do) (?P<what>.+?) {_MENTIONED}",
        rf"(?:list|name|show|find)(?: me)?(?: all)?(?: the)? {_DOCUMENTS} (?:that |which )?{_MENTION} "
        r"(?P<what>.+)",
        rf"how (?:often|many times) (?:is|are|does|do) (?P<what>.+?) {_MENTIONED}",
    )
)
_ALL = re.compile(
    r"(?:please |can you |could you )*"
    r"(?:(?:list|enumerate|name|give|show)(?: me)? (?:all|every|each)\b|what are all\b|who are all\b)",
    re.IGNORECASE,
)
_QUOTES = " \t\n\"'“”‘’«»?.!"
_ARTICLE = re.compile(r"^(?:the (?:words?|terms?|names?) |the |an? )", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A document that mentions the phrase: the first sentence that does, and the number of occurrences."""

    document: str
    span: Span
    times: int


def counted(question: str) -> str:
    """Return the phrase whose documents a question wants counted or listed, or "" for any other question.

    >>> counted('How many documents mention "Tartus"?'), counted("Who kept the lock?")
    ('Tartus', '')
    """
    asked = question.strip().rstrip("?.! ")
    found = next((match for pattern in _COUNTS if (match := pattern.fullmatch(asked))), None)
    return _ARTICLE.sub("", found["what"].strip(_QUOTES)).strip(_QUOTES) if found else ""


def wants_all(question: str) -> bool:
    """Return whether a question asks for every item of a kind, which a few passages cannot give.

    >>> wants_all("List all ships."), wants_all("Name the ship.")
    (True, False)
    """
    return _ALL.match(question.strip()) is not None


def mentions(generation: Searchable, analyzer: Analyzer, what: str, within: Filter) -> tuple[Mention, ...]:
    """Return every document with a sentence that holds the words as a phrase, by name.

    Words are compared as in the index: stemmed, folded and without stop words.
    """
    terms = analyzer.query(what)
    allowed = generation.allowed(within)
    holding = [set(generation.words.search([t], len(generation), allowed)[1].tolist()) for t in terms]
    rows = sorted(set.intersection(*holding)) if holding else []
    first: dict[str, Span] = {}
    times: dict[str, int] = {}
    for row in generation.chunks(rows):
        text = generation.source(row.document).text
        for span in row.chunk.sentences:
            if said := occurrences(terms, analyzer.telling(span.of(text)) or analyzer.terms(span.of(text))):
                first.setdefault(row.document, span)
                times[row.document] = times.get(row.document, 0) + said
    return tuple(Mention(name, first[name], times[name]) for name in sorted(first))


def occurrences(phrase: Sequence[str], terms: Sequence[str]) -> int:
    """Return how often the phrase occurs in the terms, contiguous and in order."""
    length = len(phrase)
    return sum(list(terms[n : n + length]) == list(phrase) for n in range(len(terms) - length + 1))


def told(generation: Searchable, what: str, found: Sequence[Mention], documents: int) -> Sentence:
    """Return the count as a sentence that cites the first documents."""
    named = ", ".join(mention.document for mention in found[:CITED])
    more = f" and {len(found) - CITED:,} more" if len(found) > CITED else ""
    times = sum(mention.times for mention in found)
    text = (
        f"{len(found):,} of {documents:,} documents {'mentions' if len(found) == 1 else 'mention'} “{what}”, "
        f"{times:,} {'time' if times == 1 else 'times'} in all: {named}{more}."
    )
    return Sentence(text, Verdict.SUPPORTED, tuple(_citations(generation, found[:CITED])))


def none_told(what: str, documents: int) -> str:
    """Return the message for a phrase that no document holds."""
    return f"None of the {documents:,} documents counted mentions “{what}”."


MAY_LACK = "This list may be incomplete: it contains only what the retrieved passages say."


def _citations(generation: Searchable, found: Sequence[Mention]) -> Iterator[Citation]:
    for n, mention in enumerate(found, start=1):
        source = generation.source(mention.document)
        yield Citation(
            n,
            mention.document,
            mention.span,
            mention.span.of(source.text),
            1.0,
            source.page_at(mention.span.start),
            place=source.place_at(mention.span.start),
        )
