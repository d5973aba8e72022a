"""Find superlinear time in regular expressions and text functions, on hostile texts.

    python -m bench.linear [--size 300] [--times 8] [--only NAME]

Every expression in the product is used as its module uses it, on repeated characters, pairs of characters and
samples that it matches, whole and truncated, with various endings. So is every function of `bench/texts.py`.
Prints whatever takes more than `SLACK` times its proportional time.
"""

import argparse
import random
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from inspect import getsource
from pkgutil import walk_packages
from time import process_time
from types import ModuleType
from typing import Any

from bench.sampled import samples
from bench.texts import functions

ROOMS = ("index", "rag", "page", "wire", "serving", "terminal")
SLACK = 3.0
LEAST = 0.02
"""Minimum time on the longer text, in seconds, for a ratio to count."""
SIGNS = "aA1 \n\r\t()[]{}<>“”\"'’«»„#|-=*_`~\\/.,:;!?&$%@+^é你。\u0301\u200b\u00a0\f\ufeff😀"
PAIRS = (
    *("\n\n", "\r\n", " \n", "\n ", "\n- ", "\n1. ", "a ", "a. ", "A ", "Ab ", "Ab of ", "1 ", "1,000", "1."),
    *("one ", "a\t", "|a", "| a |\n", "# a\n", "<a", "<a ", "&#", "[1", "[1] ", "[ ", "=\n", "a\n-\n"),
    *(
        "\n===\n",
        "a:",
        "not ",
        "“a ",
        "“a” ",
        "a's ",
        "a-",
        "a.b.",
        "a, ",
        ": ",
        "] ",
        "\u0327\u0301",
        "a\u0301",
    ),
    *("it ", "say ", "From a\n"),
)
ENDS = ("", "\x00", "x")

Work = Callable[[str], object]


def spent(work: Work, text: str) -> float:
    """Return the CPU seconds that work on a text takes."""
    start = process_time()
    work(text)
    return process_time() - start


def superlinear(work: Work, unit: str, end: str, size: int, times: int) -> float:
    """Return how many times its proportional time a longer text takes; 0 if it does not matter."""
    short, long = (unit * (n // len(unit) + 1) + end for n in (size, size * times))
    if spent(work, long) < LEAST:
        return 0.0
    before = max(min(spent(work, short) for _ in range(3)), LEAST / times / 4)
    ratio = min(spent(work, long) for _ in range(2)) / before / times
    return ratio if ratio > SLACK else 0.0


def modules() -> Iterator[ModuleType]:
    """Yield every module of the product that holds functions on text, but those whose extra is missing."""
    for room in ROOMS:
        package = import_module(f"citeback.{room}")
        yield package
        for results in walk_packages(package.__path__, f"citeback.{room}."):
            try:
                yield import_module(results.name)
            except ModuleNotFoundError as error:
                if (error.name or "").startswith("citeback"):
                    raise
                print(f"{results.name} is not looked at: {error}", file=sys.stderr)


def expressions() -> Iterator[tuple[str, re.Pattern[Any], Work]]:
    """Yield the name of every regular expression of a module, the expression, and its use.

    One that other modules use in the same way is yielded once.
    """
    seen = set[tuple[str | bytes, int, tuple[str, ...]]]()
    for module in modules():
        source = getsource(module)
        for name, value in vars(module).items():
            for n, pattern in enumerate(_within(value)):
                ways = set(re.findall(rf"\b{name}\.(\w+)\b", source)) & WAYS.keys()
                ways = ways or set(re.findall(r"\.(\w+)\b", source)) & WAYS.keys() - {"sub", "split"}
                use = pattern.pattern, pattern.flags, tuple(sorted(ways))
                if use not in seen:
                    seen.add(use)
                    yield f"{module.__name__}.{name}[{n}]", pattern, used(pattern, use[-1])


WAYS: Mapping[str, Callable[[re.Pattern[Any], Any], object]] = {
    "match": lambda pattern, text: pattern.match(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
    "search": lambda pattern, text: pattern.search(text),
    "finditer": lambda pattern, text: sum(1 for _ in pattern.finditer(text)),
    "findall": lambda pattern, text: pattern.findall(text),
    "split": lambda pattern, text: pattern.split(text),
    "sub": lambda pattern, text: pattern.sub(text[:0], text),
}


def used(pattern: re.Pattern[Any], ways: Iterable[str]) -> Work:
    """Return a function that uses an expression in these ways."""
    holds_bytes, chosen = isinstance(pattern.pattern, bytes), [WAYS[way] for way in ways]

    def work(text: str) -> object:
        given = text.encode() if holds_bytes else text
        return [way(pattern, given) for way in chosen]

    return work


def _within(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _within(each)
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _within(each)


def worst(
    work: Work, units: Iterable[str], size: int, times: int, ends: Iterable[str] = ENDS
) -> tuple[str, float] | None:
    """Return the first unit and ending on which work is superlinear, and by how much."""
    for unit in dict.fromkeys(units):
        for end in ends:
            if ratio := superlinear(work, unit, end, size, times):
                return f"{unit!r} * n + {end!r}", ratio
    return None


def works() -> Iterator[tuple[str, Work, list[str]]]:
    """Yield everything to test: its name, its work on a text, and the units of its texts."""
    common = [*SIGNS, *PAIRS]
    for name, pattern, work in expressions():
        yield name, work, [*common, *samples(pattern, random.Random(7), 12)]  # noqa: S311  nothing secret
    for name, function in functions().items():
        yield name, function, common


def main() -> None:
    """Print what is superlinear."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--times", type=int, default=8)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    for name, work, units in works():
        if args.only in name and (results := worst(work, units, args.size, args.times)):
            print(f"{name}: {results[0]}, {results[1]:.1f} times as long as in proportion", flush=True)


if __name__ == "__main__":
    main()
