"""Says in the language of the page what lower layers say in English: places, reasons, notices and errors.

They are stored and sent as English, in the index, in JSON and in conversations. What is not known stays
English.
"""

import re
from functools import cache

from citeback.index.languages import ENGLISH
from citeback.page.views.known import answers, computations, errors, files
from citeback.page.views.speech import spoken, tr

KNOWN = (
    *(*answers.PLACES, *answers.REASONS, *answers.NOTICES, *answers.STAGES, *answers.ITEMS, *answers.PARTS),
    *(*files.REASONS, *files.RARER_REASONS, *files.FORMATS, *files.FOLDERS, *files.PARSERS),
    *computations.NOTICES,
    *(*errors.ERRORS, *errors.STEPS, *errors.CAUSES, *errors.DEEDS),
)
"""Texts with values; of two that fit, the one with more words of its own counts."""
DEPTH = 3  # texts within texts
_VALUE = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){0,4}|[0-9]{1,15}")


def translated(text: str, depth: int = DEPTH) -> str:
    """Return a text of a lower layer in the language of the page; an unknown one as it is.

    >>> from citeback.page.views.speech import speaking
    >>> with speaking("de"):
    ...     translated("page 1,200"), translated("data.bin")
    ('Seite 1.200', 'data.bin')
    """
    if spoken() == ENGLISH or not text or not depth:
        return text
    if text in _fixed():
        return tr(text)
    for template in _with_values():
        values = text_values(template, text)
        if values is not None:
            return tr(template, **{name: _value(value, depth - 1) for name, value in values.items()})
    return text


def _value(value: str, depth: int) -> object:
    """Return a value as it is said: a number in the way of the language, a text within a text translated."""
    if _NUMBER.fullmatch(value):
        return int(value.replace(",", ""))
    return translated(value, depth)


@cache
def _fixed() -> frozenset[str]:
    return frozenset(each for each in KNOWN if "{" not in each)


@cache
def _with_values() -> tuple[str, ...]:
    known = (each for each in KNOWN if "{" in each)
    return tuple(sorted(known, key=lambda each: -len(_VALUE.sub("", each))))


@cache
def _parts(template: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    parts = _VALUE.split(template)
    return tuple(parts[::2]), tuple(parts[1::2])


def text_values(template: str, text: str) -> dict[str, str] | None:
    """Return the values with which a template is a text, or None; in linear time.

    >>> text_values("{name} has {number} lines.", "a has b has 3 lines.")
    {'name': 'a', 'number': 'b has 3'}
    >>> text_values("page {page}", "page ")
    """
    (first, *middle, last), names = _parts(template)
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last) and len(first) < end):
        return None
    at, values = len(first), list[str]()
    for literal in middle:
        after = text.find(literal, at, end)
        if after < 0:
            return None
        values.append(text[at:after])
        at = after + len(literal)
    values.append(text[at:end])
    return dict(zip(names, values, strict=True)) if all(values) else None
