"""Questions as people ask them of plain business sheets, with answers by a few lines of Python, to fit on.

Every sheet has a key, a category and figures; every question is a template over them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from random import Random

SEED = 19
_SHEETS = (
    ("Port", "Country", "Ships", "port", "country", "ships"),
    ("Employee", "Department", "Salary", "employee", "department", "salary"),
    ("Product", "Supplier", "Stock", "product", "supplier", "stock"),
    ("Invoice", "Customer", "Amount", "invoice", "customer", "amount"),
    ("Course", "Teacher", "Students", "course", "teacher", "students"),
    ("Room", "Building", "Seats", "room", "building", "seats"),
    ("Field", "Crop", "Baskets", "field", "crop", "baskets"),
    ("Machine", "Hall", "Hours", "machine", "hall", "hours"),
    ("Shop", "City", "Sales", "shop", "city", "sales"),
    ("Farm", "Region", "Cows", "farm", "region", "cows"),
)
_KEYS = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Gorse",
    "Hazel",
    "Ivy",
    "Juniper",
    "Kale",
    "Larch",
    "Maple",
    "Nettle",
    "Oak",
    "Pine",
    "Quince",
    "Rowan",
    "Sorrel",
    "Thyme",
]
_CATEGORIES = ["Northam", "Southam", "Eastfield", "Westmoor", "Midvale", "Highcliff"]


@dataclass(frozen=True, slots=True)
class ExampleSheet:
    """A sheet as CSV, with questions and their answers."""

    text: str
    questions: tuple[tuple[str, list[str]], ...]


def examples() -> Iterator[ExampleSheet]:
    """Yield the sheets."""
    for n, (key, category, figure, one, kind, many) in enumerate(_SHEETS):
        random = Random(SEED + n)  # noqa: S311  the same sheets at every run
        names = random.sample(_KEYS, 7)
        groups = random.sample(_CATEGORIES, 3)
        drawn = random.sample(range(3, 400), 7)
        rows = [
            (name, groups[i] if i < 3 else random.choice(groups), amount, 1990 + random.randrange(30))
            for i, (name, amount) in enumerate(zip(names, drawn, strict=True))
        ]
        text = f"{key},{category},{figure},Year\n" + "".join(f"{','.join(map(str, r))}\n" for r in rows)
        yield ExampleSheet(text, tuple(_questions(rows, one, kind, many)))


_Row = tuple[str, str, int, int]


def _questions(rows: list[_Row], one: str, kind: str, many: str) -> Iterator[tuple[str, list[str]]]:
    most, least = max(rows, key=lambda r: r[2]), min(rows, key=lambda r: r[2])
    group = rows[0][1]
    inside = [r for r in rows if r[1] == group]
    total, bound = str(sum(r[2] for r in inside)), sorted(r[2] for r in rows)[3]
    over = [r[0] for r in rows if r[2] > bound]
    a, b, c = rows[1], rows[2], rows[4]
    more, fewer = (a, b) if a[2] > b[2] else (b, a)
    yield f"What is the total number of {many} in {group}?", [total]
    yield f"What is the total {many} of {group}?", [total]
    yield f"What is the sum of {many} for {group}?", [total]
    yield f"How many {many} does {group} have in total?", [total]
    yield f"How many {many} are there in {group} altogether?", [total]
    yield f"How much {many} in {group} all together?", [total]
    yield f"What is the total {many}?", [str(sum(r[2] for r in rows))]
    yield f"What is the sum of all {many}?", [str(sum(r[2] for r in rows))]
    yield f"How many {one}s are in {group}?", [str(len(inside))]
    yield f"How many {one}s are there?", [str(len(rows))]
    yield f"How many {one}s have more than {bound} {many}?", [str(len(over))]
    yield f"Which {one}s have more than {bound} {many}?", over
    yield f"Which {one}s have {many} over {bound}?", over
    yield f"Which {one} has the most {many}?", [most[0]]
    yield f"Which {one} has the highest {many}?", [most[0]]
    yield f"Which {one} has the fewest {many}?", [least[0]]
    yield f"What is the highest {many}?", [str(most[2])]
    yield f"How many {many} does {a[0]} have?", [str(a[2])]
    yield f"What is the {many} of {b[0]}?", [str(b[2])]
    yield f"What is the {kind} of {c[0]}?", [c[1]]
    yield f"In which year was {c[0]}?", [str(c[3])]
    yield f"What is the difference in {many} between {a[0]} and {b[0]}?", [str(abs(a[2] - b[2]))]
    yield (
        f"How many more {many} does {more[0]} have than {fewer[0]}?",
        [str(abs(a[2] - b[2]))],
    )
    yield f"Which has more {many}, {a[0]} or {b[0]}?", [more[0]]
    average = sum(r[2] for r in inside) / len(inside)
    yield f"What is the average {many} in {group}?", [f"{average:.6f}".rstrip("0").rstrip(".")]
    totals = {k: sum(r[2] for r in g) for k, g in groupby(sorted(rows, key=lambda r: r[1]), lambda r: r[1])}
    yield f"Which {kind} has the most {many} in total?", [max(totals, key=lambda k: totals[k])]
    yield f"How many different {kind}s are there?", [str(len(totals))]
    yield f"Which {one}s are in {group}?", [r[0] for r in inside]
