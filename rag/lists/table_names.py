"""Names in tables whose heads say of what: "Customer" over "Osprey Hotels", "On call" over "Mira Okonjo".

A column is read whole if most of its cells are names. Below "Name" stand people only if some of them have
first names that are known.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from citeback.index.records import Source, Span
from citeback.rag.lists.item import Item
from citeback.rag.lists.names import (
    has_form_of_person,
    has_given_name,
    has_word_of_organisation,
    organisations,
    people,
    without_title,
)
from citeback.rag.tables.table import Table, tables
from citeback.rag.tables.table_heads import Cell

_WORD = r"[A-ZÀ-ÖØ-Þ][\w.’'&-]{0,40}"
_NAME = re.compile(rf"{_WORD}(?: (?:(?:of|and|&|de|van|von) )?(?:{_WORD}|\d{{1,4}})){{1,4}}")
_ONE_WORD = re.compile(r"[A-ZÀ-ÖØ-Þ][\w’'&-]{2,40}")
_BETWEEN = re.compile(r" ?[,;/&] ?| (?:and|und|et|y) ")
_MOST = 0.6  # of the cells below a head that are names, so that they are read
_SOME = 0.3  # of the names below a head that begin with a known first name, so that all are people's
_EMPTY = frozenset(
    {
        "",
        "-",
        "–",
        "—",
        "n/a",
        "na",
        "none",
        "nobody",
        "unknown",
        "various",
        "vacant",
        "tbc",
        "tba",
        "anonymous",
    }
)
_NO_NAME = frozenset(
    {"yes", "no", "other", "others", "pending", "open", "closed", "total", "totals", "private"}
)
_OF = re.compile(
    r"(?:name of (?:the )?(?P<whose>.+)|(?P<bare>.+?)(?:['’]?s['’]?)? (?:full )?name)", re.IGNORECASE
)
_OF_PEOPLE = re.compile(
    r"on[- ]call|back-?up|contact(?: person)?|head|manager|responsible|assignee|assigned to|author|employee"
    r"|engineer|person|full name|lead|speaker|attendee|trainer|teacher|instructor|driver|deputy|supervisor"
    r"|swimmer|runner|rider|player|athlete|competitor|winner|donor|owner|patient|student|pupil|member|tenant"
    r"|volunteer|participant|guest|applicant|candidate|coach|captain|lifeguard|nurse|doctor|staff|witness"
    r"|inspector|tester|officer|clerk|treasurer|secretary|chair|reviewer|editor|interviewer|parent|child"
    r"|who|leader|plot ?holder|holder|artist|reader|borrower|signatory"
    r"|schwimmer(?:in)?|spender(?:in)?|besitzer(?:in)?|eigentümer(?:in)?|ansprechpartner(?:in)?|mieter(?:in)?"
    r"|patient(?:in)|mitarbeiter(?:in)?|verantwortlich(?:er?)?|responsable|propietario|propriétaire|donante",
    re.IGNORECASE,
)
_OF_ORGANISATIONS = re.compile(
    r"customers?|clients?|compan(?:y|ies)|organi[sz]ations?|suppliers?|vendors?|employer|manufacturer"
    r"|insurer|publisher|clubs?|funders?|makers?|contractors?|sponsors?|provider|brand|charity|institution"
    r"|firma|verein|lieferant|hersteller|kunde|entreprise|société|fournisseur|empresa|proveedor|cliente",
    re.IGNORECASE,
)
_NAMED = re.compile(r"names?|nom|nombre", re.IGNORECASE)
_BESIDE_PEOPLE = re.compile(r"age|born|date of birth|birthday|dob|sex|gender|geboren|alter", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column whose cells are names, each a span of the source, and what they are of."""

    names: tuple[Item, ...]
    of_people: bool


def people_of(source: Source) -> Iterator[Item]:
    """Yield the names of people in a document, those below such a head with them."""
    known = list(people(source.text))
    yield from _merged(known, _columns(source, known), of_people=True)


def organisations_of(source: Source) -> Iterator[Item]:
    """Yield the names of organisations in a document, those below such a head with them."""
    columns = _columns(source, list(people(source.text)))
    yield from _merged(organisations(source.text), columns, of_people=False)


def _columns(source: Source, known: Iterable[Item]) -> list[_Column]:
    values = {item.value for item in known}
    firsts = {item.value.split()[0] for item in organisations(source.text)}

    def is_known(name: str) -> bool:
        return name in values or has_given_name(name)

    def is_person(name: str) -> bool:  # "Skerry Rovers" beside "Skerry Bank" is none
        return has_form_of_person(name) and (is_known(name) or name.split()[0] not in firsts)

    return [
        column
        for table in tables(source)
        for beside in [any(_BESIDE_PEOPLE.fullmatch(head.text.strip()) for head in table.head)]
        for n in range(len(table.head))
        if (column := _column(source.text, table, n, is_known, is_person, beside_people=beside))
    ]


def _column(
    text: str,
    table: Table,
    n: int,
    is_known: Callable[[str], bool],
    is_person: Callable[[str], bool],
    *,
    beside_people: bool,
) -> _Column | None:
    """Return a column of names if its head says of what, and most of its cells are such."""
    head = _subject(table.head[n].text)
    cells = [row[n] for row in table.rows if row[n].text.strip(" .").casefold() not in _EMPTY]
    persons = [name for cell in cells for name in _persons(text, cell) if is_person(name.value)]
    forms = {name.value for name in persons}
    known = sum(map(is_known, forms))
    if _OF_ORGANISATIONS.fullmatch(head):
        if known and known >= _SOME * len(forms) and _most(len(persons), cells):
            return _Column(tuple(persons), of_people=True)
        names = _organisations(cells, is_known)
        return _Column(tuple(names), of_people=False) if _most(len(names), cells) else None
    named = _NAMED.fullmatch(head) is not None
    if named and known < _SOME * len(forms):
        named = beside_people
    others = [cell for cell in cells if not has_word_of_organisation(cell.text)]
    if (named or _OF_PEOPLE.fullmatch(head)) and _most(len(persons), others):
        return _Column(tuple(persons), of_people=True)
    return None


def _subject(head: str) -> str:
    """Return whose names stand below a head: "Swimmer" of "Swimmer's name"."""
    head = re.sub(r" ?\([^()]{0,40}\)$", "", head.strip(" :*"))
    head = head.removesuffix("(s)").strip()
    match = _OF.fullmatch(head)
    subject = (match["whose"] or match["bare"]) if match else head
    if _OF_PEOPLE.fullmatch(subject) or _OF_ORGANISATIONS.fullmatch(subject):
        return subject
    return subject.removesuffix("s") if _OF_PEOPLE.fullmatch(subject.removesuffix("s")) else head


def _most(names: int, cells: Sequence[Cell]) -> bool:
    return 0 < names >= _MOST * len(cells)


def _persons(text: str, cell: Cell) -> Iterator[Item]:
    """Yield the names of people in a cell, several of them apart: "Ada Holm, Bo Lind"."""
    start = cell.span.start
    if cell.span.of(text) != cell.text or len(cell.text) > 200:
        return
    parts = [start]
    for between in _BETWEEN.finditer(cell.text):
        parts += [start + between.start(), start + between.end()]
    ends = [*parts, cell.span.end]
    spans = [Span(first, last) for first, last in zip(ends[::2], ends[1::2], strict=True)]
    if has_word_of_organisation(cell.text):
        return
    for span in spans:
        name = without_title(span.of(text))
        if _NAME.fullmatch(name):
            yield Item(Span(span.end - len(name), span.end), name)


def _organisations(cells: Iterable[Cell], is_known: Callable[[str], bool]) -> list[Item]:
    """Return the cells that are names, and not of a known person; one word is a name unless an answer."""
    return [
        Item(cell.span, cell.text)
        for cell in cells
        if (_NAME.fullmatch(cell.text) or _is_one_word(cell.text))
        and not (has_form_of_person(cell.text) and is_known(cell.text))
    ]


def _is_one_word(name: str) -> bool:
    return _ONE_WORD.fullmatch(name) is not None and name.casefold() not in _NO_NAME


def _merged(known: Iterable[Item], columns: Sequence[_Column], of_people: bool) -> list[Item]:
    """Return both in reading order; within a column of names only what its head says counts."""
    own = {item.span for column in columns if column.of_people == of_people for item in column.names}
    read = sorted((item for column in columns for item in column.names), key=lambda item: item.span)
    starts = [item.span.start for item in read]
    result = [item for item in read if item.span in own]
    for item in known:
        at = bisect_right(starts, item.span.start)
        if not (at and item.span.start < read[at - 1].span.end):
            result.append(item)
    return sorted(result, key=lambda item: item.span)
