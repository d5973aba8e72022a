"""Lists every item of a kind in all documents: found by rules in each text, equal ones merged.

Search is not used: every document is read from its first to its last character, and the listing says how
many were read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from citeback.index.errors import SettingsError
from citeback.index.generations.protocols import Searchable
from citeback.index.records import Document, Source, Span
from citeback.index.search.filters import Filter
from citeback.rag.lists.addresses import emails, links
from citeback.rag.lists.amounts import amounts
from citeback.rag.lists.dates import dates, readable_date
from citeback.rag.lists.item import Item
from citeback.rag.lists.merging import spellings
from citeback.rag.lists.names import organisations, people, places
from citeback.rag.lists.obligations import obligations
from citeback.rag.lists.table_amounts import amounts_of
from citeback.rag.lists.table_names import organisations_of, people_of

BLOCK = 512  # chunks that are loaded at once
FINDERS: Mapping[str, Callable[[str], Iterable[Item]]] = MappingProxyType(
    {
        "dates": dates,
        "amounts": amounts,
        "emails": emails,
        "links": links,
        "people": people,
        "organisations": organisations,
        "places": places,
    }
)
WITH_TABLES: Mapping[str, Callable[[Source], Iterable[Item]]] = MappingProxyType(
    {"amounts": amounts_of, "people": people_of, "organisations": organisations_of}
)
"""Kinds of which the heads of columns tell some."""
OBLIGATIONS = "obligations"
KINDS = (*FINDERS, OBLIGATIONS)
ORDERED = frozenset({"dates"})  # listed by value, as amounts are; the others by how often they occur
BY_RULES = frozenset({"people", "organisations", "places"})
INCOMPLETE = "Names are recognised by rules, and some are missed: the list is not complete."


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """Where an item stands: `quote == source.text[span.start:span.end]`."""

    document: str
    span: Span
    quote: str
    page: int | None
    place: str | None


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item with every place where it stands, in reading order; `value` is its normalised form."""

    value: str
    places: tuple[ItemPlace, ...]

    @property
    def words(self) -> str:
        """Return the value as it is shown to people: "30 September (no year)" for "--09-30"."""
        return readable_date(self.value)


@dataclass(frozen=True, slots=True)
class Listing:
    """Every item of a kind, and how many of the documents were read.

    `unread` counts the files that pass the filter and could not be indexed.
    """

    kind: str
    items: tuple[ListedItem, ...]
    documents: int
    unread: int
    notices: tuple[str, ...]

    @property
    def coverage(self) -> str:
        """Return how many documents were read, in words."""
        return f"{self.documents:,} of {self.documents + self.unread:,} documents read"


def list_items(generation: Searchable, kind: str, within: Filter) -> Listing:
    """Return every item of a kind in the documents that pass `within`.

    Of several files with the same bytes, one is read. Raises SettingsError for an unknown kind.
    """
    if kind not in KINDS:
        raise SettingsError(f"{kind[:40]!r} cannot be listed.", f"choose from {', '.join(KINDS)}")
    documents = [document for document in generation.documents if within.allows(document)]
    originals = {document.copy_of or document.name for document in documents}
    found = (
        _obligations(generation, documents)
        if kind == OBLIGATIONS
        else _by_rules(generation, kind, sorted(originals))
    )
    merged = _merged(kind, found)
    order = sorted(merged.items(), key=lambda pair: _order(kind, *pair))
    missed = [each for each in generation.failures if not each.outdated and within.matches_name(each.name)]
    return Listing(
        kind=kind,
        items=tuple(ListedItem(value, tuple(places)) for value, places in order),
        documents=len(documents),
        unread=len(missed),
        notices=(INCOMPLETE,) if kind in BY_RULES else (),
    )


def _merged(kind: str, found: Iterable[tuple[str, ItemPlace]]) -> dict[str, list[ItemPlace]]:
    """Return the places of each value, those of several spellings of one name together."""
    apart: dict[str, list[ItemPlace]] = {}
    for value, place in found:
        apart.setdefault(value, []).append(place)
    if kind not in BY_RULES:
        return apart
    counts = {value: len(places) for value, places in apart.items()}
    result: dict[str, list[ItemPlace]] = {}
    for value, name in spellings(counts, people=kind == "people").items():
        result.setdefault(name, []).extend(apart[value])
    return {name: sorted(places, key=lambda p: (p.document, p.span)) for name, places in result.items()}


def _order(kind: str, value: str, places: Sequence[ItemPlace]) -> tuple[str, float, str]:
    """Return the sort key: dates by day, amounts by currency and number, others by how often they occur."""
    if kind == "amounts":
        number, _, currency = value.partition(" ")
        return currency.removesuffix("s"), float(number.replace(",", "")), value
    return "", 0.0 if kind in ORDERED else float(-len(places)), value


def _by_rules(generation: Searchable, kind: str, names: Iterable[str]) -> Iterator[tuple[str, ItemPlace]]:
    for name in names:
        source = generation.source(name)
        items = WITH_TABLES[kind](source) if kind in WITH_TABLES else FINDERS[kind](source.text)
        for item in items:
            yield item.value, _place(name, source, item.span)


def _obligations(generation: Searchable, documents: Iterable[Document]) -> Iterator[tuple[str, ItemPlace]]:
    """Yield the sentences that oblige somebody; sentences are those of the index."""
    allowed = {document.copy_of or document.name for document in documents}
    for name in sorted(allowed):
        for row in generation.chunks_of(name):
            source = generation.source(row.document)
            for item in obligations(source.text, row.chunk.sentences):
                yield item.value, _place(row.document, source, item.span)


def _place(document: str, source: Source, span: Span) -> ItemPlace:
    return ItemPlace(
        document=document,
        span=span,
        quote=span.of(source.text),
        page=source.page_at(span.start),
        place=source.location_at(span.start),
    )
