"""Reads Jupyter notebooks cell by cell: prose, code and results."""

import json
import re
from collections.abc import Iterator
from typing import Any

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.common.metadata import join_authors
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.html import web_page
from citeback.index.records import Location, Source

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NAMELESS = re.compile(r"<[\w.]{1,200}(?: [^<>\n]{0,300})?>")  # an object without words
_MOST_OUTPUT = 10_000
"""Most characters of one result; longer ones are data."""


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a notebook; `stem` is the fallback title. Raises ReadError."""
    try:
        book: Any = json.loads(decode(data).removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ReadError("not a notebook: invalid JSON") from error
    with raising_read_error("not a notebook, or one of an old format"):
        cells = book["cells"] if "cells" in book else book["worksheets"][0]["cells"]
        joined_blocks = join_blocks(block for n, cell in enumerate(cells, 1) for block in _cell(cell, n))
        names = [each.get("name", "") for each in book.get("metadata", {}).get("authors", [])]
        named = title(book.get("metadata", {}).get("title"), joined_blocks.first_heading, stem)
        return Source(
            text=joined_blocks.text,
            title=named,
            kind="notebook",
            headings=joined_blocks.headings,
            locations=joined_blocks.locations,
            author=join_authors(*names),
        )


def _cell(cell: dict[str, Any], n: int) -> Iterator[Block]:
    place = location(f"cell {n}")
    text = _text(cell.get("source", cell.get("input", "")))
    if cell.get("cell_type") == "markdown":
        for paragraph in re.split(r"\n[ \t]*\n", text):
            yield from _prose(paragraph.strip("\n"), place)
        return
    if text.strip():
        yield Block(text.strip("\n"), locations=place)
    for output in cell.get("outputs", ()):
        shown = _result(output)
        if shown.strip():
            yield Block(shown[:_MOST_OUTPUT].strip("\n"), locations=location(f"cell {n}, result"))


def _result(output: dict[str, Any]) -> str:
    """Return a result as displayed: printed text, an error, a table, prose, or a value."""
    if output.get("output_type") == "error":
        return _text(f"{output.get('ename', '')}: {output.get('evalue', '')}")
    data = output.get("data", {})
    page = _text(data.get("text/html") or "")
    plain = _text(output.get("text") or data.get("text/plain") or "")
    says_nothing = not plain.strip() or _NAMELESS.fullmatch(plain.strip()) is not None
    if "<table" in page or (page and says_nothing):
        try:
            return web_page.visible_text(page.encode())
        except ReadError:
            return plain  # a page of pictures
    if prose := _text(data.get("text/markdown") or ""):
        return prose
    return "" if says_nothing else plain


def _prose(paragraph: str, place: tuple[Location, ...]) -> Iterator[Block]:
    """Yield the blocks of a Markdown paragraph; its first line may be a heading."""
    first, _, rest = paragraph.partition("\n")
    heading = _HEADING.match(first)
    if heading and (words := heading[2].rstrip(" \t#").strip()):
        yield Block(words, len(heading[1]), locations=place)
        paragraph = rest.strip("\n")
    if paragraph.strip():
        yield Block(paragraph, locations=place)


def _text(source: object) -> str:
    lines = source if isinstance(source, list) else [source]
    return clean(_ESCAPES.sub("", "".join(map(str, lines))))
