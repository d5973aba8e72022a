"""Draw docs/images anew: the real page, asked about Citeback's own manual in a real browser.

    python -m bench.screenshots [--question "..."] [--out docs/images]
    python -m bench.screenshots --every FOLDER

Nothing is staged: the pictures show what the page answers from docs/. With --every they show every view in
light and dark and on a phone, for a person to look at; a PDF is indexed beside docs/ for its pages.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright
from reportlab.pdfgen.canvas import Canvas

from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch
from citeback.rag.corpus import load_encoder
from citeback.serving.http.server import serve

ROOT = Path(__file__).parents[1]
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = (1280, 800), (380, 780)
COLOURS = 96  # of a picture: the page has few, and git keeps every picture for good
SHARP = 2  # device pixels for each CSS pixel
LOOKED_UP = "PDF files"
UNSAID = "What is the capital of France?"
LOOKS = {"light": (DESK, False), "dark": (DESK, True), "phone": (PHONE, False), "phone-dark": (PHONE, True)}
LEASE = (
    ("Lease of the mill", "", "1. Term", "The lease of the mill ends in nine years."),
    ("2. Deposit", "The deposit for the mill is 900 crowns,", "which the owner returns within a month."),
)
DRAFT = (
    "Citeback answers questions from your documents. It sends every document to a server abroad. "
    "Conversations are kept beside the index. The moon is made of cheese."
)
QUESTIONS = "Which command is named?\nWhat is kept?"
SECTIONS = {
    "lists": "#list-items .list",
    "conflicts": "#conflicts .list",
    "timeline": "#timeline .list",
    "summary": "#summary .list",
}


def main() -> None:
    """Index docs/, serve the page and take every picture."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--question", default="How do I add my documents?")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--every", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    expect.set_options(timeout=60_000)  # a busy machine may be ten times slower
    out = given.every or given.out
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        papers = Path(folder, "papers")
        if given.every:
            papers.mkdir()
            lease(papers / "lease.pdf")
        sync(Store(Path(folder, "store")), [given.docs, *papers.parent.glob("papers")], load=load_encoder)
        served = serve(launch.site_of(Path(folder, "store")), "127.0.0.1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        if given.every:
            draw_every(browser, served.address, given.question, out)
        else:
            draw(browser, served.address, given.question, out)
        browser.close()
        served.stop()


def lease(path: Path) -> None:
    """Write a PDF of two pages."""
    sheet = Canvas(str(path))
    for words in LEASE:
        sheet.setFont("Times-Roman", 13)
        for n, line in enumerate(words):
            sheet.drawString(72, 740 - 20 * n, line)
        sheet.showPage()
    sheet.save()


def draw_every(browser: Browser, address: str, question: str, out: Path) -> None:
    """Take a picture of every view in every look, named after both."""
    for look, (size, dark) in LOOKS.items():
        with opened(browser, address, size, dark) as page:
            for view in tour(page, address, question):
                save(page, out / f"{view}-{look}.png")


def tour(page: Page, address: str, question: str) -> Iterator[str]:
    """Bring the page to one view after another; yield the name of each."""
    expect(page.locator("#starters .suggestion").first).to_be_visible(timeout=60_000)
    yield "welcome"
    ask(page, question)
    yield "answer"
    page.locator(".marker").first.click()
    expect(page.locator("#panel mark.now").first).to_be_in_viewport()
    link = page.locator("#panel .permanent").get_attribute("href") or ""
    yield "source"
    leave(page)
    ask(page, "How much is the deposit for the mill?")
    page.locator(".exchange").last.locator(".marker").first.click()
    page.get_by_role("button", name="Page", exact=True).click()
    expect(page.locator("#panel .sheet img")).to_be_visible()
    yield "page"
    leave(page)
    ask(page, UNSAID)
    yield "unsaid"
    page.get_by_role("button", name="All documents").click()
    expect(page.locator("#sources-chosen input[type=checkbox]").first).to_be_visible()
    yield "chosen"
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Conversations", exact=True).click()
    expect(page.locator("#talks li").first).to_be_visible()
    yield "conversations"
    page.keyboard.press("Escape")
    tab(page, "Look up", "#lookup-form")
    yield "lookup-empty"
    look_up(page)
    yield "lookup"
    page.locator("#passage .back").click()  # on a phone it covers the tabs
    yield from tour_review(page)
    tab(page, "Documents", "#listing table")
    yield "documents"
    page.locator("#listing tbody summary").first.click()
    page.locator("#listing tbody input").first.check()
    taken: FilePayload = {"name": "json.md", "mimeType": "text/markdown", "buffer": b"x"}
    page.locator("#files input[type=file]").set_input_files(taken)
    expect(page.locator("#status .ask")).to_be_visible(timeout=60_000)
    yield "documents-question"
    page.get_by_role("button", name="Leave as it is").click()
    tab(page, "Settings", "#answering form")
    yield "settings"
    page.goto(address.rstrip("/") + link)
    yield "permanent"


def tour_review(page: Page) -> Iterator[str]:
    """Yield the sections of the Review tab, each with a result."""
    tab(page, "Review", "#draft-form")
    page.get_by_label("Your text").fill(DRAFT)
    page.locator("#draft-form button.go").click()
    expect(page.locator("#draft a.claim").first).to_be_visible(timeout=60_000)
    page.locator("#draft a.claim").first.click()
    expect(page.locator("#review-reader .verdict-card")).to_be_visible()
    yield "review-draft"
    page.locator("#review-reader .back").click()
    section(page, "table")
    page.get_by_label("Questions, one on each line").fill(QUESTIONS)
    page.locator("#table-form [name=within]").fill("manual/**")
    page.locator("#table-form button.go").click()
    expect(page.locator("#table .taking")).to_be_visible(timeout=120_000)
    yield "review-table"
    section(page, "questions")
    page.get_by_label("A question to be asked again").fill("How do I update the index?")
    page.locator("#question-form button.go").click()
    expect(page.locator("#questions .marker").first).to_be_visible(timeout=60_000)
    yield "review-questions"
    for name, shows in SECTIONS.items():
        section(page, name)
        page.locator(f"#{name.removesuffix('s') if name == 'lists' else name}-form button.go").click()
        expect(page.locator(shows).first).to_be_visible(timeout=120_000)
        yield f"review-{name}"


def section(page: Page, name: str) -> None:
    """Open a section of the Review tab."""
    page.locator(f"[data-section={name}]").click()
    expect(page.locator(f"#review-{name}")).to_be_visible()


def leave(page: Page) -> None:
    """Close the source that is open."""
    page.locator("#panel .back").click()
    expect(page.locator("#panel mark.now")).to_have_count(0)


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


def tab(page: Page, name: str, shows: str) -> None:
    """Open a tab and wait for its content."""
    page.get_by_role("tab", name=name).click()
    expect(page.locator(shows).first).to_be_visible()


def look_up(page: Page) -> None:
    """Search and open the first passage."""
    tab(page, "Look up", "#lookup-form")
    page.locator("#lookup-form input[name=question]").fill(LOOKED_UP)
    page.keyboard.press("Enter")
    page.locator("#results .passage").first.click()
    expect(page.locator("#passage mark.now").first).to_be_in_viewport()
    page.locator("#lookup").evaluate("column => column.scrollTo(0, 0)")


@contextmanager
def opened(
    browser: Browser, address: str, size: tuple[int, int] = DESK, dark: bool = False
) -> Iterator[Page]:
    """Open the page in a window of `size` CSS pixels."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=SHARP,
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".welcome")).to_be_visible(timeout=60_000)
    yield page
    context.close()


def ask(page: Page, question: str) -> None:
    """Ask a question and wait for the complete answer."""
    before = page.locator(".exchange").count()
    page.get_by_label("Question", exact=True).fill(question)
    page.keyboard.press("Enter")
    answer = page.locator(".exchange").nth(before)
    expect(answer).to_have_attribute("aria-busy", "false", timeout=60_000)


def cited(page: Page, question: str) -> None:
    """Ask a question and open the first source at its citation."""
    ask(page, question)
    page.locator(".marker").first.click()
    expect(page.locator("#panel mark.now").first).to_be_in_viewport()


def save(page: Page, path: Path) -> None:
    """Save a screenshot of the window, without hover effects."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)  # cards fade out, and the picture must not show one halfway
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(path)


if __name__ == "__main__":
    main()
