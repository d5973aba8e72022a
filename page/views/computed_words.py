"""Says in the language of the page what a computed answer says in English.

A computation is stored in English (rag/tables/explanation.py). Names of columns and words of cells in it
stay as they are, and so does what is not known.
"""

import re
from collections.abc import Callable, Iterator

from citeback.index.languages import ENGLISH
from citeback.page.views.known import computations as known
from citeback.page.views.known_texts import text_values
from citeback.page.views.speech import spoken, tr
from citeback.rag.answer import Sentence, Verdict

_WHERE, _AND, _OR, _BY = " where ", " and ", " or ", " by "
_STEPS = (" in the row after that", " in the row before that")
_ORDER = re.compile(r", (?:number (\d{1,9}) )?(highest|lowest|first|last) ")
_COUNTS = re.compile(r"([\d,]{1,15}) of ([\d,]{1,15}) rows")
_DIGITS = re.compile(r"[\d,]{1,15}")
_MORE = re.compile(r" and ([\d,]{1,15}) more")


def said_sentence(one: Sentence) -> str:
    """Return the text of a sentence; one that was computed or counted in the language of the page."""
    return said_result(one.text) if one.verdict in (Verdict.COMPUTED, Verdict.SUPPORTED) else one.text


def said_result(text: str) -> str:
    """Return a computed sentence in the language of the page; any other text as it is.

    >>> from citeback.page.views.speech import speaking
    >>> with speaking("de"):
    ...     said_result("420: sum of Ships where Country is Sweden, 2 of 4 rows.")
    '420: Summe von Ships, wo Country = Sweden, 2 von 4 Zeilen.'
    """
    if spoken() == ENGLISH:
        return text
    main, *rest = _parts(text)
    values, colon, how = main.removesuffix(".").partition(": ")
    if counted := _first(known.COUNTS, text, _listed):
        return counted
    what, _, last = how.rpartition(", ")
    rows = _COUNTS.fullmatch(last)
    if not colon or not (rows or _pair(how)):
        return text
    used = tr(known.ROWS, used=_number(rows[1]), total=_number(rows[2])) if rows else ""
    said = ", ".join(filter(None, (said_computation(what if rows else how), used)))
    return " ".join((f"{_values(values, how)}: {said}.", *map(_rest, rest)))


def said_computation(text: str) -> str:
    """Return how something is computed, in the language of the page.

    >>> from citeback.page.views.speech import speaking
    >>> with speaking("de"):
    ...     said_computation("the sum of the column Ships where Country is Sweden or Norway")
    'die Summe der Spalte Ships, wo Country = Sweden oder Norway'
    """
    return text if spoken() == ENGLISH else _pair(text) or _take(text)


def _parts(text: str) -> Iterator[str]:
    """Yield a computed sentence and those that follow it: what was left out, and what was asked and cited."""
    places = sorted(at for at in map(text.find, known.FOLLOWING) if at > 0)
    for start, end in zip([0, *places], [*places, len(text)], strict=True):
        yield text[start:end].strip()


def _rest(text: str) -> str:
    return _first(known.REST, text, _listed) or text


def _values(text: str, how: str) -> str:
    """Return the values of a result; "yes" and "no" are translated unless a cell says so."""
    if text in ("yes", "no") and _pair(how):
        return tr(known.YES if text == "yes" else known.NO)
    return _listed(text)


def _listed(text: str) -> str:
    more = _MORE.search(text)
    if more is None or more.end() < len(text):
        return text
    return f"{text[: more.start()]} {tr('and {number} more', number=_number(more[1]))}"


def _pair(text: str) -> str:
    """Return two computations that are compared or computed with, or "" if the text is none."""
    for template in known.PAIRS:
        values = text_values(template, text)
        if values and all(map(_is_take, values.values())):
            return tr(template, **{name: _take(value) for name, value in values.items()})
    return ""


def _is_take(text: str) -> bool:
    figure, rows = _divided(text)
    return bool(rows) or any(text_values(each, figure) for each in known.MEASURES) or figure in known.BARE


def _take(text: str) -> str:
    """Return what is taken of which rows."""
    figure, rows = _divided(text)
    if figure in known.BARE:
        said = tr(figure)
    else:
        said = _first(known.GROUPS, figure, _figure) or _first(known.MEASURES, figure) or figure
    return _rows(said, rows)


def _figure(text: str) -> str:
    return _first(known.MEASURES, text) or text


def _divided(text: str) -> tuple[str, str]:
    """Return what is taken, and the words that say of which rows."""
    order = _ORDER.search(text)
    places = [at for at in map(text.find, (_WHERE, *_STEPS)) if at >= 0]
    places += [order.start()] if order else []
    start = min(places, default=len(text))
    return text[:start], text[start:]


def _rows(said: str, rows: str) -> str:
    """Return a figure that is said with the rows it is taken of."""
    step = next((each for each in _STEPS if rows.startswith(each)), "")
    rows, along = rows.removeprefix(step), ""
    if step and _BY in rows:
        rows, _, along = rows.rpartition(_BY)
    order = _ORDER.search(rows)
    where = rows[: order.start()] if order else rows
    said = f"{said} {tr(step.strip())}" if step else said
    if where.startswith(_WHERE):
        listed = f" {tr('and')} ".join(map(_condition, _conditions(where.removeprefix(_WHERE))))
        said = tr(known.WHERE, what=said, conditions=listed)
    if order:
        said = f"{said}, {_order(order, rows[order.end() :])}"
    return tr(known.ALONG, what=said, column=along) if along else said


def _order(order: re.Match[str], column: str) -> str:
    said = tr(known.ORDERS[order[2]], column=column)
    return tr(known.PLACE, number=int(order[1]), what=said) if order[1] else said


def _conditions(text: str) -> list[str]:
    """Return each condition; "and" within the words of a cell divides none."""
    found = list[str]()
    for part in text.split(_AND):
        if found and not _condition(part):
            found[-1] = f"{found[-1]}{_AND}{part}"
        else:
            found.append(part)
    return found


def _condition(text: str) -> str:
    for template in known.MONTHLY:
        values = text_values(template, text)
        if values and values["month"] in known.MONTHS:
            month = values["month"]
            return tr(template, column=values["column"], month=tr(month))
    return _first(known.CONDITIONS, text, _either)


def _either(words: str) -> str:
    """Return the words of cells, which stay as they are, with "or" between them."""
    return f" {tr('or')} ".join(words.split(_OR))


def _first(templates: tuple[str, ...], text: str, said: Callable[[str], str] = str) -> str:
    """Return a text by the first template that it fits; words in it as they are `said`, "" without one."""
    for template in templates:
        values = text_values(template, text)
        if values is not None:
            return tr(template, **{name: _said_value(name, value, said) for name, value in values.items()})
        if template == text:
            return tr(template)
    return ""


def _said_value(name: str, value: str, said: Callable[[str], str]) -> object:
    if name in known.NUMBERS and _DIGITS.fullmatch(value):
        return _number(value)
    return said(value) if name in known.WORDS else value


def _number(digits: str) -> int:
    return int(digits.replace(",", "") or 0)
