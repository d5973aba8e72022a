"""The page with documents that are written from right to left."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from paged import IN_A_BROWSER, ask, browser, opened, page, served, visit, window
from playwright.sync_api import Browser, Locator, Page, expect

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch
from citeback.rag.corpus import CorpusOptions

sys.path.append(str(Path(__file__).parents[1] / ".ci"))
import messages as made  # .ci/messages.py

pytestmark = IN_A_BROWSER
LIGHTHOUSE = (
    "# המגדלור\n\nהמגדלור נבנה בשנת 1869.\n\n- השומר גר בו\n  - הפעמון שלו כבד\n\n> האור נראה למרחוק.\n"
    "\n| שנה | אוניות |\n|---|---|\n| 1870 | 12 |\n"
)
SEEN = """() => [...document.querySelectorAll("body *")].filter((each) => each.checkVisibility()).flatMap(
  (each) => [
    ...[...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent),
    ...["aria-label", "title", "placeholder"].map((name) => each.getAttribute(name) || ""),
  ]).map((text) => text.trim()).filter(Boolean)"""
FERRY = "# العبّارة\n\nتبحر العبّارة كل يوم عند السادسة صباحًا.\n"
QUESTION = "מתי נבנה המגדלור?"


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder, shared_models: CorpusOptions
) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("rtl")
    (folder / "מגדלור.md").write_text(LIGHTHOUSE, encoding="utf-8")
    (folder / "ferry.md").write_text(FERRY, encoding="utf-8")
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    yield from served(launch.site_of(store.path, lambda _: encoder, options=shared_models))


def computed(element: Locator, name: str) -> str:
    return str(element.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def test_words_from_right_to_left_run_and_are_marked_from_the_right(
    page: Page, address: str, tmp_path: Path
) -> None:
    visit(page, address)
    field = page.get_by_label("Question", exact=True)
    field.fill(QUESTION)
    expect(field).to_have_css("direction", "rtl")
    exchange = ask(page, QUESTION)
    assert computed(exchange.locator("h2"), "direction") == "rtl"
    exchange.locator(".passage, .marker").first.click()
    body = page.locator("#panel .body")
    expect(body).to_contain_text("1869")
    for part in ("h3", "p", "li", "blockquote", "th"):
        assert computed(body.locator(part).first, "direction") == "rtl", part
    assert computed(body.locator("p").first, "textAlign") == "start"
    quoted = body.locator("blockquote")
    assert computed(quoted, "borderRightWidth") == "2px"
    assert computed(quoted, "borderLeftWidth") == "0px"
    page.screenshot(path=tmp_path / "page.png")
    # What the page says itself stays as it is.
    assert computed(page.locator("#panel header"), "direction") == "ltr"
    field.fill("Where is it?")
    expect(field).to_have_css("direction", "ltr")


def test_the_page_speaks_the_language_of_the_browser_and_then_the_chosen_one(
    browser: Browser, address: str
) -> None:
    with opened(browser, language="de-DE") as page:
        visit(page, address)
        expect(page.locator(".welcome h2")).to_have_text("Fragen Sie Ihre Dokumente")
        expect(page.locator("#tabs [role=tab]").first).to_have_text("Fragen")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(ask(page, "Danke!", "Frage", "Fragen").locator(".said")).to_have_text("Gern geschehen.")
        ask(page, QUESTION, "Frage", "Fragen")
        expect(page.locator(".details summary")).to_have_text("Wie diese Antwort entstand")
        expect(page.locator("#panel h2").first).to_have_text("Quellen")
        page.get_by_role("button", name="Gespräche").click()
        expect(page.locator("#talks")).to_contain_text("1 Frage")
        page.get_by_role("tab", name="Einstellungen").click()
        expect(page).to_have_url(re.compile("#settings$"))
        page.get_by_label("Sprache der Seite").select_option("fr")
        page.locator("#language button").click()
        expect(page.locator("#tabs [role=tab]").first).to_have_text("Demander")
        page.get_by_label("Langue de la page").select_option("")
        page.locator("#language button").click()
        expect(page.locator("#tabs [role=tab]").first).to_have_text("Fragen")


def english(page: Page) -> set[str]:
    """Return the texts on the page that are English messages of the catalogue, whole or with values."""
    catalogue = made.catalogue("de")
    messages = [each for each in catalogue if each.id and each.string != each.id]
    known = {text for each in messages for text in ([each.id] if isinstance(each.id, str) else each.id)}
    german = {text for each in catalogue for text in _forms(each.string)}
    patterns = [_pattern(text) for text in known - german if len(re.sub(r"\{\w+\}", "", text)) > 4]
    return {seen for seen in page.evaluate(SEEN) for each in patterns if each.fullmatch(seen)}


def _forms(said: object) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said) if isinstance(said, tuple | list) else ()


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("(.+)".join(map(re.escape, re.split(r"\{\w+\}", text))))


def german(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()


def test_no_tab_shows_english_to_a_german(browser: Browser, address: str) -> None:
    with opened(browser, language="de-DE") as page:
        visit(page, address)
        expect(page.locator("#tabs [role=tab]").first).to_have_text("Fragen")
        german(page, "Nachschlagen")
        page.get_by_label("Wörter oder eine Frage nachschlagen").fill("1869")
        page.locator("#lookup-form button").click()
        page.locator("#results .passage").first.click()
        expect(page.locator("#passage mark.now").first).to_be_visible()
        assert english(page) == set()
        german(page, "Prüfen")
        for section in ("draft", "table", "questions", "lists", "conflicts", "timeline", "summary"):
            page.locator(f"[data-section={section}]").click()
            assert english(page) == set(), section
        page.locator("#summary-form button").click()
        expect(page.locator("#summary .list")).to_be_visible()
        page.locator("[data-section=draft]").click()
        page.get_by_label("Ihr Text").fill("The lighthouse was built in 1870 by nine hundred men.")
        page.locator("#draft-form button").click()
        expect(page.locator("#draft .verdicts")).to_be_visible()
        page.locator("#draft a.claim").click()
        expect(page.locator("#review-reader .verdict-card")).to_be_visible()
        assert english(page) == set()
        german(page, "Dokumente")
        expect(page.locator("table.documents")).to_be_visible()
        page.locator("table.documents summary").first.click()
        field = page.locator("#files input[type=file]")
        field.set_input_files({"name": "ferry.md", "mimeType": "text/plain", "buffer": b"x"})
        expect(page.locator("#status .ask")).to_contain_text("ist schon im Ordner")
        page.get_by_role("button", name="So lassen").click()
        refused = page.request.post(f"{address}uploads?name=.x", data=b"x", headers={"Accept-Language": "de"})
        assert "versteckte Dateien" in refused.json()["error"]
        page.locator("table.documents a.title").first.click()
        expect(page.locator("#reading .panel")).to_be_visible()
        assert english(page) == set()
        german(page, "Einstellungen")
        expect(page.locator("#answering")).to_contain_text("Wer antwortet")
        assert english(page) == set()
