"""Names in tables whose heads say of what: "Customer" over "Osprey Hotels", "On call" over "Mira Okonjo"."""

import re
from collections.abc import Callable, Iterable, Iterator

from citeback.index.records import Source
from citeback.rag.lists.item import Item
from citeback.rag.lists.names import has_form_of_person, organisations, people
from citeback.rag.tables.table import tables

_NAME = re.compile(
    r"[A-ZÀ-ÖØ-Þ][\w.’'&-]{0,40}(?: (?:(?:of|and|&|de|van|von) )?[A-ZÀ-ÖØ-Þ][\w.’'&-]{0,40}){1,4}"
)
_OF_ORGANISATIONS = re.compile(
    r"(?:customers?|clients?|compan(?:y|ies)|organi[sz]ations?|suppliers?|vendors?|employer|manufacturer"
    r"|insurer|publisher)(?: name)?",
    re.IGNORECASE,
)
_OF_PEOPLE = re.compile(
    r"on[- ]call|back-?up|contact(?: person)?|head|manager|responsible|assignee|assigned to|author|employee"
    r"|engineer|person|full name|lead|speaker|attendee|trainer|teacher|instructor|driver|deputy|supervisor",
    re.IGNORECASE,
)


def people_of(source: Source) -> Iterator[Item]:
    """Yield the names of people in a document, those below such a head with them."""
    yield from _merged(people(source.text), _below(source, _OF_PEOPLE, has_form_of_person))


def organisations_of(source: Source) -> Iterator[Item]:
    """Yield the names of organisations in a document, those below such a head with them."""
    known = {item.span for item in people(source.text)}
    below = (item for item in _below(source, _OF_ORGANISATIONS, lambda _: True) if item.span not in known)
    yield from _merged(organisations(source.text), below)


def _below(source: Source, heads: re.Pattern[str], fits: Callable[[str], bool]) -> Iterator[Item]:
    for table in tables(source):
        for n, head in enumerate(table.head):
            if heads.fullmatch(head.text.strip()):
                cells = (row[n] for row in table.rows)
                yield from (
                    Item(cell.span, cell.text)
                    for cell in cells
                    if _NAME.fullmatch(cell.text) and fits(cell.text)
                )


def _merged(known: Iterable[Item], more: Iterable[Item]) -> list[Item]:
    """Return both, each span once, in reading order."""
    return sorted({item.span: item for item in (*more, *known)}.values(), key=lambda item: item.span)
