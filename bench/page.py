"""Measure the page in a real browser: its weight, the first answer, and pictures of pages.

    python -m bench.page [--docs docs] [--question "..."] [--rounds 5]

`citeback chat` runs in a process of its own, with its models loaded. Each round opens the page in a browser
without a cache, asks at once, and turns the pages of a PDF of twelve. Beside it stands what a picture takes
in a process of its own.
"""

import argparse
from contextlib import suppress
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from playwright.sync_api import Browser, Page, expect, sync_playwright
from reportlab.pdfgen.canvas import Canvas

from bench.browser_page import ARGUMENTS, CHROMIUM
from bench.load import served
from bench.screenshots import ROOT
from bench.sets import commit
from citeback.index.generations.store import Store
from citeback.index.records import Span
from citeback.index.sandbox.page_image import PageRenderer
from citeback.index.sync.sync import sync
from citeback.rag.corpus import load_encoder

PAGES, LINES, ANSWERED_BY = 12, 40, 7
WHEN_SHOWN = """(selector) => new Promise((done) => {
  const picture = document.querySelector("#panel .sheet img");
  const began = performance.now();
  const before = picture.getAttribute("src");
  const look = () => {
    const now = picture.getAttribute("src");
    const shown = now && now !== before && picture.complete && picture.naturalWidth;
    if (shown || performance.now() - began > 20000) done(performance.now() - began);
    else requestAnimationFrame(look);
  };
  document.querySelector(selector).click();
  look();
})"""


def main() -> None:
    """Index a folder with a PDF, serve it and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--question", default="How do I add my documents?")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        docs, store = Path(folder, "docs"), Store(Path(folder, "store"))
        copytree(args.docs, docs)
        write_lease(docs / "lease.pdf")
        sync(store, [docs], load=load_encoder)
        with served(store.path) as (address, _):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            rounds = [
                visit(browser, address, args.question) | {"picture in a new process, ms": drawn_alone(store)}
                for _ in range(args.rounds + 1)
            ][1:]
            browser.close()
    print(f"`python -m bench.page` at {commit()}: median (lowest to highest) of {args.rounds} rounds\n")
    for name in rounds[0]:
        values = [one[name] for one in rounds]
        print(f"{name}: {median(values):.3g} ({min(values):.3g} to {max(values):.3g})")


def write_lease(path: Path) -> None:
    """Write a PDF of twelve pages, one of which says who keeps the roof in repair."""
    sheet = Canvas(str(path))
    for page in range(1, PAGES + 1):
        lines = [f"Clause {page}.{line} of the lease is in force as it stands." for line in range(LINES)]
        if page == ANSWERED_BY:
            lines[2] = "The landlord keeps the roof of the mill in repair."
        for n, words in enumerate(lines):
            sheet.drawString(72, 780 - 17 * n, words)
        sheet.showPage()
    sheet.save()


def visit(browser: Browser, address: str, question: str) -> dict[str, float]:
    """Return what one visit takes."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page, sent = context.new_page(), list[float]()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    began = perf_counter()
    page.goto(address)
    expect(page.locator(".welcome")).to_be_visible(timeout=60_000)
    opened = perf_counter() - began
    ask(page, question, 0)
    answered = perf_counter() - began
    weight = sum(sent) / 1000
    ask(page, "Who keeps the roof of the mill in repair?", 1)
    page.locator(".exchange").nth(1).locator(".marker").first.click()
    expect(page.locator("#panel [data-view=page]")).to_be_visible(timeout=60_000)
    first = page.evaluate(WHEN_SHOWN, "#panel [data-view=page]")
    page.wait_for_timeout(1000)  # somebody looks at the page
    following = page.evaluate(WHEN_SHOWN, "#panel [data-turn='1']")
    context.close()
    return {
        "page opened, s": opened,
        "first answer from a cold page, s": answered,
        "page weight with the answer, kB": weight,
        "first picture, ms": first,
        "next picture, ms": following,
    }


def ask(page: Page, question: str, n: int) -> None:
    """Ask the question that becomes exchange `n`, and wait for the answer."""
    exchange = page.locator(".exchange").nth(n)
    for _ in range(50):  # the page may not listen yet
        page.get_by_label("Question", exact=True).fill(question)
        page.get_by_role("button", name="Ask", exact=True).click()
        with suppress(AssertionError):
            expect(exchange).to_be_visible(timeout=1000)
            break
    expect(exchange).to_have_attribute("aria-busy", "false", timeout=60_000)


def drawn_alone(store: Store) -> float:
    """Return how long a picture takes in a process that is started for it (ms)."""
    with store.current() as generation:
        document, start = generation.document("lease.pdf"), generation.source("lease.pdf").pages[1]
    began = perf_counter()
    with PageRenderer() as renderer:
        renderer.draw(document, 2, Span(start, start + 9), start)
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
