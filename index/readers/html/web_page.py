"""Reads web pages: the main text, followed by readers' comments.

trafilatura extracts the main text, and comments without named authors (`comments` extracts those with). The
text is built from its element trees (`blocks`), since its own text output adds markup to lists and tables. If
it extracts little, all visible text is read instead. Nothing is fetched: trafilatura gets no URL, and the
parser loads neither DTDs nor entities.
"""

import logging
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import takewhile

from lxml import etree, html
from trafilatura import bare_extraction
from trafilatura.metadata import examine_meta, extract_title

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, blocks, join_blocks
from citeback.index.readers.common.control_characters import clean, title
from citeback.index.readers.common.decode import decode
from citeback.index.readers.html.comments import extract_comments
from citeback.index.readers.html.page_metadata import author_and_date
from citeback.index.readers.html.page_tree import normalize_tree
from citeback.index.records import Source

# Without a handler, Python prints trafilatura's "discarding data" for every page without main text.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

# trafilatura's own threshold for a short extraction (MIN_EXTRACTED_SIZE).
_SHORT = 250
_MOST = 0.8
_LEAST_MAIN = 0.2  # share of a page's text that its main element has
_MOST_BLOCKS, _MOST_PARAGRAPH = 500, 200_000  # blocks that are looked for in a text of so many characters
# trafilatura took 17 s for a table of 120,000 elements (560 kB); such pages are data, not prose.
_MOST_ELEMENTS = 100_000
_COMMENTS = Block("Comments", 2)
_MENUS = frozenset({"nav"})
# XHTML allows these as empty-element tags; read as HTML, such a tag would swallow the rest of the page.
_XHTML = re.compile(r"\s*<\?xml|[^>]{,500}//DTD XHTML")
_CLOSED_IN_PLACE = re.compile(r"<(script|style|title|textarea|iframe)\b([^<>]{,2000})/>", re.IGNORECASE)
# Exceptions that trafilatura raises, or may raise, on hostile pages. A wider net would hide defects of our
# own.
_EXTRACTION_ERRORS = (ValueError, TypeError, LookupError, AttributeError, RecursionError, etree.LxmlError)


def read(data: bytes, stem: str, styles: str = "") -> Source:
    """Read the bytes of an HTML page; `stem` is the fallback title.

    `styles` are the style sheets that it links to, as far as they are known.

    Raises:
        ReadError: the bytes are not text, or the page contains none.
    """
    tree = _tree(decode(data), styles)
    comments = [block for comment in extract_comments(tree) for block in comment.blocks()]
    named, results = _extracted(tree, with_comments=not comments)
    visible = list(_visible(tree, _MENUS)) or list(_visible(tree))
    article = _headed(in_page_order(_fuller(results, visible, tree), visible), visible)
    page = join_blocks([*article, *([_COMMENTS, *comments] if comments else [])])
    if not page.text:
        raise ReadError("no text in this page")
    called = title(named, tree.findtext(".//title"), page.first_heading, stem)
    author, date = author_and_date(tree)
    return Source(
        text=page.text,
        title=called,
        kind="html",
        headings=page.headings,
        locations=page.locations,
        author=author,
        date=date,
    )


class PartlyRead(ReadError):
    """Only a part of the page could be parsed."""


def visible_text(data: bytes) -> str:
    """Return all visible text of a page, for example of an HTML mail."""
    return join_blocks(visible_blocks(data)).text


def visible_blocks(data: bytes, styles: str = "") -> list[Block]:
    """Return the blocks of all visible text of a page; `styles` are style sheets that it links to.

    Raises:
        ReadError: the bytes are not text, or the page shows none.
    """
    return list(_visible(_tree(decode(data), styles)))


def _tree(text: str, styles: str) -> html.HtmlElement:
    """Parse a page, from bytes, since lxml refuses a str with an encoding declaration."""
    # Without huge_tree, the parser silently cuts off everything nested deeper than 256 levels.
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
        raise PartlyRead("elements nested too deeply to read the whole page")
    normalize_tree(tree, styles)
    return tree


def _extracted(tree: html.HtmlElement, *, with_comments: bool) -> tuple[str | None, list[Block]]:
    """Return the page's title, and the blocks of its main text and comments."""
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        return None, []
    try:
        # Not with_metadata=True: its search for a date, which is not used here, took a third of the time.
        named = examine_meta(tree).title or extract_title(tree)
        page = bare_extraction(tree, include_comments=with_comments)
    except _EXTRACTION_ERRORS:
        return None, []
    if page is None or isinstance(page, dict):
        return named, []
    comments = list(blocks(page.commentsbody)) if with_comments else []
    return named, [*blocks(page.body), *([_COMMENTS, *comments] if comments else [])]


def _fuller(results: list[Block], visible: list[Block], tree: html.HtmlElement) -> list[Block]:
    """Return the extraction or, if it is unreliable, all visible text, of the main element if there is one.

    It is unreliable if it is short, or if it is one paragraph with most of the page's text: then trafilatura
    failed to find the page's structure.
    """
    taken, shown = map(_length, (results, visible))
    gave_up = len(results) == 1 and taken > _MOST * shown
    if gave_up and taken >= _SHORT and (within := _within(results[0].text, visible)):
        return within
    if (taken >= _SHORT and not gave_up) or shown < _MOST * taken:
        return results
    main = _main(tree)
    return main if _length(main) >= max(_MOST * taken, _LEAST_MAIN * shown) else visible


def _length(blocks: Iterable[Block]) -> int:
    return len(" ".join(" ".join(block.text for block in blocks).split()))


def _main(tree: html.HtmlElement) -> list[Block]:
    """Return the blocks of the page's main element; none if it has several or none."""
    elements = [*tree.iter("main"), *tree.xpath("//*[@role='main'][not(self::main)]")]
    return list(blocks(elements[0], _MENUS)) if len(elements) == 1 else []


def _within(paragraph: str, visible: list[Block]) -> list[Block]:
    """Return the visible blocks that make up a paragraph; none if they are not most of it."""
    text = " ".join(paragraph.split())
    if len(visible) > _MOST_BLOCKS or len(text) > _MOST_PARAGRAPH:
        return []
    found = [block for block in visible if " ".join(block.text.split()) in text]
    return found if _length(found) >= _MOST * len(text) else []


def in_page_order(results: list[Block], visible: Sequence[Block]) -> list[Block]:
    """Return the blocks of an article in the order of the page, which trafilatura does not always keep.

    A block whose text is not found on the page stays after the block before it.
    """
    article = results.index(_COMMENTS) if _COMMENTS in results else len(results)
    places: dict[str, deque[int]] = {}
    for n, block in enumerate(visible):
        places.setdefault(block.text, deque()).append(n)
    at, found = -1, []
    for block in results[:article]:
        left = places.get(block.text)
        while left and len(left) > 1 and left[0] <= at:
            left.popleft()  # said before: what is meant is below
        at = left.popleft() if left else at
        found.append(at)
    ordered = sorted(range(article), key=found.__getitem__)
    return [results[n] for n in ordered] + results[article:]


def _headed(results: list[Block], visible: Iterable[Block]) -> list[Block]:
    """Insert the headings that precede blocks on the page but were dropped by trafilatura.

    It drops all headings of some pages, although they give the topic of the text below.
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
    article = results.index(_COMMENTS) if _COMMENTS in results else len(results)
    for block in results[:article]:
        there = {one.text for one in takewhile(lambda one: one.level, reversed(headed))}
        wanted = () if block.level else above.pop(block.text, ())
        headed += [head for head in wanted if head.text not in there]
        headed.append(block)
    return headed + results[article:]


def _visible(tree: html.HtmlElement, unread: Set[str] = frozenset()) -> Iterator[Block]:
    """Yield the blocks of all visible text, but for elements of the `unread` names."""
    for part in tree:
        if part.tag != "head":
            yield from blocks(part, unread)
