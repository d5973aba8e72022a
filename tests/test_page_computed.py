"""Computed answers in a real browser: the table, its plot, and readings to choose from."""

from pathlib import Path

import pytest
from paged import IN_A_BROWSER, address, ask, browser, copied, page, served, store, visit, window
from playwright.sync_api import Page, expect

pytestmark = [*IN_A_BROWSER, pytest.mark.filterwarnings("ignore::ResourceWarning")]
PORTS = "Country,Port,Ships\nSweden,Ystad,120\nNorway,Oslo,7\nSweden,Lund,300\nFinland,Turku,19\n"
UNSURE = "What is the total in Sweden and Norway?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ports")
    (folder / "ports.csv").write_text(PORTS, encoding="utf-8")
    return folder


def test_a_computed_answer_shows_its_table_and_a_plot(page: Page, address: str) -> None:
    visit(page, address)
    table = ask(page, "What is the total number of ships in Sweden?").locator("details.computed")
    expect(table.locator("mark")).to_have_text(["120", "300"])
    expect(table.locator("svg.plot rect")).to_have_count(2)
    expect(table.locator("tbody tr")).to_have_count(4)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert copied(page, table.get_by_role("button", name="Copy the rows shown as CSV")) == PORTS


def test_what_may_be_meant_is_chosen_by_a_click(page: Page, address: str) -> None:
    visit(page, address)
    ways = ask(page, UNSURE).locator(".ways a")
    expect(ways.first).to_be_visible()
    expect(page.locator("#log .notice")).to_have_text(
        ["This would have to be computed, and I am not sure how."]
    )
    ways.filter(has_text="the sum of the column Ships").click()
    expect(page.locator("#log .claim").last).to_contain_text("427: sum of Ships")
    expect(page.locator("#log details.computed")).to_have_count(1)
