"""The nearest passages of a refusal as HTML: whole sentences, and rows of tables with their heads."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from citeback.page.state.surroundings import NOWHERE, ByNumber, Surroundings, is_fragment
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.markers import in_context, location_label
from citeback.rag.answer import Passage

HASHES = re.compile(r"^#+[ \t]+", re.MULTILINE)  # a Markdown heading's sign, not part of its words
MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdx")
SNIPPET = 240  # characters of a passage in a list: about three lines of the chat column
ROWS = 2  # rows of a table that are shown of a passage
SHORT = 80  # characters of a passage that is shown with the sentences around it
_CELLS = re.compile(r"\t|\s*\|\s*")
_RULE = re.compile(r"[\s|:+=-]*")


def nearest(i: int, passages: Sequence[Passage], context: ByNumber) -> str:
    """Return passages as links, `i` being the index of their exchange; `context` is what surrounds them.

    Of passages that say nothing on their own, such as a heading, none is listed where there are others.
    """
    telling = [each for each in passages if _tells(each, context.get(each.n, NOWHERE))]
    items = (tag("li", _passage(i, p, context.get(p.n, NOWHERE))) for p in telling or passages)
    return tag("ol", *items, class_="nearest")


def _tells(one: Passage, around: Surroundings) -> bool:
    return not is_fragment(one.text) or bool(around.head or around.before.strip() or around.after.strip())


def _passage(i: int, one: Passage, around: Surroundings) -> str:
    """Return a passage as a link: its location and first words."""
    heading = " ".join(one.headings[-1].split()) if one.headings else ""
    label = document_label(one.title, one.document)
    known = heading in ("", label) or heading in (one.place or "") or bool(around.head)
    under = "" if known else heading
    shown = " · ".join(filter(None, (location_label(label, one.place), under)))
    place = tag("cite", escape(shown), dir="auto")
    words = tag("span", _words(one, around), dir="auto")
    return tag("a", place, words, class_="passage", href=f"#passage-{i}-{one.n}")


def _words(one: Passage, around: Surroundings) -> str:
    if around.head:
        return _rows(one.text, around)
    beginning = unmarked(one.text, one.document)
    if len(beginning) <= SHORT or is_fragment(one.text):
        return in_context(escape(beginning), around)
    return escape(beginning[:SNIPPET].rsplit(" ", 1)[0] + " …" if len(beginning) > SNIPPET else beginning)


def _rows(text: str, around: Surroundings) -> str:
    """Return the first rows of a passage, a line each, and each cell after the head of its column."""
    rows = [line for line in text.splitlines() if line.strip() and not _RULE.fullmatch(line)] or [text]
    if len(rows) == 1 and "\n" not in around.before + around.after:  # a cell within its row
        rows = [f"{around.before}{rows[0]}{around.after}"]
    heads = cells(around.head)
    lines = (tag("span", _row(heads, cells(each)), class_="row") for each in rows[:ROWS])
    return "".join(lines) + ("…" if rows[ROWS:] else "")


def _row(heads: Sequence[str], row: Sequence[str]) -> str:
    parts, length = list[str](), 0
    for head, cell in zip_longest(heads, row, fillvalue=""):
        length += len(head) + len(cell)
        if cell and length > SNIPPET and parts:
            parts.append("…")
            break
        if cell:
            parts.append((tag("span", escape(head), ": ", class_="around") if head else "") + escape(cell))
    return " · ".join(parts)


def cells(row: str) -> list[str]:
    r"""Return the cells of a row of a table in text.

    >>> cells("| Town | Ships |"), cells("Town\tShips")
    (['Town', 'Ships'], ['Town', 'Ships'])
    """
    return [" ".join(each.split()) for each in _CELLS.split(row.strip().strip("|"))]


def table_rows(text: str) -> str:
    r"""Return a passage that is nothing but rows of a table with its cells set apart by dots, else "".

    >>> table_rows("| Kiel | 412 |\n| Osby | 9 |"), table_rows("No row.")
    ('Kiel · 412 / Osby · 9', '')
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not all("\t" in line or line.lstrip().startswith("|") for line in lines):
        return ""
    return " / ".join(" · ".join(filter(None, cells(line))) for line in lines if not _RULE.fullmatch(line))


def unmarked(text: str, document: str) -> str:
    r"""Return a passage on one line; the signs of headings are left out of Markdown.

    >>> unmarked("# Ships\nKiel\t412", "a.md")
    'Ships Kiel · 412'
    """
    markdown = document.casefold().endswith(MARKDOWN_SUFFIXES)
    return " ".join((HASHES.sub("", text) if markdown else text).replace("\t", " · ").split())
