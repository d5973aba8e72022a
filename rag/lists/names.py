"""Names in a text, by rules: people, organisations and places.

A run of capitalised words is a name. Its last word, the title before it, or the preposition before it says of
what. English only; what no rule tells is left out.
"""

import re
from collections.abc import Iterator

from citeback.index.records import Span
from citeback.index.search.analyzer import STOP_WORDS
from citeback.index.word_lists import word_list
from citeback.rag.checking.claims.numerals import MONTHS
from citeback.rag.lists.item import Item

_WORD = r"(?:(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|Rev|St|Gen|Capt|Lt|Sen|Gov)\.|[A-ZÀ-ÖØ-Þ][\w’'-]{0,40})"
_SMALL = r"(?:of|the|for|and|de|da|di|van|von|der|del|la|le|bin|al|&)"
_RUN = re.compile(rf"(?<![\w’'.]){_WORD}(?:[ \u00a0](?:{_SMALL}[ \u00a0]){{0,2}}{_WORD}){{0,7}}")
_BETWEEN = re.compile(r" (?:of|for|and)(?: the)? ")
_TITLES = word_list(__package__, "titles.txt")
_ORGANISATIONS = word_list(__package__, "organisation_words.txt")
_PLACE_WORDS = word_list(__package__, "place_words.txt")
_COUNTRIES = word_list(__package__, "countries.txt")
_GIVEN_NAMES = word_list(__package__, "given_names.txt")
_BEFORE_PLACE = frozenset(
    {"in", "at", "near", "from", "to", "through", "across", "outside", "around", "towards"}
)
_SPEAKS = re.compile(r",? (?:said|says|told|added|wrote|announced|explained|argued|replied|warned)\b")
_NO_NAMES = (
    frozenset([*MONTHS, *["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "i"]])
    | STOP_WORDS
)


def people(text: str) -> Iterator[Item]:
    """Yield each name of a person: after a title, with a known first name, or before "said" and the like."""
    return (item for item, kind in _names(text) if kind == "person")


def organisations(text: str) -> Iterator[Item]:
    """Yield each name of an organisation: one that has a word such as "Ltd", "Bank" or "Ministry"."""
    return (item for item, kind in _names(text) if kind == "organisation")


def places(text: str) -> Iterator[Item]:
    """Yield each name of a place: a country, one with "River" or "Street", or one after "in" or "near"."""
    return (item for item, kind in _names(text) if kind == "place")


def _runs(text: str) -> Iterator[Span]:
    """Yield the runs of capitalised words, cut at "of", "for" and "and" unless an organisation goes on."""
    for match in _RUN.finditer(text):
        start = match.start()
        for between in _BETWEEN.finditer(text, start, match.end()):
            before = {word.casefold().strip(".,’'") for word in text[start : between.start()].split()}
            if not before & _ORGANISATIONS:
                yield Span(start, between.start())
                start = between.end()
        yield Span(start, match.end())


def _names(text: str) -> Iterator[tuple[Item, str]]:
    for run in _runs(text):
        span = _trimmed(text, run.start, run.end)
        if span is None:
            continue
        words = [word.strip("’'.,").removesuffix("’s").removesuffix("'s") for word in span.of(text).split()]
        kind = _kind(text, span, words)
        if kind == "person" and words[0].casefold().rstrip(".") in _TITLES and len(words) > 1:
            first = text.index(words[1], span.start)
            span, words = Span(first, span.end), words[1:]
        if kind:
            yield Item(span, " ".join(words)), kind


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the run without words that only begin its sentence, and without a possessive ending."""
    while start < end:
        word = re.match(r"\S+\s*", text[start:end])
        if word is None or word[0].strip().strip("’'.,").casefold() not in _NO_NAMES:
            break
        start += word.end()
    run = text[start:end].rstrip(" .’'-")
    run = run.removesuffix("’s").removesuffix("'s")
    return Span(start, start + len(run)) if len(run) > 1 else None


def _kind(text: str, span: Span, words: list[str]) -> str:
    lower = [word.casefold().rstrip(".") for word in words]
    before = text[max(0, span.start - 40) : span.start].split()[-1:]
    if lower[0] in _TITLES and len(words) > 1:
        return "person"
    if set(lower) & _ORGANISATIONS:
        return "organisation"
    if " ".join(lower) in _COUNTRIES or lower[-1] in _PLACE_WORDS or lower[0] in {"lake", "mount", "cape"}:
        return "place"
    if 2 <= len(words) <= 4 and (lower[0] in _GIVEN_NAMES or _SPEAKS.match(text, span.end)):
        return "person"
    if len(words) == 1 and words[0].isupper() and 2 < len(words[0]) <= 6 and words[0].isalpha():
        return "organisation"
    if before and before[0].casefold() in _BEFORE_PLACE and len(words) <= 3:
        return "place"
    return ""
