"""Reads reStructuredText unchanged, with the spans of its headings.

docutils finds the lines of the headings, with includes, raw text and local configuration disabled.
"""

import re
from collections.abc import Iterator

from docutils.core import publish_doctree
from docutils.nodes import Node, section
from docutils.nodes import title as heading
from docutils.utils import SystemMessage

from citeback.index.readers.common.control_characters import title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.records import Heading, Source, Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_SAFE = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "doctitle_xform": False,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
}


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of a reStructuredText file; `stem` is the fallback title. Raises ReadError."""
    text = decode(data)
    headings = tuple(_headings(text))
    first = headings[0].span.of(text) if headings else None
    return Source(text=text, title=title(first, stem), kind="rst", headings=headings)


def _headings(text: str) -> Iterator[Heading]:
    """Yield the headings: docutils reports the line of the rule below them."""
    lines = [result.span() for result in _LINE.finditer(text)]
    with raising_read_error("not reStructuredText: it cannot be parsed", SystemMessage):
        # docutils splits lines at more characters than other programs: replace these with spaces.
        document = publish_doctree(
            re.sub(r"[\v\f\x1c-\x1e\x85\u2028\u2029]", " ", text), settings_overrides=_SAFE
        )
    for result in document.findall(section):
        if result.line and 1 < result.line <= len(lines) and result.next_node(heading):
            start, end = lines[result.line - 2]
            words = text[start:end].strip()
            if any(map(str.isalnum, words)):
                at = start + len(text[start:end]) - len(text[start:end].lstrip())
                yield Heading(Span(at, at + len(words)), _depth(result))


def _depth(node: Node) -> int:
    depth = 0
    while node is not None:
        depth += isinstance(node, section)
        node = node.parent
    return min(depth, 6)
