"""The catalogues of messages, small talk, folder questions and refusals in German, French and Spanish."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.rag.messages.catalogue import LANGUAGES, Notice, accepted_language, say, translations

sys.path.append(str(Path(__file__).parents[1] / ".ci"))
import messages as made  # .ci/messages.py

OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_has_a_translation_with_the_same_values(language: str) -> None:
    assert list(made.problems(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_read_was_compiled_from_what_is_written(language: str) -> None:
    assert (made.HERE / f"{language}.mo").read_bytes() == made.compiled(language), "run: make messages"
    assert translations(language).gettext("Goodbye.") != "Goodbye."


def test_a_value_that_a_translation_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = made.catalogue("de")
    for message in known:
        if message.id == "{first} and {last}":
            message.string = "{first} und {letztes}"
        elif message.id == "Goodbye.":
            message.string = ""
    monkeypatch.setattr(made, "catalogue", lambda _: known)
    assert sorted(made.problems("de")) == [
        "de: not translated: Goodbye.",
        "de: other values: {first} and {last}",
    ]


@given(st.text())
def test_any_header_gives_a_known_language(header: str) -> None:
    assert accepted_language(header) in LANGUAGES


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.1, fr;q=0.7", "fr"),
        ("ru, es;q=0.3", "es"),
        ("de;q=0, en", "en"),
        ("de;q=nan, es;q=0.2", "es"),
        ("*", "en"),
    ],
)
def test_the_language_that_a_browser_prefers_is_found(header: str, language: str) -> None:
    assert accepted_language(header) == language


@given(st.text())
def test_a_value_is_never_read_as_a_message(word: str) -> None:
    notice = Notice.saying("“{word}” appears in no document.", word=word)
    assert notice == f"“{word}” appears in no document."
    assert notice.said_in("fr") == f"« {word} » n’apparaît dans aucun document."


def test_an_unknown_language_is_english() -> None:
    assert say("Goodbye.", "../de") == "Goodbye."
