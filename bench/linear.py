"""What takes more than linear time: every regular expression and every function of a text, on hostile inputs.

    python -m bench.linear [--size 2000] [--times 8]

Every expression of the product is run over runs of one character, of pairs, and of what it matches itself, cut
off; every function of `FUNCTIONS` over the same. An input `times` as long may take `SLACK` times that.
"""

import argparse
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from time import process_time
from types import ModuleType
from typing import Any

from index.terms import Analyzer

ROOMS = ("index", "rag", "page", "wire", "serving", "terminal", "tabs")
SLACK = 3.0
LEAST = 0.02
"""Seconds that the longer input must take before a ratio says anything."""
UNITS = (
    *("a", "A", " ", "\n", "\r", "\t", "1", "0", "(", ")", "[", "]", "{", "<", ">", "“", "”", '"', "'", "’", "«"),
    *("#", "|", "-", "=", "*", "_", "`", "~", "\\", "/", ".", ",", ":", ";", "!", "?", "&", "é", "你", "\u0301"),
    *("\u0327\u0301", "a\u0301", " \n", "\n ", "\n\n", "\r\n", "\n- ", "\n1. ", "a ", "a. ", "A ", "Ab ", "Ab of "),
    *("1 ", "1,000", "1.", "one ", "one-", "a\t", "|a", "| a |\n", "# a\n", "<a", "<a ", "&#", "[1", "[1] ", "=\n"),
    *("a\n-\n", "\n===\n", "a:", "not ", "of ", "“a ", "a's", "a-", "a.b.", "a'", "\ufeff", "\f", "\x00", "😀", "﷽"),
    *("\u200b", "\u00a0", "\u0345\u0344", "ﬃ", "“a” ", "it ", "the ", "to ", "if ", "a, ", "From a\n", "x" * 90 + " "),
)


def spent(work: Callable[[str], object], text: str, tries: int = 2) -> float:
    """Return the processor seconds that work on a text takes, the least of some tries."""
    found = []
    for _ in range(tries):
        start = process_time()
        work(text)
        found.append(process_time() - start)
    return min(found)


def superlinear(work: Callable[[str], object], unit: str, size: int, times: int) -> float:
    """Return how many times as long as in proportion a longer run of a unit takes; 0 where that is not much."""
    short, long = unit * (size // len(unit) + 1), unit * (size * times // len(unit) + 1)
    before = spent(work, short, 1)
    after = spent(work, long, 1)
    if after < LEAST or after < SLACK * times * max(before, LEAST / times / 4):
        return 0.0
    before, after = spent(work, short), spent(work, long)
    ratio = after / max(before, LEAST / times / 4) / times
    return ratio if ratio > SLACK else 0.0


def modules() -> Iterator[ModuleType]:
    """Yield every module of the product."""
    for room in ROOMS:
        package = import_module(room)
        yield package
        for found in walk_packages(package.__path__, f"{room}."):
            yield import_module(found.name)


def expressions() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield every regular expression that a module holds, by the name it goes by there."""
    for module in modules():
        for name, value in vars(module).items():
            for n, found in enumerate(_within(value)):
                yield f"{module.__name__}.{name}[{n}]", found


def _within(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _within(each)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _within(each)


def samples(pattern: re.Pattern[Any], count: int, seed: int = 7) -> Iterator[str]:
    """Yield texts that a regular expression matches, or begins to match, to be repeated."""
    parsed = re._parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)  # type: ignore[attr-defined]
    source = random.Random(seed)  # noqa: S311  nothing secret
    for _ in range(count):
        whole = "".join(_sampled(parsed, source))
        if whole:
            yield whole
            yield whole[: source.randint(1, len(whole))]


def _sampled(parsed: Any, source: random.Random) -> Iterator[str]:
    for kind, what in parsed:
        match str(kind):
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
                for _ in range(source.randint(least, max(least, min(most, least + 3)))):
                    yield from _sampled(inner, source)
            case "SUBPATTERN":
                yield from _sampled(what[-1], source)
            case "ATOMIC_GROUP":
                yield from _sampled(what, source)
            case "BRANCH":
                yield from _sampled(source.choice(what[1]), source)


_CATEGORIES = {"SPACE": " \n\t", "NOT_SPACE": "aA.-", "DIGIT": "12", "NOT_DIGIT": "a ", "WORD": "aA1_", "NOT_WORD": " .-"}


def _of_set(items: Any, source: random.Random) -> str:
    if str(items[0][0]) == "NEGATE":
        refused = re.compile(_class(items[1:]))
        allowed = [c for c in "aA1 .,;-\n\"'(<|x" if not refused.match(c)]
        return source.choice(allowed or ["\u00e9"])
    kind, what = source.choice(items)
    if str(kind) == "LITERAL":
        return chr(what)
    if str(kind) == "RANGE":
        return chr(source.choice([what[0], what[1], (what[0] + what[1]) // 2]))
    return source.choice(_CATEGORIES.get(str(what).removeprefix("CATEGORY_"), "a"))


def _class(items: Any) -> str:
    signs = {"SPACE": r"\s", "NOT_SPACE": r"\S", "DIGIT": r"\d", "NOT_DIGIT": r"\D", "WORD": r"\w", "NOT_WORD": r"\W"}
    parts = []
    for kind, what in items:
        if str(kind) == "LITERAL":
            parts.append(re.escape(chr(what)))
        elif str(kind) == "RANGE":
            parts.append(f"{re.escape(chr(what[0]))}-{re.escape(chr(what[1]))}")
        else:
            parts.append(signs[str(what).removeprefix("CATEGORY_")])
    return f"[{''.join(parts)}]"


def used(pattern: re.Pattern[Any]) -> Callable[[str], object]:
    """Return what is done with an expression: whether it begins here, and all that it finds."""
    if isinstance(pattern.pattern, bytes):
        def work(text: str) -> object:
            data = text.encode()
            return pattern.match(data), pattern.fullmatch(data), sum(1 for _ in pattern.finditer(data))
    else:
        def work(text: str) -> object:
            return pattern.match(text), pattern.fullmatch(text), sum(1 for _ in pattern.finditer(text))
    return work


def slow(size: int, times: int, kept: str = "") -> Iterator[tuple[str, str, float]]:
    """Yield (name, unit, ratio) of every expression that takes more than linear time."""
    for name, pattern in expressions():
        if kept in name:
            yield from _worst(name, used(pattern), [*UNITS, *samples(pattern, 12)], size, times)


def _worst(name: str, work: Callable[[str], object], units: Sequence[str], size: int, times: int) -> Iterator[tuple[str, str, float]]:
    for unit in dict.fromkeys(units):
        if ratio := superlinear(work, unit, size, times):
            yield name, unit, ratio
            return


def main() -> None:
    """Print what takes more than linear time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--times", type=int, default=8)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    for name, unit, ratio in slow(args.size, args.times, args.only):
        print(f"{name}\t{unit!r}\t{ratio:.1f}", flush=True)


if __name__ == "__main__":
    main()
