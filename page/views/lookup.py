"""Search results as HTML: the search form, the passages, and quotations to copy."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from citeback.page.state.permalinks import permanent_link
from citeback.page.views import escaping
from citeback.page.views.answers import HASHES, styled
from citeback.page.views.forms import choice, copy_button, field, form
from citeback.page.views.html import count_noun, document_label, escape, tag
from citeback.rag.answer import Passage

EMPTY = "Enter words or a question to find the nearest passages, without an answer."
NONE = "Nothing was found. Try other words or fewer filters."
SORT_ORDERS = (
    ("best", "Best first"),
    ("document", "By document"),
    ("newest", "Newest first"),
    ("oldest", "Oldest first"),
)
LONG = 600  # characters of a passage in the list
_KEY = re.compile(r"[^\w]+")


def search(kinds: Iterable[str], most: int) -> str:
    """Return the search form with its filters."""
    main = field("question", "Look up words or a question", kind="search", maxlength=most)
    filters = (
        field("within", "Path, such as reports/**"),
        field("author", "Author"),
        field("since", "From (2024-05-31)"),
        field("until", "To"),
        choice("kind", "Type", [("", "Any type"), *((kind, kind) for kind in kinds)]),
        choice("sort", "Order", SORT_ORDERS),
    )
    first = tag("div", main, tag("button", "Look up", type="submit", class_="go"), class_="inline")
    inside = form("lookup", first, tag("div", *filters, class_="filters"), id="lookup-form", role="search")
    return tag("div", inside, class_="cb lookup")


def empty_results() -> str:
    """Return the placeholder for the results."""
    return tag("div", tag("p", EMPTY, class_="hint"), class_="cb results")


def results_list(passages: Sequence[Passage], days: Sequence[str]) -> str:
    """Return the passages, each linked to its document; `days` holds the date of each passage's document."""
    if not passages:
        return tag("div", tag("p", NONE, class_="hint"), class_="cb results", role="status")
    head = tag("p", count_noun(len(passages), "passage"), class_="hint", role="status")
    items = (
        tag("li", _passage(i, one, day)) for i, (one, day) in enumerate(zip(passages, days, strict=True))
    )
    return tag("div", head, tag("ol", *items), class_="cb results")


def _passage(i: int, one: Passage, day: str) -> str:
    place = " · ".join(filter(None, (document_label(one.title, one.document), one.place, day)))
    words = " ".join(HASHES.sub("", one.text).split())
    short = words[:LONG].rsplit(" ", 1)[0] + " …" if len(words) > LONG else words
    opened = tag(
        "a",
        tag("cite", escape(place)),
        tag("span", styled(short), dir="auto"),
        class_="passage",
        href=f"#found-{i}",
    )
    near = tag("p", escape(f"Nearly the same: {', '.join(one.near)}"), class_="hint") if one.near else ""
    copies = (copy_button(name, quoted(one, day), f"Copy as {name}") for name, quoted in QUOTED)
    return opened + near + tag("p", tag("span", "Copy as"), *copies, class_="copies")


def plain_quote(one: Passage, day: str) -> str:
    """Return a passage as a plain-text quotation with its reference."""
    return f"“{one.text.strip()}”\n({reference(one, day)})"


def markdown_quote(one: Passage, day: str) -> str:
    """Return a passage as a Markdown quotation with its permanent link."""
    quoted, where = escaping.markdown(one.text, "> "), escaping.on_one_line(reference(one, day))
    return f"> {quoted}\n>\n> {where}, `{permanent_link(one.document, one.span, one.text).path}`"


def bibtex_entry(one: Passage, day: str) -> str:
    """Return a passage as a BibTeX entry whose note is the quotation."""
    key = _KEY.sub("-", PurePosixPath(one.document).stem).strip("-") or "document"
    fields = {
        "title": one.title or one.document,
        "howpublished": one.document,
        "pages": one.place or "",
        "year": day[:4],
        "note": f"characters {one.span.start}--{one.span.end}: {one.text}",
    }
    message = ",\n".join(
        f"  {name} = {{{escaping.bibtex(value)}}}" for name, value in fields.items() if value
    )
    return f"@misc{{{key}-{one.span.start},\n{message}\n}}"


QUOTED = (("plain text", plain_quote), ("Markdown", markdown_quote), ("BibTeX", bibtex_entry))


def reference(one: Passage, day: str) -> str:
    """Return the location of a passage in words."""
    named = document_label(one.title, one.document)
    parts = (named, one.document if named != one.document else "", day, one.place)
    where = ", ".join(filter(None, parts))
    return f"{where}, characters {one.span.start} to {one.span.end}"
