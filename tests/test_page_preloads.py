"""What Gradio's page loads is asked for at once: all of it, and nothing else."""

from pathlib import Path

import pytest
from paged import IN_A_BROWSER, address, browser, corpus, folder, page, store, visit, window
from playwright.sync_api import Page

from citeback.page import preloads

LOADED = "() => performance.getEntriesByType('resource').map((each) => each.name)"

pytestmark = IN_A_BROWSER


def test_the_page_preloads_what_it_draws_with(page: Page, address: str) -> None:
    visit(page, address)
    loaded = {url.rpartition("/")[2] for url in page.evaluate(LOADED) if "/assets/" in url}
    written = page.request.get(address).text().partition("<body")[0]
    named = {each.partition('"')[0] for each in written.split('href="./assets/')[1:]}
    assert len(loaded) > 40
    own = {each for each in loaded if each.startswith("index-")}  # named by Gradio
    assert loaded == named | own


def test_another_gradio_loads_its_page_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preloads, "FRONTEND", tmp_path / "assets")
    for text in ("", '<script src="./assets/index-1.js">'):
        (tmp_path / "index.html").write_text(text)
        assert preloads.preloaded({"html"}) == []
    (tmp_path / "assets").mkdir()
    loads = 'm.f=["./a.js"]))) import(`./a.js`),__vite__mapDeps([0,7])'
    (tmp_path / "assets" / "index-1.js").write_text(loads)
    assert preloads.preloaded({"html"}) == []  # `a.js` is not there
