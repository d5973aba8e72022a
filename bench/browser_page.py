"""The served page in a real browser, as scripts look at it: opened, asked and saved as a picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, HttpCredentials, Page, expect

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DESK, PHONE = (1280, 800), (380, 780)
COLOURS = 96  # of a picture: the page has few, and git keeps every picture for good
SHARP = 2  # device pixels for each CSS pixel


@contextmanager
def opened(
    browser: Browser,
    address: str,
    size: tuple[int, int] = DESK,
    dark: bool = False,
    user: HttpCredentials | None = None,
) -> Iterator[Page]:
    """Open the page in a window of `size` CSS pixels."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=SHARP,
        color_scheme="dark" if dark else "light",
        http_credentials=user,
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


def tab(page: Page, name: str, shows: str) -> None:
    """Open a tab and wait for its content."""
    page.get_by_role("tab", name=name).click()
    expect(page.locator(shows).first).to_be_visible()


def save(page: Page, path: Path) -> None:
    """Save a screenshot of the window, without hover effects."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)  # cards fade out, and the picture must not show one halfway
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(path)
