"""Choosing the documents that the next questions are asked of."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st
from paged import (
    IN_A_BROWSER,
    SHIPS,
    address,
    ask,
    browser,
    corpus,
    enter,
    folder,
    page,
    store,
    visit,
    window,
)
from playwright.sync_api import Page, expect
from scripted import ScriptedCorpus, source

from citeback.index.search.filters import NO_FILTER
from citeback.page.state.chosen_sources import ChosenSources, folders
from citeback.page.views import chosen_sources as view

pytestmark = IN_A_BROWSER
NAME = st.text("ab *?[]!#\\.", min_size=1, max_size=5).filter(lambda name: name.strip(" .") == name)


def covers(chosen: str, name: str) -> bool:
    return name == chosen or (chosen.endswith("/") and name.startswith(chosen))


@given(st.sets(st.tuples(NAME, NAME).map("/".join) | NAME, min_size=1, max_size=6), st.data())
def test_what_is_chosen_is_asked_and_nothing_else(names: set[str], data: st.DataObject) -> None:
    assume(not any(other.startswith(f"{name}/") for name in names for other in names))  # no file is a folder
    documents = ScriptedCorpus({name: source("Text.") for name in names}, {}).documents
    everything = [*names, *folders(documents)]
    picked = data.draw(st.lists(st.sampled_from(everything), max_size=3))
    chosen = ChosenSources.of([*picked, "unknown.md"], documents)
    assert set(chosen.names) == set(picked)
    asked = {each.name for each in documents if chosen.filter.allows(each)}
    named = {each.name for each in documents if any(covers(name, each.name) for name in picked)}
    assert asked == (named if picked else names)


def test_names_are_not_markup() -> None:
    documents = ScriptedCorpus({"<b>/<i>.md": source("Text.")}, {}).documents
    now = ChosenSources.of(["<b>/"], documents)
    assert not re.search("<[bi]>", view.chip(now) + view.chooser(documents, now, "<i>"))
    assert ChosenSources().filter is NO_FILTER


def test_a_question_is_asked_of_what_is_ticked(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("button", name="All documents").click()
    enter(page.get_by_label("Find a document or folder"), "long")
    page.get_by_role("checkbox", name="long.txt").check()
    page.get_by_role("button", name="Ask only these").click()
    expect(page.locator("#sources-chosen .chip")).to_contain_text("long.txt")
    page.reload()  # loses nothing
    expect(page.locator("#sources-chosen .chip")).to_contain_text("long.txt")
    expect(ask(page, SHIPS)).to_contain_text("The documents do not say")
    page.get_by_role("button", name="Ask all documents").click()
    expect(page.get_by_role("button", name="All documents")).to_be_visible()
    expect(ask(page, SHIPS)).to_contain_text("412 ships")


def test_a_reload_keeps_what_was_looked_up(page: Page, address: str) -> None:
    visit(page, address)
    page.get_by_role("tab", name="Look up").click()
    page.locator("#lookup-form [name=within]").fill("canal*")
    page.locator("#lookup-form [name=sort]").select_option("document")
    enter(page.get_by_label("Look up words or a question"), "ships")
    page.locator("#results .passage", has_text="412").click()
    expect(page.locator("#passage mark.now").first).to_be_visible()
    for _ in range(2):  # and once more while another tab is open
        page.reload()
        page.get_by_role("tab", name="Look up").click()
        expect(page.get_by_label("Look up words or a question")).to_have_value("ships")
        expect(page.locator("#lookup-form [name=sort]")).to_have_value("document")
        expect(page.locator("#results .passage", has_text="412")).to_be_visible()
        expect(page.locator("#passage mark.now").first).to_be_visible()
        page.get_by_role("tab", name="Ask").click()
