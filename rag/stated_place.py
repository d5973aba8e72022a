"""A statement with its place: shared by conflicts, timelines and summaries."""

from dataclasses import dataclass

from citeback.index.generations.protocols import Searchable
from citeback.index.records import Span
from citeback.rag.stated_time import stated_time


@dataclass(frozen=True, slots=True)
class StatedPlace:
    """Where a statement stands: `quote == source.text[span.start:span.end]`.

    `date` is its document's, as "2024-05-31", "2024-05" or "2024", and `stated` whether the document or its
    name gives it; else it is the day of its file.
    """

    document: str
    span: Span
    quote: str
    page: int | None
    place: str | None
    date: str
    stated: bool = True


def stated_place(generation: Searchable, document: str, span: Span) -> StatedPlace:
    """Return a span of a document as a place. Raises UnknownDocument."""
    source, about = generation.source(document), generation.document(document)
    own = stated_time(about, source.text)
    return StatedPlace(
        document=document,
        span=span,
        quote=span.of(source.text),
        page=source.page_at(span.start),
        place=source.location_at(span.start),
        date=own or about.day,
        stated=bool(own),
    )
