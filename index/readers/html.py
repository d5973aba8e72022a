"""A web page to Source: its main text, then its readers' comments. Must never know other formats.

trafilatura finds the main text, and comments whose authors are not named (`comments` finds those that
are); the text is built from its trees (`blocks`), because its own text output marks up lists and tables.
Where it finds little, all visible text of the page is
taken. Nothing is fetched: no URL is passed on, and the parser loads no DTD and no entity.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.metadata import examine_meta, extract_title

from index.errors import ReadError
from index.readers.blocks import Block, blocks, joined
from index.readers.clean import clean, title
from index.readers.comments import cut_out
from index.readers.decode import decode
from index.readers.page_tree import prepare
from index.readers.pagehead import signed
from index.records import Source

# Without a handler, Python prints the library's "discarding data" for every page it finds nothing in.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

# trafilatura's own bound (MIN_EXTRACTED_SIZE) for calling an extraction short.
_SHORT = 250
_MOST = 0.8
# trafilatura took 17 s over a table of 120,000 elements (560 kB); such pages are data rather than prose.
_MOST_ELEMENTS = 100_000
_COMMENTS = Block("Comments", 2)
# XHTML closes these in place; read as HTML, one of them swallows the rest of the page.
_XHTML = re.compile(r"\s*<\?xml|[^>]{,500}//DTD XHTML")
_CLOSED_IN_PLACE = re.compile(r"<(script|style|title|textarea|iframe)\b([^<>]{,2000})/>", re.IGNORECASE)
# What a third-party extractor was seen or may be expected to raise on a hostile page; all visible text
# is taken instead. A wider net would hide our own defects.
_EXTRACTION_ERRORS = (ValueError, TypeError, LookupError, AttributeError, RecursionError, etree.LxmlError)


def read(data: bytes, stem: str) -> Source:
    """Return the Source of an HTML page's bytes; `stem` names it where it has no title.

    Raises ReadError when the bytes are no text or there is no text in the page.
    """
    tree = _tree(decode(data))
    comments = [block for comment in cut_out(tree) for block in comment.blocks()]
    named, found = _extracted(tree, with_comments=not comments)
    visible = list(_visible(tree))
    article = _headed(_fuller(found, visible), visible)
    page = joined([*article, *([_COMMENTS, *comments] if comments else [])])
    if not page.text:
        raise ReadError("no text in this page")
    called = title(named, tree.findtext(".//title"), page.first_heading, stem)
    return Source(page.text, called, "html", page.headings, (), page.places, *signed(tree))


class NotWhole(ReadError):
    """A page of which only a part could be read."""


def shown(data: bytes) -> str:
    """Return all text of a page that a browser would show, as in a message."""
    return joined(shown_blocks(data)).text


def shown_blocks(data: bytes) -> list[Block]:
    """Return the blocks of the same. Raises ReadError when the bytes are no text or show none."""
    return list(_visible(_tree(decode(data))))


def _tree(text: str) -> html.HtmlElement:
    """Return the parsed page. Bytes go in, since lxml refuses a str that declares an encoding."""
    # huge_tree: the parser's usual limit of 256 levels cuts the rest of a page off without an error.
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    page = clean(text)
    if _XHTML.match(page):
        page = _CLOSED_IN_PLACE.sub(r"<\1\2></\1>", page)
    try:
        tree = html.document_fromstring(page.encode(), parser=parser)
    except etree.ParserError as error:
        raise ReadError("no text in this page") from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise NotWhole("elements nested too deep to read the page whole")
    prepare(tree)
    return tree


def _extracted(tree: html.HtmlElement, *, with_comments: bool) -> tuple[str | None, list[Block]]:
    """Return the page's title and the blocks of its main text and comments, none if there are none."""
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return None, []
    try:
        # Not with_metadata=True: its search for a date made a third of the time, and no date is used here.
        named = examine_meta(tree).title or extract_title(tree)
        page = bare_extraction(tree, include_comments=with_comments)
    except _EXTRACTION_ERRORS:
        return None, []
    if page is None or isinstance(page, dict):
        return named, []
    comments = list(blocks(page.commentsbody)) if with_comments else []
    return named, [*blocks(page.body), *([_COMMENTS, *comments] if comments else [])]


def _fuller(found: list[Block], visible: list[Block]) -> list[Block]:
    """Return the extraction, or all visible text where the extraction is not to be trusted.

    That is: where trafilatura found little, and where it gave up and took most of the page as one
    paragraph, which the page's own blocks say better.
    """
    taken, shown = (sum(map(len, " ".join(b.text for b in of).split())) for of in (found, visible))
    gave_up = len(found) == 1 and taken > _MOST * shown
    return visible if (taken < _SHORT or gave_up) and shown >= _MOST * taken else found


def _headed(found: list[Block], visible: Iterable[Block]) -> list[Block]:
    """Return the blocks with the headings that stand right above them on the page, where they were left out.

    trafilatura drops all of them from some pages; they say what the text below them is about.
    """
    above: dict[str, list[Block]] = {}
    heads: list[Block] = []
    for block in visible:
        if block.level:
            heads.append(block)
            continue
        above.setdefault(block.text, heads)
        heads = []
    headed: list[Block] = []
    article = found.index(_COMMENTS) if _COMMENTS in found else len(found)
    for block in found[:article]:
        there = {one.text for one in takewhile(lambda one: one.level, reversed(headed))}
        wanted = () if block.level else above.pop(block.text, ())
        headed += [head for head in wanted if head.text not in there]
        headed.append(block)
    return headed + found[article:]


def _visible(tree: html.HtmlElement) -> Iterator[Block]:
    """Yield the blocks of all text that a browser would show."""
    for part in tree:
        if part.tag != "head":
            yield from blocks(part)
