"""The page in a real browser as each of its users: what they may do is there, and works; the rest is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paged import IN_A_BROWSER, SHIPS, ask, browser, enter, opened, served, visit
from playwright.sync_api import Browser, Page, expect

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page import launch
from citeback.rag.corpus import CorpusOptions
from citeback.rag.rights import Rights, Role
from citeback.serving.access.middleware import AccessRules
from citeback.serving.access.password_file import User, hash_password

pytestmark = IN_A_BROWSER

WHO = {
    "rea": Rights(Role.READER),
    "edo": Rights(Role.EDITOR),
    "ada": Rights(Role.ADMIN),
    "bo": Rights(Role.READER, ("open/**",)),
}
TEXTS = {
    "open/canal.md": "# The canal\n\nIn all, 412 ships passed the canal in 2022.\n",
    "closed/vault.md": "# The vault\n\nThe vault of Elmira holds seventy-seven crowns.\n",
}
OFFERED = {
    "add": "#files input[type=file]",
    "rebuild": "#rebuild",
    "folder": "#include input",
    "delete": "#listing .menu button.danger",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def address(
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    encoder: SentenceEncoder,
    shared_models: CorpusOptions,
) -> Iterator[str]:
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=lambda _: encoder)
    users = {name: User(hash_password(f"{name}'s own"), rights) for name, rights in WHO.items()}
    yield from served(
        launch.site_of(store.path, lambda _: encoder, AccessRules(lambda: users, None), shared_models)
    )


@contextmanager
def page_of(browser: Browser, address: str, user: str, offered: set[str]) -> Iterator[Page]:
    """Open the page as a user to whom these ways to change the folders are shown, and no others."""
    with opened(browser, {"username": user, "password": f"{user}'s own"}) as page:
        visit(page, address)
        expect(ask(page, SHIPS).locator(".said")).to_contain_text("412 ships")
        page.get_by_role("tab", name="Settings").click()
        expect(page.locator("#settings-form form")).to_be_visible()
        expect(page.get_by_text("Who writes the answer")).to_have_count(int("folder" in offered))
        page.get_by_role("tab", name="Documents").click()
        expect(page.locator("#listing table")).to_contain_text("open/canal.md")
        for name, way in OFFERED.items():
            ways = expect(page.locator(way))
            ways.not_to_have_count(0) if name in offered else ways.to_have_count(0)
        yield page
        page.goto("about:blank")


def test_a_reader_asks(browser: Browser, address: str) -> None:
    with page_of(browser, address, "rea", set()) as page:
        expect(page.locator("#listing")).to_contain_text("closed/vault.md")


def test_who_is_kept_to_some_documents_sees_no_others(browser: Browser, address: str) -> None:
    with page_of(browser, address, "bo", set()) as page:
        assert "vault" not in page.locator("#listing").inner_text()
        page.get_by_role("tab", name="Ask").click()
        expect(ask(page, "What does the vault of Elmira hold?")).to_contain_text("The documents do not say.")
        assert "seventy-seven" not in page.content()


def test_an_editor_adds_a_document_and_deletes_it(
    browser: Browser, address: str, folder: Path, tmp_path: Path
) -> None:
    new = tmp_path / "mill.txt"
    new.write_text("The wind mill on the hill was built by Anna Quist.")
    with page_of(browser, address, "edo", {"add", "rebuild", "delete"}) as page:
        page.locator("#files input[type=file]").set_input_files([new])
        expect(page.locator("#status")).to_contain_text("mill.txt was added", timeout=60_000)
        expect(page.locator("#listing table")).to_contain_text("mill.txt", timeout=60_000)
        row = page.locator("#listing tr", has_text="mill.txt")
        row.locator(".menu > summary").click()
        row.get_by_role("button", name="Delete").click()
        expect(page.locator("#listing table")).not_to_contain_text("mill.txt", timeout=60_000)
        assert not (folder / "mill.txt").exists()


def test_an_admin_adds_a_folder(browser: Browser, address: str, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "harbour.txt").write_text("The harbour master is Lena Berg.")
    with page_of(browser, address, "ada", set(OFFERED)) as page:
        enter(page.locator("#include input").first, str(tmp_path / "more"))
        expect(page.locator("#listing table")).to_contain_text("harbour.txt", timeout=60_000)
        page.get_by_role("tab", name="Ask").click()
        expect(ask(page, "Who is the harbour master?").locator(".said")).to_contain_text("Lena Berg")
