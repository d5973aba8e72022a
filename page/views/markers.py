"""The numbers behind sentences, which lead to their sources, and the cards that they show."""

import re
from collections.abc import Sequence

from citeback.page.state.surroundings import NOWHERE, Surroundings
from citeback.page.views.html import escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.speech import tr
from citeback.rag.answer import Citation
from citeback.rag.messages.catalogue import message

CORRECTED = message("The chat model cited another place; these words support the sentence better.")
STALE = message("The document has changed since.")
_BETWEEN_CELLS = re.compile(r"\t|\s*\|\s*")


def marker(
    i: int, citation: Citation, stale: bool = False, around: Surroundings = NOWHERE, card: bool = True
) -> str:
    """Return the numbered link to a citation; its card shows the quotation on hover and focus.

    `stale` is true if its document has changed. Without a `card`, the quotation stands where the marker does.
    """
    place = location_label(citation.document, citation.place)
    remarks = [tr(CORRECTED)] * citation.corrected + [tr(STALE)] * stale
    number = f"{_bracket('[')}{citation.n}{_bracket(']')}"
    label = ". ".join((tr("Source {number}, {place}", number=citation.n, place=place), *remarks))
    kind = "marker stale" if stale else "marker"
    shown = _card(citation, around, remarks) if card else ""
    return tag("a", number, shown, class_=kind, href=f"#cite-{i}-{citation.n}", aria_label=label)


def _card(citation: Citation, around: Surroundings, remarks: Sequence[str]) -> str:
    """Return what a marker shows; page.js places it beside the answer, where it covers none of its lines."""
    place = location_label(citation.document, citation.place)
    message = "".join(tag("em", escape(remark)) for remark in remarks)
    quote = tag("q", in_context(tag("span", unchanged(citation.quote)), around), dir="auto")
    where = tag("cite", escape(", ".join(filter(None, (place, citation.date)))), dir="auto")
    return tag("span", quote, where, message, class_="card", aria_hidden="true", popover="manual")


def _bracket(sign: str) -> str:
    """Return a bracket that is copied with the answer but hidden: the number is drawn as a pill."""
    return tag("span", sign, class_="bracket")


def unchanged(string: str) -> str:
    """Return quoted text on one line, character for character."""
    return escape(" ".join(string.split()))


def in_context(quote: str, around: Surroundings) -> str:
    """Return a quotation (HTML) between what stands before and after it; cells are set apart by dots."""
    before, after = around.before, around.after
    if "\t" in before + after or before.startswith("|") or after.endswith("|"):
        before = _BETWEEN_CELLS.sub(" · ", before).removeprefix(" · ")
        after = _BETWEEN_CELLS.sub(" · ", after).removesuffix(" · ")
    ahead, behind = " " * before[-1:].isspace(), " " * after[:1].isspace()
    first = tag("span", unchanged(before), ahead, class_="around") if around.before else ""
    last = tag("span", behind, unchanged(after), class_="around") if around.after else ""
    return first + quote + last


def location_label(document: str, place: str | None) -> str:
    """Return a document's name and the place in it, if any, as plain text."""
    return f"{document}, {translated(place)}" if place else document
