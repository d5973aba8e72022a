"""Draw docs/images anew: the real page, asked about Citeback's own manual in a real browser.

    python -m bench.screenshots [--question "..."] [--out docs/images]

Nothing is staged: the pictures show what the page answers from docs/. bench/views.py takes pictures of every
view.
"""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.browser_page import ARGUMENTS, CHROMIUM, PHONE, ask, opened, save, tab
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch
from citeback.rag.corpus import load_encoder
from citeback.serving.http.server import serve

ROOT = Path(__file__).parents[1]
LOOKED_UP = "PDF files"
UNSAID = "What is the capital of France?"


def main() -> None:
    """Index docs/, serve the page and take every picture."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--question", default="How do I add my documents?")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    given = parser.parse_args()
    expect.set_options(timeout=60_000)  # a busy machine may be ten times slower
    given.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        sync(Store(Path(folder, "store")), [given.docs], load=load_encoder)
        served = serve(launch.site_of(Path(folder, "store")), "127.0.0.1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        draw(browser, served.address, given.question, given.out)
        browser.close()
        served.stop()


def draw(browser: Browser, address: str, question: str, out: Path) -> None:
    """Take the pictures: each view in light mode, and the answer also in dark mode and on a phone."""
    with opened(browser, address) as page:
        expect(page.locator("#starters .suggestion").first).to_be_visible(timeout=60_000)
        save(page, out / "welcome.png")
        cited(page, question)
        save(page, out / "answer.png")
        link = page.locator("#panel .permanent").get_attribute("href") or ""
        ask(page, UNSAID)
        save(page, out / "unsaid.png")
        look_up(page)
        save(page, out / "lookup.png")
        tab(page, "Documents", "#listing table")
        save(page, out / "documents.png")
        tab(page, "Ask", "#log .exchange")
        page.get_by_role("button", name="Conversations", exact=True).click()
        expect(page.locator("#talks li").first).to_be_visible()
        save(page, out / "history.png")
        tab(page, "Settings", "#settings-form form")
        save(page, out / "settings.png")
        page.goto(address.rstrip("/") + link)
        save(page, out / "source.png")
    with opened(browser, address, dark=True) as page:
        cited(page, question)
        save(page, out / "dark.png")
    with opened(browser, address, size=PHONE) as page:
        ask(page, question)
        save(page, out / "phone.png")


def look_up(page: Page) -> None:
    """Search and open the first passage."""
    tab(page, "Look up", "#lookup-form")
    page.locator("#lookup-form input[name=question]").fill(LOOKED_UP)
    page.keyboard.press("Enter")
    page.locator("#results .passage").first.click()
    expect(page.locator("#passage mark.now").first).to_be_in_viewport()
    page.locator("#lookup").evaluate("column => column.scrollTo(0, 0)")


def cited(page: Page, question: str) -> None:
    """Ask a question and open the first source at its citation."""
    ask(page, question)
    page.locator(".marker").first.click()
    expect(page.locator("#panel mark.now").first).to_be_in_viewport()


if __name__ == "__main__":
    main()
