"""Changes questions so that their text no longer answers them."""

# ruff: noqa: ARG001  every way of changing is called alike

import re
from collections.abc import Iterable, Sequence
from random import Random

_NAME = re.compile(r"(?<=[a-z,;:)”\"'] )(?:[A-Z][\w’'.-]+)(?: (?:of |the |de |von )?[A-Z][\w’'.-]+)*")
_YEAR = re.compile(r"\b1[0-9]{3}s?\b|\b20[0-4][0-9]s?\b")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*\d|(?<![\w.,])\d(?![\w.,])")
_WORD = re.compile(r"[a-z]{4,}")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = re.compile(r"\b(?:" + "|".join(MONTHS) + r")\b")
_OPPOSITES = [
    pair.split("/")
    for pair in [
        "first/last",
        "largest/smallest",
        "biggest/smallest",
        "highest/lowest",
        "before/after",
        "north/south",
        "northern/southern",
        "east/west",
        "eastern/western",
        "more/fewer",
        "most/least",
        "oldest/youngest",
        "oldest/newest",
        "increase/decrease",
        "increased/decreased",
        "rise/fall",
        "win/lose",
        "won/lost",
        "buy/sell",
        "bought/sold",
        "earliest/latest",
        "longest/shortest",
        "early/late",
        "start/end",
        "started/ended",
        "begin/finish",
        "began/ended",
        "male/female",
        "men/women",
        "father/mother",
        "brother/sister",
        "son/daughter",
        "husband/wife",
        "best/worst",
        "above/below",
        "inside/outside",
        "open/close",
        "opened/closed",
        "allowed/forbidden",
        "import/export",
        "imports/exports",
        "minimum/maximum",
        "upper/lower",
        "left/right",
        "cause/prevent",
        "caused/prevented",
        "accept/reject",
        "accepted/rejected",
        "support/oppose",
        "supported/opposed",
        "public/private",
        "rural/urban",
        "internal/external",
        "advantage/disadvantage",
        "strong/weak",
        "hot/cold",
        "arrive/leave",
        "arrived/left",
        "built/destroyed",
        "founded/dissolved",
        "majority/minority",
        "summer/winter",
        "day/night",
        "teacher/student",
        "employer/employee",
        "seller/buyer",
        "landlord/tenant",
        "positive/negative",
        "primary/secondary",
        "gain/lose",
        "new/old",
        "join/leave",
        "joined/left",
        "cheap/expensive",
        "fast/slow",
        "major/minor",
        "modern/ancient",
        "born/buried",
    ]
]
OPPOSITE = {a: b for pair in _OPPOSITES for a, b in (pair, pair[::-1])}
_OPPOSED = re.compile(r"\b(?:" + "|".join(OPPOSITE) + r")\b")
_COMMON = frozenset(
    [
        "what",
        "when",
        "where",
        "which",
        "whom",
        "whose",
        "that",
        "this",
        "these",
        "those",
        "with",
        "from",
        "into",
        "many",
        "much",
        "about",
        "does",
        "have",
        "been",
        "were",
        "will",
        "would",
        "could",
        "should",
        "than",
        "then",
        "they",
        "them",
        "their",
        "there",
        "other",
        "some",
        "most",
        "name",
        "type",
        "kind",
        "during",
        "after",
        "before",
        "between",
        "over",
        "under",
        "also",
        "only",
        "such",
        "used",
        "called",
        "known",
        "made",
        "year",
        "years",
        "time",
        "people",
        "long",
        "large",
        "first",
        "last",
        "same",
        "like",
        "just",
        "more",
        "less",
        "very",
        "each",
        "your",
        "want",
        "need",
        "using",
    ]
)


def names(text: str) -> list[str]:
    """Return what looks like names within sentences."""
    return _NAME.findall(text)


def changed(question: str, near: str, far: Sequence[str], chance: Random) -> str | None:
    """Return the question with one thing changed, or None if nothing can be changed.

    `near` is its own text, `far` are other texts of the same document; replacements are taken from them.
    """
    ways = [_names, _dates, _numbers, _opposed, _words]
    chance.shuffle(ways)
    for way in sorted(ways, key=lambda way: way is _words and chance.random() < 0.6):
        if (other := way(question, near, far, chance)) and other != question:
            return other
    return None


def _names(question: str, near: str, far: Sequence[str], chance: Random) -> str | None:
    own = list(_NAME.finditer(question))
    if not own:
        return None
    hit = chance.choice(own)
    from_near = chance.random() < 0.5
    texts = [near] if from_near else list(far)
    pool = _others(hit[0], (name for text in texts for name in names(text)), question)
    return _put(question, hit, pool, chance)


def _dates(question: str, near: str, far: Sequence[str], chance: Random) -> str | None:
    own = list(_YEAR.finditer(question)) + list(_MONTH.finditer(question))
    if not own:
        return None
    hit = chance.choice(own)
    if hit[0] in MONTHS:
        return _put(question, hit, [m for m in MONTHS if m not in question], chance)
    year = int(hit[0][:4])
    close = [str(year + by) for by in (-20, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10, 20)]
    pool = [y for y in _YEAR.findall(near) if y not in question] if chance.random() < 0.4 else []
    return _put(question, hit, pool or [y + ("s" if hit[0].endswith("s") else "") for y in close], chance)


def _numbers(question: str, near: str, far: Sequence[str], chance: Random) -> str | None:
    own = [m for m in _NUMBER.finditer(question) if not _YEAR.fullmatch(m[0])]
    if not own:
        return None
    pool = [n for n in _NUMBER.findall(near) if n not in question]
    return _put(question, chance.choice(own), pool or [str(chance.randint(2, 90))], chance)


def _opposed(question: str, near: str, far: Sequence[str], chance: Random) -> str | None:
    own = list(_OPPOSED.finditer(question))
    if not own:
        return None
    hit = chance.choice(own)
    return _put(question, hit, [OPPOSITE[hit[0]]], chance)


def _words(question: str, near: str, far: Sequence[str], chance: Random) -> str | None:
    """Replace a word that question and text share by another word of the text with the same ending."""
    text = near.lower()
    own = [m for m in _WORD.finditer(question) if m[0] not in _COMMON and m[0][:5] in text]
    if not own:
        return None
    hit = chance.choice(own)
    pool = _others(hit[0], (w for other in (near, *far) for w in _WORD.findall(other)), question)
    alike = [w for w in pool if w[-2:] == hit[0][-2:] and w not in _COMMON]
    return _put(question, hit, alike, chance)


def _others(own: str, results: Iterable[str], question: str) -> list[str]:
    low = question.lower()
    return sorted({other for other in results if other.lower()[:5] not in low and other != own})


def _put(question: str, hit: "re.Match[str]", pool: Sequence[str], chance: Random) -> str | None:
    if not pool:
        return None
    return question[: hit.start()] + chance.choice(pool) + question[hit.end() :]
