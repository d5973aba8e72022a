"""Follow-up questions become questions of their own."""

import pytest

from citeback.rag.answer import Turn
from citeback.rag.question import StandaloneQuestion, small_talk, standalone

HISTORY = [
    Turn("user", "How many ships passed the canal in 2022?"),
    Turn("assistant", "In all, 412 ships passed. [1]"),
]


@pytest.mark.parametrize(
    "question", ["And in 2023?", "Why?", "Who built it?", "What about their crews and cargo?"]
)
def test_a_question_that_leans_on_the_one_before_brings_it_along(question: str) -> None:
    assert str(standalone(question, HISTORY)) == f"{question} (How many ships passed the canal in 2022?)"


def test_a_question_with_a_topic_of_its_own_stays_as_it_is() -> None:
    question = "Which harbour did the Russian ground forces disembark at?"
    assert str(standalone(question, HISTORY)) == question


def test_without_history_every_question_stands_alone() -> None:
    assert standalone(" Why? ") == StandaloneQuestion("Why?")
    assert standalone("Why?", [Turn("assistant", "Hello.")]) == StandaloneQuestion("Why?")


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("Who are you?", "Citeback."),
        ("What can you do?", "Citeback."),
        ("Guten Tag!", "Hallo."),
        ("¡Hola!", "Hola."),
        ("Ciao!", "Hello."),
        ("Bonjour, merci beaucoup.", "Je vous en prie."),
        ("Hallo, vielen Dank!", "Gern geschehen."),
        ("Hola, muchas gracias.", "De nada."),
        ("Wer bist du?", "Citeback. Ich antworte"),
        ("Wie heißen Sie?", "Citeback. Ich antworte"),
        ("Qui êtes-vous ?", "Citeback. Je réponds"),
        ("¿Quién eres?", "Citeback. Respondo"),
        ("Hola, ¿qué puedes hacer?", "Citeback. Respondo"),
        ("Спасибо", "You are welcome."),
        ("Auf Wiedersehen.", "Auf Wiedersehen."),
        ("Tschüß!", "Auf Wiedersehen."),
        ("Au revoir, à bientôt !", "Au revoir."),
        ("¡Hasta luego!", "Adiós."),
        ("Wer bist du gewesen, als der Kanal gebaut wurde?", ""),
        ("Merci à qui ?", ""),
        ("Who are you looking for?", ""),
        ("What can you do about rust?", ""),
    ],
)
def test_talk_is_replied_to_in_several_languages(said: str, reply: str) -> None:
    got = small_talk(said)
    assert got.startswith(reply) if reply else not got
