"""The Review tab in a real browser: lists over the whole folder, and the reader beside them."""

from pathlib import Path

import pytest
from docx import Document as WordDocument
from openpyxl import load_workbook
from paged import IN_A_BROWSER, address, browser, copied, corpus, enter, folder, page, store, usable, window
from playwright.sync_api import Page, Route, expect

pytestmark = [*IN_A_BROWSER, pytest.mark.filterwarnings("ignore::ResourceWarning")]
SECTIONS = ("draft", "table", "questions", "lists", "conflicts", "timeline", "summary")
DRAFT = "In all, 412 ships passed the canal in 2022. Each of them paid a toll of 800 crowns.\n"
LEAVE = "(link) => { link.click(); document.querySelector('#list-items [name=wanted]').focus(); }"


def review(page: Page, address: str, section: str) -> None:
    """Open a section by its address."""
    page.goto("about:blank")
    page.goto(f"{address}#review/{section}")
    expect(page.locator(f"#review-{section}")).to_be_visible()


def listed(page: Page, what: str, within: str = "") -> None:
    page.locator("#list-form select").select_option(what)
    page.locator("#list-form [name=within]").fill(within)
    page.get_by_role("button", name="List", exact=True).click()


def test_the_address_holds_the_section(page: Page, address: str) -> None:
    review(page, address, "lists")
    page.get_by_role("tab", name="Ask").click()
    expect(page).to_have_url(address)
    page.get_by_role("tab", name="Review").click()
    expect(page).to_have_url(f"{address}#review/lists")
    page.evaluate("location.hash = '#review/timeline'")
    expect(page.locator("#review-timeline")).to_be_visible()
    expect(page.locator("#review-lists")).to_be_hidden()
    page.evaluate("location.hash = '#documents'")
    expect(page.get_by_role("tab", name="Documents")).to_have_attribute("aria-selected", "true")
    page.goto("about:blank")
    scripts: list[Route] = []
    page.route("**/page.js", lambda route: scripts.append(route))  # comes after all that is drawn
    page.goto(f"{address}#review/lists", wait_until="commit")
    expect(page.locator(".welcome")).to_be_visible()
    scripts[0].continue_()
    expect(page.locator("#review-lists")).to_be_visible()


def test_a_list_is_complete_opens_its_places_and_is_searched_and_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    review(page, address, "lists")
    listed(page, "amounts")
    expect(page.locator("#list-items")).to_contain_text("4 of 6 documents read")
    item = page.locator("#list-items .items > li", has_text="900")
    expect(item.locator("b")).to_have_text("900 crowns")
    item.locator("a").click()
    expect(page.locator("#review-reader mark.now")).to_be_in_viewport()
    expect(page.locator("#review-reader mark.now")).to_have_text("900 crowns")
    page.get_by_role("link", name="Close").evaluate(LEAVE)
    expect(page.locator("#review-reader .panel")).to_have_count(0)
    page.wait_for_timeout(400)  # the focus stays where it went in the meantime
    expect(page.locator("#list-items [name=wanted]")).to_be_focused()
    listed(page, "dates", "canal*")
    expect(page.locator("#list-items")).to_contain_text("1 of 1 documents read")
    enter(page.locator("#list-items [name=wanted]"), "1869")
    expect(page.locator("#list-items .items > li")).to_have_count(1)
    words = copied(page, page.get_by_role("button", name="Copy the whole list"))
    assert "1869\t2\tcanal.md" in words and "2022" in words


def test_a_draft_is_checked_read_copied_taken_away_and_found_after_a_reload(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    review(page, address, "draft")
    page.get_by_label("Your text").fill(DRAFT)
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".checked")).to_have_attribute("aria-busy", "false")
    expect(page.locator("a.supported")).to_have_text("In all, 412 ships passed the canal in 2022.")
    page.locator("a.contradicted").click()
    expect(page.locator("#review-reader mark.now")).to_have_text("Each of them paid a toll of 900 crowns.")
    expect(page.locator("#review-reader .verdict-card")).to_contain_text("“800”: the source has “900”")
    words = copied(page, page.get_by_role("button", name="Copy with references"))
    assert "2022. [1] Each" in words and "[1] canal.md, line 11: “In all" in words
    assert f"{address}source/canal.md?at=" in words
    with page.expect_download() as download:
        page.locator("#draft summary").click()
        page.get_by_role("link", name="Word with comments").click()
    download.value.save_as(tmp_path / "checked.docx")
    assert [each.text.split(" (")[0] for each in WordDocument(str(tmp_path / "checked.docx")).comments] == [
        "Contradicted",
        "Supported",
    ]
    made = WordDocument()
    made.add_paragraph(DRAFT.strip()).runs[0].bold = True
    made.save(str(tmp_path / "my note.docx"))
    page.get_by_role("button", name="Another draft").click()
    page.get_by_label("Choose a draft").set_input_files(tmp_path / "my note.docx")
    expect(page.locator(".checked h2")).to_have_text("my note.docx")
    expect(page.locator("a.claim")).to_have_count(2)
    page.get_by_role("button", name="Another draft").click()
    (tmp_path / "song.mp3").write_bytes(b"no draft")
    page.get_by_label("Choose a draft").set_input_files(tmp_path / "song.mp3")
    expect(page.locator("#draft-form output")).to_contain_text("song.mp3 is none of .md")
    review(page, address, "draft")
    page.get_by_role("button", name="my note.docx").first.click()
    expect(page.locator("a.claim")).to_have_count(2)
    page.get_by_label("Delete the check of my note.docx").first.click()
    expect(page.get_by_label("Delete the check of my note.docx")).to_have_count(0)


def test_a_table_is_filled_sorted_judged_and_taken_away(page: Page, address: str, tmp_path: Path) -> None:
    review(page, address, "table")
    page.get_by_label("Questions, one on each line").fill("When was the canal opened?\n\nWho is the keeper?")
    page.locator("#table-form [name=within]").fill("canal.md, long.txt, lock.pdf")
    page.get_by_role("button", name="Ask", exact=True).last.click()
    grid = page.locator(".answered")
    expect(grid).to_have_attribute("aria-busy", "false")
    expect(grid.locator("tbody tr")).to_have_count(3)
    row = grid.locator("tbody tr", has_text="canal.md")
    expect(row.locator("td").first).to_contain_text("1869")
    row.locator("a.answer").first.click()
    expect(page.locator("#review-reader mark.now").first).to_be_in_viewport()
    page.locator("#review-reader").get_by_role("button", name="No", exact=True).click()
    expect(row.locator("a.wrong")).to_contain_text("1869")
    grid.locator("select").select_option("wrong")
    expect(grid.locator("tbody tr")).to_have_count(1)
    grid.locator("select").select_option("")
    expect(grid.locator("tbody tr")).to_have_count(3)
    grid.get_by_role("button", name="Who is the keeper?", exact=True).click()
    expect(grid.locator("tbody tr").first).to_contain_text("long.txt")
    enter(page.get_by_label("Add a question as a column"), "How long is the northern lock?")
    expect(grid.locator("tbody tr", has_text="lock.pdf")).to_contain_text("340")
    with page.expect_download() as download:
        grid.get_by_text("Download").click()
        grid.get_by_role("link", name="Excel").click()
    download.value.save_as(tmp_path / "table.xlsx")
    sheet = load_workbook(tmp_path / "table.xlsx").active
    assert sheet is not None and "judged" in str(sheet["G1"].value) and sheet["G2"].value == "wrong"
    assert str(sheet["B2"].hyperlink and sheet["B2"].hyperlink.target).startswith(f"{address}source/canal.md")
    review(page, address, "table")
    page.locator("#table-form .name-of").click()
    expect(grid.locator("a.wrong")).to_contain_text("1869")


def test_a_question_is_saved_and_opens_its_sources(page: Page, address: str) -> None:
    review(page, address, "questions")
    enter(page.get_by_label("A question to be asked again"), "When was the canal opened?")
    saved = page.locator("#questions section")
    expect(saved.locator(".marker").first).to_be_visible()
    expect(page.get_by_label("A question to be asked again")).to_have_value("")
    saved.locator(".marker").first.click()
    expect(page.locator("#review-reader mark.now").first).to_be_in_viewport()
    saved.get_by_role("button", name="Delete the question").click()
    expect(saved).to_have_count(0)


def test_conflicts_dates_and_a_summary_open_their_places(page: Page, address: str) -> None:
    review(page, address, "conflicts")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#conflicts [role=status]")).to_contain_text("documents read")
    for section, button, word in (("timeline", "List dates", "2022"), ("summary", "Summarise", "")):
        review(page, address, section)
        page.locator(f"#{section}-form [name=about]").fill("ships in the canal")
        page.get_by_role("button", name=button).click()
        link = page.locator(f"#{section} a", has_text="412 ships").first
        link.click()
        expect(page.locator("#review-reader mark.now")).to_contain_text("412 ships")
        expect(page.locator(f"#{section} .items")).to_contain_text(word)


def test_every_section_can_be_used_by_everybody(page: Page, address: str) -> None:
    review(page, address, "lists")
    listed(page, "amounts")
    page.locator("#list-items a").first.click()
    expect(page.locator("#review-reader .panel")).to_be_visible()
    for section in SECTIONS:
        page.locator(f"[data-section={section}]").click()
        usable(page, section)
