"""Questions that ask for every item of a kind: recognised, and answered by a complete list."""

import re
from collections.abc import Iterator, Sequence

from citeback.index.generations.protocols import Searchable
from citeback.rag.answer import Citation, Sentence, Verdict
from citeback.rag.lists.listing import ListedItem, Listing

MAX_ITEMS, MAX_CITED = 100, 3  # items that an answer names, and places that it cites for each
MAX_DOCUMENTS = 20_000
"""Documents that are read for a question; a longer list takes a command."""
_KINDS = {
    "dates": r"dates?",
    "amounts": r"(?:amounts?|sums?)(?: of money)?|prices?",
    "people": r"(?:people|persons?)|(?:names of )(?:people|persons)",
    "organisations": r"organi[sz]ations?|compan(?:y|ies)|firms?",
    "places": r"places?|locations?|place names?",
    "emails": r"e-?mails?(?: address(?:es)?)?",
    "links": r"links?|urls?|web ?sites?|web addresses",
    "obligations": r"obligations?|duties",
}
_WHERE = (
    r"(?: (?:that|which|who) (?:are|is|appear|occur|stand))?"
    r"(?: (?:mentioned|named|stated|listed|found|given))?"
    r"(?: (?:in|from|of|across) (?:all |every |each )?(?:of )?(?:the |my |these |our )?"
    r"(?:documents?|files?|texts?|folders?|sources?))?"
)
_ALL = (
    r"(?:please |can you |could you )?(?:(?:list|enumerate|name|give|show)(?: me)?|what are|who are) "
    r"(?:all|every|each)(?: of)?(?: the)? "
)
# "Who are the people in these documents?" wants all of them too.
_IN_ALL = r"(?:mentioned |named |found )?in (?:all )?(?:the|my|these|our) (?:documents|files|texts|folder)"
_QUESTIONS = {
    kind: re.compile(
        rf"{_ALL}(?:{noun}){_WHERE}(?: please)?|(?:who|what) are the (?:{noun}) {_IN_ALL}",
        re.IGNORECASE,
    )
    for kind, noun in _KINDS.items()
}


def listed_kind(question: str) -> str:
    """Return the kind of which a question wants every item, or "" for any other question.

    A question that restricts the items ("all dates of the strike") is not answered by the complete list.

    >>> listed_kind("List all dates."), listed_kind("Name every person mentioned in my documents")
    ('dates', 'people')
    >>> listed_kind("List all dates of the strike"), listed_kind("When was it?")
    ('', '')
    """
    asked = " ".join(question.split()).rstrip("?.! ")
    return next((kind for kind, pattern in _QUESTIONS.items() if pattern.fullmatch(asked)), "")


def too_many_message(kind: str, documents: int) -> str:
    """Return the message for more documents than are read for a question."""
    return (
        f"{documents:,} documents are too many to read for a question: citeback list {kind} reads them all."
    )


def coverage_notices(listing: Listing) -> list[str]:
    """Return notices of the number of items, and of documents read."""
    total, shown = len(listing.items), min(len(listing.items), MAX_ITEMS)
    counted = f"{total:,} different {listing.kind}" if total != 1 else "1 item"
    cut = f" {shown:,} are shown; the whole list is under Review." if shown < total else ""
    return [f"{counted}; {listing.coverage}.{cut}", *listing.notices]


def item_sentences(generation: Searchable, items: Sequence[ListedItem]) -> Iterator[Sentence]:
    """Yield a sentence for each item, which cites its first places."""
    number = 0
    for item in items[:MAX_ITEMS]:
        places = item.places[:MAX_CITED]
        times = f" ({len(item.places):,} times)" if len(item.places) > 1 else ""
        cited = tuple(
            Citation(
                n=number + n,
                document=place.document,
                span=place.span,
                quote=place.quote,
                support=1.0,
                page=place.page,
                place=place.place,
                date=generation.source(place.document).date,
            )
            for n, place in enumerate(places, start=1)
        )
        number += len(places)
        yield Sentence(
            text=_sentence(" ".join(item.words.split()), times), verdict=Verdict.SUPPORTED, citations=cited
        )


def _sentence(words: str, times: str) -> str:
    """Return an item as a sentence; an obligation is one already."""
    return f"{words}{times}" if words.endswith((".", "!", "?")) else f"{words}{times}."
