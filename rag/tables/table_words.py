"""Other words for columns and cells in questions."""

from collections.abc import Mapping

_CALENDAR_WORDS = """
january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
"""
_CALENDAR = frozenset({"month", "day", "weekday", "date"})
_RESULTS = frozenset({"result", "outcom", "res", "w", "l", "record", "decis", "score", "statu"})
_PLACES = frozenset({"rank", "posit", "place", "po", "pos", "finish", "posn", "result"})
_QUARTERS = frozenset({"quarter", "qtr"})
OTHERWISE: Mapping[str, tuple[tuple[str, frozenset[str]], ...]] = {
    **{
        word: tuple((word[:size], _CALENDAR) for size in (3, 4) if size < len(word))
        for word in _CALENDAR_WORDS.split()
    },
    **{
        word: tuple((said, _RESULTS) for said in ("w", "won", "win", "winner"))
        for word in (
            "won",
            "win",
            "wins",
            "winning",
            "victory",
            "victories",
            "winner",
            "winners",
            "victorious",
        )
    },
    **{
        word: tuple((said, _RESULTS) for said in ("l", "lost", "loss", "loser"))
        for word in ("lost", "lose", "loss", "losses", "losing", "defeat", "defeats", "loses")
    },
    **{
        word: tuple((said, _RESULTS) for said in ("t", "d", "draw", "tie", "tied"))
        for word in ("tie", "ties", "tied", "draw", "draws")
    },
    **dict.fromkeys(("nominated", "nomination", "nominations", "nominees"), (("nomin", _RESULTS),)),
    "first": (("1st", frozenset()), ("1", _PLACES), ("q1", _QUARTERS)),
    "second": (("2nd", frozenset()), ("2", _PLACES), ("q2", _QUARTERS)),
    "third": (("3rd", frozenset()), ("3", _PLACES), ("q3", _QUARTERS)),
    "fourth": (("4th", frozenset()), ("4", _PLACES), ("q4", _QUARTERS)),
    "fifth": (("5th", frozenset()), ("5", _PLACES)),
    "sixth": (("6th", frozenset()), ("6", _PLACES)),
    "men": (("male", frozenset()), ("m", frozenset({"gender", "sex"}))),
    "women": (("femal", frozenset()), ("f", frozenset({"gender", "sex"}))),
    "1st": (("1", _PLACES), ("q1", _QUARTERS)),
    "2nd": (("2", _PLACES), ("q2", _QUARTERS)),
    "3rd": (("3", _PLACES), ("q3", _QUARTERS)),
    "4th": (("q4", _QUARTERS),),
}
WHO = frozenset(
    [
        "name",
        "player",
        "athlet",
        "artist",
        "winner",
        "driver",
        "rider",
        "coach",
        "author",
        "writer",
        "director",
        "cyclist",
        "wrestler",
        "swimmer",
        "candid",
        "repres",
        "actor",
        "manag",
        "present",
        "champion",
        "person",
        "skater",
        "skier",
        "singer",
        "perform",
        "nomine",
        "competitor",
        "leader",
        "presid",
        "mayor",
        "captain",
        "minist",
        "member",
        "nation",
        "countri",
        "team",
        "club",
        "opponent",
    ]
)
WHEN = frozenset(["date", "year", "season", "day", "time", "month", "publish", "releas"])
LONG = frozenset(
    [
        "length",
        "time",
        "durat",
        "distanc",
        "year",
        "day",
        "page",
        "term",
        "tenur",
        "span",
        "runtim",
        "result",
        "note",
    ]
)
FAR = frozenset(["distanc", "length", "mile", "km"])
OLD = frozenset(["age", "born", "birth"])
TALL = frozenset(["height", "elev"])
LARGE = frozenset(["size", "area", "popul", "capac"])
FAST = frozenset(["time", "speed"])
MUCH = frozenset(["price", "cost", "prize", "salari", "revenu", "money", "valu", "amount", "earn"])
WHERE = frozenset(
    [
        "locat",
        "venu",
        "place",
        "site",
        "citi",
        "town",
        "countri",
        "stadium",
        "region",
        "state",
        "provinc",
        "track",
        "circuit",
        "island",
        "host",
        "area",
    ]
)
RANKS = frozenset(
    {
        "rank",
        "#",
        "no",
        "no.",
        "pos",
        "position",
        "place",
        "nr",
        "number",
        "pos.",
        "id",
        "draw",
        "tie no",
        "ref",
        "nr.",
        "№",
    }
)
LABELS = frozenset(
    [
        "district",
        "week",
        "round",
        "season",
        "heat",
        "lane",
        "group",
        "class",
        "volume",
        "issue",
        "episod",
        "chapter",
        "rout",
        "channel",
        "code",
        "game",
        "stage",
        "match",
        "day",
        "seri",
        "grade",
        "model",
        "constitu",
        "ward",
        "code",
        "zip",
        "postcod",
        "phone",
        "telephon",
        "account",
        "id",
        "year",
        "jersey",
        "saro",
        "version",
    ]
)
MEASURES = frozenset(
    (
        "$",
        "€",
        "£",
        "¥",
        "₹",
        "₽",
        "₩",
        "usd",
        "eur",
        "gbp",
        "jpy",
        "chf",
        "sek",
        "nok",
        "dkk",
        "km",
        "mi",
        "mile",
        "miles",
        "m",
        "metres",
        "meters",
        "ft",
        "feet",
        "cm",
        "mm",
        "in",
        "kg",
        "g",
        "lb",
        "lbs",
        "oz",
        "t",
        "tons",
        "tonnes",
        "l",
        "ml",
        "gal",
        "mph",
        "kph",
    )
)
"""Units that cannot be compared with one another as they stand."""
