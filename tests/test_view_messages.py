"""Every message that the views show is in the catalogue.

A language that marks each message leaves none unmarked.
"""

import gettext
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from test_folder import REPORT

from citeback.index.errors import NoGeneration
from citeback.index.files.scan import File
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.records import Document, Failure, Source, Span
from citeback.index.sync.missing_files import NOT_LISTABLE, NOW_EMPTY, MissingFolder
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import Progress
from citeback.page.presenters.review.folder import READING
from citeback.page.state.chosen_sources import ChosenSources
from citeback.page.state.computed_table import ShownTable
from citeback.page.state.conversations import SavedConversation
from citeback.page.state.document_list import DocumentList
from citeback.page.state.exchange import CitedPlace, Exchange
from citeback.page.state.review.answer_grid import AnswerGrid, GridCell, GridRow
from citeback.page.state.review.checked_draft import CheckedDraft, claim_ref
from citeback.page.state.review.saved_drafts import SavedDraft
from citeback.page.state.review.saved_questions import ShownQuestions
from citeback.page.state.review.saved_tables import SavedTable
from citeback.page.state.review.shown_folder import ShownFolder
from citeback.page.state.review.shown_list import ShownList
from citeback.page.views import (
    answers,
    chosen_sources,
    computed,
    conversations,
    documents,
    lookup,
    source_panel,
    sources,
    sync_steps,
    welcome,
)
from citeback.page.views.remedies import page_remedy
from citeback.page.views.review import drafts, folder, lists, questions, tables
from citeback.page.views.review.sections import navigation
from citeback.page.views.settings import WORD_FOR_WORD, WRITTEN, answering, language_form, settings
from citeback.page.views.speech import speaking
from citeback.rag.answer import Answer, Citation, Passage, Sentence, Verdict
from citeback.rag.confidence import AnswerSettings
from citeback.rag.conflicts.conflict import Conflict, ConflictListing, ConflictSide
from citeback.rag.conflicts.finder import NOT_ENGLISH
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict, Difference
from citeback.rag.lists.listing import INCOMPLETE, ItemPlace, ListedItem, Listing
from citeback.rag.messages import catalogue
from citeback.rag.review.cell import CellSource, TableCell
from citeback.rag.saved_questions import SavedQuestion
from citeback.rag.stated_place import StatedPlace
from citeback.rag.summary.summary import Summary
from citeback.rag.timeline.timeline import FROM_DOCUMENT, StatedDate, Timeline, TimelineEntry

# Documents and names have no Latin letter, so that whatever has one is said by the page.
TEXT = "Маяк был построен в 1869 году. Его свет виден далеко."
SPAN = Span(0, 30)
CITATION = Citation(n=1, document="маяк", span=SPAN, quote=SPAN.of(TEXT), support=1.0, corrected=True)
SENTENCE = Sentence("Маяк стар.", Verdict.PARTIAL, (CITATION,))
PASSAGE = Passage(n=1, document="маяк", span=SPAN, text=SPAN.of(TEXT), score=1.0)
DOCUMENT = Document(
    name="маяк", folder="", path="", sha256="", title="", kind="text", size=1, mtime_ns=0, chars=9
)
FORMATS = {"Excel", "Word", "j", "k", "s", "min", "Markdown", "BibTeX", "RIS", "CSL", "JSON", "UTC", "CSV"}
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


SAME = {"Text", "Status", "Index", "Version", "Name", "Links", "In", "Esc", "Link"}  # spelt alike in German


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


def file(name: str) -> File:
    return File(name=name, folder="", path="", size=1, mtime_ns=0)


def drawn_tabs() -> Iterator[str]:
    """Yield what the other tabs show."""
    first = replace(DOCUMENT, name="маяк/башня", title="Башня", kind="html", author="Ада")
    several = [first, replace(first, name="б", copy_of="в"), replace(first, name="г", near_of="в")]
    several += [replace(first, name=f"д{n}", chars=0) for n in range(60)]
    reasons = ("empty file", "not read: a part: its part 7 is damaged", "not read: sound or film (.ы)")
    failed = [Failure(name="ж", folder="", path="", size=1, mtime_ns=0, reason=each) for each in reasons]
    folders = [("/м", "/м"), ("/н", "/н")]
    yield documents.documents(several, failed, folders, edits=True, chooses=True)
    yield documents.documents([], [], []) + documents.reading() + documents.uploading()
    yield documents.documents(several, [], folders, DocumentList(wanted="ы"))
    yield documents.absent(MissingFolder("/м", NOW_EMPTY, ("а", "б")))
    yield documents.absent(
        MissingFolder("/м", f"{NOT_LISTABLE}: Permission denied", ("а",), confirmable=False)
    )
    yield documents.replace_question(["а"]) + documents.replace_question(["а", "б"])
    yield documents.receipt(["а"] * 5, [("б", "the disk is full")]) + documents.receipt([], [])
    yield documents.deleted_receipt(["а"]) + documents.deleted_receipt(["а", "б"])
    kept = [KeptGeneration(2, "2026-01-01T10:00:00", 1, 3, restored=1), KeptGeneration(1, "")]
    yield documents.generations(kept) + documents.add_folder_form()
    changes = Plan(added=tuple(map(file, "абв")), deleted=("г",), renamed=(("д", file("е")),))
    yield sync_steps.since(changes) + sync_steps.since(Plan(deleted=("г",) * 60))
    for stage in ("reading", "splitting", "embedding", "writing"):
        yield sync_steps.progress_step(Progress(stage, 10, 100, "", share=0.1, seconds=2))
    for done in (replace(REPORT, notices=()), "The index is up to date."):
        yield f">{sync_steps.outcome(done)}<"
    yield lookup.search(["html", "csv"], 9) + lookup.empty_results() + lookup.results_list((), ())
    yield lookup.results_list([replace(PASSAGE, near=("б",), place="page 3")] * 2, [""] * 2)
    facts = {"Embedding model": "и", "Index": "generation 3", WRITTEN: WORD_FOR_WORD}
    yield settings(AnswerSettings(), saved=True) + answering(facts) + answering(facts, ["и"], "")


def drawn_reviews() -> Iterator[str]:
    """Yield what the sections of the Review tab show."""
    yield navigation(
        [(each, each) for each in (drafts.TITLE, tables.TITLE, "Lists", *folder.TITLES.values())]
    )
    yield from drawn_drafts()
    yield from drawn_tables()
    yield from drawn_questions()
    yield from drawn_lists()
    yield from drawn_folder()


def drawn_drafts() -> Iterator[str]:
    yield drafts.draft_form() + drafts.saved_drafts([SavedDraft("1", "а", "2026-01-01T10:00:00")])
    claims = tuple(
        CheckedClaim(
            span=SPAN,
            text="Маяк",
            verdict=verdict,
            confidence=0.5,
            citations=(CITATION, CITATION),
            reasons=("the source denies “да”",),
            differences=(Difference("1", "2"), Difference("1", "")),
        )
        for verdict in ClaimVerdict
    )
    draft = CheckedDraft(Source(text=TEXT, title="", kind=""), claims, documents=2, name="а", id="1")
    yield (
        drafts.draft(draft) + drafts.draft(draft, running=True) + drafts.draft(replace(draft, complete=True))
    )
    yield "".join(drafts.claim_card(draft, claim_ref(n)) for n in range(len(claims)))


def drawn_tables() -> Iterator[str]:
    yield tables.table_form([SavedTable("1", "а", ("б",), "", "2026-01-01T10:00:00")])
    source = CellSource(SPAN, SPAN.of(TEXT), None, None)
    cells = [TableCell("маяк", "Как?", "да", source, 0.5, judged="wrong")]
    cells += [TableCell("маяк", "Как?", "", None, 0.9, judged="right")]
    row = GridRow("маяк", "Маяк", (GridCell(cells[0], stale=True), GridCell(cells[1]), None))
    grid = AnswerGrid("1", "а", ("Как?", "Где?", "Кто?"), rows=(row,) * 60)
    yield tables.grid(grid) + tables.grid(grid.find("ы", ""), 3)
    yield tables.cell_card(grid, "cell-0-0") + tables.cell_card(grid, "cell-0-1")


def drawn_questions() -> Iterator[str]:
    asked = SavedQuestion(
        id="1",
        question="Как?",
        answer=answered(False, SENTENCE),
        before=answered(True),
        changed="2026-01-01T10:00:00",
        unread=True,
    )
    yield questions.listing(ShownQuestions((asked, replace(asked, answer=None, before=None))))
    yield questions.question_form() + questions.listing(ShownQuestions())


def drawn_lists() -> Iterator[str]:
    places = tuple(ItemPlace("маяк", Span(n, n + 4), TEXT[n : n + 4], None, "line 3") for n in range(5))
    listing = Listing("dates", (ListedItem("1869", places),), 3, 1, (INCOMPLETE,))
    listed = ShownList(listing)
    yield lists.list_form() + lists.working() + lists.listing(listed, listed.matching(), 0, {})
    yield lists.listing(listed.find("ы"), (), 0, {}) + lists.listing(
        ShownList(replace(listing, items=())), (), 0, {}
    )


def drawn_folder() -> Iterator[str]:
    yield folder.conflicts_form() + folder.timeline_form() + folder.summary_form()
    yield "".join(folder.working(each) for each in READING.values())
    place = StatedPlace(
        document="маяк", span=SPAN, quote=SPAN.of(TEXT), page=None, place="page 2", date="2026-01-01"
    )
    side = ConflictSide(place, (place,) * 30)
    conflict = Conflict(kind="number", confidence=0.9, newer=side, older=side, differences=(("1", "2"),))
    for found in ((conflict,), ()):
        shown = ConflictListing(found, 3, 1, statements=9, compared=4, notices=(NOT_ENGLISH,))
        yield folder.result(ShownFolder(shown, running=True))
    when = StatedDate(
        value="", until="1870", written="вчера", span=SPAN, resolved=True, certain=False, note=FROM_DOCUMENT
    )
    for entries in ((TimelineEntry(when, place, (place,)),), ()):
        yield folder.result(ShownFolder(Timeline(entries, 3, 1, "мост")))
    yield folder.result(ShownFolder(Summary((), 9, 3, 1, "")))


def unmarked(drawing: Iterator[str]) -> set[str]:
    """Return the words in Latin letters that are no message of the catalogue."""
    shown = list(drawing)
    assert sum(each.count("⟦") for each in shown) > 100
    for _ in range(4):  # a message may stand within another
        shown = [MARKED.sub("", each) for each in shown]
    seen = [" ".join(filter(None, found.groups())) for each in shown for found in SHOWN.finditer(each)]
    return {word for each in seen for word in re.findall(r"[A-Za-z]+", each)} - FORMATS


@pytest.mark.parametrize("drawing", [drawn, drawn_tabs, drawn_reviews])
def test_no_message_is_missing(drawing: Callable[[], Iterator[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    marking = Marking()
    monkeypatch.setattr(catalogue, "translations", lambda _: marking)
    with speaking("de"):
        assert unmarked(drawing()) == set()
