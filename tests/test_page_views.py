"""The other views of the page in a real browser: reading, looking up, conversations, by keyboard."""

import json
import re
from pathlib import Path

import pytest
from paged import (
    IN_A_BROWSER,
    KEEPER,
    SHIPS,
    address,
    ask,
    browser,
    copied,
    drawer,
    enter,
    folder,
    marked,
    page,
    store,
    tab,
    usable,
    visit,
    window,
)
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from citeback.index.generations.store import Store
from citeback.terminal.cli import app

pytestmark = [*IN_A_BROWSER, pytest.mark.filterwarnings("ignore::ResourceWarning")]
VIEWS = ("Ask", "Look up", "Documents", "Settings")


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
