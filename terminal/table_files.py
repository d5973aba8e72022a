"""A table of answers as CSV, Excel workbook or Markdown.

Text of documents is never taken for a formula: a spreadsheet would compute what begins with "=".
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeback import wire
from citeback.index.errors import SettingsError

if TYPE_CHECKING:
    from citeback.rag.review.cell import TableCell

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_SHEET_CHARS = 32_000
SUFFIXES = (".csv", ".xlsx", ".md", ".json")
PER_QUESTION = ("answer", "words", "place", "confidence")


def check_suffix(out: Path) -> None:
    """Raise SettingsError unless a table can be written to a file of this name."""
    if out.suffix.lower() not in SUFFIXES:
        raise SettingsError(f"{out} is no name for a table.", f"end it in one of {', '.join(SUFFIXES)}")
    if not out.absolute().parent.is_dir():
        raise SettingsError(f"There is no folder {out.absolute().parent}.", "make the folder first")


def write_table(out: Path, questions: Sequence[str], cells: Sequence["TableCell"]) -> None:
    """Write a table; the file is replaced as a whole, so that it is never half written."""
    suffix, part = out.suffix.lower(), out.with_name(f".{out.name}.part")
    if suffix == ".xlsx":
        _write_workbook(part, questions, cells)
    elif suffix == ".csv":
        part.write_text(_csv(questions, cells), encoding="utf-8-sig", newline="")
    elif suffix == ".md":
        part.write_text(markdown(questions, cells), encoding="utf-8")
    else:
        part.write_bytes(wire.dumps(wire.answer_table(questions, cells)) + b"\n")
    part.replace(out)


def markdown(questions: Sequence[str], cells: Iterable["TableCell"]) -> str:
    """Return the table in Markdown: one row for each document, the answers only."""
    lines = [["Document", *questions], ["---"] * (len(questions) + 1)]
    lines += [[name, *(cell.text for cell in row)] for name, row in _rows(cells).items()]
    return "".join(f"| {' | '.join(map(_escaped, line))} |\n" for line in lines)


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _rows(cells: Iterable["TableCell"]) -> Mapping[str, list["TableCell"]]:
    rows: dict[str, list[TableCell]] = {}
    for cell in cells:
        rows.setdefault(cell.document, []).append(cell)
    return rows


def _header(questions: Sequence[str]) -> list[str]:
    return [
        "document",
        *(q if what == "answer" else f"{q} ({what})" for q in questions for what in PER_QUESTION),
    ]


def _values(name: str, cells: Iterable["TableCell"]) -> Iterator[Any]:
    yield name
    for cell in cells:
        source = cell.source
        yield cell.text
        yield source.quote if source else ""
        yield (
            f"{source.place or ''} characters {source.span.start}-{source.span.end}".strip() if source else ""
        )
        yield round(cell.confidence, 3)


def _csv(questions: Sequence[str], cells: Iterable["TableCell"]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_harmless, _header(questions)))
    for name, row in _rows(cells).items():
        writer.writerow(_harmless(value) for value in _values(name, row))
    return text.getvalue()


def _harmless(value: object) -> object:
    """Return a value that a spreadsheet does not compute."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_workbook(path: Path, questions: Sequence[str], cells: Iterable["TableCell"]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    lines = [_header(questions), *(list(_values(name, row)) for name, row in _rows(cells).items())]
    for n, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            text = (
                ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:_MAX_SHEET_CHARS]
                if isinstance(value, str)
                else value
            )
            cell = sheet.cell(row=n, column=column, value=text)
            if isinstance(text, str):
                cell.data_type = "s"  # text, even if it begins with "="
            if n == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    book.save(path)
