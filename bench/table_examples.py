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
_MONTHLY = (
    ("Cost", "cost", ("January", "February", "March", "April"), "month"),
    ("Branch", "branch", ("Q1", "Q2", "Q3", "Q4"), "quarter"),
    ("Region", "region", ("2019", "2020", "2021", "2022"), "year"),
    ("Plant", "plant", ("Jan 2024", "Feb 2024", "Mar 2024"), "month"),
)
_BUDGETS = (
    ("Department", "department", "Budget", "Expenses", "budget", "expenses"),
    ("Shop", "shop", "Income", "Rent", "income", "rent"),
    ("Team", "team", "Wins", "Losses", "wins", "losses"),
    ("Project", "project", "Hours", "Invoices", "hours", "invoices"),
)
_MATCHES = (("Opponent", "goals", "game"), ("Rival", "points", "match"))
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
    yield from (_monthly(n, *names) for n, names in enumerate(_MONTHLY))
    yield from (_budget(n, *names) for n, names in enumerate(_BUDGETS))
    yield from (_matches(n, *names) for n, names in enumerate(_MATCHES))


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


def _monthly(n: int, key: str, one: str, heads: tuple[str, ...], period: str) -> ExampleSheet:
    """Return a sheet with a column for each month, and questions over it."""
    random = Random(SEED + 100 + n)  # noqa: S311  the same sheets at every run
    names = random.sample(_KEYS, 5)
    figures = {name: random.sample(range(20, 900), len(heads)) for name in names}
    text = f"{key},{','.join(heads)}\n" + "".join(
        f"{k},{','.join(map(str, v))}\n" for k, v in figures.items()
    )
    return ExampleSheet(text, tuple(_monthly_questions(figures, one, heads, period)))


def _monthly_questions(
    figures: dict[str, list[int]], one: str, heads: tuple[str, ...], period: str
) -> Iterator[tuple[str, list[str]]]:
    a, b, c, *_ = figures
    for name in (a, b, c):
        most, least = max(figures[name]), min(figures[name])
        yield f"In which {period} was {name} highest?", [heads[figures[name].index(most)]]
        yield f"Which {period} had the lowest figure for {name}?", [heads[figures[name].index(least)]]
        yield f"In what {period} did {name} have the most?", [heads[figures[name].index(most)]]
    for n, head in enumerate(heads[:3]):
        values = {name: row[n] for name, row in figures.items()}
        yield f"What is the total for {head}?", [str(sum(values.values()))]
        yield f"Which {one} was the highest in {head}?", [max(values, key=lambda k: values[k])]
        yield f"What was {a} in {head}?", [str(values[a])]
        yield (
            f"How many {one}s had more than {values[b]} in {head}?",
            [str(sum(v > values[b] for v in values.values()))],
        )
    first, second = heads[0], heads[1]
    yield (
        f"What is the difference between {first} and {second} for {c}?",
        [str(abs(figures[c][0] - figures[c][1]))],
    )
    yield f"Did {b} have more in {first} or {second}?", [first if figures[b][0] > figures[b][1] else second]


def _budget(n: int, key: str, one: str, first: str, second: str, some: str, others: str) -> ExampleSheet:
    """Return a sheet with two columns of figures that are compared, and questions over it."""
    random = Random(SEED + 200 + n)  # noqa: S311  the same sheets at every run
    names, drawn = random.sample(_KEYS, 6), random.sample(range(5, 90), 12)
    rows = {name: (drawn[2 * i], drawn[2 * i + 1] if i else 0) for i, name in enumerate(names)}
    text = f"{key},{first},{second}\n" + "".join(f"{k},{a},{b}\n" for k, (a, b) in rows.items())
    return ExampleSheet(text, tuple(_budget_questions(rows, one, some, others, (first, second))))


def _budget_questions(
    rows: dict[str, tuple[int, int]], one: str, some: str, others: str, heads: tuple[str, str]
) -> Iterator[tuple[str, list[str]]]:
    none, a, b, *_ = rows
    totals = [sum(row[n] for row in rows.values()) for n in (0, 1)]
    for name in (a, b):
        yield (
            f"What is the difference between {some} and {others} for {name}?",
            [str(abs(rows[name][0] - rows[name][1]))],
        )
        yield f"What are {some} and {others} combined for {name}?", [str(sum(rows[name]))]
    yield (
        f"What is the difference between total {some} and total {others}?",
        [str(abs(totals[0] - totals[1]))],
    )
    yield f"Did {a} have more {some} or {others}?", [heads[rows[a][0] < rows[a][1]]]
    yield f"Which {one} has no {others}?", [none]
    yield f"Which {one} had zero {others}?", [none]
    yield f"How many {one}s have no {others}?", ["1"]
    yield (
        f"How many {one}s have {rows[b][1]} {others}?",
        [str(sum(r[1] == rows[b][1] for r in rows.values()))],
    )
    yield f"Which {one} has {rows[a][0]} {some}?", [k for k, r in rows.items() if r[0] == rows[a][0]]
    yield f"What is the average of {others}?", [f"{totals[1] / len(rows):.6f}".rstrip("0").rstrip(".")]
    yield f"Which {one} has more {some} than {a}?", [k for k, r in rows.items() if r[0] > rows[a][0]]
    yield (
        f"How many {one}s have fewer {others} than {b}?",
        [str(sum(r[1] < rows[b][1] for r in rows.values()))],
    )


def _matches(n: int, key: str, many: str, one: str) -> ExampleSheet:
    """Return a sheet of results, and questions about both figures of a score and about rows in a row."""
    random = Random(SEED + 300 + n)  # noqa: S311  the same sheets at every run
    names = random.sample(_KEYS, 8)
    rows = [(name, random.randrange(9), random.randrange(9)) for name in names]
    won = ["Won" if a > b else "Lost" if a < b else "Drawn" for _, a, b in rows]
    lines = [f"{name},{a}–{b},{w}\n" for (name, a, b), w in zip(rows, won, strict=True)]
    longest = max((len(list(run)) for value, run in groupby(won) if value == "Won"), default=0)
    own, other = sum(row[1] for row in rows), sum(row[2] for row in rows)
    name, a, b = rows[2]
    questions = [
        (f"How many {many} were scored in total?", [str(own + other)]),
        (f"How many {many} did they score in total?", [str(own)]),
        (f"How many {many} did they allow in total?", [str(other)]),
        (f"What was the margin against {name}?", [str(abs(a - b))]),
        (f"How many {one}s in a row were won?", [str(longest)]),
        (f"What is the longest run of consecutive {one}s won?", [str(longest)]),
        (f"How many {one}s were won?", [str(won.count("Won"))]),
        (f"What was the score against {name}?", [f"{a}–{b}"]),
        (f"How many {many} were scored against {name}?", [str(a)]),
    ]
    return ExampleSheet(f"{key},Score,Result\n" + "".join(lines), tuple(questions))
