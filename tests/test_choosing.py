"""Settings: what is offered is what counts, and it is kept for each user."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from parsed import Parsed

from citeback.index.embedding.sentence_encoder import SentenceEncoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.page.presenters.settings import SettingsHandlers
from citeback.page.state.preferences import SettingsStore
from citeback.page.views.settings import (
    QUOTED,
    STARTED,
    WORD_FOR_WORD,
    answering,
    parse_settings,
    parse_writer,
)
from citeback.rag.answer import AnswerCompleted
from citeback.rag.confidence import AnswerSettings
from citeback.rag.corpus import Corpus
from citeback.rag.writing.extractive import ExtractiveWriter, Writer

SERVER = "http://127.0.0.1:11434/v1#small"
BEFORE = AnswerSettings(0.8, 3, "before")


def choosing(path: Path, written: str = WORD_FOR_WORD) -> SettingsHandlers:
    return SettingsHandlers(
        SettingsStore(path / "kept.sqlite"), lambda: {"Written by": written, "Index": "3"}, lambda: [SERVER]
    )


@pytest.mark.parametrize("asked", [{}, {"threshold": "0.1234", "passages": "4000"}, {"threshold": "nan"}])
def test_what_is_not_one_of_the_choices_changes_nothing(asked: Mapping[str, str]) -> None:
    assert parse_settings(BEFORE, asked) == BEFORE
    assert parse_writer(BEFORE, {"model": "http://elsewhere.test/v1#x"}, [SERVER]) == BEFORE


@pytest.mark.parametrize(("value", "model"), [(STARTED, None), (QUOTED, ""), (SERVER, SERVER)])
def test_who_writes_is_chosen_from_what_is_offered(value: str, model: str | None) -> None:
    assert parse_writer(BEFORE, {"model": value}, [SERVER]).model == model


def test_settings_are_kept_for_each_user(tmp_path: Path) -> None:
    page = choosing(tmp_path)
    assert page.open("ada")[0] == AnswerSettings()
    _, care = page.save("ada", AnswerSettings(), {"threshold": "0.8", "passages": "10"})
    shown, care = page.write("ada", care, {"model": SERVER})
    assert care == AnswerSettings(0.8, 10, SERVER)
    assert "Saved." in shown and SERVER in shown
    again = choosing(tmp_path)
    assert again.open("ada")[0] == care
    assert again.open("bo")[0] == AnswerSettings()


def test_what_a_file_holds_that_cannot_be_used_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    choices = SettingsStore(tmp_path / "kept.sqlite")
    choices.keep("ada", AnswerSettings(0.8, 3))
    with closing(sqlite3.connect(choices.file.path)) as file, file:
        file.execute("UPDATE choices SET care = ?", ('{"threshold": "high"}',))
    assert choices.of("ada") == AnswerSettings()


def options(html: str) -> list[tuple[str, bool]]:
    elements = [e for e in Parsed(html).check().elements if e.tag == "option"]
    return [(e.text, "selected" in e.attributes) for e in elements]


def test_every_way_of_writing_is_offered_once() -> None:
    facts = {"Written by": WORD_FOR_WORD}
    assert options(answering(facts)) == [(WORD_FOR_WORD, True)]
    assert options(answering(facts, [SERVER], SERVER)) == [(WORD_FOR_WORD, False), (SERVER, True)]
    assert options(answering({"Written by": "a model"}, [], "")) == [
        ("a model", False),
        (WORD_FOR_WORD, True),
    ]
    assert options(answering(facts, [], SERVER)) == [(WORD_FOR_WORD, False), (SERVER, True)]


def test_a_question_is_written_by_whom_it_names(
    tmp_path: Path, encoder: SentenceEncoder, corpus_over: Callable[..., Corpus]
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "canal.md").write_text("In all, 412 ships passed the canal in 2022.")
    store = Store(tmp_path / "store")
    sync(store, [tmp_path / "docs"], load=lambda _: encoder)
    asked: list[str | None] = []

    def writers(name: str | None) -> Writer:
        asked.append(name)
        return ExtractiveWriter(name)

    with corpus_over(store, writer=ExtractiveWriter("started"), writers=writers) as corpus:
        for model, name in ((None, "started"), ("", None), ("other", "other"), ("other", "other")):
            *_, last = corpus.stream(
                "How many ships passed the canal in 2022?", settings=AnswerSettings(model=model)
            )
            assert isinstance(last, AnswerCompleted) and last.answer.model == name
    assert asked == [None, "other"]
