"""The sources of an answer as HTML: the citations by document, each with what stands around it."""

from collections.abc import Sequence

from citeback.page.state.exchange import Exchange
from citeback.page.state.surroundings import NOWHERE, ByNumber
from citeback.page.views.answers import side_panel
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.markers import in_context, unchanged
from citeback.page.views.references import Reference, copies
from citeback.page.views.speech import tr
from citeback.rag.answer import Citation
from citeback.rag.messages.catalogue import message

HINT = message("Sources appear here. Click a number in an answer to open its source at the cited words.")
NOTHING_CITED = message("The last answer cites nothing. Click a passage to read it in its document.")


def sources(conversation: Sequence[Exchange]) -> str:
    """Return the citations of the last answer by document, each linked to its place there."""
    if not conversation or not conversation[-1].citations:
        refused = bool(conversation and conversation[-1].answer and conversation[-1].passages)
        return side_panel(tr("Sources"), tag("p", tr(NOTHING_CITED if refused else HINT), class_="hint"))
    i, last = len(conversation) - 1, conversation[-1]
    titles = {each.document: each.title for each in last.passages}
    cited: dict[str, list[Citation]] = {}
    for citation in last.citations:
        cited.setdefault(citation.document, []).append(citation)
    parts = (_source(i, name, titles.get(name, ""), cited[name], last.context) for name in cited)
    return side_panel(tr("Sources"), *parts)


def _source(i: int, name: str, title: str, quotes: Sequence[Citation], context: ByNumber) -> str:
    shown = document_label(title, name)
    heading = tag("h3", escape(shown), dir="auto")
    facts = " · ".join(filter(None, (name if shown != name else "", quotes[0].date)))
    subtitle = tag("p", escape(facts), class_="name", dir="auto") if facts else ""
    items = (
        tag("li", _quote(i, each, context), copies(Reference.of_citation(each, title)))
        for each in sorted(quotes, key=lambda one: one.span)
    )
    return tag("section", heading, subtitle, tag("ol", *items), class_="source")


def _quote(i: int, one: Citation, context: ByNumber) -> str:
    number = tag("span", str(one.n), class_="number")
    words = in_context(tag("span", unchanged(one.quote)), context.get(one.n, NOWHERE))
    place = tag("span", escape(translated(one.place)), class_="page-number") if one.place else ""
    return tag("a", number, tag("span", words, dir="auto"), place, class_="quote", href=f"#cite-{i}-{one.n}")
