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
from citeback.rag.lists.name_context import lists_on, says_company, says_party, says_person, says_place

PERSON, ORGANISATION, PLACE = "person", "organisation", "place"

_WORD = r"(?:(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|Rev|St|Gen|Capt|Lt|Sen|Gov)\.|[A-ZÀ-ÖØ-Þ][\w’'-]{0,40})"
_SMALL = r"(?:of|upon|the|for|and|de|da|di|van|von|der|del|la|le|bin|al|&)"
_RUN = re.compile(rf"(?<![\w’'.]){_WORD}(?:[ \u00a0](?:{_SMALL}[ \u00a0]){{0,2}}{_WORD}){{0,7}}")
_INITIAL = re.compile(r"[A-Z]\.")
_BETWEEN = re.compile(r" (?:of|for|and)(?: the)? ")
TITLES = word_list(__package__, "titles.txt")
_ORGANISATIONS = word_list(__package__, "organisation_words.txt")
_PLACE_WORDS = word_list(__package__, "place_words.txt")
_COUNTRIES = word_list(__package__, "countries.txt")
_GIVEN_NAMES = word_list(__package__, "given_names.txt")
_NO_NAMES = word_list(__package__, "no_names.txt")
_BEFORE_PLACE_NAMES = frozenset({"lake", "mount", "cape", "port", "saint"})
_SURNAMES = word_list(__package__, "place_surnames.txt")
_CURRENCIES = word_list(__package__, "currencies.txt")
# Words that make a name one of an organisation at its end only, and words of documents that make it none.
_LAST = frozenset({"security", "hotels", "clinics", "hospitals", "stores", "laboratories", "bakeries"})
_NO_FIRST = frozenset(
    {"network", "data", "cyber", "social", "national", "information", "application", "home"}
)
_DOCUMENTS = frozenset(
    {"agreement", "agreements", "contract", "report", "reports", "policy", "number", "invoice", "letter"}
    | {"notice", "rules", "minutes", "advisory", "guide", "handbook", "level", "list"}
)
_ALONE = frozenset({"parliament", "congress", "senate"})  # organisations of one word
_TRIMMED = (
    frozenset([*MONTHS, *["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "i"]])
    | frozenset({"contact", "dear", "ask", "call", "email", "see", "meet", "thank", "tell", "hello", "hi"})
    | frozenset(
        {"although", "though", "while", "however", "meanwhile", "later", "yesterday", "because", "since"}
    )
    | STOP_WORDS
)


def people(text: str) -> Iterator[Item]:
    """Yield each name of a person: with a title or a known first name, or beside a verb or a role."""
    return (item for item, kind in _names(text) if kind == PERSON)


def organisations(text: str) -> Iterator[Item]:
    """Yield each name of an organisation: one with "Ltd", "Bank" or "&", or after "the company"."""
    return (item for item, kind in _names(text) if kind == ORGANISATION)


def places(text: str) -> Iterator[Item]:
    """Yield each name of a place: a country, one with "River" or "Street", or one after "in" or "near"."""
    return (item for item, kind in _names(text) if kind == PLACE)


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
    """Yield the names with what they are; what is known of one holds wherever it stands."""
    read, known = list[tuple[Item, str]](), dict[str, str]()
    before: Span | None = None  # the person just before, who may begin a list
    for run in _runs(text):
        span = _trimmed(text, run.start, run.end)
        if span is None:
            continue
        words = [_plain(word) for word in span.of(text).split()]
        kind = _kind(text, span, words)
        if not kind and before and _may_be_person(words) and lists_on(text, before.end, span.start):
            kind = PERSON
        if kind == PERSON and words[0].casefold().rstrip(".") in TITLES and len(words) > 1:
            first = text.index(words[1], span.start)
            span, words = Span(first, span.end), words[1:]
        before = span if kind == PERSON else None
        item = Item(span, " ".join((*map(_inner, span.of(text).split()[:-1]), words[-1])))
        read.append((item, kind))
        if kind and len(words) > 1:
            known.setdefault(item.value, kind)
    for item, kind in read:
        if kind := kind or known.get(item.value, ""):
            yield item, kind


def _plain(word: str) -> str:
    """Return a word of a name without a possessive ending, with the point of an initial."""
    bare = word.strip("’',") if _INITIAL.fullmatch(word) else word.strip("’'.,")
    return bare.removesuffix("’s").removesuffix("'s")


def _inner(word: str) -> str:
    """Return a word within a name, with its possessive ending: "St Aldhelm's School"."""
    return word.strip("’',") if _INITIAL.fullmatch(word) else word.strip("’'.,")


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Return the run without words that only begin its sentence, and without a possessive ending."""
    while start < end:
        word = re.match(r"\S+\s*", text[start:end])
        if (
            word is None
            or word[0].strip().strip("’'.,").casefold().removesuffix("’s").removesuffix("'s") not in _TRIMMED
        ):
            break
        start += word.end()
    run = text[start:end].rstrip(" .’'-")
    run = run.removesuffix("’s").removesuffix("'s")
    return Span(start, start + len(run)) if len(run) > 1 else None


def _kind(text: str, span: Span, words: list[str]) -> str:
    lower = [word.casefold().rstrip(".") for word in words]
    if lower[0] in TITLES and len(words) > 1:
        return PERSON
    alone = len(words) == 1
    if _is_organisation(lower):
        return ORGANISATION
    if set(lower) <= _NO_NAMES or set(lower) <= _ORGANISATIONS:
        return ""
    may_be_person = _may_be_person(words) and (lower[0] in _GIVEN_NAMES or says_person(text, span))
    if may_be_person and lower[-1] in _SURNAMES:
        return PERSON
    if " ".join(lower) in _COUNTRIES or (not alone and _is_place(lower)):
        return PLACE
    if says_company(text, span) or (lower[0] not in _GIVEN_NAMES and says_party(text, span)):
        return ORGANISATION
    if may_be_person:
        return PERSON
    if words[0] in _CURRENCIES:
        return ""
    if alone and words[0].isupper() and 2 < len(words[0]) <= 6 and words[0].isalpha():
        return ORGANISATION
    if len(words) <= 3 and not (alone and lower[0] in _PLACE_WORDS) and says_place(text, span):
        return PLACE
    return ""


def _is_organisation(lower: list[str]) -> bool:
    """Return whether the words of a name say that it is of an organisation: "Ltd", "Bank", "&"."""
    if "&" in lower:
        return True
    if len(lower) == 1:
        return lower[0] in _ALONE
    if lower[-1] in _DOCUMENTS or (lower[0] == "press" and not set(lower[1:]) & _ORGANISATIONS):
        return False  # "Service Level Agreement", "Press Reconnect"
    if lower[-1] in _LAST:
        return lower[0] not in _NO_FIRST | _NO_NAMES
    return bool(set(lower) & _ORGANISATIONS)


def has_form_of_person(name: str) -> bool:
    """Return whether a name has the form of a person's.

    >>> has_form_of_person("Mira Okonjo"), has_form_of_person("Holm Ltd")
    (True, False)
    """
    return _may_be_person(name.split())


def has_given_name(name: str) -> bool:
    """Return whether a name begins with a first name that is known."""
    return name.split()[0].casefold() in _GIVEN_NAMES


def has_word_of_organisation(text: str) -> bool:
    """Return whether words of a text say that it names an organisation: "Ltd", "Bank"."""
    return bool({_plain(word).casefold() for word in text.split()} & _ORGANISATIONS)


def without_title(name: str) -> str:
    """Return a name without the titles before it.

    >>> without_title("Prof. Dr Ada Holm")
    'Ada Holm'
    """
    first, _, rest = name.partition(" ")
    return without_title(rest) if rest and first.casefold().rstrip(".") in TITLES else name


def _is_place(lower: list[str]) -> bool:
    return lower[-1] in _PLACE_WORDS or lower[0] in _BEFORE_PLACE_NAMES


def _may_be_person(words: list[str]) -> bool:
    """Return whether a run of words has the form of a person's name."""
    lower = {word.casefold().rstrip(".") for word in words}
    if not 2 <= len(words) <= 4 or lower & (_NO_NAMES | _ORGANISATIONS | _COUNTRIES):
        return False
    return not any(len(word) > 2 and word.isupper() for word in words)
