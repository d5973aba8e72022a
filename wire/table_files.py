"""A table of answers as CSV, Excel workbook, Word document, Markdown, JSON or references.

Text of documents is never taken for a formula: a spreadsheet would compute what begins with "=".
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from citeback.index.errors import SettingsError
from citeback.wire.reference_formats import MEDIA_TYPES, ReferenceFormat, cell_references, unknown_source
from citeback.wire.responses import dumps
from citeback.wire.tables import answer_table
from citeback.wire.word.answers import link_to, table_document
from citeback.wire.word.package import MEDIA_TYPE

if TYPE_CHECKING:
    from citeback.index.records import Source
    from citeback.rag.review.cell import TableCell

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_SHEET_CHARS = 32_000
FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx": MEDIA_TYPE,
        "md": "text/markdown; charset=utf-8",
        "json": "application/json",
        "ris": MEDIA_TYPES[ReferenceFormat.RIS],
        "csl": MEDIA_TYPES[ReferenceFormat.CSL],
    }
)
"""Media types, by suffix."""
SUFFIXES = tuple(f".{name}" for name in FORMATS)
PER_QUESTION = ("answer", "words", "place", "confidence", "link")
TITLE = "Table of answers"
Sources: TypeAlias = "Callable[[str], Source]"


def check_suffix(out: Path) -> None:
    """Raise SettingsError unless a table can be written to a file of this name."""
    if out.suffix.lower() not in SUFFIXES:
        raise SettingsError(f"{out} is no name for a table.", f"end it in one of {', '.join(SUFFIXES)}")
    if not out.absolute().parent.is_dir():
        raise SettingsError(f"There is no folder {out.absolute().parent}.", "make the folder first")


def write_table(
    out: Path,
    questions: Sequence[str],
    cells: Sequence["TableCell"],
    base: str = "",
    source: Sources = unknown_source,
) -> None:
    """Write a table; the file is replaced as a whole, so that it is never half written."""
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(table_file(out.suffix.lower().removeprefix("."), questions, cells, base, source=source))
    part.replace(out)


def table_file(
    suffix: str,
    questions: Sequence[str],
    cells: Sequence["TableCell"],
    base: str = "",
    title: str = TITLE,
    source: Sources = unknown_source,
) -> bytes:
    """Return a table in one of `FORMATS`; `base` is the address that permanent links begin with.

    `source` returns what is known of a cited document, for references.
    """
    match suffix:
        case "ris" | "csl":
            return cell_references(ReferenceFormat(suffix), cells, source, base).encode("utf-8", "replace")
        case "xlsx":
            return _workbook(questions, cells, base)
        case "docx":
            return table_document(title, questions, cells, base)
        case "csv":
            return _csv(questions, cells, base).encode("utf-8-sig", "replace")
        case "md":
            return markdown(questions, cells).encode("utf-8", "replace")
        case _:
            return dumps(answer_table(questions, cells)) + b"\n"


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


def _header(questions: Sequence[str], judged: bool) -> list[str]:
    columns = (*PER_QUESTION, "judged") if judged else PER_QUESTION
    return [
        "document",
        *(q if what == "answer" else f"{q} ({what})" for q in questions for what in columns),
    ]


def _values(name: str, cells: Iterable["TableCell"], base: str, judged: bool) -> Iterator[Any]:
    yield name
    for cell in cells:
        source = cell.source
        yield cell.text
        yield source.quote if source else ""
        yield (
            f"{source.place or ''} characters {source.span.start}-{source.span.end}".strip() if source else ""
        )
        yield round(cell.confidence, 3)
        yield link_to(cell.document, source.span, source.quote, base) if source else ""
        if judged:
            yield cell.judged


def _csv(questions: Sequence[str], cells: Sequence["TableCell"], base: str) -> str:
    text = StringIO()
    writer = csv.writer(text)
    judged = any(cell.judged for cell in cells)
    writer.writerow(map(_harmless, _header(questions, judged)))
    for name, row in _rows(cells).items():
        writer.writerow(_harmless(value) for value in _values(name, row, base, judged))
    return text.getvalue()


def _harmless(value: object) -> object:
    """Return a value that a spreadsheet does not compute."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _workbook(questions: Sequence[str], cells: Sequence["TableCell"], base: str) -> bytes:
    """Return a workbook; with an address to begin with, an answer links to its words."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet, judged = book.active, any(cell.judged for cell in cells)
    for column, value in enumerate(_header(questions, judged), start=1):
        _set(sheet.cell(row=1, column=column), value).font = Font(bold=True)
    for n, (name, row) in enumerate(_rows(cells).items(), start=2):
        for column, value in enumerate(_values(name, row, base, judged), start=1):
            _set(sheet.cell(row=n, column=column), value)
        for at, cell in enumerate(row):
            if base and cell.source:
                answer = sheet.cell(row=n, column=2 + at * (len(PER_QUESTION) + judged))
                answer.hyperlink = link_to(cell.document, cell.source.span, cell.source.quote, base)
                answer.font = Font(color="0563C1", underline="single")
    sheet.freeze_panes = "B2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _set(cell: Any, value: object) -> Any:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:_MAX_SHEET_CHARS]
        cell.data_type = "s"  # text, even if it begins with "="
    else:
        cell.value = value
    return cell
