"""Trouble beside the answer does not take the answer: it is shown, and so is what could not be done."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from clients import client_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scripted import NoFolder, ScriptedCorpus, source
from test_talks import CITED, DONE, TEXT, UNSAID

from citeback.index.errors import HistoryError
from citeback.page import app, workspace
from citeback.page.presenters.conversation import NOT_SAVED, ChatHandlers
from citeback.page.presenters.settings import SettingsHandlers
from citeback.page.state import database
from citeback.page.state.conversations import ConversationStore
from citeback.page.state.exchange import ConversationState, Exchange
from citeback.page.state.feedback import FeedbackFile
from citeback.page.state.preferences import SettingsStore
from citeback.rag.answer import AnswerCompleted
from citeback.rag.confidence import AnswerSettings
from citeback.serving.http.server import serve
from citeback.wire import permalinks


@pytest.fixture
def history(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "conversations.sqlite")


class Answering(ScriptedCorpus):
    """A corpus that answers everything with one answer."""

    def stream(self, *_: object, **__: object) -> Iterator[AnswerCompleted]:
        assert DONE.answer
        yield AnswerCompleted(DONE.answer)


def page(history: ConversationStore) -> ChatHandlers:
    corpus = Answering({"news.txt": source(TEXT)})
    return ChatHandlers(lambda: corpus, history, FeedbackFile(history.path.with_name("feedback.jsonl")))


def asked(page: ChatHandlers, talk: ConversationState | None = None) -> tuple[str, ConversationState]:
    """Return the chat and the talk after a question that was answered."""
    *_, (chat, _, talk) = page.ask("How many?", talk or ConversationState(), "ada")
    assert "Sixty-two were killed." in chat and 'aria-busy="false"' in chat
    return chat, talk


def works(page: ChatHandlers) -> None:
    """Have everything of the page drawn that looks at what is kept."""
    assert page.open() and page.resume("x", "ada") and page.talks("ada")
    assert page.rename("x", "name", "ada") and page.delete("x", "ada")


def test_a_file_that_is_no_database_is_set_aside_when_something_is_to_be_kept(
    history: ConversationStore,
) -> None:
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
@example(3646, b"\x80")
@settings(max_examples=40, deadline=None)
def test_whatever_is_damaged_the_answer_is_shown(
    tmp_path_factory: pytest.TempPathFactory, place: int, junk: bytes
) -> None:
    history = ConversationStore(tmp_path_factory.mktemp("kept") / "conversations.sqlite")
    key = ""
    for _ in range(5):
        key = history.save("ada", key, DONE)
    whole = bytearray(history.path.read_bytes())
    place %= len(whole)
    whole[place : place + len(junk)] = junk
    history.path.write_bytes(whole)
    shown = page(history)
    shown.resume(key, "ada")
    works(shown)
    chat, talk = asked(shown, ConversationState(key))
    assert NOT_SAVED in chat or talk.id
    works(shown)


def test_a_write_that_was_cut_off_is_undone_by_whoever_reads_next(history: ConversationStore) -> None:
    key = history.save("ada", "", DONE)
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
    assert [kept.id for kept in history.listing("ada")] == [key]


def test_a_full_disk_is_told_beside_the_answer(
    history: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = history.save("ada", "", DONE)
    connect = database.Database._connected

    def small(self: database.Database, mode: str) -> sqlite3.Connection:
        file = connect(self, mode)
        file.execute(f"PRAGMA max_page_count = {file.execute('PRAGMA page_count').fetchone()[0]}")
        return file

    monkeypatch.setattr(database.Database, "_connected", small)
    talk = ConversationState(key)
    for _ in range(40):  # until what is left of the last page is full too
        chat, talk = asked(page(history), talk)
        if NOT_SAVED in chat:
            break
    assert NOT_SAVED in chat and "the disk is full" in chat
    assert history.open("ada", key) and not history.file.aside


def test_a_locked_file_is_told_beside_the_answer(history: ConversationStore) -> None:
    key = history.save("ada", "", DONE)
    quick = ConversationStore(history.path)
    quick.file = database.Database(history.path, patience=0.1)
    with closing(sqlite3.connect(history.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        chat, _ = asked(page(quick), ConversationState(key))
        assert NOT_SAVED in chat and "another program is using it" in chat
        works(page(quick))
    chat, _ = asked(page(quick), ConversationState(key))
    assert NOT_SAVED not in chat


def test_what_only_reads_writes_nothing(history: ConversationStore) -> None:
    with closing(sqlite3.connect(history.path)) as file:
        file.execute("CREATE TABLE other (x)")
    before = history.path.read_bytes()
    assert history.listing("ada") == () and history.open("ada", "x") is None
    assert history.quote(permalinks.permanent_link("a", CITED.span, "x")) is None
    assert SettingsStore(history.path).of("ada") == AnswerSettings()
    assert history.path.read_bytes() == before
    assert list(history.path.parent.iterdir()) == [history.path]


def test_settings_that_cannot_be_kept_count_all_the_same_and_say_so(history: ConversationStore) -> None:
    history.path.mkdir()
    choosing = SettingsHandlers(SettingsStore(history.path), dict, tuple)
    care, form = choosing.open("ada")
    assert care == AnswerSettings() and "could not be read" in form and "<form" in form
    form, then = choosing.save("ada", care, {"strictness": "strict"})
    assert "until the page is closed" in form and "Saved." not in form
    assert then is not None


def test_what_is_said_of_an_answer_and_cannot_be_written_is_told(history: ConversationStore) -> None:
    shown = page(history)
    _, talk = asked(shown)
    shown.feedback.path.mkdir()
    chat, after = shown.give_feedback(talk, "0", right=True)
    assert "could not be written" in chat and not after.exchanges[0].feedback


def test_many_at_once_set_a_damaged_file_aside_once(history: ConversationStore) -> None:
    history.path.write_bytes(b"no database at all" * 100)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: history.save("ada", "", UNSAID), range(16)))
    assert len(history.file.aside) == 1 and len(set(keys)) == 16
    assert {kept.id for kept in history.listing("ada")} == set(keys)


def test_permanent_links_work_and_conversations_say_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / workspace.CONVERSATIONS).write_bytes(b"no database at all" * 100)
    corpus = ScriptedCorpus({"news.txt": source(TEXT)})
    behind = workspace.PageServices.for_store(tmp_path, lambda: corpus, NoFolder())
    running = serve(app.site(behind), "127.0.0.1")
    try:
        made = permalinks.permanent_link("news.txt", CITED.span, CITED.quote)
        with client_of(running.address) as client:
            shown = client.get(made.path)
            assert shown.status_code == 200 and "<mark" in shown.text
            gone = client.get(permalinks.permanent_link("gone.txt", CITED.span, CITED.quote).path)
            assert gone.status_code == 410
            taken = client.get("/conversations/x.md")
            assert taken.status_code == 503 and "is damaged" in taken.text
    finally:
        running.stop()


def test_an_answer_of_another_version_is_told(history: ConversationStore) -> None:
    key = history.save("ada", "", DONE)
    with closing(sqlite3.connect(history.path)) as file, file:
        file.execute("""UPDATE exchanges SET answer = '{"of": "another time"}'""")
    with pytest.raises(HistoryError, match="another version"):
        history.open("ada", key)
    assert "another version" in page(history).resume(key, "ada")[0]
    assert Exchange("x").remark == ""
