"""Reads XML, such as feeds: the text of all elements.

Text that contains HTML, as in feeds, is read as a web page. Entities and DTDs are not loaded.
"""

import re
from collections.abc import Iterator

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, join_blocks, location
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.html import web_page
from citeback.index.records import Source

_MARKUP = re.compile(r"<(?:p|div|br|a|img|b|i|em|strong|ul|li|span|table|h[1-6])\b[^<>]*>", re.IGNORECASE)
_MOST_INLINE = 1_000  # elements within one paragraph
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{,200}\?>")
# A character reference to a surrogate.
_REFERENCE = re.compile(r"&#(?:x0*(d[89a-f][0-9a-f]{2})|0*(55[2-9]\d\d|5[67]\d{3}));", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3}")
_NO_RECORDS = {"link", "img", "graphic", "br", "hr", "col", "colspec", "enclosure", "thumbnail", "ref"}
_LAYOUT = {"href", "src", "url", "width", "colname", "rid", "style", "class"}
_TITLES, _AUTHORS, _DATES = {"title"}, {"author", "creator"}, {"pubdate", "updated", "date", "published"}


def read(data: bytes, stem: str) -> Source:
    """Read the bytes of an XML file; `stem` is the fallback title.

    Raises:
        ReadError: the bytes are not text, or contain no element.
    """
    root = _root(_paired(_DECLARATION.sub("", clean(decode(data)))))
    with raising_read_error("damaged XML: its text cannot be read"):
        joined_blocks = join_blocks(_blocks(root))
        named, author, dated = (_first(root, names) for names in (_TITLES, _AUTHORS, _DATES))
    return Source(
        text=joined_blocks.text,
        title=title(named, stem),
        kind="xml",
        locations=joined_blocks.locations,
        author=join_authors(author),
        date=first_date(dated),
    )


def _paired(text: str) -> str:
    """Replace pairs of references to surrogates with the characters they encode.

    They are invalid XML but occur in feeds, and libxml2 turns them into invalid UTF-8.
    """
    if not _REFERENCE.search(text):
        return text
    halves = _REFERENCE.sub(lambda match: chr(int(match[1] or "0", 16) or int(match[2])), text)
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _root(text: str) -> etree._Element:
    """Return the root element, recovering from errors where possible."""
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
    """Yield the text of all elements in document order."""
    inside: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            continue
        if inside is not None:
            inside = None if event == "end" and element is inside else inside
            if inside is not None or event == "start":
                continue
            text = element.tail if element is not root else None
        elif event == "start" and _is_mixed(element):
            inside, text = element, " ".join("".join(element.itertext()).split())
        else:
            text = element.text if event == "start" else element.tail if element is not root else None
        place = location(f"line {element.sourceline}")
        if event == "start" and (message := _attributes(element)):
            yield Block(message, locations=place)
        if not text or not text.strip():
            continue
        if _MARKUP.search(text):
            yield from (Block(block.text, group=block.group, locations=place) for block in _page(text))
        else:
            yield Block(text.strip(), locations=place)


def _is_mixed(element: etree._Element) -> bool:
    """Return whether an element has mixed content, like a paragraph: text next to child elements."""
    children = [child for child in element if isinstance(child.tag, str)]
    if not children or len(children) > _MOST_INLINE:
        return False
    after = sum(bool(child.tail and child.tail.strip()) for child in children)
    if not after and not (element.text and element.text.strip()):
        return False
    is_flat = not any(len(inner) for child in children for inner in child)
    return is_flat or 2 * after >= len(children)


def _attributes(element: etree._Element) -> str:
    """Return an element's attributes as lines if one of them holds several words, else ""."""
    named = ((str(key).rpartition("}")[2], " ".join(value.split())) for key, value in element.attrib.items())
    result = {key: value for key, value in named if value}
    if _is_record(element, result):
        return "\n".join(f"{key}: {value}" for key, value in result.items())
    if not any(" " in value for value in result.values()) or (element.text or "").strip():
        return ""
    return "\n".join(f"{key}: {value}" for key, value in result.items())


def _is_record(element: etree._Element, attributes: dict[str, str]) -> bool:
    """Return whether an element's content is in its attributes: it has no text, and they are not links."""
    if not attributes or len(element) or _WORD.search(element.text or ""):
        return False
    name = etree.QName(element).localname.lower()
    is_link = any("/" in value or key in _LAYOUT for key, value in attributes.items())
    return name not in _NO_RECORDS and not is_link


def _page(text: str) -> list[Block]:
    try:
        return web_page.visible_blocks(text.encode())
    except ReadError:
        return []  # markup without text, such as a picture


def _first(root: etree._Element, names: set[str]) -> str:
    """Return the text of the first element with one of these names."""
    for element in root.iter("{*}*"):
        named = str(element.tag).rpartition("}")[2].lower() in names
        if named and (words := " ".join("".join(element.itertext()).split())):
            return words
    return ""
