"""Identifiers in a question (C-1044, NH-4417, 2.2.41) and the evidence that they rule out.

A text about C-1047 does not answer a question about C-1044, however similar the two are.
"""

import re
from collections.abc import Iterable, Sequence

_IDENTIFIER = re.compile(
    r"(?<![\w.-])(?:[A-Za-z]{1,8}[-_/#]?\d{3,10}(?:-\d+)*|[A-Za-z]{1,8}(?:[-_/]\d+){2,}|\d+(?:\.\d+){2,4}"
    r"|\d{2,}(?:-\d{2,}){1,3}-?[A-Za-z]?)(?![\w-])"
)
_DATE = re.compile(
    r"(?:19|20)\d{2}-\d{1,2}(?:-\d{1,2})?|\d{1,2}[.-]\d{1,2}[.-](?:\d{2}|\d{4})|(?:19|20)\d{2}-\d{2,4}"
)
_DIGITS = re.compile(r"\d+")
_PART = re.compile(
    r"(?:\b(?:clause|section|article|paragraph|para\.?|chapter|rule|point|item|Ziffer|Abschnitt|Artikel|Absatz)|§)"
    r"\s{0,3}(\d+(?:\.\d+){0,5}[a-z]?)(?![\w.]*\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\W{0,3}(?:[A-Za-z]{2,12}\.? )?(\d+(?:\.\d+){0,5}[a-z]?)(?=[\s.):])")


def identifiers(text: str) -> tuple[str, ...]:
    """Return the identifiers in a text, in order; dates do not count.

    >>> identifiers("What did C-1044 buy on 2026-05-07?")
    ('C-1044',)
    """
    results = (match[0] for match in _IDENTIFIER.finditer(text))
    return tuple(dict.fromkeys(each for each in results if not _DATE.fullmatch(each)))


def part_number(question: str) -> str:
    """Return the number of the clause, section or the like that a question asks for, or "".

    >>> part_number("What does clause 2.2 say?")
    '2.2'
    """
    match = _PART.search(question)
    return match[1].casefold() if match else ""


def begins_with_number(text: str, number: str) -> bool:
    """Return whether a text begins with this number, with or without a word such as "Section" before it.

    >>> begins_with_number("2.2 Late payment costs 40 euros.", "2.2"), begins_with_number("2.2.1 Due.", "2.2")
    (True, False)
    """
    match = _NUMBER.match(text)
    return match is not None and match[1].casefold() == number


def identifier_shape(identifier: str) -> str:
    """Return the pattern that identifiers of one kind share: letters and separators, with digits replaced.

    >>> identifier_shape("C-1044") == identifier_shape("c-1047")
    True
    """
    return _DIGITS.sub("0", identifier.casefold())


def names_another(asked: Sequence[str], text: str) -> bool:
    """Return whether a text names an identifier of the kind asked for, but none of those asked for."""
    own = {each.casefold() for each in asked}
    named = {each.casefold() for each in identifiers(text)}
    shapes = {identifier_shape(each) for each in own - named}
    return not own & named and any(identifier_shape(each) in shapes for each in named)


def unknown_identifiers(asked: Sequence[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Return the identifiers that occur in none of the texts."""
    whole = "\n".join(texts).casefold()
    return tuple(each for each in asked if each.casefold() not in whole)
