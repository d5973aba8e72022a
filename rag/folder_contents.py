"""What a folder holds: the kinds of its documents, the span of their dates, and their languages."""

from collections import Counter
from collections.abc import Iterable

from citeback.index.generations.protocols import Searchable
from citeback.index.languages import ENGLISH, UNKNOWN, detect, name_of
from citeback.index.records import Document
from citeback.index.search.analyzer import language_marker
from citeback.rag.messages.catalogue import say, say_number
from citeback.rag.question_language import indexed_languages

_SAME_KIND = {"csv": "sheet", "rst": "text", "org": "text", "asciidoc": "text", "xml": "code", "json": "code"}


def kinds_sentence(documents: Iterable[Document], language: str) -> str:
    """Return how many documents there are of each kind, the most frequent first."""
    counts = Counter(_SAME_KIND.get(each.kind, each.kind) for each in documents)
    shown = Counter[str]()
    for kind, number in counts.items():
        shown[kind if _kind(kind, number, language) else "other"] += number
    ranked = sorted(shown.items(), key=lambda pair: (pair[0] == "other", -pair[1], pair[0]))
    parts = [_kind(kind, number, language) or _others(number, language) for kind, number in ranked]
    return say("They are {kinds}.", language, kinds=", ".join(parts))


def _others(number: int, language: str) -> str:
    return say_number(number, "one other file", "{number} other files", language)


def _kind(kind: str, number: int, language: str) -> str:
    """Return a number of documents of a kind in words, "" for a kind without a name of its own."""
    match kind:
        case "text":
            return say_number(number, "one text file", "{number} text files", language)
        case "markdown":
            return say_number(number, "one Markdown file", "{number} Markdown files", language)
        case "mail":
            return say_number(number, "one email", "{number} emails", language)
        case "sheet":
            return say_number(number, "one spreadsheet", "{number} spreadsheets", language)
        case "word":
            return say_number(number, "one Word document", "{number} Word documents", language)
        case "pdf":
            return say_number(number, "one PDF", "{number} PDFs", language)
        case "html":
            return say_number(number, "one web page", "{number} web pages", language)
        case "slides":
            return say_number(number, "one presentation", "{number} presentations", language)
        case "picture":
            return say_number(number, "one picture", "{number} pictures", language)
    return ""


def dates_sentence(documents: Iterable[Document], language: str) -> str:
    """Return the first and the last date that documents state, "" if fewer than two do."""
    days = sorted(each.date for each in documents if each.date)
    if len(days) < 2:
        return ""
    return say_number(
        len(days),
        "One states a date.",
        "{number} state a date, from {first} to {last}.",
        language,
        first=days[0],
        last=days[-1],
    )


def languages_sentence(generation: Searchable, documents: Iterable[Document], language: str) -> str:
    """Return how many documents are in each language other than English, "" if none is."""
    names = [document.name for document in documents]
    others = [each for each in indexed_languages(generation.lexical) if each not in {ENGLISH, UNKNOWN}]
    counts = {each: len(documents_in(generation, names, each)) for each in others}
    parts = [f"{say(name_of(each), language)} ({number})" for each, number in counts.items() if number]
    if not parts:
        return ""
    return say("In other languages than English: {counts}.", language, counts=", ".join(parts))


def documents_in(generation: Searchable, names: Iterable[str], wanted: str) -> list[str]:
    """Return the documents in a language; in a store of many, only those with a passage in it are read."""
    lexical = generation.lexical
    allowed = list(names)
    if indexed_languages(lexical):
        _, rows = lexical.search([language_marker(wanted)], len(lexical))
        held = {row.document for row in generation.chunks(int(n) for n in rows)}
        allowed = [name for name in allowed if (generation.document(name).copy_of or name) in held]
    return [name for name in allowed if detect(generation.source(name).text) == wanted]
