"""Sheets with traps, and questions over them with their answers, worked out by plain lines of Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Trap:
    """A question over a sheet: its answer as the product tells it."""

    name: str
    sheet: str
    question: str
    values: tuple[object, ...]


def _rounded(number: Decimal) -> Decimal:
    return Decimal(f"{number:.6f}".rstrip("0").rstrip("."))


def _figures(
    name: str, sheet: str, one: str, many: str, rows: Sequence[tuple[str, str, Decimal | None]], kind: str
) -> Iterator[Trap]:
    """Yield questions over a sheet whose rows have a key, a group and a figure, None for an empty cell."""
    told = [(key, group, figure) for key, group, figure in rows if figure is not None]
    total = sum((figure for _, _, figure in told), Decimal(0))
    most, least = max(told, key=lambda r: r[2]), min(told, key=lambda r: r[2])
    group = told[0][1]
    inside = [figure for _, own, figure in told if own == group]
    bound = sorted(figure for _, _, figure in told)[len(told) // 2]
    over = [key for key, _, figure in told if figure > bound]
    yield Trap(name, sheet, f"What is the total {many}?", (total,))
    yield Trap(name, sheet, f"What is the sum of {many}?", (total,))
    yield Trap(name, sheet, f"What is the average {many}?", (_rounded(total / len(told)),))
    yield Trap(name, sheet, f"What is the total {many} in {group}?", (sum(inside, Decimal(0)),))
    yield Trap(name, sheet, f"What is the sum of {many} for {group}?", (sum(inside, Decimal(0)),))
    yield Trap(name, sheet, f"Which {one} has the highest {many}?", (most[0],))
    yield Trap(name, sheet, f"Which {one} has the lowest {many}?", (least[0],))
    yield Trap(name, sheet, f"How many {one}s are there?", (Decimal(len(rows)),))
    yield Trap(name, sheet, f"How many {one}s are in {group}?", (Decimal(sum(r[1] == group for r in rows)),))
    yield Trap(name, sheet, f"Which {one}s have {many} over {bound}?", tuple(over))
    yield Trap(name, sheet, f"How many {one}s have more than {bound} {many}?", (Decimal(len(over)),))
    yield Trap(name, sheet, f"How many different {kind}s are there?", (Decimal(len({r[1] for r in rows})),))
    a, b = told[1], told[2]
    more = (a if a[2] > b[2] else b)[0]
    yield Trap(
        name, sheet, f"What is the difference in {many} between {a[0]} and {b[0]}?", (abs(a[2] - b[2]),)
    )
    yield Trap(name, sheet, f"Which has more {many}, {a[0]} or {b[0]}?", (more,))
    yield Trap(name, sheet, f"What is the {kind} of {b[0]}?", (b[1],))


_ROWS: tuple[tuple[str, str, Decimal | None], ...] = (
    ("Alder", "Northam", Decimal(120)),
    ("Birch", "Southam", Decimal(75)),
    ("Cedar", "Northam", Decimal(310)),
    ("Dogwood", "Eastfield", Decimal(42)),
    ("Elm", "Southam", Decimal(96)),
)


def _lines(rows: Sequence[tuple[str, str, Decimal | None]], written: dict[str, str]) -> str:
    return "".join(f"{key},{group},{written.get(key, figure)}\n" for key, group, figure in rows)


def _sheets() -> Iterator[Trap]:
    plain = f"Site,District,Ships\n{_lines(_ROWS, {})}"
    yield from _figures("plain", plain, "site", "ships", _ROWS, "district")
    yield from _figures("total row", f"{plain}Total,,643\n", "site", "ships", _ROWS, "district")
    yield from _figures("grand total", f"{plain}Grand total,,643\n", "site", "ships", _ROWS, "district")
    yield from _figures(
        "unit in the head", plain.replace("Ships", "Length (km)"), "site", "length", _ROWS, "district"
    )
    gaps = tuple((k, g, None if k == "Dogwood" else f) for k, g, f in _ROWS)
    for empty in ("", "-", "n/a"):
        sheet = f"Site,District,Ships\n{_lines(gaps, {'Dogwood': empty})}"
        yield from _figures(f"empty cell {empty!r}", sheet, "site", "ships", gaps, "district")
    negative = tuple((k, g, -f if k == "Birch" and f else f) for k, g, f in _ROWS)
    for written in ("(75)", "-75", "−75"):
        sheet = f"Site,District,Margin\n{_lines(negative, {'Birch': written})}"
        yield from _figures(f"negative {written}", sheet, "site", "margin", negative, "district")
    grouped = tuple((k, g, f * 1000 if f else f) for k, g, f in _ROWS)
    sheet = "Site,District,Income\n" + "".join(f'{k},{g},"{f:,}"\n' for k, g, f in grouped)
    yield from _figures("thousands", sheet, "site", "income", grouped, "district")
    above = f"Person,Age\nAda,40\nBen,31\n\n{plain}"
    yield from _figures("two tables", above, "site", "ships", _ROWS, "district")
    noted = plain.replace("310", "310[1]").replace("Cedar", "Cedar*")
    rows = tuple(("Cedar" if k == "Cedar" else k, g, f) for k, g, f in _ROWS)
    yield from _figures("notes in cells", noted, "site", "ships", rows, "district")
    yield from _figures(
        "numbered rows",
        "No.,Site,District,Ships\n" + "".join(f"{n},{k},{g},{f}\n" for n, (k, g, f) in enumerate(_ROWS, 1)),
        "site",
        "ships",
        _ROWS,
        "district",
    )
    coded = "".join(f"{5000 + n * 7},{k},{g},{f}\n" for n, (k, g, f) in enumerate(_ROWS))
    yield from _figures("codes", f"Code,Site,District,Ships\n{coded}", "site", "ships", _ROWS, "district")
    upper = "Site,District,2022,\n,,Ships,Crew\n"
    merged = upper + "".join(f"{k},{g},{f},{n}\n" for n, (k, g, f) in enumerate(_ROWS, 3))
    yield from _figures("merged heads", merged, "site", "ships", _ROWS, "district")


TRAPS: tuple[Trap, ...] = tuple(_sheets())
