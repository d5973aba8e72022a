"""Opens OpenDocument packages: content, styles and metadata, without content that office programs hide.

Hidden words, paragraphs and sections are emptied when the package is opened, so that no reader has to skip
them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common import zip_package
from citeback.index.readers.common.blocks import Block, JoinedBlocks, join_blocks, location
from citeback.index.readers.common.control_characters import clean, line, title
from citeback.index.readers.common.formula import linear
from citeback.index.readers.common.metadata import first_date, join_authors
from citeback.index.readers.common.parser_errors import raising_read_error
from citeback.index.readers.office.opendocument_fields import is_raising, write_form_fields, write_raised
from citeback.index.readers.office.opendocument_names import (
    DC,
    DRAW,
    META,
    OFFICE,
    PARAGRAPHS,
    STYLE,
    TABLE,
    TEXT,
    XLINK,
)
from citeback.index.records import Source, UnreadPart

ANNOTATION = f"{OFFICE}annotation"
SKIPPED = frozenset(
    {ANNOTATION, f"{TEXT}tracked-changes", f"{TEXT}sequence-decls", f"{TEXT}note", f"{OFFICE}forms"}
    | {f"{TEXT}ruby-text", f"{TEXT}page-number", f"{TEXT}page-count"}
)
"""Elements that are not part of the running text."""
_HIDDEN = (f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph")
_MARKS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
_MANIFEST = "META-INF/manifest.xml"
_MOST_SPACES = 100
_DEEPEST_STYLE = 10
_DAMAGED = "damaged"
_MATH = "{http://www.w3.org/1998/Math/MathML}math"


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The parts of an open package; `styles` and `meta` are empty elements if the package lacks them."""

    archive: Any
    names: frozenset[str]
    content: etree._Element
    styles: etree._Element
    meta: etree._Element

    def source(self, blocks: Iterator[Block], kind: str, stem: str, headed: bool = True) -> Source:
        """Return the blocks as a source with the document's metadata.

        `stem` is the last fallback title; the first heading comes before it if `headed`.
        """
        joined: JoinedBlocks = join_blocks(blocks)
        author = _first(self.meta, f"{META}initial-creator") or _first(self.meta, f"{DC}creator")
        return Source(
            text=joined.text,
            title=title(_first(self.meta, f"{DC}title"), joined.first_heading if headed else None, stem),
            kind=kind,
            headings=joined.headings,
            locations=joined.locations,
            author=join_authors(author),
            saved=first_date(_first(self.meta, f"{DC}date"), _first(self.meta, f"{META}creation-date")),
            unread=tuple(
                UnreadPart(name, f"its part {name} is damaged")
                for name, root in (("styles.xml", self.styles), ("meta.xml", self.meta))
                if root.tag == _DAMAGED
            ),
        )

    def object(self, frame: etree._Element) -> etree._Element | None:
        """Return the content of an object embedded in a frame, such as a chart; None if there is none."""
        for each in frame.iter(f"{DRAW}object"):
            path = (each.get(f"{XLINK}href") or "").removeprefix("./").strip("/") + "/content.xml"
            if path in self.names:
                return zip_package.tree(zip_package.part(self.archive, path))
        return None

    def write_formulas(self, root: etree._Element) -> None:
        """Put the text of each embedded formula in the place of its frame."""
        for frame in list(root.iter(f"{DRAW}frame")):
            embedded = self.object(frame) if frame.find(f"{DRAW}object") is not None else None
            if embedded is not None and embedded.tag == _MATH:
                frame.clear(keep_tail=True)
                frame.text = linear(embedded)

    def hidden_styles(self, properties: str, name: str, value: str) -> frozenset[str]:
        """Return the names of styles whose `properties` element gives attribute `name` this value."""
        return frozenset(
            style.get(f"{STYLE}name") or ""
            for root in (self.content, self.styles)
            for style in root.iter(f"{STYLE}style")
            if any(each.get(name) == value for each in style.iterchildren(f"{STYLE}{properties}"))
        )


@contextmanager
def open_document(data: bytes, what: str) -> Iterator[OpenDocument]:
    """Yield the open package; `what` names the format in errors.

    Raises:
        ReadError: the file is encrypted or damaged.
    """
    with (
        zip_package.open_package(data, what) as archive,
        raising_read_error(f"damaged or invalid {what}"),
    ):
        names = frozenset(archive.namelist())
        if _MANIFEST in names and b"encryption-data" in zip_package.part(archive, _MANIFEST):
            raise ReadError(f"encrypted {what}: needs a password")
        content = zip_package.tree(zip_package.part(archive, "content.xml"))
        styles, meta = (_optional_part(archive, names, name) for name in ("styles.xml", "meta.xml"))
        opened = OpenDocument(archive=archive, names=names, content=content, styles=styles, meta=meta)
        hidden = _hidden_styles(opened)
        raised_styles = _raised_styles(opened)
        for root in (content, styles):
            _empty_hidden(root, hidden)
            write_raised(root, raised_styles)
            write_form_fields(root)
            opened.write_formulas(root)
        yield opened


def _optional_part(archive: Any, names: frozenset[str], name: str) -> etree._Element:
    """Return an optional part; an empty element if it is missing or damaged."""
    try:
        return zip_package.tree(zip_package.part(archive, name)) if name in names else etree.Element("none")
    except ReadError:
        return etree.Element(_DAMAGED)


def _raised_styles(opened: OpenDocument) -> frozenset[str]:
    """Return the names of text styles that raise their words."""
    return frozenset(
        style.get(f"{STYLE}name") or ""
        for root in (opened.content, opened.styles)
        for style in root.iter(f"{STYLE}style")
        for each in style.iterchildren(f"{STYLE}text-properties")
        if is_raising(each.get(f"{STYLE}text-position") or "")
    )


def _hidden_styles(opened: OpenDocument) -> frozenset[str]:
    """Return the names of text and paragraph styles that hide their words, those that inherit it included."""
    parents: dict[str, str] = {}
    display: dict[str, str] = {}
    for root in (opened.styles, opened.content):
        for style in root.iter(f"{STYLE}style"):
            name = style.get(f"{STYLE}name") or ""
            parents[name] = style.get(f"{STYLE}parent-style-name") or ""
            for each in style.iterchildren(f"{STYLE}text-properties"):
                if result := each.get(f"{TEXT}display"):
                    display[name] = result
    return frozenset(name for name in parents if _display(name, parents, display) == "none")


def _display(name: str, parents: dict[str, str], display: dict[str, str]) -> str:
    for _ in range(_DEEPEST_STYLE):
        if name in display:
            return display[name]
        name = parents.get(name, "")
    return ""


def _empty_hidden(root: etree._Element, styles: frozenset[str]) -> None:
    """Remove the content of hidden elements, but not the text after them."""
    for element in list(root.iter(f"{TEXT}span", f"{TEXT}p", f"{TEXT}h", f"{TEXT}section", *_HIDDEN)):
        styled = element.get(f"{TEXT}style-name") in styles
        is_section = element.tag == f"{TEXT}section" and element.get(f"{TEXT}display") == "none"
        conditional = element.tag in _HIDDEN and element.get(f"{TEXT}is-hidden") == "true"
        if conditional and element.tag == f"{TEXT}hidden-paragraph":
            paragraph = next(element.iterancestors(*PARAGRAPHS), None)
            element = element if paragraph is None else paragraph
        if styled or is_section or conditional:
            element.clear(keep_tail=True)


def comment_blocks(root: etree._Element, where: str = "") -> Iterator[Block]:
    """Yield the comments below an element, with their authors; `where` precedes their location."""
    for each in root.iter(ANNOTATION):
        name = join_authors(_first(each, f"{DC}creator"))
        text = line(" ".join(words(part) for part in each.iter(f"{TEXT}p")))
        if text:
            label = f"{where}, comment" if where else "comment"
            yield Block(
                f"{name}: {text}" if name else text,
                locations=location(f"{label} by {name}" if name else label),
            )


def words(root: etree._Element) -> str:
    """Return the text of an element, its paragraphs separated by newlines."""
    parts = [root.text or ""]
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element is root:
            continue
        if event == "start":
            if element.tag in SKIPPED:
                walk.skip_subtree()
                continue
            if element.tag in PARAGRAPHS:
                parts.append("\n")
            parts.append(_mark(element) or element.text or "")
        else:
            parts.append(element.tail or "")
    return clean("".join(parts))


def paragraphs(root: etree._Element) -> Iterator[str]:
    """Yield the non-empty paragraphs below an element."""
    for element in visible_elements(root):
        if element.tag in PARAGRAPHS and (text := words(element).strip()):
            yield text


def repeats(element: etree._Element, name: str, most: int) -> int:
    """Return a count that an attribute of the table namespace gives, from 1 to `most`."""
    text = element.get(f"{TABLE}{name}") or "1"
    return min(max(1, int(text)), most) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def visible_elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements below and including one that are part of the running text."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in SKIPPED:
            walk.skip_subtree()
        else:
            yield element


def _mark(element: etree._Element) -> str:
    if element.tag == f"{TEXT}s":
        count = element.get(f"{TEXT}c") or "1"
        return " " * (min(int(count), _MOST_SPACES) if count.isdecimal() and len(count) < 9 else 1)
    return _MARKS.get(element.tag, "")


def _first(root: etree._Element, tag: str) -> str:
    return next((element.text or "" for element in root.iter(tag)), "")
