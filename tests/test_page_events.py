"""What comes in which order on the page, in a real browser: a scripted corpus waits at gates."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event as Gate

import pytest
from paged import IN_A_BROWSER, ask, browser, drawer, enter, page, served, visit, window
from playwright.sync_api import Page, expect
from scripted import NoFolder, ScriptedCorpus, answer, cite, said, source

from citeback.index.errors import ModelError
from citeback.index.records import Failure, Source
from citeback.index.sync.report import Progress
from citeback.page import app, layout, workspace
from citeback.page.state.conversations import ConversationStore, SavedConversation
from citeback.page.state.feedback import FeedbackFile
from citeback.page.state.folders import upload_problem
from citeback.page.state.preferences import SettingsStore
from citeback.page.state.review.saved_drafts import DraftStore
from citeback.page.state.review.saved_questions import QuestionStore
from citeback.page.state.review.saved_tables import TableStore
from citeback.rag.answer import Answer, AnswerCompleted, AnswerEvent, Retrieved, SentenceVerified, Verdict
from citeback.serving.uploads import UploadStore

pytestmark = IN_A_BROWSER

PATIENCE = 120  # seconds at a gate: more than a test waits for anything
TEXT = "Sixty-two were killed. The port was Tartus."
ONE = cite("news.txt", TEXT, "Sixty-two were killed.")


class Gated(ScriptedCorpus):
    """Says its sentences and waits at a gate before the answer is finished."""

    gate = Gate()

    def stream(
        self, question: str, history: object = (), within: object = None, settings: object = None
    ) -> Iterator[AnswerEvent]:
        events: list[AnswerEvent] = [Retrieved(question, ()), SentenceVerified(said(ONE))]
        yield from events
        if "model" in question:
            raise ModelError("The model is missing.", "pip install it")
        if "bug" in question:
            raise ZeroDivisionError(question)
        assert self.gate.wait(PATIENCE)
        yield AnswerCompleted(self.answers.get(question) or answer(question, [said(ONE)]))


class GatedFolder(NoFolder):
    """Rebuilds as slowly as a gate lets it."""

    gate = Gate()

    def rebuild(
        self, folders: Sequence[str] = (), again: Sequence[str] = (), gone: Sequence[str] = ()
    ) -> Iterator[Progress | str]:
        yield Progress("embedding", 3, 12, "chunks")
        assert self.gate.wait(PATIENCE)
        yield "Up to date: 1 added."


class Stage:
    """One served page; each test puts its own corpus behind it."""

    corpus: ScriptedCorpus
    address: str

    def play(self, page: Page, answers: dict[str, Answer] | None = None) -> Gated:
        """Visit the page over a corpus of one document and these answers."""
        corpus = self.corpus = Gated({"news.txt": source(TEXT, "The news")}, answers or {})
        corpus.gate = Gate()
        visit(page, self.address)
        return corpus


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage()
    folder = tmp_path_factory.mktemp("stage")
    behind = workspace.PageServices.for_store(folder, lambda: stage.corpus, GatedFolder())
    for stage.address in served(app.site(behind, layout.build(behind))):
        yield stage


def test_sentences_appear_before_the_answer_is_finished(page: Page, stage: Stage) -> None:
    corpus = stage.play(page)
    enter(page.get_by_label("Question", exact=True), "How many?")
    expect(page.locator(".exchange .said")).to_contain_text("Sixty-two were killed.")
    expect(page.locator(".exchange")).to_have_attribute("aria-busy", "true")
    corpus.gate.set()
    expect(page.locator(".exchange")).to_have_attribute("aria-busy", "false")


def test_an_answer_that_is_stopped_keeps_what_was_checked(page: Page, stage: Stage) -> None:
    corpus = stage.play(page)
    enter(page.get_by_label("Question", exact=True), "How many?")
    expect(page.locator(".exchange .said")).to_contain_text("Sixty-two were killed.")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".exchange")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".exchange .said")).to_contain_text("Sixty-two were killed.")
    corpus.gate.set()
    expect(ask(page, "Where?")).to_contain_text("How this was answered")
    expect(page.locator(".exchange").first).to_contain_text("Stopped.")


def test_an_answer_stops_at_whatever_moment_one_presses_stop(page: Page, stage: Stage) -> None:
    stage.play(page)
    for n in range(6):
        enter(page.get_by_label("Question", exact=True), f"How many, for the {n}th time?")
        exchange = page.locator(".exchange").nth(n)
        expect(exchange).to_have_attribute("aria-busy", "true")
        stop = page.get_by_role("button", name="Stop")
        expect(stop).to_be_visible()
        page.wait_for_timeout(15 * n)
        page.keyboard.press("Escape") if n % 2 else stop.click()
        expect(exchange).to_have_attribute("aria-busy", "false")
        expect(exchange).to_contain_text("Stopped.")
        expect(stop).to_be_hidden()
        page.wait_for_timeout(50)
        expect(exchange).to_have_attribute("aria-busy", "false")


def test_asking_goes_on_during_a_rebuild(page: Page, stage: Stage) -> None:
    corpus = stage.play(page)
    corpus.gate.set()
    GatedFolder.gate.clear()
    page.get_by_role("tab", name="Documents").click()
    page.get_by_role("button", name="Update index").click()
    expect(page.locator("#status")).to_contain_text("Indexing passages3 of 12")
    page.get_by_role("tab", name="Ask").click()
    expect(ask(page, "How many?").locator(".said")).to_contain_text("Sixty-two")
    page.get_by_role("tab", name="Documents").click()
    corpus.failures = (Failure("new.mp3", "docs", "docs/new.mp3", 1, 0, "not read: unknown format"),)
    GatedFolder.gate.set()
    expect(page.locator("#status")).to_contain_text("Up to date: 1 added.")
    expect(page.locator("#listing .unread")).to_contain_text("new.mp3")
    page.get_by_role("tab", name="Ask").click()
    expect(page.locator(".exchange .said")).to_contain_text("Sixty-two")


def test_errors_are_words_with_the_remedy(page: Page, stage: Stage) -> None:
    corpus = stage.play(page)
    corpus.gate.set()
    exchange = ask(page, "a missing model?")
    expect(exchange.locator(".alert")).to_have_text(
        "The model is missing.Whoever runs this page can mend it: pip install it"
    )
    expect(exchange.locator(".said")).to_contain_text("Sixty-two were killed.")
    unexpected = ask(page, "a bug?")
    expect(unexpected.locator(".alert")).to_contain_text("Citeback failed because of an internal error.")
    assert "ZeroDivision" not in page.content()


def test_doubtful_sentences_are_marked_and_explained(page: Page, stage: Stage) -> None:
    doubtful = answer("Where?", [said(ONE), said(ONE, verdict=Verdict.UNSUPPORTED, text="In Paris.")])
    corpus = stage.play(page, {"Where?": doubtful})
    corpus.gate.set()
    exchange = ask(page, "Where?")
    expect(exchange.locator(".doubt")).to_have_text("In Paris.✕not supported by what it cites")
    expect(exchange.locator(".tally")).to_have_text("1 of 2 sentences supported")
    # The card stands beside the answer, and covers none of its lines.
    page.locator("#log .marker").last.click()
    expect(page.locator("#panel mark.now")).to_be_visible()
    page.mouse.move(0, 0)
    page.locator("#log .marker").last.hover()
    card, log = page.locator("#log .card").last, page.locator("#log")
    expect(card).to_be_visible()
    at, column = card.bounding_box(), log.bounding_box()
    assert at and column and at["x"] >= column["x"] + column["width"]


def test_an_old_answer_whose_source_has_changed_says_so(page: Page, stage: Stage) -> None:
    corpus = stage.play(page)
    corpus.gate.set()
    marker = ask(page, "How many?").locator(".marker").first
    corpus.sources = {"news.txt": source("Other news stand here by now.")}
    marker.click()
    expect(page.locator("#panel .notice")).to_contain_text("has changed since it was cited")
    expect(page.locator("#panel blockquote")).to_have_text("Sixty-two were killed.")
    with page.expect_response("**/queue/join*"):  # what leaves at once may arrive in any order
        page.get_by_text("Back to the sources").click()
    corpus.sources = {}
    marker.click()
    expect(page.locator("#panel .notice")).to_contain_text("no longer in the index")


OTHER = "The port is large."


class SlowSources(Gated):
    """Takes as long to open the news as a gate lets it."""

    free = Gate()

    def source(self, document: str) -> Source:
        assert document != "news.txt" or self.free.wait(PATIENCE)
        return super().source(document)


class SlowHistory(ConversationStore):
    """Takes as long to list every conversation as a gate lets it."""

    gate = Gate()

    def listing(self, owner: str, wanted: str = "") -> tuple[SavedConversation, ...]:
        assert wanted or self.gate.wait(PATIENCE)
        return super().listing(owner, wanted)


def test_what_is_asked_for_last_is_what_stays(page: Page, tmp_path: Path) -> None:
    both = said(ONE), said(cite("port.txt", OTHER, OTHER, n=2))
    sources = {"news.txt": source(TEXT), "port.txt": source(OTHER)}
    corpus = SlowSources(sources, {"Both?": answer("Both?", both), "One?": answer("One?", both[:1])})
    corpus.gate.set()
    corpus.free.set()
    kept = SlowHistory(tmp_path / "kept.sqlite")
    feedback, choices = FeedbackFile(tmp_path / "feedback.jsonl"), SettingsStore(tmp_path / "kept.sqlite")
    sent = UploadStore(tmp_path / "uploads", upload_problem)
    drafts = DraftStore(tmp_path / "kept.sqlite")
    tables, questions = TableStore(kept.path), QuestionStore(kept.path)
    behind = workspace.PageServices(
        lambda: corpus, kept, feedback, NoFolder(), choices, sent, drafts, sent, tables, questions
    )
    for address in served(app.site(behind, layout.build(behind)), page):
        visit(page, address)
        ask(page, "One?")
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".exchange")).to_have_count(0)
        markers = ask(page, "Both?").locator(".marker")
        corpus.free.clear()
        with page.expect_response("**/queue/join*"):  # what leaves at once may arrive in any order
            markers.first.click()
        markers.last.click()
        corpus.free.set()
        expect(page.locator("#panel mark.now")).to_have_text(OTHER)
        drawer(page)
        enter(page.get_by_label("Find in conversations"), "Both")
        kept.gate.set()
        expect(page.locator("#talks li")).to_have_count(1)
        page.wait_for_timeout(500)  # a list that comes too late would be drawn over it
        expect(page.locator("#talks li")).to_have_count(1)


def test_a_support_lead_tends_two_hundred_notes(page: Page, stage: Stage) -> None:
    notes = {f"notes/{n:03}.md": source(f"Note {n}.", f"Printer {n}", "markdown") for n in range(200)}
    stage.corpus = Gated(notes, {})
    visit(page, stage.address)
    page.get_by_role("tab", name="Documents").click()
    rows = page.locator("#listing tbody tr")
    expect(rows.first).to_be_visible()
    assert rows.count() <= 50 and page.evaluate("document.documentElement.scrollHeight") < 4_000
    page.get_by_role("button", name="Title", exact=True).click()
    expect(page.locator("#listing [aria-sort=ascending]")).to_have_text("Title")
    page.locator("#listing button.sort", has_text="Title").click()
    expect(rows.first).to_contain_text("Printer 99")
    page.locator("#listing input[data-all]").check()
    expect(page.locator(".chosen .count")).to_have_text(f"{rows.count()} selected")
    enter(page.get_by_label("Find a document"), "printer 150")
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()
    expect(page.locator("#reading .body")).to_have_text("Note 150.")
