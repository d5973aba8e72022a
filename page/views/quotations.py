"""An answer of mere quotations: each a block of its own, by document, in the order of the document."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from citeback.page.state.exchange import Exchange
from citeback.page.state.surroundings import CLAUSE_LINE, NOWHERE, Surroundings
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.markers import in_context, marker, unchanged
from citeback.rag.answer import Citation, Sentence, Verdict


def is_quoted(one: Exchange) -> bool:
    """Return whether an answer is nothing but quotations, as it is without a chat model."""
    if one.written or one.draft or not one.sentences or (one.answer and one.answer.model):
        return False
    return all(map(is_quotation, one.sentences))


def is_quotation(one: Sentence) -> bool:
    """Return whether a sentence is supported by what it cites, word for word."""
    words = " ".join(one.text.split())
    cited = one.citations[:1]
    return one.verdict is Verdict.SUPPORTED and any(" ".join(c.quote.split()) == words for c in cited)


def quotations(i: int, one: Exchange) -> str:
    """Return the quotations of an answer, below the names of their documents; `i` is its index, from 0."""
    cited = list({sentence.citations[0].n: sentence.citations[0] for sentence in one.sentences}.values())
    documents = list(dict.fromkeys(each.document for each in cited))
    parts = (_document(i, one, [c for c in cited if c.document == name]) for name in documents)
    return tag("div", *parts, class_="said quotations")


def _document(i: int, one: Exchange, cited: Sequence[Citation]) -> str:
    ordered = sorted(cited, key=lambda each: each.span)
    label = document_label(one.context.get(ordered[0].n, NOWHERE).title, ordered[0].document)
    heading = tag("h3", escape(label), dir="auto", class_="from")
    groups = groupby(ordered, key=lambda each: _above(each, one.context.get(each.n, NOWHERE)))
    return tag("section", heading, *(_under(above, i, one, list(group)) for above, group in groups))


def _above(cited: Citation, around: Surroundings) -> str:
    """Return the line above a quotation: the clause that it begins with or stands under, and its place.

    A clause that a quotation begins with is read there, and not again in the quotation. The title of the
    document, which stands above it, is not repeated.
    """
    under = "" if around.heading == around.title else around.heading
    heading = " ".join(clause_of(cited.quote)[0].split()) or under
    place = cited.place if cited.place and (not heading or heading not in cited.place) else ""
    return " · ".join(filter(None, (heading, translated(place))))


def _under(above: str, i: int, one: Exchange, cited: Sequence[Citation]) -> str:
    where = tag("p", escape(above), class_="where-from", dir="auto") if above else ""
    return where + "".join(_blocks(i, one, cited))


def _blocks(i: int, one: Exchange, cited: Sequence[Citation]) -> Iterator[str]:
    for each in cited:
        around = one.context.get(each.n, NOWHERE)
        _, words = clause_of(each.quote)
        drawn = in_context(unchanged(words), around) if around.needed else unchanged(words)
        number = marker(i, each, each.n in one.stale, around, card=False)
        yield tag("blockquote", drawn, " ", number, class_="quotation claim", dir="auto")


def clause_of(quote: str) -> tuple[str, str]:
    r"""Return the line of a clause that a quotation begins with, or "", and the rest of the quotation.

    >>> clause_of("6. Repairs\nThe tenant keeps the windows in repair.")
    ('6. Repairs', 'The tenant keeps the windows in repair.')
    """
    match = CLAUSE_LINE.match(quote)
    rest = quote[match.end() :] if match else ""
    return (match[0], rest.lstrip()) if match and rest.strip() else ("", quote)
