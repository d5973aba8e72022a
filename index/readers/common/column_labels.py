"""Joins table headers of two or three rows into one label per column, such as "2022 Sales".

A label in an upper row covers several columns: empty cells follow it, or it is repeated in each column.
"""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise, zip_longest

ROWS_BELOW = 12
"""Rows that are examined to detect a header."""
_MOST_ROWS = 3
_LABEL_CHARS = 60
_MOSTLY = 0.7  # of the cells below a label that are figures
_SENTENCE = 3  # words of a label that may end with a full stop
_DIGITS, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:18|19|20)\d\d(?:[/–-]\d{2,4})?", re.ASCII)
_NO_VALUE = frozenset({"n/a", "na", "none", "nil", "tbc", "tba", "unknown", "no data", "no", "yes"})

Cells = Sequence[str]


def head_rows(rows: Sequence[Cells]) -> int:
    """Return the number of header rows (2 or 3), or 1 if the header has at most one row."""
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
    """Return the label of each column, given the header rows."""
    labels = list(rows[-1])
    for upper in reversed(rows[:-1]):
        labels = _joined(upper, labels)
    return labels


def is_repeated_title(cells: Cells) -> bool:
    """Return whether a row is a title: one merged cell, repeated in all columns."""
    return len(cells) > 1 and any(map(str.isalpha, cells[0])) and len(set(cells)) == 1


def _joined(upper: Cells, lower: Cells) -> list[str]:
    """Join two rows of labels; a label in the upper row also covers the empty cells after it.

    Readers repeat the text of a merged cell, but not a number. So if the row has repeated labels, an empty
    cell after a label is empty; after a year it belongs to the year.
    """
    repeats = any(left == right and _has_letters(left) for left, right in pairwise(upper))
    labels, above = list[str](), ""
    for over, own in zip_longest(upper, lower, fillvalue=""):
        if over or not own or (repeats and _has_letters(above)):
            above = over
        labels.append(own if above == own else f"{above} {own}".strip())
    return labels


def _is_over(upper: Cells, lower: Cells, below: Sequence[Cells]) -> bool:
    """Return whether two rows are both header rows: labels above labels, not labels above values."""
    if not all(map(_is_label, filter(None, (*upper, *lower)))) or is_repeated_title(upper):
        return False
    if sum(map(bool, lower)) < 2 or _is_like_values(lower, below):
        return False
    figures = _figure_columns(lower, below)
    return _has_spans(upper, lower, figures) or _is_row_of_units(upper, lower, figures)


def _has_spans(upper: Cells, lower: Cells, figures: set[int]) -> bool:
    """Return whether upper labels span several lower ones, with evidence that both rows are headers.

    The evidence is numbers below them, the same lower labels under each, or a label that spans both rows.
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
    """Return each label of the upper row with the columns that it covers."""
    width = len(lower)
    labels, above = list[tuple[str, int]](), ""
    for n in range(width):
        over = upper[n] if n < len(upper) else ""
        above = over or (above if lower[n] else "")
        labels.append((above, n))
    runs = groupby(labels, key=lambda each: each[0])
    return [(label, [n for _, n in run]) for label, run in runs]


def _is_row_of_units(upper: Cells, lower: Cells, figures: set[int]) -> bool:
    """Return whether the lower row holds units of numeric columns, and the upper one names every column."""
    named = len(upper) >= len(lower) > 1 and all(upper) and upper[0] != "" and lower[0] == ""
    return (
        named
        and all(n in figures for n, own in enumerate(lower) if own)
        and not any(own.casefold() in _NO_VALUE or any(map(str.isdigit, own)) for own in lower)
    )


def _is_like_values(lower: Cells, below: Sequence[Cells]) -> bool:
    """Return whether a row looks like the data below it: a repeated value, or a number in the same form."""
    for n, own in enumerate(lower):
        values = [row[n] for row in below if n < len(row) and row[n]] if own else []
        if own in values:
            return True
        if values and any(map(str.isdigit, own)) and _shape(own) == _shape(values[0]):
            return True
    return False


def _figure_columns(lower: Cells, below: Sequence[Cells]) -> set[int]:
    """Return the labelled columns whose values are mostly numbers."""
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
    """Return the form of a value: "9 m" and "12 m" have the same one; a year has that of other years."""
    return "year" if _YEAR.fullmatch(cell) else _LETTERS.sub("a", _DIGITS.sub("0", cell))
