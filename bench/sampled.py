"""Sample texts that a regular expression matches or begins to match."""

import random
import re
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from typing import Any

MORE = 3
"""Maximum number of repetitions drawn beyond the minimum."""
_CATEGORIES = {
    "SPACE": " \n\t",
    "NOT_SPACE": "aA.-",
    "DIGIT": "12",
    "NOT_DIGIT": "a ",
    "WORD": "aA1_",
    "NOT_WORD": " .-",
}
_TRIED = "aA1 .,;-\n\"'(<|xé"


def samples(pattern: re.Pattern[Any], source: random.Random, count: int) -> Iterator[str]:
    """Yield texts drawn from an expression, each whole and truncated."""
    parsed = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    for _ in range(count):
        if whole := "".join(_drawn(parsed, source)):
            yield whole
            yield whole[: source.randint(1, len(whole))]


def _drawn(parsed: Any, source: random.Random) -> Iterator[str]:
    for sign, what in parsed:
        match str(sign):
            case "LITERAL":
                yield chr(what)
            case "NOT_LITERAL":
                yield "a" if what != ord("a") else "b"
            case "ANY":
                yield source.choice("a .")
            case "IN":
                yield _of_set(what, source)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = what
                for _ in range(source.randint(least, max(least, min(int(most), least + MORE)))):
                    yield from _drawn(inner, source)
            case "SUBPATTERN":
                yield from _drawn(what[-1], source)
            case "ATOMIC_GROUP":
                yield from _drawn(what, source)
            case "BRANCH":
                yield from _drawn(source.choice(what[1]), source)


def _of_set(items: Any, source: random.Random) -> str:
    if str(items[0][0]) == "NEGATE":
        refused = set().union(*(_some(kind, what) for kind, what in items[1:]))
        return source.choice([sign for sign in _TRIED if sign not in refused] or ["é"])
    kind, what = source.choice(items)
    return source.choice(sorted(_some(kind, what)))


def _some(kind: Any, what: Any) -> set[str]:
    """Return some of the characters that an item of a set stands for."""
    match str(kind):
        case "LITERAL":
            return {chr(what)}
        case "RANGE":
            inside = {sign for sign in _TRIED if what[0] <= ord(sign) <= what[1]}
            return {chr(what[0]), chr(what[1]), *inside}
        case _:
            return set(_CATEGORIES.get(str(what).removeprefix("CATEGORY_"), "a"))
