"""Search results as HTML: the search form, the passages, and quotations to copy."""

import re
from collections.abc import Iterable, Iterator, Sequence

from citeback.page.views.forms import choice, field, form
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.kinds import kind_label
from citeback.page.views.known_texts import translated
from citeback.page.views.nearest import table_rows, unmarked
from citeback.page.views.references import Reference, copies
from citeback.page.views.speech import tr, tr_number
from citeback.rag.answer import Passage
from citeback.rag.messages.catalogue import message

EMPTY = message("Enter words or a question to find the nearest passages, without an answer.")
NONE = message("Nothing was found. Try other words or fewer filters.")
SORT_ORDERS = (
    ("best", message("Best first")),
    ("document", message("By document")),
    ("newest", message("Newest first")),
    ("oldest", message("Oldest first")),
)
LONG = 420  # characters of a passage in the list
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?][\s\"”’)])(?<!\b\d\.\s)(?<!\b\d\d\.\s)\s*(?=\S)")
STEM = 4  # letters that words must have in common to be the same one in two forms
ENDING = 4  # letters that a form may add


def search(kinds: Iterable[str], most: int) -> str:
    """Return the search form with its filters."""
    main = field("question", tr("Look up words or a question"), kind="search", maxlength=most)
    types = [("", tr("Any type")), *((kind, kind_label(kind)) for kind in kinds)]
    orders = [(value, tr(label)) for value, label in SORT_ORDERS]
    author, since, until = tr("Author"), tr("From"), tr("To")
    filters = (
        labelled(tr("Path"), field("within", tr("such as reports/**"))),
        labelled(author, field("author", author)),
        labelled(tr("Type"), choice("kind", tr("Type"), types)),
        labelled(since, field("since", since, kind="date")),
        labelled(until, field("until", until, kind="date")),
        labelled(tr("Order"), choice("sort", tr("Order"), orders)),
    )
    first = tag("div", main, tag("button", tr("Look up"), type="submit", class_="go"), class_="inline")
    inside = form(
        "lookup", first, tag("div", *filters, class_="filters"), id="lookup-form", role="search", data_live=""
    )
    return tag("div", inside, class_="cb lookup")


def labelled(label: str, made: str) -> str:
    """Return a field of a form (HTML) below its label, which the field itself has for a screen reader."""
    return tag("div", tag("span", label, class_="label", aria_hidden="true"), made, class_="labelled")


def empty_results() -> str:
    """Return the placeholder for the results."""
    return tag("div", tag("p", tr(EMPTY), class_="hint"), class_="cb results")


def results_list(passages: Sequence[Passage], dates: Sequence[str], question: str = "") -> str:
    """Return the passages, each linked to its document, with the words of the question in bold.

    `dates` holds the date that each passage's document states, or "".
    """
    if not passages:
        return tag("div", tag("p", tr(NONE), class_="hint"), class_="cb results", role="status")
    count = tr_number(len(passages), "{number} passage", "{number} passages")
    head = tag("p", count, class_="hint", role="status")
    stems = word_stems(question)
    items = (
        tag("li", _passage(i, one, date, stems))
        for i, (one, date) in enumerate(zip(passages, dates, strict=True))
    )
    return tag("div", head, tag("ol", *items), class_="cb results")


def _passage(i: int, one: Passage, date: str, stems: Sequence[str]) -> str:
    where = " · ".join(
        filter(None, (document_label(one.title, one.document), translated(one.place or ""), date))
    )
    text = table_rows(one.text) or unmarked(one.text, one.document)
    words = emphasized(excerpt(text, stems), stems)
    cited = tag("cite", escape(where), dir="auto")
    opened = tag("a", cited, tag("span", words, dir="auto"), class_="passage", href=f"#found-{i}")
    same = tr("Nearly the same: {names}", names=", ".join(one.near))
    near = tag("p", escape(same), class_="hint") if one.near else ""
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
