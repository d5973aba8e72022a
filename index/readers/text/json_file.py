"""Reads JSON and JSON lines, with every value behind its key.

Objects become lines of "key: value"; nested values follow under a heading with their key, or as paragraphs.
The location of a value is its path, or the line of its record.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.decode import decode, fix_double_encoding
from citeback.index.readers.html import web_page
from citeback.index.records import Location, Source

_MARKUP = re.compile(r"<(?:p|div|br|a|img|b|i|em|strong|ul|li|span|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#39);")  # as chats export their messages
# Links, channels and people in Slack's messages, with the words that are shown for them.
_REFERENCE = re.compile(
    r"<((?:https?://|mailto:)[^<>|\s]{1,2000}|[@#!][\w^]{1,60}(?:\^[\w^]{1,60})?)(?:\|([^<>|]{1,500}))?>"
)
_HEADING_CHARS = 80
_DEEPEST = 200


class WrittenNumber(float):
    """A number that keeps its written digits: a price of 1.10 is not quoted as 1.1."""

    def __init__(self, written: str) -> None:
        self.written = written


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a JSON file; `stem` is the title. Raises ReadError."""
    text = decode(data).removeprefix("\ufeff")
    try:
        joined_blocks = join_blocks(_value(json.loads(text, parse_float=WrittenNumber), "", 0))
    except RecursionError as error:
        raise ReadError("JSON nested too deeply") from error
    except ValueError as error:
        try:
            return lines(data, stem)
        except ReadError:
            raise ReadError(f"not JSON: {_format_error(error)}") from error
    return Source(
        text=joined_blocks.text,
        title=title(stem),
        kind="json",
        headings=joined_blocks.headings,
        locations=joined_blocks.locations,
    )


def lines(data: bytes, stem: str) -> Source:
    """Read a file of JSON lines; `stem` is the title. Raises ReadError, naming the invalid line."""
    blocks: list[Block] = []
    for n, each in enumerate(decode(data).removeprefix("\ufeff").split("\n"), start=1):
        try:
            joined_blocks = (
                join_blocks(_value(json.loads(each, parse_float=WrittenNumber), "", 0))
                if each.strip()
                else None
            )
        except RecursionError as error:
            raise ReadError(f"JSON nested too deeply at line {n}") from error
        except ValueError as error:
            raise ReadError(f"not JSON at line {n}: {_format_error(error)}") from error
        if joined_blocks and joined_blocks.text:
            blocks.append(Block(joined_blocks.text, locations=location(f"line {n}")))
    whole = join_blocks(blocks)
    return Source(text=whole.text, title=title(stem), kind="json", locations=whole.locations)


def _value(value: object, path: str, depth: int) -> Iterator[Block]:
    """Yield the text blocks of a value."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        yield from _object(value, path, depth)
    elif isinstance(value, list) and (parts := _parts(value)):
        yield Block(clean("".join(parts)).strip(), locations=_at(path))
    elif isinstance(value, list):
        plain = [_display_text(each) for each in value if _plain(each)]
        if plain:
            yield Block("\n".join(filter(None, plain)), locations=_at(path))
        for n, each in enumerate(value):
            if not _plain(each):
                yield from _value(each, f"{path}[{n}]", depth + 1)
    else:
        yield Block(_display_text(value), locations=_at(path))


def _object(value: dict[str, object], path: str, depth: int) -> Iterator[Block]:
    texts, places, offset = [], [], 0
    pages: dict[str, str] = {}
    value = {key: each for key, each in value.items() if not _repeats(value, key)}
    for key, each in value.items():
        if _plain(each) and (shown := _display_text(each)):
            if "<" in shown and _MARKUP.search(shown):
                pages[key] = shown
                continue
            text = clean(f"{key}: {shown}").strip()
            places.append(Location(offset, _joined_path(path, key)))
            texts.append(text)
            offset += len(text) + 1
    if texts:
        yield Block("\n".join(texts), locations=tuple(places))
    for key, shown in pages.items():
        yield from (replace(block, locations=_at(_joined_path(path, key))) for block in _page(shown))
    for key, each in value.items():
        if not _plain(each):
            below = list(_value(each, _joined_path(path, key), depth + 1))
            name = " ".join(clean(key).split())[:_HEADING_CHARS].strip()
            if below and name:
                yield Block(name, min(6, depth + 1), locations=_at(_joined_path(path, key)))
            yield from below


def _repeats(value: dict[str, object], key: str) -> bool:
    """Return whether a key only repeats the text next to it with markup, as in exported chats."""
    if key == "text_entities":
        return "text" in value
    return key == "blocks" and "ts" in value and bool(value.get("text"))


def _parts(value: list[object]) -> list[str]:
    """Return the pieces of rich text, a list of strings and objects with a "text"; none for other lists."""
    if not any(isinstance(each, str) for each in value) or not any(isinstance(each, dict) for each in value):
        return []
    pieces = [each.get("text") if isinstance(each, dict) else each for each in value]
    return (
        [each for each in pieces if isinstance(each, str)] if all(isinstance(p, str) for p in pieces) else []
    )


def _page(markup: str) -> list[Block]:
    """Return the blocks of a value that holds HTML."""
    try:
        return web_page.visible_blocks(markup.encode())
    except ReadError:
        return []  # markup without text, such as a picture


def _display_text(value: object) -> str:
    """Return a string unchanged, null as "", and any other value as JSON."""
    if value is None:
        return ""
    if isinstance(value, WrittenNumber):
        return value.written
    if not isinstance(value, str):
        return clean(json.dumps(value)).strip()
    if "<" in value:
        value = _REFERENCE.sub(lambda match: match[2] or match[1], value)
    text = unescape(value) if _ENTITY.search(value) and not _MARKUP.search(value) else value
    return clean(fix_double_encoding(text)).strip()


def _plain(value: object) -> bool:
    return not isinstance(value, (dict, list))


def _joined_path(path: str, key: str) -> str:
    name = line(key) or "(no name)"
    return (f"{path}.{name}" if path else name)[:_DEEPEST].strip()


def _at(path: str) -> tuple[Location, ...]:
    return location(path) if path else ()


def _format_error(error: ValueError) -> str:
    """Return the parser's message; Python's own about overlong numbers is meant for programmers."""
    return str(error) if isinstance(error, json.JSONDecodeError) else "a number of thousands of digits"
