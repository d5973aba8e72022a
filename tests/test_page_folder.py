"""The folder behind the page, in a real browser: tended, added to, emptied, and full of naughty strings."""

import json
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar
from unittest.mock import patch

import pytest
from paged import (
    DOCUMENTS,
    IN_A_BROWSER,
    address,
    ask,
    browser,
    drawer,
    enter,
    folder,
    marked,
    page,
    served,
    store,
    tab,
    visit,
    window,
)
from parsed import sent
from playwright.sync_api import Page, expect
from scripted import answer

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch, workspace
from citeback.page.state.conversations import MAX_LISTED, ConversationStore, shorten_name
from citeback.page.state.database import Database
from citeback.page.state.exchange import Exchange
from citeback.page.state.folders import upload_problem
from citeback.page.state.owner import YOU
from citeback.rag.corpus import CorpusOptions

pytestmark = [*IN_A_BROWSER, pytest.mark.filterwarnings("ignore::ResourceWarning")]
T = TypeVar("T")


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
    two_are_deleted_and_put_back(page, folder)
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


def two_are_deleted_and_put_back(page: Page, folder: Path) -> None:
    """Delete two documents that are selected, whatever sorting does, and put them back."""
    rows = page.locator("#listing tbody tr")
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


def save(kept: ConversationStore, question: str, key: str = "") -> str:
    return kept.save(YOU, key, Exchange(question, answer=answer(question)))


def at_once(kept: ConversationStore, saving: Callable[[], T]) -> T:
    """Save in one transaction: five hundred would each wait for the disk."""
    kept.save(YOU, "", Exchange("The first makes the file", answer=answer("Who?")))

    def together(file: Connection) -> T:
        with patch.object(Database, "write", lambda _, tables, work: work(file)):
            return saving()

    return kept.file.write("", together)


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
    visit(page, address)
    ask(page, "What is the naughty harbour seal called?").locator(".marker").first.click()
    assert "Bertram" in marked(page)
    shown = page.locator("#panel .body").text_content() or ""
    assert shown.replace("\ufffd", "") == text.replace("\0", "")
    for string in strings[::100]:  # before there are hundreds of conversations, which each answer lists anew
        expect(ask(page, string).locator(".question")).to_be_visible()
    at_once(kept, lambda: [save(kept, title) for title in titles[: MAX_LISTED // 2]])
    tab(page, "Documents")
    expect(page.locator("#listing")).to_contain_text(f"{len(DOCUMENTS) + len(names)} documents")
    tab(page, "Ask")
    drawer(page)
    expect(page.locator("#talks li").nth(MAX_LISTED // 2 - 1)).to_be_visible()
    called = set(page.locator("#talks .name-of").all_text_contents())
    talk = at_once(kept, lambda: reduce(lambda key, string: save(kept, string, key), asked, ""))
    kept.rename(YOU, talk, "All that is naughty")
    at_once(kept, lambda: [save(kept, title) for title in titles[MAX_LISTED // 2 :]])
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
    for path in (*(folder / f"{name}.txt" for name in names), folder / "naughty.md"):
        path.unlink()
    sync(store, load=lambda _: encoder)
