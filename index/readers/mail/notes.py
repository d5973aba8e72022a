"""Reads notebooks exported from Evernote (ENEX) note by note, with attached files as members.

A note's content is a web page within the XML. Entities and DTDs are not loaded.
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import line, title
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.html import web_page
from citeback.index.readers.mail.attachments import file_name, numbered
from citeback.index.records import Source

_DAMAGED = "damaged or invalid export of notes"
_LABEL_CHARS = 100
_CHECKBOX = re.compile(r"<en-todo\b([^<>]{,200}?)/?>(?:</en-todo>)?", re.IGNORECASE)
# An item of a list of tasks; its words stand in a division of their own.
_ITEM = re.compile(
    r"(<li\b[^<>]{0,300}--en-checked:\s{0,9}(true|false)[^<>]{0,300}>\s{0,99}(?:<div\b[^<>]{0,300}>)?)",
    re.IGNORECASE,
)
_CHECKED = re.compile(r"checked\s{,9}=\s{,9}[\"']true", re.IGNORECASE)
_ENCRYPTED = re.compile(r"<en-crypt\b[^<>]{,500}>[^<>]{,1000000}</en-crypt>", re.IGNORECASE)


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an ENEX file; `stem` is the fallback title.

    Raises:
        ReadError: the file is damaged, or holds no note.
    """
    blocks: list[Block] = []
    authors: dict[str, None] = {}
    dates: list[str] = []
    for n, note in enumerate(_notes(data), start=1):
        blocks += _blocks(note, n)
        authors[line(note.findtext("note-attributes/author") or "")] = None
        dates.append(first_date(note.findtext("updated") or "", note.findtext("created") or ""))
    if not dates:
        raise ReadError("no notes in this export")
    joined = join_blocks(blocks)
    return Source(
        text=joined.text,
        title=title(joined.first_heading if len(dates) == 1 else None, stem),
        kind="notes",
        headings=joined.headings,
        locations=joined.locations,
        author=join_authors(*authors),
        date=max(dates),
    )


def attached(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (path, bytes) of each file attached to a note. Raises ReadError."""
    for n, note in enumerate(_notes(data), start=1):
        for name, content in numbered(_files(note)):
            yield f"note {n}/{name}", content


def _files(note: etree._Element) -> Iterator[tuple[str, bytes]]:
    for each in note.iter("resource"):
        named = each.findtext("resource-attributes/file-name") or ""
        with raising_read_error("damaged export of notes: what is attached cannot be decoded"):
            content = b64decode(each.findtext("data") or "")
        if named and content:  # pictures within the text have no name
            yield file_name(named, each.findtext("mime") or ""), content


def _notes(data: bytes) -> Iterator[etree._Element]:
    """Yield the notes one by one; each is emptied when the next one is asked for."""
    with raising_read_error(_DAMAGED):
        # Attached files are text nodes of many megabytes, which need huge_tree.
        parsed = etree.iterparse(
            BytesIO(data), tag="note", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True
        )
        for _, note in parsed:
            yield note
            note.clear()


def _blocks(note: etree._Element, n: int) -> Iterator[Block]:
    """Yield a note's title, its tags, its text and the names of attached files."""
    named = line(note.findtext("title") or "")
    here = location(f"note {n}: {named[:_LABEL_CHARS].strip()}" if named else f"note {n}")
    if named:
        yield Block(named, 1, locations=here)
    tags = [line(tag.text or "") for tag in note.iterchildren("tag")]
    if any(tags):
        yield Block(f"Tags: {', '.join(filter(None, tags))}", locations=here)
    for block in _content(note.findtext("content") or ""):
        yield replace(block, level=block.level and min(6, block.level + 1), locations=here)
    for task in note.iterchildren("task"):
        if words := line(task.findtext("title") or ""):
            box = "☑" if task.findtext("taskStatus") == "completed" else "☐"
            due = first_date(task.findtext("dueDate") or "")
            yield Block(f"{box} {words}{f', due {due}' if due else ''}", group=-n, locations=here)
    for each in note.iter("file-name"):
        if name := line(each.text or ""):
            yield Block(f"Attachment: {name}", locations=here)


def _content(markup: str) -> list[Block]:
    shown = _CHECKBOX.sub(lambda box: "☑ " if _CHECKED.search(box[1]) else "☐ ", markup)
    shown = _ITEM.sub(lambda item: f"{item[1]}{'☑' if item[2].lower() == 'true' else '☐'} ", shown)
    shown = _ENCRYPTED.sub("(encrypted words)", shown)
    try:
        return web_page.visible_blocks(
            re.sub(r"</?en-note\b", _as_division, shown, flags=re.IGNORECASE).encode()
        )
    except ReadError:
        return []  # a note of pictures


def _as_division(tag: re.Match[str]) -> str:
    return "</div" if tag[0].startswith("</") else "<div"
