"""The page in a real browser: each journey of a reader, on the real parts where they matter."""

import re
import subprocess
import sys
from pathlib import Path
from socket import socket

import pytest
from paged import (
    DOCUMENTS,
    IN_A_BROWSER,
    KEEPER,
    SHIPS,
    address,
    ask,
    browser,
    corpus,
    folder,
    marked,
    page,
    served,
    store,
    visit,
    window,
)
from playwright.sync_api import Page, expect
from test_real_corpus import NOT_SAID, SAID

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch
from citeback.rag.corpus import Corpus, CorpusOptions

pytestmark = IN_A_BROWSER


def test_a_marker_opens_its_source_at_exactly_the_cited_words(
    page: Page, address: str, corpus: Corpus
) -> None:
    visit(page, address)
    exchange = ask(page, SHIPS)
    cited = corpus.ask(SHIPS).sentences[0].citations[0]
    expect(exchange.locator(".said")).to_contain_text("412 ships passed the canal")
    marker = exchange.locator(".marker").first
    expect(marker).to_have_attribute("href", "#cite-0-1")
    card = page.locator("#panel .quote")
    expect(card).not_to_have_class(re.compile("lit"))
    marker.hover()
    expect(card).to_have_class(re.compile("lit"))
    expect(card).to_contain_text(cited.quote)
    card.hover()
    expect(exchange.locator(".claim")).to_have_class(re.compile("lit"))
    marker.click()
    assert marked(page) == cited.quote
    expect(page.locator("#panel .name").first).to_contain_text("canal.md")
    expect(page.locator("#panel .body")).to_contain_text("The canal was opened in 1869.")
    page.get_by_text("Back to the sources").click()
    expect(page.locator("#panel .quote").first).to_contain_text("412 ships")
    second = ask(page, KEEPER).locator(".marker").first
    second.press("Enter")
    assert marked(page) == "The lighthouse keeper was called Ottilie Brandt."
    assert page.locator("#panel p").count() > 400
    page.locator("#panel").evaluate("panel => panel.scrollTo(0, 0)")
    expect(page.locator("#panel mark.now")).not_to_be_in_viewport()
    second.click()
    marked(page)
    marker.click()  # an old one goes on working
    expect(page.locator("#panel mark.now")).to_contain_text("412 ships")
    marked(page)


def test_a_suggested_question_is_asked_with_a_click(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("link", name="When was the canal opened?").click()
    exchange = page.locator(".exchange")
    expect(exchange).to_have_attribute("aria-busy", "false")
    expect(exchange.locator(".question")).to_have_text("When was the canal opened?")
    expect(exchange.locator(".said")).to_contain_text("1869")


def test_what_the_documents_do_not_say(page: Page, address: str, corpus: Corpus) -> None:
    visit(page, address)
    question = "What is the capital of France?"
    exchange = ask(page, question)
    expect(exchange).to_contain_text("The documents do not say.")
    nearest = corpus.ask(question).passages[0]
    exchange.locator(".passage").first.click()
    assert marked(page) == nearest.text
    exchange.get_by_text("How this was answered").click()
    expect(exchange.locator(".details dl")).to_be_visible()
    expect(exchange.locator(".details dl")).to_contain_text("low (0.")


def test_a_hostile_document_and_a_hostile_question_are_words(
    page: Page, address: str, corpus: Corpus
) -> None:
    visit(page, address)
    question = "What is the harbour code?"
    exchange = ask(page, question)
    cited = corpus.ask(question).sentences[0].citations[0]
    assert "<img src=x" in (exchange.locator(".said").text_content() or "")
    exchange.locator(".marker").first.click()
    assert marked(page) == cited.quote
    assert page.locator("#panel .body").text_content() == DOCUMENTS["<img src=x>harbour.txt"]
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("#listing")).to_contain_text("<img src=x>harbour.txt")
    assert page.locator("img, .cb script, .cb b").count() == 0
    page.get_by_role("tab", name="Ask").click()
    question = "<img src=x onerror=window.hacked=1> **bold** [a](javascript:window.hacked=1)"
    expect(ask(page, question).locator(".question")).to_have_text(question)


def test_add_a_document_ask_about_it_and_delete_it(
    page: Page, address: str, folder: Path, tmp_path: Path
) -> None:
    visit(page, address)
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("#listing .failures")).to_contain_text("broken.pdf")
    page.get_by_text("1 file of an unsupported format").click()
    expect(page.locator("#listing .unread")).to_contain_text("song.mp3not read: sound or film (.mp3)")
    new, taken = tmp_path / "mill.txt", tmp_path / "canal.md"
    new.write_text("The wind mill on the hill was built by Anna Quist.")
    taken.write_text("Overwritten!")
    page.locator("#files input[type=file]").set_input_files([new, taken])
    expect(page.locator("#status")).to_contain_text("mill.txt was added", timeout=60_000)
    asked = page.locator("#status .notice.ask")  # a question in amber, not an error in red
    expect(asked).to_contain_text("“canal.md” is already in the folder. Replace it?")
    expect(page.locator("#status .alert")).to_have_count(0)
    amber = "getComputedStyle(document.documentElement).getPropertyValue('--doubt')"
    assert asked.evaluate(
        f"(each) => {{ each.style.color = {amber}; return getComputedStyle(each).color"
        " === getComputedStyle(each).borderInlineStartColor }"
    )
    expect(page.locator("#listing table")).to_contain_text("mill.txt")
    page.get_by_role("button", name="Leave as it is").click()
    expect(asked).to_have_count(0)
    assert (folder / "canal.md").read_text() == DOCUMENTS["canal.md"]
    page.get_by_role("tab", name="Ask").click()
    expect(ask(page, "Who built the wind mill?").locator(".said")).to_contain_text("Anna Quist")
    (folder / "mill.txt").unlink()
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("#listing .since summary")).to_contain_text("Changed on disk since: 1 deleted.")
    page.get_by_role("button", name="Update index").click()
    expect(page.locator("#status")).to_contain_text("1 deleted", timeout=60_000)
    expect(page.locator("#listing table")).not_to_contain_text("mill.txt")
    expect(page.locator("#listing .since")).to_have_count(0)
    page.get_by_role("tab", name="Ask").click()
    expect(ask(page, "Who built the wind mill?")).not_to_contain_text("Anna Quist")


def test_a_phone_scrolls_in_one_direction_only(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 380, "height": 780})
    visit(page, address)
    fits(page)
    exchange = ask(page, SHIPS)
    fits(page)
    exchange.locator(".marker").first.click()
    assert "412 ships" in marked(page)
    fits(page)
    page.get_by_text("Back to the sources").click()
    expect(page.locator("#panel mark.now")).to_have_count(0)
    page.get_by_role("tab", name="Documents").click()
    expect(page.locator("#listing table")).to_be_visible()
    fits(page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 380


def test_only_this_machine_is_listened_to(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")


def test_a_port_that_is_taken_is_told_with_what_to_type(store: Store) -> None:
    # In a process of its own: there Gradio leaves open the socket that it tried.
    with socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        chat = [sys.executable, "-m", "citeback", "chat", "--store", str(store.path), "--port", port]
        done = subprocess.run(chat, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 1
    assert f"127.0.0.1:{port}: another program is using it" in " ".join(done.stderr.split())
    assert "Next: citeback chat --port 0" in done.stderr
    assert "Traceback" not in done.stderr


SAVED = """<html><head><title>Report {n}</title><meta name="author" content="Nora Lind"></head>
<body><nav>Home Sport</nav><p>Report {n} says: the ferry to island {n} needs {n} minutes.</p></body></html>"""


def test_a_journalist_drops_forty_saved_pages_and_asks(
    page: Page, tmp_path: Path, encoder: SentenceEncoder, shared_models: CorpusOptions
) -> None:
    store, first = Store(tmp_path / "store"), tmp_path / "canal.md"
    first.write_text(DOCUMENTS["canal.md"])
    saved = [tmp_path / f"saved-{n}.html" for n in range(40)]
    for n, path in enumerate(saved):
        path.write_text(SAVED.format(n=n))
    program = tmp_path / "setup.exe"
    program.write_bytes(b"MZ\0\0")
    for address in served(launch.site_of(store.path, lambda _: encoder, options=shared_models), page):
        visit(page, address)
        expect(page.get_by_role("heading", name="Add your documents")).to_be_visible()
        assert "terminal" not in page.content() and page.locator(".alert").count() == 0
        expect(ask(page, "Anything?").locator(".alert")).to_contain_text("Add documents")
        page.get_by_role("button", name="New conversation").click()
        page.locator("#log [name=folder]").fill(str(first))
        page.get_by_role("button", name="Add folder").first.click()
        expect(page.locator("#starters .alert")).to_contain_text("is a file.")
        page.locator("#log input[type=file]").set_input_files([first, *saved, program])
        expect(page.locator("#log .welcome")).to_contain_text(
            "Answers come from 41 documents.", timeout=90_000
        )
        assert (tmp_path / "Citeback documents" / "canal.md").read_text() == DOCUMENTS["canal.md"]
        expect(page.locator("#starters .recent a")).to_have_count(3)
        page.get_by_role("link", name="When was the canal opened?").click()
        expect(page.locator(".exchange .said")).to_contain_text("1869")
        ferry = ask(page, "How long does the ferry to island 17 take?")
        expect(ferry.locator(".quotation").first).to_contain_text("island 17 needs 17 minutes")
        expect(ferry.locator(".from").first).to_have_text("Report 17")
        page.get_by_role("tab", name="Documents").click()
        expect(page.locator("#listing .unread")).to_contain_text("setup.exe")
        expect(page.locator("#status .notice")).to_have_count(0)


@pytest.mark.real_data
def test_the_shared_corpus_through_the_page(
    page: Page, tmp_path: Path, shared: Path, encoder: SentenceEncoder, shared_models: CorpusOptions
) -> None:
    store = Store(tmp_path / "store")
    sync(store, [shared / "corpus"], load=lambda _: encoder)
    for address in served(launch.site_of(store.path, lambda _: encoder, options=shared_models), page):
        visit(page, address)
        for question, words in SAID.items():
            ask(page, question).locator(".marker").first.click()
            notice = re.compile("|".join(words))
            expect(page.locator("#panel mark.now", has_text=notice).first).to_be_visible()
            assert any(word in marked(page) for word in words)
        expect(ask(page, NOT_SAID)).to_contain_text("The documents do not say.")
