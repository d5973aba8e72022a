"""Synthetic lists and tables with questions: rows without full stops, of which one or none answers."""

from collections.abc import Iterator, Sequence
from random import Random

from bench.train.sources import Asked, Passage

FIRST = [
    "Anna",
    "Bruno",
    "Carla",
    "Dmitri",
    "Elif",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Keiko",
    "Lars",
    "Mina",
    "Nadia",
    "Omar",
    "Petra",
    "Quentin",
    "Rosa",
    "Sven",
    "Tariq",
    "Uma",
    "Victor",
    "Wanda",
    "Xenia",
    "Yusuf",
    "Zoe",
]
LAST = [
    "Albrecht",
    "Bauer",
    "Costa",
    "Dahl",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haas",
    "Ivanov",
    "Jensen",
    "Keller",
    "Lopez",
    "Meier",
    "Novak",
    "Okafor",
    "Petrov",
    "Quist",
    "Romano",
    "Sato",
    "Tanaka",
    "Ueda",
    "Vogel",
    "Weber",
    "Young",
    "Zimmer",
]
THINGS = [
    "drill",
    "kettle",
    "lamp",
    "printer",
    "router",
    "ladder",
    "tent",
    "saddle",
    "helmet",
    "toaster",
    "blender",
    "camera",
    "projector",
    "scanner",
    "compressor",
    "pump",
    "heater",
    "sofa",
    "desk",
    "bench",
    "mower",
    "freezer",
    "oven",
    "monitor",
    "keyboard",
    "battery",
    "charger",
    "backpack",
    "jacket",
]
MAKES = [
    "Alpha",
    "Boreal",
    "Cedar",
    "Delta",
    "Ember",
    "Falcon",
    "Granite",
    "Harbor",
    "Iris",
    "Juniper",
    "Koala",
    "Lumen",
    "Mistral",
    "Nimbus",
    "Orion",
    "Pioneer",
    "Quartz",
    "River",
    "Summit",
    "Tundra",
    "Ultra",
    "Vertex",
    "Willow",
    "Zenith",
]
PLACES = [
    "Aalborg",
    "Bergen",
    "Cork",
    "Dresden",
    "Essen",
    "Fano",
    "Ghent",
    "Hilo",
    "Izmir",
    "Jena",
    "Kotka",
    "Lugano",
    "Malmo",
    "Nantes",
    "Oslo",
    "Porto",
    "Quito",
    "Riga",
    "Siena",
    "Turku",
    "Utrecht",
    "Varna",
    "Wels",
    "York",
    "Zadar",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

PEOPLE = {
    "Phone": [
        "What is {}'s phone number?",
        "how do I reach {} by phone",
        "{} phone",
        "Which number does {} have?",
    ],
    "Email": ["What is the email address of {}?", "Where can I write to {}?", "{} email"],
    "Room": ["Which room is {} in?", "Where does {} sit?", "office of {}"],
    "Department": ["Which department does {} work in?", "Where does {} work?", "department of {}"],
    "Role": ["What is {}'s job?", "What does {} do?", "What is the role of {}?"],
    "Start date": ["When did {} start?", "Since when has {} been here?", "start date of {}"],
    "City": ["Where does {} live?", "Which city is {} from?", "city of {}"],
    "Salary": ["How much does {} earn?", "What is the salary of {}?"],
    "Age": ["How old is {}?", "age of {}"],
    "Manager": ["Who is the manager of {}?", "Who does {} report to?"],
}
PRODUCTS = {
    "Price": ["How much is the {}?", "What does the {} cost?", "price of {}", "How expensive is the {}?"],
    "Weight": ["How heavy is the {}?", "What is the weight of the {}?", "How much does the {} weigh?"],
    "Stock": ["How many of the {} are in stock?", "Is the {} in stock?", "{} stock"],
    "Color": ["What color is the {}?", "In which color does the {} come?"],
    "Supplier": ["Who supplies the {}?", "Which supplier delivers the {}?"],
    "Warranty": ["How long is the warranty of the {}?", "What warranty does the {} have?"],
    "Location": ["Where is the {} kept?", "Where can I find the {}?"],
    "Delivery": ["When will the {} be delivered?", "delivery date of the {}"],
    "Power": ["How much power does the {} use?", "What is the power of the {}?"],
    "Size": ["How large is the {}?", "What are the dimensions of the {}?"],
}


def made(many: int, chance: Random) -> Iterator[Asked]:
    """Yield questions about one row of a table, or one record; of every third nothing answers."""
    for n in range(many):
        shape = _one if chance.random() < 0.7 else _record
        yield shape(PEOPLE if chance.random() < 0.5 else PRODUCTS, f"made:{n}", chance)


def _record(kinds: dict[str, list[str]], group: str, chance: Random) -> Asked:
    """Return a question about a text whose title alone says whom it is about; a third are of another one."""
    heads = chance.sample(sorted(kinds), chance.randint(2, 6))
    own, other = (_people if kinds is PEOPLE else _products)(2, chance)
    if chance.random() < 0.3:
        own, other = (f"{chance.choice('ABCKX')}-{chance.randint(1000, 1999)}" for _ in range(2))
    head, r = chance.choice(heads), chance.random()
    titled = other if r < 0.25 else own
    shown = [h for h in heads if h != head or r < 0.25 or r > 0.33]
    lines = tuple(f"{h}: {_value(h, chance)}" for h in shown) or ("No data.",)
    right = (shown.index(head),) if titled == own and head in shown else ()
    question = chance.choice(kinds[head]).format(own)
    title = chance.choice(("{}", "Data sheet {}", "{} / Overview", "Record of {}")).format(titled)
    return Asked(
        question=question, passage=Passage(lines, right), source="made", group=group, whole=True, title=title
    )


def _one(kinds: dict[str, list[str]], group: str, chance: Random) -> Asked:
    heads = chance.sample(sorted(kinds), chance.randint(2, 4))
    named = _people if kinds is PEOPLE else _products
    keys = named(chance.randint(4, 9), chance)
    table = [[key, *(_value(head, chance) for head in heads)] for key in keys]
    shown, wanted, column = table, chance.randrange(len(table)), chance.randrange(len(heads))
    head, missing = heads[column], chance.random() < 0.33
    if missing and chance.random() < 0.6:
        shown = [row for n, row in enumerate(table) if n != wanted]
    elif missing:
        head = chance.choice([other for other in sorted(kinds) if other not in heads])
    question = chance.choice(kinds[head]).format(keys[wanted])
    name = "Name" if kinds is PEOPLE else "Product"
    lines = list(_lines([name, *heads], shown, chance.choice(("tabs", "named", "bars", "plain")), chance))
    right = () if missing else (wanted + len(lines) - len(shown),)
    return Asked(
        question=question, passage=Passage(tuple(lines), right), source="made", group=group, whole=True
    )


def _lines(heads: Sequence[str], table: Sequence[Sequence[str]], way: str, chance: Random) -> Iterator[str]:
    if way == "named":
        yield from ("; ".join(f"{h}: {v}" for h, v in zip(heads, row, strict=True)) for row in table)
        return
    if chance.random() < 0.8:
        yield {"tabs": "\t", "bars": " | ", "plain": "  "}[way].join(heads)
    for row in table:
        yield {"tabs": "\t", "bars": " | ", "plain": ", "}[way].join(row)


def _people(many: int, chance: Random) -> list[str]:
    return [f"{a} {b}" for a, b in zip(chance.sample(FIRST, many), chance.sample(LAST, many), strict=True)]


def _products(many: int, chance: Random) -> list[str]:
    makes = chance.sample(MAKES, many) if chance.random() < 0.6 else [chance.choice(MAKES)] * many
    things = chance.sample(THINGS, many) if len(set(makes)) == 1 else [chance.choice(THINGS)] * many
    return [f"{make} {thing}" for make, thing in zip(makes, things, strict=True)]


def _value(head: str, chance: Random) -> str:
    r = chance.randint
    return {
        "Phone": f"+{r(30, 49)} {r(100, 999)} {r(10000, 99999)}",
        "Email": f"{chance.choice(LAST).lower()}@{chance.choice(MAKES).lower()}.example",
        "Room": f"{chance.choice('ABC')}{r(100, 499)}",
        "Department": chance.choice(("Sales", "Finance", "Legal", "Research", "Support", "Logistics", "IT")),
        "Role": chance.choice(
            ("Engineer", "Accountant", "Nurse", "Driver", "Analyst", "Clerk", "Head of sales")
        ),
        "Start date": f"{r(2001, 2024)}-{r(1, 12):02}-{r(1, 28):02}",
        "City": chance.choice(PLACES),
        "Salary": f"{r(28, 99)},{r(100, 999)}",
        "Age": str(r(19, 66)),
        "Manager": f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "Price": chance.choice((f"{r(5, 900)}.{r(10, 99)} EUR", f"${r(5, 2000)}", f"{r(5, 900)} €")),
        "Weight": f"{r(1, 40)}.{r(0, 9)} kg",
        "Stock": f"{r(0, 300)}",
        "Color": chance.choice(("red", "black", "white", "green", "silver", "navy blue")),
        "Supplier": f"{chance.choice(LAST)} {chance.choice(('Ltd', 'GmbH', 'Inc', '& Sons'))}",
        "Warranty": f"{r(1, 5)} years",
        "Location": f"Shelf {chance.choice('ABCDEF')}{r(1, 40)}",
        "Delivery": f"{chance.choice(_DAYS)}, {r(1, 28)} {chance.choice(('March', 'May', 'June'))}",
        "Power": f"{r(10, 2400)} W",
        "Size": f"{r(10, 90)} x {r(10, 90)} x {r(5, 60)} cm",
    }[head]
