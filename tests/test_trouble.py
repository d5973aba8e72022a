"""Trouble beside the answer does not take the answer: it is shown, and so is what could not be done."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import NoFolder, ScriptedCorpus, source
from test_talks import CITED, DONE, TEXT, UNSAID

import ui
from index.errors import HistoryError
from page import database, links
from page.choices import Choices
from page.choosing import Choosing
from page.exchange import Exchange, Talk
from page.feedback import Feedback
from page.history import History
from page.replies import NOT_KEPT, Page
from rag.answer import Answered
from rag.confidence import Care
from serving.serve import serve


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "conversations.sqlite")


class Answering(ScriptedCorpus):
    """A corpus that answers everything with one answer."""

    def stream(self, *_: object, **__: object) -> Iterator[Answered]:
        assert DONE.answer
        yield Answered(DONE.answer)


def page(history: History) -> Page:
    corpus = Answering({"news.txt": source(TEXT)})
    return Page(lambda: corpus, history, Feedback(history.path.with_name("feedback.jsonl")))


def asked(page: Page, talk: Talk | None = None) -> tuple[str, Talk]:
    """Return the chat and the talk after a question that was answered."""
    *_, (chat, _, talk) = page.ask("How many?", talk or Talk(), "ada")
    assert "Sixty-two were killed." in chat and 'aria-busy="false"' in chat
    return chat, talk


def works(page: Page) -> None:
    """Have everything of the page drawn that looks at what is kept."""
    assert page.open() and page.resume("x", "ada") and page.talks("ada")
    assert page.rename("x", "name", "ada") and page.delete("x", "ada")


def test_a_file_that_is_no_database_is_set_aside_when_something_is_to_be_kept(history: History) -> None:
    history.path.write_bytes(b"no database at all" * 100)
    shown = page(history)
    works_before = shown.talks("ada")
    assert "is damaged" in works_before and not history.file.aside
    assert history.path.read_bytes().startswith(b"no database")  # what reads writes nothing
    chat, talk = asked(shown)
    (aside,) = history.file.aside
    assert aside.name in chat and aside.read_bytes().startswith(b"no database")
    assert history.open("ada", talk.id) == (DONE,)
    assert aside.name in shown.talks("ada")
    chat, _ = asked(shown, talk)
    assert chat.count(aside.name) == 1  # told once, with the answer that met it


@given(place=st.integers(0, 40_000), junk=st.binary(min_size=1, max_size=400))
@settings(max_examples=40, deadline=None)
def test_whatever_is_damaged_the_answer_is_shown(
    tmp_path_factory: pytest.TempPathFactory, place: int, junk: bytes
) -> None:
    history = History(tmp_path_factory.mktemp("kept") / "conversations.sqlite")
    key = ""
    for _ in range(5):
        key = history.keep("ada", key, DONE)
    whole = bytearray(history.path.read_bytes())
    place %= len(whole)
    whole[place : place + len(junk)] = junk
    history.path.write_bytes(whole)
    shown = page(history)
    shown.resume(key, "ada")
    works(shown)
    chat, talk = asked(shown, Talk(key))
    assert NOT_KEPT in chat or talk.id
    works(shown)


def test_a_write_that_was_cut_off_is_undone_by_whoever_reads_next(history: History) -> None:
    key = history.keep("ada", "", DONE)
    cut = (
        "import os, sqlite3, sys\n"
        "file = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "file.execute('PRAGMA cache_size = 1')\n"
        "file.execute('BEGIN IMMEDIATE')\n"
        "for n in range(2000):\n"
        "    file.execute('INSERT INTO conversations VALUES (?, ?, ?, ?)', (n, 'ada', 'x', 'y'))\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", cut, str(history.path)], check=False)
    assert history.path.with_name("conversations.sqlite-journal").exists()
    assert [kept.id for kept in history.all("ada")] == [key]


def test_a_full_disk_is_told_beside_the_answer(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    key = history.keep("ada", "", DONE)
    connect = database.Database._connected

    def small(self: database.Database, mode: str) -> sqlite3.Connection:
        file = connect(self, mode)
        file.execute(f"PRAGMA max_page_count = {file.execute('PRAGMA page_count').fetchone()[0]}")
        return file

    monkeypatch.setattr(database.Database, "_connected", small)
    talk = Talk(key)
    for _ in range(40):  # until what is left of the last page is full too
        chat, talk = asked(page(history), talk)
        if NOT_KEPT in chat:
            break
    assert NOT_KEPT in chat and "the disk is full" in chat
    assert history.open("ada", key) and not history.file.aside


def test_a_locked_file_is_told_beside_the_answer(history: History) -> None:
    key = history.keep("ada", "", DONE)
    quick = History(history.path)
    quick.file = database.Database(history.path, patience=0.1)
    with closing(sqlite3.connect(history.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        chat, _ = asked(page(quick), Talk(key))
        assert NOT_KEPT in chat and "another program is using it" in chat
        works(page(quick))
    chat, _ = asked(page(quick), Talk(key))
    assert NOT_KEPT not in chat


def test_what_only_reads_writes_nothing(history: History) -> None:
    with closing(sqlite3.connect(history.path)) as file:
        file.execute("CREATE TABLE other (x)")
    before = history.path.read_bytes()
    assert history.all("ada") == () and history.open("ada", "x") is None
    assert history.quote(links.link("a", CITED.span, "x")) is None
    assert Choices(history.path).of("ada") == Care()
    assert history.path.read_bytes() == before
    assert list(history.path.parent.iterdir()) == [history.path]


def test_settings_that_cannot_be_kept_count_all_the_same_and_say_so(history: History) -> None:
    history.path.mkdir()
    choosing = Choosing(Choices(history.path), dict, tuple)
    care, form = choosing.open("ada")
    assert care == Care() and "could not be read" in form and "<form" in form
    form, then = choosing.save("ada", care, {"strictness": "strict"})
    assert "until the page is closed" in form and "Saved." not in form
    assert then is not None


def test_what_is_said_of_an_answer_and_cannot_be_written_is_told(history: History) -> None:
    shown = page(history)
    _, talk = asked(shown)
    shown.feedback.path.mkdir()
    chat, after = shown.judge(talk, "0", right=True)
    assert "could not be written" in chat and not after.exchanges[0].judged


def test_many_at_once_set_a_damaged_file_aside_once(history: History) -> None:
    history.path.write_bytes(b"no database at all" * 100)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: history.keep("ada", "", UNSAID), range(16)))
    assert len(history.file.aside) == 1 and len(set(keys)) == 16
    assert {kept.id for kept in history.all("ada")} == set(keys)


def test_permanent_links_work_and_conversations_say_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / ui.CONVERSATIONS).write_bytes(b"no database at all" * 100)
    corpus = ScriptedCorpus({"news.txt": source(TEXT)})
    behind = ui.Behind.beside(tmp_path, lambda: corpus, NoFolder())
    running = serve(ui.site(behind), "127.0.0.1")
    try:
        made = links.link("news.txt", CITED.span, CITED.quote)
        with httpx.Client(base_url=running.address, timeout=60) as client:
            shown = client.get(made.path)
            assert shown.status_code == 200 and "<mark" in shown.text
            gone = client.get(links.link("gone.txt", CITED.span, CITED.quote).path)
            assert gone.status_code == 410
            taken = client.get("/conversations/x.md")
            assert taken.status_code == 503 and "is damaged" in taken.text
    finally:
        running.stop()


def test_an_answer_of_another_version_is_told(history: History) -> None:
    key = history.keep("ada", "", DONE)
    with closing(sqlite3.connect(history.path)) as file, file:
        file.execute("""UPDATE exchanges SET answer = '{"of": "another time"}'""")
    with pytest.raises(HistoryError, match="another version"):
        history.open("ada", key)
    assert "another version" in page(history).resume(key, "ada")[0]
    assert Exchange("x").remark == ""
