"""The Review tab in a real browser: lists over the whole folder, and the reader beside them."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from paged import IN_A_BROWSER, address, browser, corpus, folder, page, store
from playwright.sync_api import Page, expect

pytestmark = [*IN_A_BROWSER, pytest.mark.filterwarnings("ignore::ResourceWarning")]
SECTIONS = ("lists",)


def review(page: Page, address: str, section: str) -> None:
    """Open a section by its address."""
    page.goto("about:blank")
    page.goto(f"{address}#review/{section}")
    expect(page.locator(f"#review-{section}")).to_be_visible()


def listed(page: Page, what: str, within: str = "") -> None:
    page.locator("#list-form select").select_option(what)
    page.locator("#list-form [name=within]").fill(within)
    page.get_by_role("button", name="List", exact=True).click()


def test_a_list_is_complete_and_opens_its_places(page: Page, address: str) -> None:
    review(page, address, "lists")
    listed(page, "amounts")
    expect(page.locator("#list-items")).to_contain_text("4 of 6 documents read")
    item = page.locator("#list-items .items > li", has_text="900")
    expect(item.locator("b")).to_have_text("900 crowns")
    item.locator("a").click()
    expect(page.locator("#review-reader mark.now")).to_be_in_viewport()
    expect(page.locator("#review-reader mark.now")).to_have_text("900 crowns")
    page.get_by_role("link", name="Close").click()
    expect(page.locator("#review-reader .panel")).to_have_count(0)


def test_a_list_is_searched_and_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    review(page, address, "lists")
    listed(page, "dates", "canal*")
    expect(page.locator("#list-items")).to_contain_text("1 of 1 documents read")
    page.locator("#list-items [name=wanted]").fill("1869")
    page.keyboard.press("Enter")
    expect(page.locator("#list-items .items > li")).to_have_count(1)
    page.get_by_role("button", name="Copy the whole list").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "1869\t2\tcanal.md" in copied and "2022" in copied


def test_the_address_holds_the_section(page: Page, address: str) -> None:
    review(page, address, "lists")
    page.get_by_role("tab", name="Ask").click()
    expect(page).to_have_url(address)
    page.get_by_role("tab", name="Review").click()
    expect(page).to_have_url(f"{address}#review/lists")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_section_has_a_serious_fault(page: Page, address: str, dark: bool) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")
    review(page, address, "lists")
    listed(page, "amounts")
    page.locator("#list-items a").first.click()
    expect(page.locator("#review-reader .panel")).to_be_visible()
    for section in SECTIONS:
        page.locator(f"[data-section={section}]").click()
        faults = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [fault for fault in faults if fault["impact"] in ("serious", "critical")]
        assert [(f["id"], [n["html"][:200] for n in f["nodes"]]) for f in serious] == [], section


def test_every_section_fits_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 380, "height": 780})
    review(page, address, "lists")
    listed(page, "amounts")
    expect(page.locator("#list-items a").first).to_be_visible()
    for section in SECTIONS:
        page.locator(f"[data-section={section}]").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 380, section
