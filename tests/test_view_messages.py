"""Every message that the views of the Ask tab show is in the catalogue.

A language that marks each message leaves none unmarked.
"""

import gettext
import re
from collections.abc import Iterator

import pytest

from citeback.index.errors import NoGeneration
from citeback.index.records import Source, Span
from citeback.page.state.chosen_sources import ChosenSources
from citeback.page.state.computed_table import ShownTable
from citeback.page.state.conversations import SavedConversation
from citeback.page.state.exchange import CitedPlace, Exchange
from citeback.page.views import (
    answers,
    chosen_sources,
    computed,
    conversations,
    source_panel,
    sources,
    welcome,
)
from citeback.page.views.remedies import page_remedy
from citeback.page.views.settings import language_form
from citeback.page.views.speech import speaking
from citeback.rag.answer import Answer, Citation, Passage, Sentence, Verdict
from citeback.rag.messages import catalogue

# Documents and names have no Latin letter, so that whatever has one is said by the page.
TEXT = "Маяк был построен в 1869 году. Его свет виден далеко."
SPAN = Span(0, 30)
CITATION = Citation(n=1, document="маяк", span=SPAN, quote=SPAN.of(TEXT), support=1.0, corrected=True)
SENTENCE = Sentence("Маяк стар.", Verdict.PARTIAL, (CITATION,))
PASSAGE = Passage(n=1, document="маяк", span=SPAN, text=SPAN.of(TEXT), score=1.0)
FORMATS = {"Word", "Markdown", "BibTeX", "RIS", "CSL", "JSON", "UTC", "CSV"}
FORMATS |= {"Deutsch", "English", "Fran", "ais", "Espa", "ol"}  # the languages by their own names
SHOWN = re.compile(r'(?:aria-label|title|placeholder|alt)="([^"]*)"|>([^<]*)<')
MARKED = re.compile("⟦[^⟦⟧]*⟧")


class Marking(gettext.NullTranslations):
    """Marks each message of the catalogue, and leaves any other as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.known = catalogue.translations("de")

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if self.known.gettext(message) != message or message in SAME else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


SAME = {"Text"}  # spelt alike in German


def answered(abstained: bool, *sentences: Sentence) -> Answer:
    return Answer(
        question="Когда?",
        standalone="Когда?",
        abstained=abstained,
        confidence=0.9,
        sentences=sentences,
        passages=(PASSAGE,),
        ways=("Как?",) if abstained else (),
        language="de",
    )


def drawn() -> Iterator[str]:
    refused = Exchange("Когда?", answer=answered(True))
    yield answers.conversation(
        [
            Exchange("Когда?", answer=answered(False, SENTENCE), stale=frozenset({1})),
            refused,
            Exchange("Когда?", answer=answered(False, SENTENCE), feedback="right"),
            Exchange("Когда?", answer=answered(False, SENTENCE), feedback="noted"),
            Exchange("Когда?", verified=(SENTENCE,), draft="Маяк", written=True),
            Exchange("Когда?", verified=(SENTENCE,), stopped=True),
            Exchange("Когда?", passage_count=2),
            Exchange("Когда?"),
        ],
        key="1",
    )
    yield (
        welcome.welcome(2)
        + welcome.first_documents(True, True, "маяки")
        + welcome.first_documents(False, False, "")
    )
    yield sources.sources([Exchange("Когда?", answer=answered(False, SENTENCE))]) + sources.sources(())
    yield chosen_sources.chip(ChosenSources()) + chosen_sources.chip(ChosenSources(tuple("абвгд")))
    yield chosen_sources.chooser((), ChosenSources())
    table = ShownTable(("год",), (("1869",),), (1,), frozenset({(0, 0)}), left_out=2)
    yield computed.computed_table(table)
    talk = SavedConversation("1", "маяк", "2026-01-01T10:00:00", 2)
    yield conversations.search() + conversations.listing([talk]) + conversations.listing((), "маяк")
    yield conversations.listing(())
    source = Source(text=TEXT, title="маяк", kind="", pages=(0,))
    places = [CitedPlace(f"{n}", "маяк", span, span.of(TEXT)) for n, span in enumerate((SPAN, Span(31, 40)))]
    for what in ("cited", "found"):
        yield source_panel.document_panel(source, places[0], places, what=what).replace("page 1", "")
    yield source_panel.missing_document_panel(places[0]) + source_panel.view_buttons()
    yield f">{page_remedy(NoGeneration(''))[0]}<" + language_form("")


def test_no_message_of_the_ask_tab_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    marking = Marking()
    monkeypatch.setattr(catalogue, "translations", lambda _: marking)
    with speaking("de"):
        shown = list(drawn())
    assert sum(each.count("⟦") for each in shown) > 100
    for _ in range(3):  # a message may stand within another
        shown = [MARKED.sub("", each) for each in shown]
    seen = [" ".join(filter(None, found.groups())) for each in shown for found in SHOWN.finditer(each)]
    left = {word for each in seen for word in re.findall(r"[A-Za-z]+", each)}
    assert left - FORMATS == set()
