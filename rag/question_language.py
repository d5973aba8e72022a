"""The language of a question to a multilingual store: its stems in others, and notices about quotations."""

import re
from collections.abc import Iterable, Mapping

from citeback.index.generations.protocols import LexicalIndex, Searchable
from citeback.index.languages import ENGLISH, UNKNOWN, detect, detect_among
from citeback.index.search.analyzer import LANGUAGE_MARKERS, Analyzer
from citeback.index.settings import MULTILINGUAL
from citeback.rag.messages.catalogue import LANGUAGES, language_names, message, say

FOREIGN_NOTICE = message("Quoted in {languages}, as the documents say it: nothing is translated.")
CLEARLY = 0.7
"""Probability from which a question is replied to in another language than English."""

# fmt: off
_ENGLISH_WORDS = frozenset({
    "the", "of", "and", "is", "are", "was", "were", "does", "do", "did", "what", "who", "whom", "whose",
    "when", "where", "which", "why", "how", "many", "much", "has", "have", "had", "will", "would", "can",
    "could", "should", "by", "for", "from", "with", "to", "about", "any", "there", "this", "that", "these",
    "list", "show",
})
# fmt: on
_WORD = re.compile(r"[^\W\d_]+")


def indexed_languages(words: LexicalIndex) -> tuple[str, ...]:
    """Return the languages of a store of many languages, the most frequent first; () for another store."""
    found = words.document_frequency(LANGUAGE_MARKERS)
    held = sorted((marker for marker, chunks in found.items() if chunks), key=lambda each: -found[each])
    return tuple(LANGUAGE_MARKERS[marker] for marker in held)


def question_analyzer(question: str, analyzer: Analyzer, words: LexicalIndex) -> Analyzer:
    """Return the analyzer of the language that a question is in, if the store holds many languages."""
    if analyzer.language != MULTILINGUAL:
        return analyzer
    return analyzer.of_language(detect_among(question, indexed_languages(words)))


def terms_in_other_languages(
    text: str, analyzer: Analyzer, words: LexicalIndex, known: Mapping[str, float]
) -> dict[str, int]:
    """Return a question's terms as the other languages of the store have them, and how many chunks hold each.

    Terms that no chunk holds, and `known` ones, are left out.
    """
    terms = {
        term
        for language in indexed_languages(words)
        if language != analyzer.language
        for term in analyzer.of_language(language).query_terms(text)
        if term not in known
    }
    held = words.document_frequency(terms)
    return {term: held[term] for term in sorted(terms) if held[term]}


def is_english_chunk(generation: Searchable, chunk: str) -> bool:
    """Return whether a chunk is in English, which every chunk is in a store of one language."""
    held = set(indexed_languages(generation.lexical))
    return not held - {ENGLISH} or detect(chunk) == ENGLISH


def foreign_languages(generation: Searchable, asked: str, cited: Iterable[str]) -> set[str]:
    """Return the languages of documents other than that of the question, `asked`."""
    held = set(indexed_languages(generation.lexical))
    if asked in {UNKNOWN, MULTILINGUAL} or not held - {asked}:
        return set()
    return {detect(generation.source(name).text) for name in set(cited)} - {asked, UNKNOWN}


def foreign_notices(generation: Searchable, asked: str, cited: Iterable[str]) -> list[str]:
    """Return a notice if documents that are cited are in another language than the question, `asked`."""
    found = foreign_languages(generation, asked, cited)
    if not found:
        return []
    return [say(FOREIGN_NOTICE, asked, languages=language_names(sorted(found), asked))]


def reply_language(question: str) -> str:
    """Return the language to refuse a question in: English unless it is clearly in another that is spoken.

    A question with an ordinary English word is in English, whatever names it has.

    >>> reply_language("Wie lange dauert die Überfahrt?"), reply_language("Who was Jürgen von der Lippe?")
    ('de', 'en')
    """
    words = {word.casefold() for word in _WORD.findall(question)}
    found = ENGLISH if words & _ENGLISH_WORDS else detect(question, CLEARLY)
    return found if found in LANGUAGES else ENGLISH
