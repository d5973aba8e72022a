"""Values and names for synthetic statements: amounts, dates, people, products, contracts, events."""

from collections.abc import Callable, Mapping
from random import Random

from bench.train.rows import FIRST, LAST, MAKES, PLACES, THINGS
from bench.train.swaps import MONTHS

_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_ROLES = (
    "treasurer,accountant,nurse,head of sales,caretaker,teacher,engineer,lawyer,secretary,librarian,driver"
)
_CAUSES = (
    "the filter is blocked,the door is open,the water is too warm,the tank is empty,the cable is broken,"
    "the seal is worn,damp has come in,the paint is peeling,two bolts are missing,the sensor does not respond"
)
_PRESSES = (
    "hold the power button for ten seconds,press both arrow keys,pull the plug for a minute,turn the key,"
    "enter the code 0000,open the lid and press the red switch,choose Service in the menu"
)
_MEASURES = (
    "a second bus in the morning,lower fees for families,new lamps along the path,a vote by letter,"
    "closing the car park,longer opening hours,a new roof,a fence around the pond,buying the old mill,"
    "more trees in the market place,a ban on fireworks,free entry on Sundays"
)
_RISKS = (
    "a lack of skilled workers,rising prices,bad weather,a late delivery of steel,a lawsuit by neighbours,"
    "missing permits,the loss of the main supplier,flooding of the cellar,too few volunteers,a change of law"
)
_TASKS = (
    "ask for three offers,book the hall,write to the county,check the fire doors,order new chairs,"
    "update the website,invite the mayor,send out the minutes,count the stock,call the insurer"
)
_AWARDS = "the Silver Rose,the teaching prize,the Golden Anchor,the Kessler Medal,the young talent award"
_VENUES = "the town hall,room 204,the school gym,the old brewery,the Harbour Café,the parish hall,tent 3"
_LAWS = "England and Wales,Germany,Austria,New York,Ireland,Denmark,Switzerland,the Netherlands"
_ALLOWED = "allowed,not allowed,permitted until 8 p.m.,forbidden,not permitted,welcome,included,excluded"
_FIRMS = "Ltd,GmbH,Inc,& Sons,AG,Foundation,Trust,Brothers"
_EVENTS = (
    "the annual general meeting,the spring concert,the board meeting,the summer fair,the open day,"
    "the staff meeting,the charity run,the autumn market,the parents' evening,the council meeting"
)
_HOUSES = "Library,School,Museum,Pool,Theatre,Clinic,Sports Hall,Youth Club,Community Centre,Archive"
_RULES = (
    "the travel policy,the expense policy,the home office policy,the leave rules,the data policy,"
    "library rules,the purchasing guideline,insurance terms,the visitors policy,the handbook"
)
_REPORTS = (
    "the water report,the tenant survey,the lab report,the inspection,the energy report,the safety audit"
)


def _of(listed: str) -> Callable[[Random], str]:
    parts = listed.split(",")
    return lambda chance: chance.choice(parts)


def person(chance: Random) -> str:
    """Return a full name."""
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def company(chance: Random) -> str:
    """Return the name of a company."""
    return f"{chance.choice((*LAST, *MAKES))} {chance.choice(_FIRMS.split(','))}"


def date(chance: Random) -> str:
    """Return a date in one of several forms."""
    day, month, year = chance.randint(1, 28), chance.randrange(12), chance.randint(2015, 2026)
    return chance.choice(
        (
            f"{day} {MONTHS[month]} {year}",
            f"{MONTHS[month]} {day}, {year}",
            f"{year}-{month + 1:02}-{day:02}",
            f"{day} {MONTHS[month]}",
        )
    )


def _money(chance: Random) -> str:
    amount = chance.choice((chance.randint(2, 99), chance.randint(1, 99) * 50, chance.randint(1, 90) * 1_000))
    return chance.choice(
        (f"EUR {amount:,}", f"€{amount:,}", f"${amount:,}", f"{amount:,} euros", f"£{amount:,}")
    )


def _duration(chance: Random) -> str:
    many = chance.randint(2, 30)
    number = _NUMBERS[many - 1] if many <= len(_NUMBERS) else str(many)
    return f"{number} {chance.choice(('days', 'weeks', 'months', 'years', 'working days'))}"


def _clock(chance: Random) -> str:
    hour, minute = chance.randint(7, 21), chance.choice(("00", "15", "30", "45"))
    return chance.choice(
        (f"{hour}:{minute}", f"{(hour - 1) % 12 + 1}:{minute} {'am' if hour < 12 else 'pm'}")
    )


def _measurement(chance: Random) -> str:
    return (
        f"{chance.randint(0, 90)}.{chance.randint(0, 9)} {chance.choice(('mg/l', 'mmol/l', 'µg/l', 'mg/dl'))}"
    )


VALUES: Mapping[str, Callable[[Random], str]] = {
    "money": _money,
    "duration": _duration,
    "clock": _clock,
    "date": date,
    "person": person,
    "company": company,
    "measurement": _measurement,
    "place": lambda chance: chance.choice(PLACES),
    "mass": lambda chance: f"{chance.randint(1, 40)}.{chance.randint(0, 9)} kg",
    "hours": lambda chance: f"{chance.randint(2, 72)} hours",
    "days": lambda chance: f"{chance.randint(2, 40)} days",
    "watts": lambda chance: f"{chance.randint(1, 2_400)} W",
    "decibels": lambda chance: f"{chance.randint(30, 90)} dB",
    "percent": lambda chance: f"{chance.randint(1, 98)} {chance.choice(('%', 'per cent', 'percent'))}",
    "count": lambda chance: f"{chance.choice((chance.randint(5, 99), chance.randint(1, 90) * 10)):,}",
    "year": lambda chance: str(chance.randint(1850, 2025)),
    "phone": lambda chance: (
        f"+{chance.randint(30, 49)} {chance.randint(100, 999)} {chance.randint(10_000, 99_999)}"
    ),
    "email": lambda chance: f"{chance.choice(LAST).lower()}@{chance.choice(MAKES).lower()}.example",
    "street": lambda chance: (
        f"{chance.randint(1, 90)} {chance.choice((*MAKES, *LAST))} "
        f"{chance.choice(('Street', 'Road', 'Lane'))}"
    ),
    "party": _of("the tenant,the landlord,the provider,the customer,the employer,the employee"),
    "role": _of(_ROLES),
    "cause": _of(_CAUSES),
    "press": _of(_PRESSES),
    "measure": _of(_MEASURES),
    "risk": _of(_RISKS),
    "task": _of(_TASKS),
    "award": _of(_AWARDS),
    "venue": _of(_VENUES),
    "law": _of(_LAWS),
    "permission": _of(_ALLOWED),
}


def alike(kind: str, many: int, chance: Random) -> list[str]:
    """Return different names of one kind that are easily confused: one surname, one model range."""
    draw = _NAMES[kind]
    seed = chance.randrange(1 << 30)
    names: dict[str, None] = {}
    for _ in range(50 * many):
        names.setdefault(draw(Random(seed), chance), None)  # noqa: S311  no secret
        if len(names) == many:
            break
    return list(names)


def _model(shared: Random, chance: Random) -> str:
    make, thing, way = shared.choice(MAKES), shared.choice(THINGS), shared.randrange(4)
    return (
        f"{make[:2].upper()}-{chance.randint(1, 9)}00",
        f"the {make} {chance.randint(1, 12)}",
        f"the {make} {chance.choice(THINGS)}",
        f"the {chance.choice(MAKES)} {thing}",
    )[way]


def _name(shared: Random, chance: Random) -> str:
    first, last, way = shared.choice(FIRST), shared.choice(LAST), shared.randrange(3)
    return (f"{chance.choice(FIRST)} {last}", f"{first} {chance.choice(LAST)}", person(chance))[way]


def _contract(shared: Random, chance: Random) -> str:
    way, sort = (
        shared.randrange(3),
        shared.choice(("lease", "service agreement", "maintenance contract", "loan")),
    )
    return (
        f"contract C-{chance.randint(1000, 1099)}",
        f"the {sort} with {company(chance)}",
        f"the {sort} of {chance.choice((*MONTHS,))} {chance.randint(2018, 2025)}",
    )[way]


def _event(shared: Random, chance: Random) -> str:
    event, way = shared.choice(_EVENTS.split(",")), shared.randrange(4)
    return (
        chance.choice(_EVENTS.split(",")),
        f"{event} {chance.randint(2018, 2026)}",
        f"{event} of {chance.randint(1, 28)} {chance.choice(MONTHS)}",
        f"{event} in {chance.choice(PLACES)}",
    )[way]


def _house(shared: Random, chance: Random) -> str:
    name, house = shared.choice((*MAKES, *PLACES)), shared.choice(_HOUSES.split(","))
    way = shared.randrange(2)
    return (f"{name} {chance.choice(_HOUSES.split(','))}", f"{chance.choice((*MAKES, *PLACES))} {house}")[way]


def _project(shared: Random, chance: Random) -> str:
    way = shared.randrange(3)
    return (
        f"project {chance.choice(MAKES)}",
        f"the {chance.choice(MAKES)} project",
        f"the {chance.choice(PLACES)} {shared.choice(('bridge', 'school garden', 'bus', 'heating'))} project",
    )[way]


def _rule(shared: Random, chance: Random) -> str:
    rule, way = shared.choice(_RULES.split(",")), shared.randrange(3)
    return (
        chance.choice(_RULES.split(",")),
        f"{rule} {chance.randint(2018, 2026)}",
        f"{rule} of {chance.choice((*MAKES, *PLACES))}",
    )[way]


def _report(shared: Random, chance: Random) -> str:
    report, way = shared.choice(_REPORTS.split(",")), shared.randrange(3)
    return (
        f"{report} {chance.randint(2015, 2026)}",
        f"{report} for {chance.choice(PLACES)}",
        f"{report} {chance.randint(10, 99)}/{chance.randint(18, 26)}",
    )[way]


_NAMES: Mapping[str, Callable[[Random, Random], str]] = {
    "model": _model,
    "person": _name,
    "contract": _contract,
    "event": _event,
    "house": _house,
    "project": _project,
    "rule": _rule,
    "report": _report,
}
