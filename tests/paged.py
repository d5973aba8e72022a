"""A real browser and a served page; the tests of a module share one of each.

Every page is watched for requests to other machines, for scripts smuggled in by a document, and for
whatever the console says.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    HttpCredentials,
    Locator,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from reportlab.pdfgen.canvas import Canvas
from starlette.types import ASGIApp

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch
from citeback.rag.corpus import Corpus, CorpusOptions
from citeback.serving.http.server import serve

CHROMIUM = Path("/usr/bin/chromium")
IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.flaky(reruns=1),  # told in the summary: docs/decisions/0045-browser-tests-twice.md
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs a browser at {CHROMIUM}: apt install chromium"),
]
EVIL = (
    "The harbour code is <img src=x onerror='window.hacked=1'> "
    "</mark><script>window.hacked=1</script> ![](http://example.test/x.png) "
    "[a](javascript:window.hacked=1) {{value}} ${value} $$x$$ **bold** &amp;."
)
DOCUMENTS = {
    "canal.md": "# The canal\n\nThe canal was opened in 1869.\n\n## When was the canal opened?\n\nIn 1869.\n"
    "\n## Traffic\n\nIn all, 412 ships passed the canal in 2022.\nEach of them paid a toll of 900 crowns.\n",
    "long.txt": "".join(f"Paragraph {n} says nothing of importance to anyone.\n\n" for n in range(400))
    + "The lighthouse keeper was called Ottilie Brandt.\n\n"
    + "".join(f"Afterword {n} is as empty as the rest of this text.\n\n" for n in range(50)),
    "<img src=x>harbour.txt": EVIL + "\r\nWindows ends\r\n\r\nits lines so.\r\n",
    "song.mp3": "not a document",
    "broken.pdf": "%PDF-1.7 and then nothing",
}
expect.set_options(timeout=30_000)  # a busy machine may be ten times slower
SCREEN: ViewportSize = {"width": 1280, "height": 800}
LOCAL = re.compile(r"http://127\.0\.0\.1:|data:|blob:http://127\.0\.0\.1:")
SHIPS = "How many ships passed the canal in 2022?"
KEEPER = "Was the keeper of the lighthouse called Ottilie Brandt?"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, newline="")
    sheet = Canvas(str(folder / "lock.pdf"))
    sheet.drawString(72, 700, "The northern lock is 340 metres long.")
    sheet.save()
    return folder


@pytest.fixture(scope="module")
def store(folder: Path, encoder: SentenceEncoder) -> Store:
    store = Store(folder / ".citeback")
    sync(store, [folder], load=lambda _: encoder)
    return store


@pytest.fixture(scope="module")
def corpus(store: Store, corpus_over: Callable[..., Corpus]) -> Iterator[Corpus]:
    with corpus_over(store) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def address(store: Store, encoder: SentenceEncoder, shared_models: CorpusOptions) -> Iterator[str]:
    yield from served(launch.site_of(store.path, lambda _: encoder, options=shared_models))


def served(app: ASGIApp, page: Page | None = None) -> Iterator[str]:
    """Serve the app; `page` leaves it before it stops, since a page that loses its server logs an error."""
    running = serve(app, "127.0.0.1")
    yield running.address
    if page:
        page.goto("about:blank")
    running.stop()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """Open one window for the tests of a file: after the first, the scripts are compiled."""
    context = browser.new_context(viewport=SCREEN)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window: Page) -> Iterator[Page]:
    """Lend the window, which remembers nothing of the test before."""
    try:
        with watched(window):
            yield window
    finally:
        window.unroute_all(behavior="ignoreErrors")
        if window.url.startswith("http"):
            window.evaluate("localStorage.clear(), sessionStorage.clear()")
        window.goto("about:blank")
        window.context.clear_cookies()
        window.context.clear_permissions()
        window.emulate_media(color_scheme="light")
        window.set_viewport_size(SCREEN)


@contextmanager
def opened(
    browser: Browser, user: HttpCredentials | None = None, language: str | None = None
) -> Iterator[Page]:
    """Open a page in a context of its own."""
    context = browser.new_context(viewport=SCREEN, http_credentials=user, locale=language)
    with watched(context.new_page()) as page:
        yield page
    context.close()


@contextmanager
def watched(page: Page) -> Iterator[Page]:
    """Fail the test for external requests, injected scripts and words in the console."""
    requests, faults = list[str](), list[str]()
    listeners: dict[Any, Callable[[Any], None]] = {
        "request": lambda request: requests.append(request.url),
        "pageerror": lambda error: faults.append(str(error)),
        "dialog": lambda dialog: faults.append(dialog.message),
        "console": lambda result: None if left(result) else faults.append(result.text),
    }
    page.context.set_default_timeout(30_000)
    for event, listener in listeners.items():
        page.on(event, listener)
    try:
        yield page
        assert page.evaluate("window.hacked") is None
        assert [url for url in requests if not LOCAL.match(url)] == []
        assert faults == [], faults
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)


def left(said: ConsoleMessage) -> bool:
    """Return whether this is Gradio's message about a page that was left while its stream was open."""
    return said.text.startswith(
        ("AbortError: ", "Unexpected error Connection errored out", "Unexpected error 404: Not Found")
    )


def visit(page: Page, address: str) -> None:
    """Open the page and wait for its first response from the server, and for its script."""
    page.goto(address)
    expect(page.locator(".welcome")).to_be_visible()
    page.wait_for_function("'citebackLinks' in window")
    page.wait_for_timeout(50)  # each part looks for the script every 20 ms


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def ask(page: Page, question: str, field: str = "Question", button: str = "Ask") -> Locator:
    """Ask a question and return the exchange once its answer is complete."""
    before = page.locator(".exchange").count()
    exchange = page.locator(".exchange").nth(before)
    page.get_by_label(field, exact=True).fill(question)
    # A question sent while the previous answer is being saved is not asked: the field then keeps it.
    for patience in (5_000, 30_000):
        page.get_by_role("button", name=button, exact=True).click()
        with suppress(AssertionError):
            expect(exchange).to_be_visible(timeout=patience)
            break
    expect(exchange).to_have_attribute("aria-busy", "false")
    return exchange


def enter(field: Locator, words: str) -> None:
    """Type words into a field and send them."""
    field.fill(words)
    field.press("Enter")


def drawer(page: Page) -> None:
    """Open the list of conversations; what is asked of it next arrives later than what opening asks."""
    with page.expect_response("**/queue/join*"):
        page.get_by_role("button", name="Conversations", exact=True).click()
    expect(page.locator("#drawer")).to_be_visible()


COPIED = """() => {
  window.copied = false;
  new MutationObserver((changes, observer) => {
    if (!changes.some((each) => each.target.textContent === "Copied")) return;
    window.copied = true;
    observer.disconnect();
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""


def copied(page: Page, button: Locator) -> str:
    """Press a button and return what it copied, once it has said so, which it does for a moment only."""
    page.evaluate(COPIED)
    button.click()
    page.wait_for_function("window.copied")
    return str(page.evaluate("navigator.clipboard.readText()"))


def marked(page: Page) -> str:
    """Return the highlighted words, which must be visible."""
    marks = page.locator("#panel mark.now")
    expect(marks.first).to_be_in_viewport()
    return "".join(marks.all_text_contents())


SMALL = """() => [...document.querySelectorAll(
    "a[href], button, summary, select, input:not([type=hidden]), [role=tab]")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((each) => !each.closest(".visually-hidden, .body"))
  .map((each) => [each, (each.matches("input") && each.closest("label") || each).getBoundingClientRect()])
  .filter(([, box]) => box.width && Math.min(box.width, box.height) < 23.9)
  .map(([each]) => each.outerHTML.slice(0, 200))"""


FINISH = """() => document.getAnimations().forEach(
    (each) => each.effect.getComputedTiming().endTime === Infinity || each.finish())"""


def usable(page: Page, where: str) -> None:
    """Assert that a view can be used by everybody: on a screen in light and dark colours, and on a phone."""
    looks: tuple[tuple[str, bool, list[str]], ...] = (
        ("light", False, []),
        ("dark", False, ["color-contrast"]),
        ("light", True, []),
    )
    for colours, phone, rules in looks:
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        page.set_viewport_size({"width": 380, "height": 780} if phone else SCREEN)
        expect(page.locator("body.dark")).to_have_count(int(colours == "dark"))
        page.evaluate(FINISH)  # what fades in has another contrast
        look = where, colours, "phone" if phone else "screen"
        assert serious_faults(page, rules) == [], look
        assert page.evaluate(SMALL) == [], look
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), look
    page.set_viewport_size(SCREEN)


FAULTS = "rules => axe.run(rules.length ? { runOnly: rules } : {}).then((result) => result.violations)"


def serious_faults(page: Page, rules: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return what a screen reader, or an eye, would not make out: each rule of axe and the elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [
        (fault["id"], [node["html"][:200] for node in fault["nodes"]])
        for fault in page.evaluate(FAULTS, rules)
        if fault["impact"] in ("serious", "critical")
    ]
