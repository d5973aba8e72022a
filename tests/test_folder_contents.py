"""Questions about the folder as a whole are told its kinds, dates and languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from toy import ToyEncoder, loading

from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.search.filters import Filter
from citeback.index.sync.sync import sync
from citeback.rag.folder_question import folder_answer, language_asked

GERMAN = "Der Verein trifft sich am Freitag im Bootshaus. Die Schlüssel liegen beim Hausmeister."
MAIL = (
    "From: a@skerry.example\nTo: b@skerry.example\nDate: {date}\nSubject: Oars\n\nThe oars are in the shed.\n"
)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder: Path = tmp_path_factory.mktemp("documents")
    (folder / "club.txt").write_text(GERMAN)
    (folder / "oars.eml").write_text(MAIL.format(date="Thu, 2 May 2024 09:00:00 +0000"))
    (folder / "sails.eml").write_text(MAIL.format(date="Mon, 6 May 2024 09:00:00 +0000"))
    (folder / "rules.md").write_text("# Rules\n\nNobody rows alone after the harbour lights are lit.\n")
    (folder / "meeting.ics").write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Race\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(ToyEncoder()))
    with store.current() as current:
        yield current


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (
            "What is in this folder?",
            "They are 2 emails, one Markdown file, one text file, one other file."
            " 2 state a date, from 2024-05-02 to 2024-05-06.",
        ),
        (
            "Was ist in diesem Ordner?",
            "Es sind 2 E-Mails, eine Markdown-Datei, eine Textdatei, eine andere Datei."
            " 2 nennen ein Datum, von 2024-05-02 bis 2024-05-06.",
        ),
        ("Que contient ce dossier ?", "Ce sont 2 e-mails, un fichier Markdown,"),
        ("¿Qué hay en esta carpeta?", "Son 2 correos, un archivo Markdown,"),
    ],
)
def test_an_overview_counts_kinds_and_names_the_span_of_dates(
    generation: Generation, question: str, reply: str
) -> None:
    assert reply in folder_answer(generation, Filter(), question)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("How many documents are in German?", "One of 5 documents is in German: club."),
        ("How many documents are in French?", "None of 5 documents is in French."),
        ("Wie viele Dokumente sind auf Deutsch?", "Eines von 5 Dokumenten ist auf Deutsch: club."),
        ("Combien de documents sont en allemand ?", "Un document sur 5 est en allemand : club."),
        ("¿Cuántos documentos están en alemán?", "Uno de 5 documentos está en alemán: club."),
        ("How many documents are in use?", ""),
        ("How many documents are in German archives?", ""),
    ],
)
def test_documents_in_a_language_are_counted(generation: Generation, question: str, reply: str) -> None:
    assert folder_answer(generation, Filter(), question) == reply


def test_which_language_is_asked_for() -> None:
    assert language_asked("Which files are written in Spanish?") == ("en", "es")
    assert language_asked("How many boats are in Spanish waters?") == ("", "")
