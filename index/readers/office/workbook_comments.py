"""Reads the text beside the cells of a sheet: comments, comment threads, printed headers and footers."""

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree

from citeback.index.readers.common.blocks import Block, location
from citeback.index.readers.common.control_characters import clean, line
from citeback.index.readers.office.parts import PackageParts

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_T = "{http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments}"
_PERSONS = "xl/persons/"
# What Excel writes into a comment for versions that do not know threads.
_STAND_IN = "[Threaded comment]"
_CODE = re.compile(r"&(?:\"[^\"]{,200}\"|K[0-9A-F]{6}|\d{1,3}|&|[A-Za-z])")
_EDGE = re.compile(rb"<(?:\w{1,20}:)?(?:odd|even|first)(Header|Footer)(?:\s[^<>]{,100})?>([^<>]{1,2000})<")
_LONGEST = 16 * 1024  # bytes of a sheet's printed headers and footers


def comments(parts: PackageParts, path: str, name: str) -> Iterator[Block]:
    """Yield the comments on the cells of the sheet at `path`, with their authors; `name` is the sheet's."""
    threads = [each.path for each in parts.related(path, "threadedComment")]
    for each in parts.related(path, "comments"):
        yield from _notes(parts.tree(each.path), name)
    people = _people(parts) if threads else {}
    for thread in threads:
        for comment in parts.tree(thread).iter(f"{_T}threadedComment"):
            author = people.get(comment.get("personId") or "", "")
            yield from _comment(name, comment.get("ref") or "", author, comment.findtext(f"{_T}text") or "")


def _people(parts: PackageParts) -> dict[str, str]:
    """Map the ids of comment authors to their names."""
    paths = sorted(path for path in parts.names if path.startswith(_PERSONS) and path.endswith(".xml"))
    people = (each for path in paths for each in parts.tree(path).iter(f"{_T}person"))
    return {each.get("id") or "": line(each.get("displayName") or "") for each in people}


def _notes(root: etree._Element, name: str) -> Iterator[Block]:
    authors = [line(each.text or "") for each in root.iter(f"{_S}author")]
    for comment in root.iter(f"{_S}comment"):
        result = comment.get("authorId") or ""
        author = authors[int(result)] if result.isdecimal() and int(result) < len(authors) else ""
        text = clean("".join(t.text or "" for t in comment.iter(f"{_S}t")))
        if not text.startswith(_STAND_IN):
            yield from _comment(name, comment.get("ref") or "", author, text)


def _comment(sheet: str, cell: str, author: str, text: str) -> Iterator[Block]:
    words = line(text)
    if words:
        place = f"sheet {sheet}, cell {line(cell)}, comment"
        shown = f"{author}: {words}" if author and not words.startswith(author) else words
        yield Block(shown, locations=location(f"{place} by {author}" if author else place))


def printed_edges(data: bytes, name: str) -> Iterator[Block]:
    """Yield the distinct headers and footers that a sheet is printed with, if they have words."""
    start = data.rfind(b"headerFooter", 0, data.rfind(b"headerFooter"))
    texts: dict[str, str] = {}
    for each in _EDGE.finditer(data[start : start + _LONGEST] if start >= 0 else b""):
        for part in re.split("&[LCR]", unescape(each[2].decode(errors="replace"))):
            words = line(_CODE.sub(_plain, part))
            if sum(map(str.isalpha, words)) > 1:
                texts.setdefault(words, each[1].decode().lower())
    for words, kind in texts.items():
        yield Block(words, locations=location(f"sheet {name}, {kind}"))


def _plain(code: re.Match[str]) -> str:
    return "&" if code[0] == "&&" else ""
