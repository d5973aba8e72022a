"""reStructuredText to Source: the file itself, with the headings' spans. Must never know other formats.

docutils says on which lines headings stand; includes, raw text and the settings of the machine are off.
"""

import re
from collections.abc import Iterator

from docutils.core import publish_doctree
from docutils.nodes import Node, section
from docutils.nodes import title as heading
from docutils.utils import SystemMessage

from index.readers.broken import told_as
from index.readers.clean import title
from index.readers.decode import decode
from index.records import Heading, Source, Span

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
    """Return the Source of a reStructuredText file's bytes; `stem` names it where it has no heading.

    Raises ReadError when the bytes are no text.
    """
    text = decode(data)
    headings = tuple(_headings(text))
    first = headings[0].span.of(text) if headings else None
    return Source(text, title(first, stem), "rst", headings)


def _headings(text: str) -> Iterator[Heading]:
    """Yield the headings where they stand: on the line above the rule that docutils names."""
    lines = [found.span() for found in _LINE.finditer(text)]
    with told_as("not reStructuredText: it cannot be parsed", SystemMessage):
        # docutils parts lines at more characters than people do: those become spaces, one for one.
        document = publish_doctree(
            re.sub(r"[\v\f\x1c-\x1e\x85\u2028\u2029]", " ", text), settings_overrides=_SAFE
        )
    for found in document.findall(section):
        if found.line and 1 < found.line <= len(lines) and found.next_node(heading):
            start, end = lines[found.line - 2]
            words = text[start:end].strip()
            if any(map(str.isalnum, words)):
                at = start + len(text[start:end]) - len(text[start:end].lstrip())
                yield Heading(Span(at, at + len(words)), _depth(found))


def _depth(node: Node) -> int:
    depth = 0
    while node is not None:
        depth += isinstance(node, section)
        node = node.parent
    return min(depth, 6)
