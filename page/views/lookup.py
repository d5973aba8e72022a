"""Search results as HTML: the search form, the passages, and quotations to copy."""

import re
from collections.abc import Iterable, Iterator, Sequence

from citeback.page.views.answers import unmarked
from citeback.page.views.forms import choice, field, form
from citeback.page.views.html import count_noun, document_label, escape, tag
from citeback.page.views.references import Reference, copies
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
_WORD = re.compile(r"\w+")
_ENDS = (". ", "? ", "! ")
STEM = 4  # letters that words must have in common to be the same one in two forms
ENDING = 4  # letters that a form may add


def search(kinds: Iterable[str], most: int) -> str:
    """Return the search form with its filters."""
    main = field("question", "Look up words or a question", kind="search", maxlength=most)
    filters = (
        labelled("Path", field("within", "such as reports/**")),
        labelled("Author", field("author", "Author")),
        labelled("From", field("since", "From", kind="date")),
        labelled("To", field("until", "To", kind="date")),
        labelled("Type", choice("kind", "Type", [("", "Any type"), *((kind, kind) for kind in kinds)])),
        labelled("Order", choice("sort", "Order", SORT_ORDERS)),
    )
    first = tag("div", main, tag("button", "Look up", type="submit", class_="go"), class_="inline")
    inside = form(
        "lookup", first, tag("div", *filters, class_="filters"), id="lookup-form", role="search", data_live=""
    )
    return tag("div", inside, class_="cb lookup")


def labelled(label: str, made: str) -> str:
    """Return a field of a form (HTML) below its label, which the field itself has for a screen reader."""
    return tag("div", tag("span", label, class_="label", aria_hidden="true"), made, class_="labelled")


def empty_results() -> str:
    """Return the placeholder for the results."""
    return tag("div", tag("p", EMPTY, class_="hint"), class_="cb results")


def results_list(passages: Sequence[Passage], dates: Sequence[str], question: str = "") -> str:
    """Return the passages, each linked to its document, with the words of the question in bold.

    `dates` holds the date that each passage's document states, or "".
    """
    if not passages:
        return tag("div", tag("p", NONE, class_="hint"), class_="cb results", role="status")
    head = tag("p", count_noun(len(passages), "passage"), class_="hint", role="status")
    stems = word_stems(question)
    items = (
        tag("li", _passage(i, one, date, stems))
        for i, (one, date) in enumerate(zip(passages, dates, strict=True))
    )
    return tag("div", head, tag("ol", *items), class_="cb results")


def _passage(i: int, one: Passage, date: str, stems: Sequence[str]) -> str:
    place = " · ".join(filter(None, (document_label(one.title, one.document), one.place, date)))
    words = emphasized(shortened(unmarked(one.text, one.document)), stems)
    opened = tag(
        "a", tag("cite", escape(place)), tag("span", words, dir="auto"), class_="passage", href=f"#found-{i}"
    )
    near = tag("p", escape(f"Nearly the same: {', '.join(one.near)}"), class_="hint") if one.near else ""
    return opened + near + copies(Reference.of_passage(one, date))


def shortened(words: str) -> str:
    """Return the beginning of a passage, up to the end of a sentence if one ends there."""
    if len(words) <= LONG:
        return words
    end = max(words.rfind(sign, LONG // 2, LONG) for sign in _ENDS)
    return f"{words[: end + 1]} …" if end > 0 else f"{words[:LONG].rpartition(' ')[0] or words[:LONG]} …"


def word_stems(question: str) -> tuple[str, ...]:
    """Return the beginnings that the words of a question share with their other forms.

    >>> word_stems("Who pays deposits?")
    ('who', 'pays', 'deposi')
    """
    words = [match[0].casefold() for match in _WORD.finditer(question)]
    return tuple(word[: max(STEM, len(word) - 2)] for word in words if len(word) >= STEM - 1)


def emphasized(words: str, stems: Sequence[str]) -> str:
    """Return text as HTML, with the words that begin like one of the `stems` in bold."""
    return "".join(_emphasized(words, stems))


def _emphasized(words: str, stems: Sequence[str]) -> Iterator[str]:
    at = 0
    for match in _WORD.finditer(words):
        word = match[0].casefold()
        if any(word.startswith(stem) and len(word) <= len(stem) + ENDING for stem in stems):
            yield escape(words[at : match.start()])
            yield tag("strong", escape(match[0]))
            at = match.end()
    yield escape(words[at:])
