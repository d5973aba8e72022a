"""Plain text that was laid out in pages for a printer, with running heads and page numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from citeback.index.readers.common.page_joints import joint
from citeback.index.readers.common.running_lines import running_lines
from citeback.index.records import Span

_FIELDS = re.compile(r"\S[ \t]{3,}\S")  # a running line sets its fields apart
_NUMBERED = re.compile(
    r"(?:\[?\b(?:page|seite|sida|side|p[aá]gina)[ ]\d{1,5}(?:[ ](?:of|von|av|de)[ ]\d{1,5})?\]?"
    r"|[-–][ ]?\d{1,5}[ ]?[-–])\s*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PagedText:
    """The text of all pages without running lines, and the offset of each page in it."""

    text: str
    pages: tuple[int, ...]


def paged_text(text: str) -> PagedText | None:
    """Return a text without what runs through its pages, None if nothing does. Form feeds end the pages."""
    if "\f" not in text:
        return None
    pages = [_without_blank_lines(each) for each in text.replace("\r\n", "\n").split("\f") if each.strip()]
    spans = [
        {*running, *_edges(page, is_first=n == 0)}
        for n, (page, running) in enumerate(zip(pages, running_lines(pages), strict=True))
    ]
    if not any(spans):
        return None
    bodies = [_without(page, sorted(own)) for page, own in zip(pages, spans, strict=True)]
    gaps = [joint(one.strip(), other.strip()) for one, other in pairwise(bodies)]
    parts = [
        f"{body.removesuffix('-') if not gap else body}{gap}"
        for body, gap in zip(bodies, [*gaps, "\n"], strict=True)
    ]
    return PagedText("".join(parts), tuple(accumulate(map(len, parts[:-1]), initial=0)))


def _edges(page: str, *, is_first: bool) -> list[Span]:
    """Return the head of a page, in fields above a blank line, and its foot with the page's number."""
    first, last = page.find("\n"), page.rfind("\n") + 1
    spans = []
    if (
        not is_first
        and first >= 0
        and page.startswith("\n\n", first)
        and _FIELDS.search(page[:first].strip())
    ):
        spans.append(Span(0, first))
    if last >= 2 and page[: last - 1].endswith("\n") and _NUMBERED.search(page[last:]):
        spans.append(Span(last, len(page)))
    return spans


def _without(page: str, spans: Sequence[Span]) -> str:
    for span in reversed(spans):
        page = page[: span.start] + page[span.end :]
    return _without_blank_lines(page)


def _without_blank_lines(page: str) -> str:
    """Return a page without white space at the ends of lines, and without blank lines at either end."""
    return "\n".join(map(str.rstrip, page.split("\n"))).strip("\n")
