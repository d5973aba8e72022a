"""The catalogues of messages, small talk, folder questions and refusals in German, French and Spanish."""

import ast
import errno
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.page.views.known.files import PARSERS
from citeback.page.views.known_texts import KNOWN
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


def test_every_message_in_the_code_is_collected() -> None:
    """Babel passes over a message in an f-string, and some around which others stand."""
    found = [each.id for each in made.messages() if each.id]
    known = {text for each in found for text in ([each] if isinstance(each, str) else each)}
    written = {text for room in ("rag", "page") for text in said_in(made.ROOT / room)}
    assert written - known - set(LANGUAGES) == set()
    assert len(written) > 500


def said_in(room: Path) -> Iterator[str]:
    """Yield what the functions that say a message are given as text."""
    for module in room.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call):
                function = getattr(node.func, "id", getattr(node.func, "attr", ""))
                texts = node.args if function in made.KEYWORDS else []
                yield from (
                    each.value
                    for each in texts
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def test_what_lower_layers_say_is_what_the_page_knows() -> None:
    """A text that is known and that no code says any more would stay in the catalogues for nothing."""
    code = "\n".join(module.read_text() for module in lower_code())
    shown = _QUOTES.sub("", re.sub(r"\"\s+f?\"", "", code))
    system = {os.strerror(number) for number in errno.errorcode}
    gone = []
    for text in set(KNOWN) - system - set(PARSERS):
        parts = [_QUOTES.sub("", part).strip() for part in re.split(r"\{\w+\}|[;:.()]", text)]
        gone += [text] if max(parts, key=len) not in shown else []
    assert [each for each in gone if not _COMPOSED.search(each)] == []


_COMPOSED = re.compile(
    "pages (?:has|have) no text|stays? in the index|: needs a password|of processor time to"
)
_QUOTES = re.compile("[\"'“”]")


def lower_code() -> Iterator[Path]:
    """Yield the modules but those that hold what is known."""
    for room in ("index", "rag", "wire", "serving", "page"):
        yield from (module for module in (made.ROOT / room).rglob("*.py") if "known" not in module.parts)
