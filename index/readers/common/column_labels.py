"""Joins a table's head of two or three rows into one label for each column: "2022 Sales".

A label of the upper row covers several columns: it is followed by empty cells, or repeated over the columns.
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise, zip_longest

ROWS_BELOW = 12
"""Rows below a head that show whether it is one."""
_MOST_ROWS = 3
_LABEL_CHARS = 60
_MOSTLY = 0.7  # of the cells below a label that are figures
_SENTENCE = 3  # words of a label that may end with a full stop
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:18|19|20)\d\d(?:[/–-]\d{2,4})?", re.ASCII)
_NO_VALUE = frozenset({"n/a", "na", "none", "nil", "tbc", "tba", "unknown", "no data", "no", "yes"})

Cells = Sequence[str]


def head_rows(rows: Sequence[Cells]) -> int:
    """Return how many rows at the top are a head of two or three rows, or 1 if there is none."""
    for count in range(min(_MOST_ROWS, len(rows) - 1), 1, -1):
        below = rows[count : count + ROWS_BELOW]
        lower: Cells = rows[count - 1]
        for upper in reversed(rows[: count - 1]):
            if not _is_over(upper, lower, below):
                break
            lower = _joined(upper, lower)
        else:
            return count
    return 1


def column_labels(rows: Sequence[Cells]) -> list[str]:
    """Return the label of each column of a head, from its rows."""
    labels = list(rows[-1])
    for upper in reversed(rows[:-1]):
        labels = _joined(upper, labels)
    return labels


def is_repeated_title(cells: Cells) -> bool:
    """Return whether a row is one merged cell that is repeated over all columns: a title."""
    return len(cells) > 1 and any(map(str.isalpha, cells[0])) and len(set(cells)) == 1


def _joined(upper: Cells, lower: Cells) -> list[str]:
    """Return the labels of two rows; a label of the upper one goes on over empty cells beside it.

    Readers repeat a merged cell's words but not its figures. So beside words that are repeated, an empty cell
    is empty; beside a year it is not.
    """
    repeats = any(left == right and _has_letters(left) for left, right in pairwise(upper))
    labels, above = list[str](), ""
    for over, own in zip_longest(upper, lower, fillvalue=""):
        if over or not own or (repeats and _has_letters(above)):
            above = over
        labels.append(own if above == own else f"{above} {own}".strip())
    return labels


def _is_over(upper: Cells, lower: Cells, below: Sequence[Cells]) -> bool:
    """Return whether two rows are a head: words over words, and no row of values."""
    if not all(map(_is_label, filter(None, (*upper, *lower)))) or is_repeated_title(upper):
        return False
    if sum(map(bool, lower)) < 2 or _is_like_values(lower, below):
        return False
    figures = _figure_columns(lower, below)
    return _has_spans(upper, lower, figures) or _is_row_of_units(upper, lower, figures)


def _has_spans(upper: Cells, lower: Cells, figures: set[int]) -> bool:
    """Return whether labels cover several columns with labels of their own, and something tells it is a head.

    What tells is figures below, the same labels below each, or a label that covers both rows.
    """
    covers = [
        [lower[n] for n in columns]
        for label, columns in _covered(upper, lower)
        if label and len(columns) > 1 and len({lower[n] for n in columns if lower[n]}) > 1
    ]
    if not covers:
        return False
    tall = any(
        over and own in ("", over) for over, own in zip_longest(upper, lower, fillvalue="") if over or own
    )
    return len(figures) > 1 or tall or (len(covers) > 1 and len(set(map(tuple, covers))) == 1)


def _covered(upper: Cells, lower: Cells) -> list[tuple[str, list[int]]]:
    """Return the labels of the upper row, each with the columns of the lower one that it covers."""
    width = len(lower)
    labels, above = list[tuple[str, int]](), ""
    for n in range(width):
        over = upper[n] if n < len(upper) else ""
        above = over or (above if lower[n] else "")
        labels.append((above, n))
    runs = groupby(labels, key=lambda each: each[0])
    return [(label, [n for _, n in run]) for label, run in runs]


def _is_row_of_units(upper: Cells, lower: Cells, figures: set[int]) -> bool:
    """Return whether the lower row gives the units of figures, below a name for every column."""
    named = len(upper) >= len(lower) > 1 and all(upper) and upper[0] != "" and lower[0] == ""
    return (
        named
        and all(n in figures for n, own in enumerate(lower) if own)
        and not any(own.casefold() in _NO_VALUE or any(map(str.isdigit, own)) for own in lower)
    )


def _is_like_values(lower: Cells, below: Sequence[Cells]) -> bool:
    """Return whether a row is like those below it: a value that they repeat, or figures written as theirs."""
    for n, own in enumerate(lower):
        values = [row[n] for row in below if n < len(row) and row[n]] if own else []
        if own in values:
            return True
        if values and any(map(str.isdigit, own)) and _shape(own) == _shape(values[0]):
            return True
    return False


def _figure_columns(lower: Cells, below: Sequence[Cells]) -> set[int]:
    """Return the columns with a label above values that are mostly figures."""
    result = set()
    for n in (n for n, own in enumerate(lower) if own):
        values = [row[n] for row in below if n < len(row) and row[n]]
        with_digits = sum(any(map(str.isdigit, value)) for value in values)
        if values and with_digits >= _MOSTLY * len(values):
            result.add(n)
    return result


def _is_label(cell: str) -> bool:
    is_sentence = cell.endswith((".", "!", "?")) and len(cell.split()) > _SENTENCE
    return (
        len(cell) <= _LABEL_CHARS and not is_sentence and (_has_letters(cell) or bool(_YEAR.fullmatch(cell)))
    )


def _has_letters(cell: str) -> bool:
    return any(map(str.isalpha, cell))


def _shape(cell: str) -> str:
    """Return how a value is written: "9 m" and "12 m" are written alike, a year only as another year."""
    return "year" if _YEAR.fullmatch(cell) else _LETTERS.sub("a", _DIGITS.sub("0", cell))
