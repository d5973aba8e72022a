"""The other views of the page in a real browser: reading, looking up, keeping, tending, by keyboard."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from paged import (
    DOCUMENTS,
    IN_A_BROWSER,
    KEEPER,
    SHIPS,
    address,
    ask,
    browser,
    copied,
    corpus,
    drawer,
    enter,
    folder,
    marked,
    page,
    served,
    store,
    usable,
    visit,
    window,
)
from parsed import sent
from playwright.sync_api import Browser, Page, expect
from reportlab.pdfgen.canvas import Canvas
from scripted import answer
from typer.testing import CliRunner

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import app as page_app
from citeback.page import launch, workspace
from citeback.page.state.conversations import MAX_LISTED, ConversationStore, shorten_name
from citeback.page.state.exchange import Exchange
from citeback.page.state.folders import upload_problem
from citeback.page.state.owner import YOU
from citeback.rag.corpus import CorpusOptions
from citeback.terminal.cli import app

pytestmark = [*IN_A_BROWSER, pytest.mark.filterwarnings("ignore::ResourceWarning")]
VIEWS = ("Ask", "Look up", "Documents", "Settings")


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def look_up(page: Page, words: str, **filters: str) -> None:
    tab(page, "Look up")
    for name, value in filters.items():
        page.locator(f"#lookup-form [name={name}]").fill(value)
    enter(page.locator("#lookup-form [name=question]"), words)


def test_a_document_shows_all_that_is_cited_finds_words_and_has_a_permanent_link(
    page: Page, address: str
) -> None:
    visit(page, address)
    ask(page, "When was the canal opened?")
    ask(page, SHIPS).locator(".marker").first.click()
    words = marked(page)
    assert "412 ships" in words
    link = page.locator("#panel .permanent").get_attribute("href") or ""
    expect(page.locator("#panel mark.cited").first).to_contain_text("1869")
    page.get_by_label("Previous place cited").click()
    expect(page.locator("#panel mark.now")).to_contain_text("1869")
    page.get_by_label("Find in document").fill("canal")
    expect(page.locator("#panel .found")).to_have_text(re.compile(r"1 of \d"))
    page.get_by_label("Find in document").press("Enter")
    expect(page.locator("#panel .found")).to_have_text(re.compile(r"2 of \d"))
    page.get_by_label("Find in document").fill("zebra")
    expect(page.locator("#panel .found")).to_have_text("not found")
    page.goto(address.rstrip("/") + link)
    expect(page.locator("mark.now")).to_have_text(words)
    expect(page.locator("mark.now")).to_be_in_viewport()
    page.goto(address.rstrip("/") + re.sub(r"at=\d+-\d+", "at=0-5", link))
    expect(page.locator(".notice")).to_contain_text("has changed since it was cited")


def test_passages_are_looked_up_filtered_opened_and_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, address)
    look_up(page, "ships on the canal", within="*.md")
    expect(page.locator("#results .passage").first).to_contain_text("The canal")
    form, first = (page.locator(part).first.bounding_box() for part in ("#lookup-form", "#results .passage"))
    assert form and first and first["y"] > form["y"] + form["height"] and abs(first["x"] - form["x"]) < 50
    assert "long.txt" not in page.locator("#results").inner_text()
    page.locator("#results .passage").first.click()
    expect(page.locator("#passage mark.now").first).to_be_in_viewport()
    expect(page.locator("#results strong").first).to_have_text(re.compile("ship|canal", re.IGNORECASE))
    page.locator("#results summary").first.click()
    assert copied(page, page.locator("#results").get_by_label("Copy as Markdown").first).startswith("> ")
    page.locator("#lookup-form [name=until]").fill("1999-01-01")
    page.locator("#lookup-form [name=until]").press("Tab")
    expect(page.locator("#results")).to_contain_text("Nothing was found.")


def test_a_conversation_is_kept_found_renamed_opened_and_deleted(
    page: Page,
    address: str,
    browser: Browser,
    folder: Path,
) -> None:
    visit(page, address)
    ask(page, KEEPER)
    expect(page).to_have_url(re.compile("/c/[^#]+$"))
    page.locator("#log .marker").first.click()
    marked(page)
    page.get_by_label("Question", exact=True).fill("And when")
    page.reload()
    expect(page.locator("#log .question")).to_have_text(KEEPER)
    expect(page.locator("#panel mark.now")).to_contain_text("Ottilie Brandt")
    expect(page.get_by_label("Question", exact=True)).to_have_value("And when")
    tab(page, "Documents")
    expect(page).to_have_url(re.compile("/c/[^#]+#documents$"))
    page.reload()
    expect(page.get_by_role("tab", name="Documents")).to_have_attribute("aria-selected", "true")
    page.goto(re.sub("/c/([^#]+).*", r"/#c/\1", page.url))  # as it was written before
    page.reload()
    expect(page.locator("#log .question")).to_have_text(KEEPER)
    page.get_by_role("button", name="New conversation").click()
    drawer(page)
    enter(page.get_by_label("Find in conversations"), "ottilie")
    expect(page.locator("#talks li")).to_have_count(1)
    expect(page.locator("#talks li").first).to_contain_text("Was the keeper")
    page.get_by_label("Actions for Was the keeper").click()
    page.locator("#talks summary", has_text="Rename").first.click()
    enter(page.locator("#talks [name=name]").first, "<b>The light</b>")
    expect(page.locator("#talks")).to_contain_text("<b>The light</b>")
    page.get_by_label("Actions for <b>The light</b>").click()
    with page.expect_download() as saved:
        page.locator("#talks a", has_text="JSON").first.click()
    taken = json.loads(Path(saved.value.path()).read_text())
    assert taken["name"] == "<b>The light</b>" and taken["answers"][0]["question"] == KEEPER
    long = (folder / "long.txt").read_text()
    page.get_by_role("button", name="<b>The light</b>", exact=True).click()
    expect(page.locator("#log .question")).to_have_text(KEEPER)
    expect(page.locator("#log .marker.stale")).to_have_count(0)
    page.locator("#log .marker").first.click()
    assert marked(page) == "The lighthouse keeper was called Ottilie Brandt."
    assert long == (folder / "long.txt").read_text()
    drawer(page)
    page.get_by_label("Actions for <b>The light</b>").click()
    page.locator("#talks li", has_text="The light").locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete for good").first.click()
    expect(page.locator("#talks")).not_to_contain_text("The light")


def test_what_is_said_of_an_answer_goes_to_a_file(page: Page, address: str, store: Store) -> None:
    visit(page, address)
    exchange = ask(page, SHIPS)
    exchange.get_by_label("Yes, this was right").click()
    enter(exchange.get_by_label("What was right or wrong"), "Just so")
    expect(exchange).to_contain_text("Thank you")
    lines = [json.loads(line) for line in (store.path / "feedback.jsonl").read_text().splitlines()]
    assert [line["comment"] for line in lines] == ["", "Just so"]
    assert lines[0]["relevant"][0]["document"] == "canal.md" and lines[0]["answerable"]
    notice = CliRunner().invoke(
        app, ["eval", str(store.path / "feedback.jsonl"), "--store", str(store.path), "--json"]
    )
    figures = json.loads(notice.stdout)["figures"]
    assert figures["questions"] == 1 and figures["answer_in_first"] == 1.0


def test_the_folder_is_tended(page: Page, address: str, folder: Path, tmp_path: Path) -> None:
    visit(page, address)
    tab(page, "Documents")
    enter(page.get_by_label("Find a document"), "canal")
    expect(page.locator("#listing tbody tr")).to_have_count(1)
    enter(page.get_by_label("Find a document"), "")
    many = [tmp_path / name for name in ("harbour.txt", "quay.txt", "pier.txt", "tool.exe")]
    for path in many:
        path.write_text(f"The {path.stem} was dug by hand.")
    upload = page.locator("#files input[type=file]")
    upload.set_input_files(many)
    receipt = page.locator("#status .notice")
    expect(receipt).to_contain_text("harbour.txt, quay.txt, pier.txt were added.", timeout=60_000)
    expect(receipt).to_contain_text("1 file cannot be asked abouttool.exe")
    expect(receipt).to_have_count(1)
    many[0].write_text("The harbour was dug by machines.")
    upload.set_input_files(many[0])
    page.get_by_role("button", name="Replace").click()
    expect(page.locator("#status")).to_contain_text("harbour.txt was added", timeout=60_000)
    assert (folder / "harbour.txt").read_text() == "The harbour was dug by machines."
    rows = page.locator("#listing tbody tr")
    row = rows.filter(has_text="harbour.txt").filter(has_not_text="<img")
    page.get_by_role("button", name="Title", exact=True).click()
    expect(page.locator("#listing [aria-sort=ascending]")).to_have_text("Title")
    row.get_by_role("link").click()
    expect(page.locator("#reading .body")).to_contain_text("dug by machines")
    page.get_by_text("Back to the documents").click()
    expect(page.locator("#reading .panel")).to_have_count(0)
    for name in ("quay.txt", "pier.txt"):
        page.get_by_label(f"Select {name}").check()
    expect(page.locator(".chosen .count")).to_have_text("2 selected")
    ticked = page.locator("#listing tbody input:checked")
    page.locator("#listing button.sort", has_text="Title").click()  # the other way round
    expect(page.locator("#listing [aria-sort=descending]")).to_have_text("Title")
    named = ticked.evaluate_all("boxes => boxes.map((box) => box.value)")
    assert set(named) <= {"quay.txt", "pier.txt"}, "sorting selects no other document"
    for name in ("quay.txt", "pier.txt"):
        page.get_by_label(f"Select {name}").check()
    page.locator(".chosen").get_by_role("button", name="Delete").click()
    expect(page.locator("#status")).to_contain_text("2 files were deleted.", timeout=60_000)
    expect(rows.filter(has_text="quay.txt")).to_have_count(0)
    expect(ticked).to_have_count(0)  # the rows that moved up are not selected
    assert not (folder / "quay.txt").exists() and not (folder / "pier.txt").exists()
    page.get_by_role("button", name="Put back").click()
    expect(rows.filter(has_text="quay.txt")).to_have_count(1, timeout=60_000)
    assert (folder / "pier.txt").read_text() == "The pier was dug by hand."
    row.get_by_label("Actions for harbour.txt").click()
    row.get_by_role("button", name="Delete").click()
    expect(page.locator("#status")).to_contain_text("1 deleted", timeout=60_000)
    assert (folder / ".citeback/removed/harbour.txt").read_text() == "The harbour was dug by machines."
    expect(row).to_have_count(0)
    page.get_by_text("Earlier states of the index").click()
    page.get_by_role("button", name="Go back to").first.click()
    expect(page.locator("#status")).to_contain_text("answered from state")
    expect(page.locator("#listing table")).to_contain_text("harbour.txt")
    (folder / "quay.txt").unlink()
    (folder / "pier.txt").unlink()
    page.get_by_role("button", name="Update index").click()
    expect(page.locator("#status")).to_contain_text("3 deleted", timeout=60_000)


def test_a_folder_is_added_read_again_and_asked_about_when_it_is_empty(
    page: Page, tmp_path: Path, encoder: SentenceEncoder, shared_models: CorpusOptions
) -> None:
    store, docs, more = Store(tmp_path / "store"), tmp_path / "docs", tmp_path / "more"
    for directory, text in ((docs, "The canal is old."), (more, "The quay is built of granite.")):
        directory.mkdir()
        (directory / f"{text.split()[1]}.txt").write_text(text)
    sync(store, [docs], load=lambda _: encoder)
    for address in served(launch.site_of(store.path, lambda _: encoder, options=shared_models), page):
        visit(page, address)
        tab(page, "Documents")
        page.get_by_placeholder("Path of a folder on this computer").fill(str(more))
        page.get_by_role("button", name="Add folder").click()
        expect(page.locator("#status")).to_contain_text("1 added", timeout=60_000)
        row = page.locator("#listing tr", has_text="quay.txt")
        row.get_by_label("Actions for quay.txt").click()
        row.get_by_role("button", name="Read again").click()
        expect(page.locator("#status")).to_contain_text("1 changed", timeout=60_000)
        (docs / "canal.txt").unlink()
        visit(page, address)
        tab(page, "Documents")
        asked = page.locator("#listing .notice.ask")
        expect(asked).to_contain_text("is empty now")
        page.get_by_role("button", name="Keep its document").click()
        expect(page.locator("#status")).to_contain_text("They are kept")
        expect(page.locator("#listing table")).to_contain_text("canal.txt")
        page.get_by_role("button", name="Remove it").click()
        expect(page.locator("#status")).to_contain_text("1 deleted", timeout=60_000)
        expect(asked).to_have_count(0)


READ_OUT = """
- log "Conversation":
  - paragraph:
    - button "Conversations"
    - button "New conversation"
  - article:
    - heading "How many ships passed the canal in 2022?" [level=2]
    - heading "The canal" [level=3]
    - paragraph: /Traffic/
    - blockquote:
      - text: In all, 412 ships passed the canal in 2022.
      - link /Source 1, canal.md/
    - group: How this was answered
    - paragraph:
      - button "Copy the answer with its sources"
    - group: Download
    - paragraph:
      - text: Was this right?
      - button "Yes, this was right"
      - button "No, this was wrong"
- button "All documents"
- textbox "Question"
- button "Ask"
- complementary "Sources":
  - link "Back to the sources"
  - heading "The canal" [level=2]
  - searchbox "Find in document"
  - heading "The canal" [level=3]
  - paragraph: The canal was opened in 1869.
  - heading "Traffic" [level=4]
  - paragraph:
    - mark: In all, 412 ships passed the canal in 2022.
"""
"""What a screen reader reads out of a question, its answer and the open source."""


def test_with_the_keyboard_alone(page: Page, address: str) -> None:
    visit(page, address)
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.keyboard.type(SHIPS)
    page.keyboard.press("Enter")
    expect(page.locator(".exchange")).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()  # which Escape would press
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#log .marker").first).to_be_focused()
    expect(page.locator("#panel .quote").first).to_have_class(re.compile("lit"))
    page.keyboard.press("Enter")
    assert "412 ships" in marked(page)
    expect(page.locator("#log .marker[aria-current]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#panel mark.now")).to_have_count(0)
    expect(page.locator("#log .marker").first).to_be_focused()


def test_every_view_can_be_used_by_everybody(page: Page, address: str) -> None:
    visit(page, address)
    expect(page.locator("#starters .suggestion").first).to_be_visible()
    usable(page, "welcome")
    ask(page, "How long is the northern lock?").locator(".marker").first.click()
    marked(page)
    usable(page, "reader")
    page.get_by_role("button", name="Page", exact=True).click()
    expect(page.locator("#panel .sheet img")).to_be_visible()
    usable(page, "page")
    page.get_by_text("Back to the sources").click()
    drawer(page)
    expect(page.locator("#talks li").first).to_be_visible()
    usable(page, "drawer")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()
    look_up(page, "ships")
    expect(page.locator("#results .passage").first).to_be_visible()
    for name in VIEWS:
        tab(page, name)
        usable(page, name)


LEASE = [
    "The lease of the mill ends in nine years.",
    *(f"Clause {n} says nothing of importance." for n in range(60)),
    "The deposit for the mill is 900 crowns.",
]


def test_a_lawyer_reads_a_long_pdf(
    page: Page, tmp_path: Path, encoder: SentenceEncoder, shared_models: CorpusOptions
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    store, docs = Store(tmp_path / "store"), tmp_path / "docs"
    docs.mkdir()
    sheet = Canvas(str(docs / "lease.pdf"))
    for n, words in enumerate(LEASE):
        sheet.drawString(72, 750 - 11 * (n % 62), words)
        if n in (30, len(LEASE) - 1):
            sheet.showPage()
    sheet.save()
    (docs / "code.txt").write_text("The switch of the crane is called `crane --slow` in the **manual**.")
    sync(store, [docs], load=lambda _: encoder)
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
        page.get_by_label("Find in document").fill("clause 5")
        expect(page.locator("#panel .found")).to_have_text("1 of 11")
        for n, words in enumerate(("Clause 5 ", "Clause 50 "), 1):
            at = page.evaluate(MATCH)
            assert at["text"].startswith(words.strip()) and at["top"] > at["head"] and at["bottom"] < 800, n
            page.get_by_label("Find in document").press("Enter")
        expect(page.locator("#panel .found")).to_have_text("3 of 11")
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


def test_settings_count_for_the_next_question(page: Page, address: str) -> None:
    visit(page, address)
    tab(page, "Settings")
    page.get_by_label("Strict").check()
    page.locator("#settings-form select").select_option("3")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#settings-form")).to_contain_text("Saved.")
    expect(page.locator("#answering select option")).to_have_text(
        ["no chat model: sentences are quoted word for word"]
    )
    page.get_by_label("Dark", exact=True).check()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    tab(page, "Ask")
    expect(ask(page, "What is the capital of France?").locator(".passage")).to_have_count(3)
    page.reload()
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    tab(page, "Settings")
    expect(page.get_by_label("Strict")).to_be_checked()
    page.get_by_label("Balanced").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#settings-form")).to_contain_text("Saved.")


@pytest.mark.real_data
def test_naughty_strings_do_nothing_in_a_browser(
    page: Page, address: str, folder: Path, store: Store, encoder: SentenceEncoder, shared: Path
) -> None:
    """Each of them is words: in a document, in a file's name, in a question and as a conversation's name."""
    strings = json.loads((shared / "hostile/naughty_strings/blns.json").read_text())
    strings = [each.encode("utf-8", "replace").decode() for each in strings if each.strip()]
    text = "\n\n".join(strings) + "\n\nThe naughty harbour seal is called Bertram.\n"
    (folder / "naughty.md").write_text(text, newline="")
    names = list(dict.fromkeys(each[:80] for each in strings if not upload_problem(f"{each[:80]}.txt")))
    for name in names:
        (folder / f"{name}.txt").write_text("The seal is naughty.", newline="")
    sync(store, load=lambda _: encoder)
    kept = ConversationStore(store.path / workspace.CONVERSATIONS)
    asked = [each[:2000].strip() for each in strings]
    titles = list(dict.fromkeys(shorten_name(each) for each in strings if shorten_name(each)))
    for title in titles[: MAX_LISTED // 2]:
        kept.save(YOU, "", Exchange(title, answer=answer("Who?")))
    visit(page, address)
    ask(page, "What is the naughty harbour seal called?").locator(".marker").first.click()
    assert "Bertram" in marked(page)
    shown = page.locator("#panel .body").text_content() or ""
    assert shown.replace("\ufffd", "") == text.replace("\0", "")
    tab(page, "Documents")
    expect(page.locator("#listing")).to_contain_text(f"{len(DOCUMENTS) + len(names)} documents")
    tab(page, "Ask")
    drawer(page)
    expect(page.locator("#talks li").nth(MAX_LISTED // 2 - 1)).to_be_visible()
    called = set(page.locator("#talks .name-of").all_text_contents())
    talk = ""
    for string in asked:
        talk = kept.save(YOU, talk, Exchange(string, answer=answer(string)))
    kept.rename(YOU, talk, "All that is naughty")
    for title in titles[MAX_LISTED // 2 :]:
        kept.save(YOU, "", Exchange(title, answer=answer("Who?")))
    tab(page, "Ask")
    drawer(page)
    expect(page.get_by_role("button", name="All that is naughty")).to_be_visible()
    called |= set(page.locator("#talks .name-of").all_text_contents())
    assert len(titles) > 400
    assert set(map(sent, titles)) <= called
    page.get_by_role("button", name="All that is naughty").click()
    expect(page.locator("#log .question")).to_have_count(len(asked))
    assert page.locator("#log .question").all_text_contents() == list(map(sent, asked))
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".exchange")).to_have_count(0)
    for string in strings[::100]:
        expect(ask(page, string).locator(".question")).to_be_visible()
    for path in (*(folder / f"{name}.txt" for name in names), folder / "naughty.md"):
        path.unlink()
    sync(store, load=lambda _: encoder)
