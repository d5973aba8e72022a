"""Amounts of money in tables whose heads name the currency: "Price per month (EUR)" over "95"."""

import re
from collections.abc import Iterator

from citeback.index.records import Source
from citeback.rag.lists.amounts import amount_value, amounts, currencies, scale_of
from citeback.rag.lists.item import Item
from citeback.rag.tables.cell_values import number
from citeback.rag.tables.table import Table, tables

_PLAIN = re.compile(r"[-−–]?\d[\d,.'’\u00a0\u202f]{0,24}")
_SHARE = re.compile(r"%|\b(?:percent|per cent|rate|exchange)\b", re.IGNORECASE)


def amounts_of(source: Source) -> Iterator[Item]:
    """Yield every amount of a document in reading order, with those whose currency a head names."""
    yield from sorted([*amounts(source.text), *_in_tables(source)], key=lambda item: item.span)


def _in_tables(source: Source) -> Iterator[Item]:
    for table in tables(source):
        for n, head in enumerate(table.head):
            found = currencies(head.text)
            if len(found) == 1 and not _SHARE.search(head.text):
                yield from _in_column(table, n, found.pop())


def _in_column(table: Table, n: int, currency: str) -> Iterator[Item]:
    scale = scale_of(table.head[n].text)
    for cell in (row[n] for row in table.rows):
        read = number(cell.text, table.decimal_mark) if _PLAIN.fullmatch(cell.text) else None
        if read is not None:
            yield Item(cell.span, amount_value(float(read) * scale, currency))
