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
LONG = 420  # characters of a passage in the list
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?][\s\"”’)])(?<!\b\d\.\s)(?<!\b\d\d\.\s)\s*(?=\S)")
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
    words = emphasized(excerpt(unmarked(one.text, one.document), stems), stems)
    cited = tag("cite", escape(place), dir="auto")
    opened = tag("a", cited, tag("span", words, dir="auto"), class_="passage", href=f"#found-{i}")
    near = tag("p", escape(f"Nearly the same: {', '.join(one.near)}"), class_="hint") if one.near else ""
    return opened + near + copies(Reference.of_passage(one, date))


def excerpt(words: str, stems: Sequence[str]) -> str:
    """Return the whole sentences of a passage around those that match best, at most `LONG` characters.

    What is left out before and after is an ellipsis. A single sentence that is longer is cut between words.

    >>> excerpt("Nothing here. The canal is old. No more.", ["canal"])
    'Nothing here. The canal is old. No more.'
    """
    if len(words) <= LONG // 2:
        return words
    sentences = [part.strip() for part in _SENTENCE_END.split(words)]
    matches = [len(_matching(each, stems)) for each in sentences]
    first = last = matches.index(max(matches))
    length = len(sentences[first])
    # Grow to sentences that match too, and to one that follows.
    while last + 1 < len(sentences) and (matches[last + 1] or last == first):
        if length + len(sentences[last + 1]) > LONG:
            break
        last += 1
        length += len(sentences[last])
    while first and matches[first - 1] and length + len(sentences[first - 1]) <= LONG:
        first -= 1
        length += len(sentences[first])
    chosen = " ".join(sentences[first : last + 1])
    if len(chosen) > LONG:
        chosen = (chosen[:LONG].rpartition(" ")[0] or chosen[:LONG]) + " …"
    elif last + 1 < len(sentences):
        chosen += " …"
    return f"… {chosen}" if first else chosen


def _matching(words: str, stems: Sequence[str]) -> set[str]:
    """Return the stems that words of a text begin with."""
    found = (match[0].casefold() for match in _WORD.finditer(words))
    return {stem for word in found for stem in stems if _is_form(word, stem)}


def _is_form(word: str, stem: str) -> bool:
    return word.startswith(stem) and len(word) <= len(stem) + ENDING


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
        if any(_is_form(word, stem) for stem in stems):
            yield escape(words[at : match.start()])
            yield tag("strong", escape(match[0]))
            at = match.end()
    yield escape(words[at:])
