"""Take a picture of every view of the page, in light and dark and on a phone, for a person to look at.

    python -m bench.views FOLDER [--docs FOLDER ...]

The page serves a small folder of made documents (bench/sample_folder.py) and each folder in --docs.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, FilePayload, HttpCredentials, Page, expect, sync_playwright

from bench.browser_page import ARGUMENTS, CHROMIUM, DESK, PHONE, ask, opened, save, tab
from bench.sample_folder import write_folder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch
from citeback.rag.corpus import load_encoder
from citeback.rag.rights import Rights, Role
from citeback.serving.access.middleware import AccessRules
from citeback.serving.access.password_file import User, hash_password
from citeback.serving.http.server import serve

LOOKS = {"light": (DESK, False), "dark": (DESK, True), "phone": (PHONE, False), "phone-dark": (PHONE, True)}
READER: HttpCredentials = {"username": "reader", "password": "a word of passage"}
QUOTED = "Who is the keeper of the canal?"
ON_PAPER = "How much is the deposit for the mill?"
IN_WORD = "How much does the repair of the northern lock cost?"
UNSAID = "What is the capital of France?"
UNSURE = "What is the total in Sweden and Norway?"
COMPUTED = {
    "computed": "What is the total number of ships in Sweden?",
    "computed-equal": "What is the sum of Toll in crowns of Baltic Line?",
    "computed-time": "What is the average of Passages?",
}
DRAFT = (
    "The deposit for the mill is 900 crowns. The canal is 57 kilometres long. "
    "In 2024, 612 ships passed the canal. The moon is made of cheese."
)
QUESTIONS = "Who is the keeper?\nHow many ships passed the canal?"
SECTIONS = {
    "lists": "#list-items .list",
    "conflicts": "#conflicts .list",
    "timeline": "#timeline .list",
    "summary": "#summary .list",
}


def main() -> None:
    """Index the folder, serve the page and take every picture."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("out", type=Path, metavar="FOLDER")
    parser.add_argument("--docs", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    expect.set_options(timeout=120_000)  # a busy machine may be ten times slower
    given.out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        visits = (
            (filled(Path(folder, "filled"), given.docs), tour, None),
            (Path(folder, "first"), first_run, None),
            (emptied(Path(folder, "emptied")), emptied_folder, None),
            (filled(Path(folder, "shared"), given.docs), shared_page, READER),
        )
        for store, views, user in visits:
            draw(browser, store, views, user, given.out)
        browser.close()


def filled(place: Path, more: list[Path]) -> Path:
    """Return a store of the made documents and those of other folders."""
    write_folder(place / "papers")
    sync(Store(place / "store"), [place / "papers", *more], load=load_encoder)
    return place / "store"


def emptied(place: Path) -> Path:
    """Return a store of a folder without documents."""
    (place / "papers").mkdir(parents=True)
    sync(Store(place / "store"), [place / "papers"], load=load_encoder)
    return place / "store"


def draw(
    browser: Browser,
    store: Path,
    views: Callable[[Page, str], Iterator[str]],
    user: HttpCredentials | None,
    out: Path,
) -> None:
    """Take a picture of each of some views in every look, named after both; `user` logs in if given."""
    users = {READER["username"]: User(hash_password(READER["password"]), Rights(Role.READER))}
    served = serve(
        launch.site_of(store, rules=AccessRules(lambda: users, None) if user else None), "127.0.0.1"
    )
    for look, (size, dark) in LOOKS.items():
        with opened(browser, served.address, size, dark, user) as page:
            for view in views(page, served.address):
                save(page, out / f"{view}-{look}.png")
    served.stop()


def first_run(page: Page, _: str) -> Iterator[str]:
    """Yield the page without documents."""
    yield "first-run"
    tab(page, "Documents", "#files input")
    yield "first-run-documents"


def emptied_folder(page: Page, _: str) -> Iterator[str]:
    """Yield the page of a folder without documents."""
    yield "empty-folder"
    ask(page, UNSAID)
    yield "empty-folder-asked"
    tab(page, "Documents", "#files input")
    yield "empty-folder-documents"


def shared_page(page: Page, _: str) -> Iterator[str]:
    """Yield what somebody sees who may only read."""
    tab(page, "Documents", "#listing table")
    yield "reader-documents"
    tab(page, "Settings", "#settings-form form")
    yield "reader-settings"


def tour(page: Page, address: str) -> Iterator[str]:
    """Bring the page to one view after another; yield the name of each."""
    expect(page.locator("#starters .suggestions.first .suggestion").first).to_be_visible()
    yield "welcome"
    yield from tour_answers(page)
    ask(page, QUOTED)
    page.locator(".exchange").last.locator(".marker").first.click()
    link = page.locator("#panel .permanent").get_attribute("href") or ""
    leave(page)
    page.get_by_role("button", name="All documents").click()
    expect(page.locator("#sources-chosen input[type=checkbox]").first).to_be_visible()
    yield "chosen"
    page.locator("#sources-chosen input[type=checkbox]").first.check()
    page.get_by_role("button", name="Ask only these").click()
    expect(page.locator("#sources-chosen .chip").first).to_be_visible()
    yield "chosen-chip"
    page.get_by_role("button", name="Conversations", exact=True).click()
    expect(page.locator("#talks li").first).to_be_visible()
    yield "conversations"
    page.keyboard.press("Escape")
    yield from tour_lookup(page)
    yield from tour_review(page)
    yield from tour_documents(page)
    tab(page, "Settings", "#answering form")
    yield "settings"
    page.locator("#settings").evaluate("column => scrollTo(0, document.body.scrollHeight)")
    yield "settings-end"
    page.goto(address.rstrip("/") + link)
    yield "permanent"


def tour_answers(page: Page) -> Iterator[str]:
    """Yield answers of each kind, with their sources."""
    ask(page, QUOTED)
    yield "answer"
    page.locator(".marker").first.click()
    expect(page.locator("#panel mark.now").first).to_be_in_viewport()
    yield "source"
    leave(page)
    ask(page, IN_WORD)
    page.locator(".exchange").last.locator(".marker").first.click()
    expect(page.locator("#panel mark.now").first).to_be_in_viewport()
    yield "source-word"
    leave(page)
    ask(page, ON_PAPER)
    page.locator(".exchange").last.locator(".marker").first.click()
    page.get_by_role("button", name="Page", exact=True).click()
    expect(page.locator("#panel .sheet img")).to_be_visible()
    yield "page"
    page.get_by_role("button", name="Text", exact=True).click()
    yield "page-text"
    leave(page)
    ask(page, UNSAID)
    yield "unsaid"
    ask(page, UNSURE)
    expect(page.locator(".ways a").first).to_be_visible()
    yield "unsure"
    for name, question in COMPUTED.items():
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".exchange")).to_have_count(0)
        ask(page, question)
        expect(page.locator("details.computed")).to_be_visible()
        yield name
    page.locator(".marker").first.click()
    expect(page.locator("#panel mark.now").first).to_be_visible()
    yield "source-table"
    leave(page)


def tour_lookup(page: Page) -> Iterator[str]:
    """Yield the Look up tab, without and with results, and a passage that is open."""
    tab(page, "Look up", "#lookup-form")
    yield "lookup-empty"
    page.locator("#lookup-form input[name=question]").fill("ships and the canal")
    page.keyboard.press("Enter")
    expect(page.locator("#results .passage").first).to_be_visible()
    yield "lookup"
    page.locator("#results .passage").first.click()
    expect(page.locator("#passage mark.now").first).to_be_in_viewport()
    yield "lookup-passage"
    page.locator("#passage .back").click()  # on a phone it covers the tabs


def tour_documents(page: Page) -> Iterator[str]:
    """Yield the Documents tab: its list, a menu with a question, what was not read, and a document."""
    tab(page, "Documents", "#listing table")
    yield "documents"
    page.locator("#listing tbody summary").first.click()
    page.locator("#listing tbody input").first.check()
    taken: FilePayload = {"name": "ports.csv", "mimeType": "text/csv", "buffer": b"x"}
    page.locator("#files input[type=file]").set_input_files(taken)
    expect(page.locator("#status .ask")).to_be_visible()
    yield "documents-question"
    page.get_by_role("button", name="Leave as it is").click()
    expect(page.locator("#status .ask")).to_have_count(0)
    page.locator("#listing tbody a.title").first.click()
    expect(page.locator("#reading .panel")).to_be_visible()
    yield "documents-reading"
    page.locator("#reading .back").click()


def tour_review(page: Page) -> Iterator[str]:
    """Yield the sections of the Review tab, each with a result."""
    tab(page, "Review", "#draft-form")
    yield "review-draft-empty"
    page.get_by_label("Your text").fill(DRAFT)
    page.locator("#draft-form button.go").click()
    expect(page.locator("#draft a.claim").first).to_be_visible()
    page.locator("#draft a.claim.contradicted, #draft a.claim").first.click()
    expect(page.locator("#review-reader .verdict-card")).to_be_visible()
    yield "review-draft"
    page.locator("#review-reader .back").click()
    section(page, "table")
    yield "review-table-empty"
    page.get_by_label("Questions, one on each line").fill(QUESTIONS)
    page.locator("#table-form button.go").click()
    expect(page.locator("#table .taking")).to_be_visible()
    yield "review-table"
    section(page, "questions")
    page.get_by_label("A question to be asked again").fill(QUOTED)
    page.locator("#question-form button.go").click()
    expect(page.locator("#questions .marker").first).to_be_visible()
    yield "review-questions"
    yield from map(partial(reviewed, page), SECTIONS)


def reviewed(page: Page, name: str) -> str:
    """Bring a section over the whole folder to its result; return the name of the view."""
    section(page, name)
    page.locator(f"#{name.removesuffix('s') if name == 'lists' else name}-form button.go").click()
    shown = page.locator(SECTIONS[name])
    expect(shown.first).to_be_visible()
    expect(shown.get_by_role("button", name="Stop")).to_have_count(0)
    return f"review-{name}"


def section(page: Page, name: str) -> None:
    """Open a section of the Review tab."""
    page.locator(f"[data-section={name}]").click()
    expect(page.locator(f"#review-{name}")).to_be_visible()


def leave(page: Page) -> None:
    """Close the source that is open."""
    page.locator("#panel .back").click()
    expect(page.locator("#panel mark.now")).to_have_count(0)


if __name__ == "__main__":
    main()
