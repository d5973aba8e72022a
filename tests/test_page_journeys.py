"""What made the page of an earlier commit (6682cce) a demo, and the test in Chromium that would fail on it.

The points are those of the report on that commit, by their numbers there.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chats import ScriptedChat
from paged import IN_A_BROWSER, ask, browser, copied, page, served, visit, window
from playwright.sync_api import Page, expect
from reportlab.pdfgen.canvas import Canvas

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch
from citeback.rag.corpus import CorpusOptions
from citeback.rag.writing.chat_writer import ChatWriter

pytestmark = IN_A_BROWSER
LAWYER = "test_page_journeys.py::test_a_lawyer_reads_a_long_pdf"
JOURNALIST = "test_page.py::test_a_journalist_drops_forty_saved_pages_and_asks"
TENDED = "test_page_folder.py::test_the_folder_is_tended"
LEAD = "test_page_events.py::test_a_support_lead_tends_two_hundred_notes"
MARKER = "test_page.py::test_a_marker_opens_its_source_at_exactly_the_cited_words"
RELOAD = "test_page_views.py::test_a_conversation_is_kept_found_renamed_opened_and_deleted"
EVERYBODY = "test_page_views.py::test_every_view_can_be_used_by_everybody"
HERE = "test_page_journeys.py::test_a_tenant_reads_a_lease_and_a_table"
POINTS = {
    1: ("suggested questions that are refused or make no sense", JOURNALIST),
    2: ("a first run without documents is a red error", JOURNALIST),
    3: ("headings and fragments as sure answers", HERE),
    4: ("Stop and Esc race", "test_page_events.py::test_an_answer_stops_at_whatever_moment_one_presses_stop"),
    5: ("the page before is shown under the next citation", LAWYER),
    6: ("Markdown in quotations that are none", LAWYER),
    7: ("find in a long document", LAWYER),
    8: ("copying; dates of files in references", LAWYER),
    9: ("a phone", EVERYBODY),
    10: ("one receipt for many uploads; what cannot be asked about", TENDED),
    11: (
        "Documents: open, sort, select, page",
        "test_page_events.py::test_a_support_lead_tends_two_hundred_notes",
    ),
    12: (
        "marked words are in sight",
        "test_page.py::test_a_marker_opens_its_source_at_exactly_the_cited_words",
    ),
    13: ("paragraphs of a PDF", HERE),
    14: ("Look up", "test_page_views.py::test_passages_are_looked_up_filtered_opened_and_copied"),
    15: ("errors that advise commands", "test_page_events.py::test_errors_are_words_with_the_remedy"),
    16: ("a model that dies in mid-answer", "test_page_journeys.py::test_a_model_that_dies_is_named"),
    17: (
        "a reload loses the conversation",
        "test_page_views.py::test_a_conversation_is_kept_found_renamed_opened_and_deleted",
    ),
    18: ("Esc loses the focus; names of markers", "test_page_views.py::test_with_the_keyboard_alone"),
    19: ("the least useful line of the nearest passages", HERE),
}
OF_OLD = {
    1: "asks 'What about MAIN GAME?' and 'What about Comments?', and refuses both",
    4: "Stop at once after Ask: the answer stays at 'Reading 5 passages', and the button stays",
    5: "'Page 7 as it looks' stands above the picture of page 3 and its marked words until the next comes",
    7: "Enter goes to the next place, which lies 95 px above the view",
    9: "columns of 71, 86, 94, 64 and 44 px; markers of 16 px",
    10: "13 files give 13 lines, of which one says that setup.exe was added; the index waits for a rebuild",
    11: "207 rows are 10,309 px high, without a box, a way to sort or a link",
    12: "in a window of 600 px the head grows from 228 to 377 px with the picture, over the mark at 318",
    15: "without documents: 'in a terminal', 'Next: citeback index FOLDER'",
    16: "not seen: a model that breaks off is named ('stopped midway'), if with a command as the remedy",
}
"""What the earlier page did when it was tried (2026-12-01, by scripts; its parts have other names).

Points 2, 8, 9, 13, 14, 17, 18 and 19 failed there as journeys, 3 and 6 passed.
"""
LEASE = """# Lease of the mill

## Subletting

The tenant may sublet the mill only with the written consent of its owner.

## Deposit

The deposit is 900 crowns.
"""
PRINTERS = "Printer\tFirmware\tColour\nLX-7\t3.4\tno\nLX-9\t3.6\tyes\nLX-12\t4.0\tno\n"
PARAGRAPHS = (
    ("The keeper of the northern lock is called Ottilie Brandt, and", "she lives beside it with two dogs."),
    ("The southern lock has no keeper. Whoever wants to pass", "it opens the gates by hand."),
)


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, shared_models: CorpusOptions
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("journeys")
    (folder / "lease.md").write_text(LEASE)
    (folder / "printers.csv").write_text(PRINTERS)
    sheet = Canvas(str(folder / "locks.pdf"))
    for n, lines in enumerate(PARAGRAPHS):
        for m, line in enumerate(lines):
            sheet.drawString(72, 700 - 60 * n - 14 * m, line)
    sheet.save()
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    yield from served(launch.site_of(store.path, lambda _: encoder, options=shared_models))


HALF = "The deposit is 900 crowns [1]. And the tenant has to"


def test_a_model_that_dies_is_named(
    page: Page, tmp_path: Path, encoder: SentenceEncoder, shared_models: CorpusOptions
) -> None:
    (tmp_path / "lease.md").write_text(LEASE)
    store = Store(tmp_path / ".citeback")
    sync(store, [tmp_path], load=lambda _: encoder)
    chat = ScriptedChat(script=[[HALF, ConnectionError("the connection was closed")]], heard=[], stopped=[])
    options = replace(shared_models, writer=ChatWriter(lambda: chat, "small-model"))
    for address in served(launch.site_of(store.path, lambda _: encoder, options=options), page):
        visit(page, address)
        exchange = ask(page, "How high is the deposit of the mill?")
        # What was checked stays, half a sentence does not, and the reason is said with a remedy on the page.
        expect(exchange.locator(".said")).to_have_text(re.compile(r"^The deposit is 900 crowns\."))
        expect(exchange).not_to_contain_text("the tenant has to")
        expect(exchange.locator(".notice")).to_have_text(
            "small-model stopped midway: the connection was closed"
            "Choose under Settings who writes the answers."
        )


@pytest.mark.parametrize("number", POINTS)
def test_each_point_has_a_test(number: int) -> None:
    module, _, name = POINTS[number][1].partition("::")
    assert re.search(rf"^def {name}\(", (Path(__file__).parent / module).read_text(), re.MULTILINE)


def test_a_tenant_reads_a_lease_and_a_table(page: Page, address: str) -> None:
    visit(page, address)
    # 3: a heading is no answer, and a citation no fragment.
    for question in (
        "May the tenant sublet the mill?",
        "Subletting?",
        "How high is the deposit of the mill?",
    ):
        exchange = ask(page, question)
        for quoted in exchange.locator(".quotation").all_inner_texts():
            assert len(re.sub(r"\W*\d+\W*$", "", quoted).split()) >= 4, (question, quoted)
    expect(page.locator(".exchange").first.locator(".quotation").first).to_contain_text("written consent")
    # 17: a new conversation can be begun wherever one has scrolled to.
    expect(page.get_by_role("button", name="New conversation")).to_be_in_viewport()
    # 13: a PDF has its paragraphs, whose lines are not broken as on paper.
    ask(page, "Who is the keeper of the northern lock?").locator(".marker").first.click()
    paragraphs = page.locator("#panel .body p")
    expect(paragraphs).to_have_count(2)
    expect(paragraphs.first).to_have_text(" ".join(PARAGRAPHS[0]))
    assert paragraphs.first.evaluate("(each) => !each.innerText.includes('\\n')")
    # 19: a row near a refused question is read with the heads of its columns.
    refused = ask(page, "How much does the printer LX-9 cost?")
    expect(refused).to_contain_text("The documents do not say")
    expect(refused.locator(".nearest")).to_contain_text("Firmware: 3.6")


LONG_LEASE = [
    "The lease of the mill ends in nine years.",
    *(f"Clause {n} says nothing of importance." for n in range(60)),
    "The deposit for the mill is 900 crowns.",
]


def long_lease(folder: Path) -> Path:
    """Return a folder with a lease of two pages, and a text with signs of Markdown that are none."""
    docs = folder / "docs"
    docs.mkdir()
    sheet = Canvas(str(docs / "lease.pdf"))
    for n, words in enumerate(LONG_LEASE):
        sheet.drawString(72, 750 - 11 * (n % 62), words)
        if n in (30, len(LONG_LEASE) - 1):
            sheet.showPage()
    sheet.save()
    (docs / "code.txt").write_text("The switch of the crane is called `crane --slow` in the **manual**.")
    return docs


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_lawyer_reads_a_long_pdf(
    page: Page, tmp_path: Path, encoder: SentenceEncoder, shared_models: CorpusOptions
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    store = Store(tmp_path / "store")
    sync(store, [long_lease(tmp_path)], load=lambda _: encoder)
    for address in served(launch.site_of(store.path, lambda _: encoder, options=shared_models), page):
        visit(page, address)
        quoted = ask(page, "How is the switch of the crane called?").locator(".said")
        expect(quoted).to_contain_text("`crane --slow` in the **manual**.")
        assert quoted.locator("code, strong").count() == 0
        ask(page, "When does the lease of the mill end?")
        exchange = ask(page, "How much is the deposit for the mill?")
        marker = exchange.locator(".marker").first
        box = marker.bounding_box()
        assert box and min(box["width"], box["height"]) >= 24
        marker.click()
        page.get_by_role("button", name="Page", exact=True).click()
        sheet = page.locator("#panel .sheet")
        expect(page.locator("#panel .at-page")).to_have_text("Page 2 of 2")
        expect(page.locator("#panel .body")).to_be_hidden()
        picture = sheet.get_by_role("img", name="Page 2 as an image, with the words highlighted")
        expect(picture).to_be_visible()
        before = picture.bounding_box()
        page.get_by_role("button", name="Larger").click()
        after = picture.bounding_box()
        assert before and after and after["width"] > before["width"] * 1.2
        page.get_by_role("button", name="Smaller").click()
        sheet.press("ArrowLeft")
        expect(page.locator("#panel .at-page")).to_have_text("Page 1 of 2")
        expect(page.get_by_role("button", name="Previous page")).to_be_disabled()
        expect(sheet.get_by_role("img", name="Page 1 as an image")).to_be_visible()
        page.route("**/pages/**", lambda route: None)  # the next picture never comes
        page.get_by_label("Previous place cited").click()
        expect(page.locator("#panel .at-page")).to_have_text("Page 1 of 2")
        expect(sheet.locator("img")).to_be_hidden()  # the page before does not stand there
        page.get_by_role("button", name="Text", exact=True).click()
        expect(page.locator("#panel mark.now")).to_contain_text("nine years")
        finds_in_the_document(page)
        words = copied(page, exchange.get_by_label("Copy the answer with its sources"))
        assert "900 crowns" in words and "[1] " in words and "lease.pdf" in words
        words = copied(page, page.locator("#panel").get_by_label("Copy the quotation"))
        assert words.startswith("“The lease of the mill ends in nine years.”")
        assert "/source/lease.pdf" in words
        assert str(datetime.now(UTC).year) not in words  # when the file was made is not what it says
        page.unroute_all(behavior="ignoreErrors")


MATCH = """() => {
  const range = [...CSS.highlights.get("found-now")][0];
  const box = range.getBoundingClientRect();
  const head = document.querySelector("#panel header").getBoundingClientRect().bottom;
  const line = range.startContainer.data.slice(range.startOffset, range.startOffset + 12);
  return { text: line, top: box.top, bottom: box.bottom, head };
}"""


def finds_in_the_document(page: Page) -> None:
    """Look for words of the open document; each place comes into sight below the head."""
    page.get_by_label("Find in document").fill("clause 5")
    expect(page.locator("#panel .found")).to_have_text("1 of 11")
    for n, words in enumerate(("Clause 5 ", "Clause 50 "), 1):
        at = page.evaluate(MATCH)
        assert at["text"].startswith(words.strip()) and at["top"] > at["head"] and at["bottom"] < 800, n
        page.get_by_label("Find in document").press("Enter")
    expect(page.locator("#panel .found")).to_have_text("3 of 11")
