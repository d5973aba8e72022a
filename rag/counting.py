"""Questions about all documents: recognised, and answered by counting over the whole index.

A few passages cannot answer "how many" or "all". Such a question is answered by counting in the lexical
index, or refused with the reason; nothing is estimated.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Span
from citeback.index.search.analyzer import Analyzer
from citeback.index.search.filters import Filter
from citeback.rag.answer import Citation, Sentence, Verdict

MAX_CITED = 20  # maximum number of documents that a count cites

_DOCUMENTS = r"(?:documents?|files?|texts?|sources?|articles?|reports?|papers?|contracts?|letters?|notes)"
_MENTION = (
    r"(?:mention(?:s|ing)?|contain(?:s|ing)?|names?|naming|include?s?|including|hold(?:s|ing)?"
    r"|talk(?:s|ing)? about|speak(?:s|ing)? of|refer(?:s|ring)? to|cit(?:e|es|ing)|discuss(?:es|ing)?|about)"
)
_MENTIONED = r"(?:mentioned|named|contained|included|cited|referred to|discussed|found|appear|occur|come up)"
_COUNTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:how many|which|what) {_DOCUMENTS} (?:that |do |are )?{_MENTION} (?P<what>.+)",
        rf"(?:how many|which|what) {_DOCUMENTS} (?:are there|(?:do|have) (?:you|we|i)(?: have| got)?)"
        r" (?:about|on|that (?:are|is) about|mentioning|that mentions?|concerning) (?P<what>.+)",
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
    occurrences: int


def counted_phrase(question: str) -> str:
    """Return the phrase whose documents a question wants counted or listed, or "" for any other question.

    >>> counted_phrase('How many documents mention "Tartus"?'), counted_phrase("Who kept the lock?")
    ('Tartus', '')
    """
    asked = question.strip().rstrip("?.! ")
    result = next((match for pattern in _COUNTS if (match := pattern.fullmatch(asked))), None)
    return _ARTICLE.sub("", result["what"].strip(_QUOTES)).strip(_QUOTES) if result else ""


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
    terms = analyzer.query_terms(what)
    allowed = generation.filter_mask(within)
    holding = [set(generation.lexical.search([t], len(generation), allowed)[1].tolist()) for t in terms]
    rows = sorted(set.intersection(*holding)) if holding else []
    first: dict[str, Span] = {}
    times: dict[str, int] = {}
    for row in generation.chunks(rows):
        text = generation.source(row.document).text
        for span in row.chunk.sentences:
            if result := count_phrase(
                terms, analyzer.content_terms(span.of(text)) or analyzer.terms(span.of(text))
            ):
                first.setdefault(row.document, span)
                times[row.document] = times.get(row.document, 0) + result
    return tuple(Mention(document=name, span=first[name], occurrences=times[name]) for name in sorted(first))


def count_phrase(phrase: Sequence[str], terms: Sequence[str]) -> int:
    """Return the number of occurrences of the phrase in the terms, contiguous and in order."""
    length = len(phrase)
    return sum(list(terms[n : n + length]) == list(phrase) for n in range(len(terms) - length + 1))


def count_sentence(generation: Searchable, what: str, results: Sequence[Mention], documents: int) -> Sentence:
    """Return the count as a sentence that cites the first documents."""
    named = ", ".join(mention.document for mention in results[:MAX_CITED])
    more = f" and {len(results) - MAX_CITED:,} more" if len(results) > MAX_CITED else ""
    times = sum(mention.occurrences for mention in results)
    text = (
        f"{len(results):,} of {documents:,} documents {'mentions' if len(results) == 1 else 'mention'} "
        f"“{what}”, "
        f"{times:,} {'time' if times == 1 else 'times'} in all: {named}{more}."
    )
    return Sentence(
        text=text, verdict=Verdict.SUPPORTED, citations=tuple(_citations(generation, results[:MAX_CITED]))
    )


def no_mention_message(what: str, documents: int) -> str:
    """Return the message for a phrase that no document holds."""
    return f"None of the {documents:,} documents counted mentions “{what}”."


INCOMPLETE_NOTICE = "This list may be incomplete: it contains only what the retrieved passages say."


def _citations(generation: Searchable, results: Sequence[Mention]) -> Iterator[Citation]:
    for n, mention in enumerate(results, start=1):
        source = generation.source(mention.document)
        yield Citation(
            n=n,
            document=mention.document,
            span=mention.span,
            quote=mention.span.of(source.text),
            support=1.0,
            page=source.page_at(mention.span.start),
            place=source.location_at(mention.span.start),
            date=source.date,
        )
