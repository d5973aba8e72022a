"""XML (feeds and other data) to Source: the text of its elements. Must never know other formats.

Text that is itself a page, as in feeds, is read as one. Neither entities nor a DTD are loaded.
"""

import re
from collections.abc import Iterator

from lxml import etree

from index.errors import ReadError
from index.readers import html
from index.readers.about import author, day
from index.readers.blocks import Block, at, joined
from index.readers.broken import told_as
from index.readers.clean import clean, title
from index.readers.decode import decode
from index.records import Source

_MARKUP = re.compile(r"<(?:p|div|br|a|img|b|i|em|strong|ul|li|span|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{,200}\?>")
# A character reference to half of a pair of surrogates.
_REFERENCE = re.compile(r"&#(?:x0*(d[89a-f][0-9a-f]{2})|0*(55[2-9]\d\d|5[67]\d{3}));", re.IGNORECASE)
_TITLES, _AUTHORS, _DATES = {"title"}, {"author", "creator"}, {"pubdate", "updated", "date", "published"}


def read(data: bytes, stem: str) -> Source:
    """Return the Source of an XML file's bytes; `stem` names it where it has no title.

    Raises ReadError when the bytes are no text, or no element is among them.
    """
    root = _root(_paired(_DECLARATION.sub("", clean(decode(data)))))
    with told_as("damaged XML: its text cannot be read"):
        found = joined(_blocks(root))
        named, *about = (_first(root, names) for names in (_TITLES, _AUTHORS, _DATES))
    said = (author(about[0]), day(about[1]))
    return Source(found.text, title(named, stem), "xml", (), (), found.places, *said)


def _paired(text: str) -> str:
    """Return the text with the characters that pairs of references to surrogates stand for.

    They are no XML, but feeds hold them; libxml2 makes bytes of them that are no UTF-8.
    """
    if not _REFERENCE.search(text):
        return text
    halves = _REFERENCE.sub(lambda found: chr(int(found[1] or "0", 16) or int(found[2])), text)
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _root(text: str) -> etree._Element:
    """Return the root of what can be read: a feed with one wrong mark is still a feed."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError("not XML") from error
    if root is None:
        raise ReadError("not XML: there is no element in it")
    return root


def _blocks(root: etree._Element) -> Iterator[Block]:
    """Yield the text of every element where it stands."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        text = element.text if event == "start" else element.tail if element is not root else None
        if not text or not text.strip() or not isinstance(element.tag, str):
            continue
        place = at(f"line {element.sourceline}")
        if _MARKUP.search(text):
            yield from (Block(block.text, group=block.group, places=place) for block in _page(text))
        else:
            yield Block(text.strip(), places=place)


def _page(text: str) -> list[Block]:
    try:
        return html.shown_blocks(text.encode())
    except ReadError:
        return []  # markup that shows nothing, such as a picture


def _first(root: etree._Element, names: set[str]) -> str:
    """Return the words of the first element of one of these names."""
    for element in root.iter("{*}*"):
        named = str(element.tag).rpartition("}")[2].lower() in names
        if named and (words := " ".join("".join(element.itertext()).split())):
            return words
    return ""
