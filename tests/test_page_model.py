"""A real chat model on the page, in a real browser: its draft, the checked answer, and Stop."""

from dataclasses import replace

import pytest
from chats import server
from paged import IN_A_BROWSER, SHIPS, browser, folder, page, served, store, visit, window
from playwright.sync_api import Locator, Page, expect

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.page import launch
from citeback.rag.corpus import CorpusOptions
from citeback.rag.verified_writing import QUOTED_INSTEAD
from citeback.rag.writing.chat_models import chat_model_loader
from citeback.rag.writing.chat_writer import ChatWriter

__all__ = ["browser", "folder", "page", "server", "store", "window"]
pytestmark = [*IN_A_BROWSER, pytest.mark.real_data]
PATIENCE = 300_000  # milliseconds: the model has one thread, and may share it
# A draft is gone as soon as its sentence is checked: whoever looks now and then may miss it.
WATCH = """() => {
  window.drafts = new Set();
  new MutationObserver(() => {
    for (const one of document.querySelectorAll(".exchange .draft")) window.drafts.add(one.textContent);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def test_a_draft_of_a_real_model_is_shown_then_its_checked_answer_and_it_can_be_stopped(
    page: Page, store: Store, encoder: SentenceEncoder, shared_models: CorpusOptions, server: str
) -> None:
    writer = ChatWriter(chat_model_loader(server), server)
    for address in served(
        launch.site_of(store.path, lambda _: encoder, options=replace(shared_models, writer=writer)), page
    ):
        visit(page, address)
        page.evaluate(WATCH)
        exchange = asked(page, SHIPS)
        expect(exchange).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
        if QUOTED_INSTEAD in exchange.inner_text():
            pytest.skip("real model: the server did not answer in time")
        assert page.evaluate("[...window.drafts]")
        expect(exchange.locator(".draft")).to_have_count(0)
        expect(exchange.locator(".said")).not_to_be_empty()
        exchange = asked(page, "When was the canal opened?")
        page.get_by_role("button", name="Stop").click()
        expect(exchange).to_have_attribute("aria-busy", "false", timeout=PATIENCE)
        expect(exchange).to_contain_text("Stopped.")


def asked(page: Page, question: str) -> Locator:
    """Ask, and return the exchange as soon as it is there."""
    before = page.locator(".exchange").count()
    page.get_by_label("Question", exact=True).fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    exchange = page.locator(".exchange").nth(before)
    expect(exchange).to_be_visible(timeout=PATIENCE)
    return exchange
