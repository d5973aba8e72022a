"""Amounts of money in tables without a sign in their cells: "Price per month (EUR)" over "95".

The head of a column or the title of its table names the currency, or the head says that it is of money, as
"Budget" and "Fee" do; then the currency is not stated. Figures below dates are money in a table of reserves.
"""

import re
from collections.abc import Iterator, Sequence

from citeback.index.records import Source, Span
from citeback.rag.lists.amounts import amount_value, amounts, currencies, scale_of
from citeback.rag.lists.item import Item
from citeback.rag.tables.cell_values import number
from citeback.rag.tables.table import Table, tables

_PLAIN = re.compile(r"[-−–]?\d[\d,.'’\u00a0\u202f]{0,24}")
_WITH_CENTS = re.compile(r"[-−–]?\d[\d,.'’\u00a0\u202f]{0,20}[.,]\d\d")
_SHARE = re.compile(r"%|\b(?:percent|per cent|rate|exchange)\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:budgets?|prices?|costs?|fees?|salary|salaries|wages?|revenues?|turnover|expenditures?|expenses?"
    r"|rents?|takings|invoiced|spend|profits?|preis|kosten|gebühr|gehalt|miete|umsatz"
    r"|prix|coût|loyer|salaire|precio|coste|alquiler)\b",
    re.IGNORECASE,
)
_PERHAPS_MONEY = re.compile(
    r"\b(?:actuals?|amounts?|totals?|sub-?totals?|net|gross|paid|due|balance|credit|debit|income|value|vat|sum"
    r"|deposits?|subscriptions?|donations?|forecast|variance|charged?|betrag|summe|montant|importe)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:hours?|hrs?|h|minutes?|min|days?|weeks?|months?|number|no|nos|count|qty|quantity|units?|kg|g|t|km|m"
    r"|cm|mm|litres?|l|kwh|mwh|mg|people|persons|members(?!['’])|points|score|heads|pages|tonnes|index|code|id"
    r"|date|stunden|tage|anzahl)\b|%|#|[²³]",
    re.IGNORECASE,
)
_OF_SUMS = re.compile(
    r"\b(?:reserves?|budgets?|accounts|funds|loans|balances|rücklagen?|réserves?|reservas?)\b", re.IGNORECASE
)
_POINT_IN_TIME = re.compile(
    r"(?:\d{1,2}\.? [^\W\d_]{3,9} )?(?:19|20)\d\d(?:[-–/]\d{2,4})?|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d"
)
_PER = re.compile(r"\b(?:per|each|a|an|every|pro|je|par|por) [^\W\d_]{1,20}", re.IGNORECASE)
_BRACKET = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")
_KNOWN_BRACKET = re.compile(r".*\d.*|(?:net|gross|(?:excl|incl|plus|without|with)\b.*)", re.IGNORECASE)
_CENTS = 0.5  # of the figures below "Amount" or "Paid" that have two decimals, so that they are money
_CAPTION = 200  # characters before a table that may name its currency
_STATED = re.compile(r"(?:\bin |[(\[])(?P<what>[^()\[\]\n]{1,25})", re.IGNORECASE)
_BARE = re.compile(
    r"\b(?:leaves?|leaving|left|totals?|totalling|balance|reserves?|remaining|sum|paid|owed?)\b"
    r":?(?: \w{1,20}){0,3} (?P<number>\d{1,3}(?:,\d{3}){1,4}\.\d\d)(?![\d.,]*\d)",
    re.IGNORECASE,
)


def amounts_of(source: Source) -> Iterator[Item]:
    """Yield every amount of a document in reading order, with those in columns of money."""
    stated = list(amounts(source.text))
    found = {item.span: item for item in (*_in_tables(source), *_bare(source.text, stated), *stated)}
    yield from sorted(found.values(), key=lambda item: item.span)


def _bare(text: str, stated: Sequence[Item]) -> Iterator[Item]:
    """Yield sums without a sign, "that leaves 2,410.50", in a text whose amounts are all of one currency."""
    used = {item.value.partition(" ")[2] for item in stated}
    if len(used) != 1:
        return
    for match in _BARE.finditer(text):
        span = Span(*match.span("number"))
        if not _OTHER.match(text[span.end : span.end + 12].lstrip(" ")):
            yield Item(span, amount_value(float(match["number"].replace(",", "")), *used))


def _in_tables(source: Source) -> Iterator[Item]:
    for table in tables(source):
        stated = _currency_above(source, table)
        beside = any(_says_money(each.text) for each in table.head)
        for n, head in enumerate(table.head):
            found = currencies(head.text)
            if _SHARE.search(head.text) or len(found) > 1:
                continue
            if found or _is_of_money(table, n, bool(stated) or beside):
                yield from _in_column(table, n, found.pop() if found else stated)


def _is_of_money(table: Table, n: int, likely: bool) -> bool:
    """Return whether a column whose head names no currency is of money.

    That is `likely` if a currency is stated above the table, or a head in it says that it is of money.
    """
    head = table.head[n].text
    if _says_money(head):
        return True
    if _counts(head):
        return False
    if _PERHAPS_MONEY.search(head):
        return likely or _has_cents(table, n)
    of_sums = _OF_SUMS.search(table.head[0].text) is not None
    return n > 0 and of_sums and _POINT_IN_TIME.fullmatch(head.strip()) is not None


def _says_money(head: str) -> bool:
    """Return whether a head says that its column is of money: "Price per kg", and not "Budget (hours)"."""
    return _MONEY.search(head) is not None and not _counts(head)


def _counts(head: str) -> bool:
    """Return whether a head names what is counted or a unit that is no currency."""
    units = (match[1].strip() for match in _BRACKET.finditer(head))
    return bool(_OTHER.search(_PER.sub("", head))) or not all(map(_KNOWN_BRACKET.fullmatch, units))


def _has_cents(table: Table, n: int) -> bool:
    """Return whether most figures of a column have two decimals, as sums do."""
    figures = [row[n].text for row in table.rows if _PLAIN.fullmatch(row[n].text)]
    return 0 < len(figures) * _CENTS <= sum(_WITH_CENTS.fullmatch(each) is not None for each in figures)


def _currency_above(source: Source, table: Table) -> str:
    """Return the one currency that the title or the words above a table state, or ""."""
    start = table.head[0].span.start
    above = f"{table.title}\n{source.text[max(0, start - _CAPTION) : start]}"
    found = {each for match in _STATED.finditer(above) for each in currencies(match["what"])}
    return found.pop() if len(found) == 1 else ""


def _in_column(table: Table, n: int, currency: str) -> Iterator[Item]:
    scale = scale_of(table.head[n].text)
    for cell in (row[n] for row in table.rows):
        read = number(cell.text, table.decimal_mark) if _PLAIN.fullmatch(cell.text) else None
        if read is not None:
            yield Item(cell.span, amount_value(float(read) * scale, currency))
