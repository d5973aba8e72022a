"""Summaries: which statements are chosen, how they are grouped, and what a chat model makes of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chats import ScriptedChat, server
from hypothesis import given
from hypothesis import strategies as st
from typed import Typed

from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.records import Span
from citeback.index.sync.sync import sync
from citeback.rag.answer import Verdict
from citeback.rag.corpus import Corpus
from citeback.rag.folder_statements import Statement, StatementPlace
from citeback.rag.summary.selection import UNLIKE, choose
from citeback.rag.writing.chat_writer import ChatWriter

__all__ = ["server"]

CANAL = """# The canal

The canal at Skerry carries timber from the inland forests to the harbour of Elmira.

## Traffic

In 2022, four hundred ships passed the canal at Skerry with timber. It was a lot. What will come next?

## People

The lock keeper of the canal at Skerry is Ada Holm, who opens the gates at six.
"""


def statements(count: int) -> list[Statement]:
    return [
        Statement(StatementPlace("a.txt", Span(n, n + 1)), f"Sentence {n} says a thing of its own.", ())
        for n in range(count)
    ]


@given(st.integers(0, 60), st.integers(1, 20), st.integers(0, 9))
def test_what_is_chosen_is_unlike_and_no_more_than_asked(count: int, most: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 8))
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    chosen = choose(statements(count), unit, most)
    assert len(chosen) == len(set(chosen)) <= min(most, count) and (count == 0 or chosen)
    near = unit[chosen].astype(np.float32) @ unit[chosen].astype(np.float32).T
    assert (near - 2 * np.eye(len(chosen)) < UNLIKE + 0.01).all()
    assert chosen == choose(statements(count), unit, most)


def test_of_equal_statements_one_is_chosen_and_each_matter_has_one() -> None:
    vectors = np.repeat(np.eye(3, 8), [5, 3, 2], axis=0).astype(np.float16)
    assert sorted(np.argmax(vectors[choose(statements(10), vectors, 9)], axis=1)) == [0, 1, 2]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "canal.md").write_text(CANAL)
    (folder / "soup.txt").write_text("Pea soup is cooked with split peas, an onion and a bay leaf.")
    sync(Store(folder / "store"), [folder], load=load_encoder)
    yield folder / "store"


def test_a_summary_quotes_under_the_headings_of_the_document(store: Path) -> None:
    summary = Typed("summary", "canal.md", "--store", store, "--json").json
    assert [(group["document"], group["heading"]) for group in summary["groups"]] == [
        ("canal.md", "The canal"),
        ("canal.md", "Traffic"),
        ("canal.md", "People"),
    ]
    for group in summary["groups"]:
        for place in group["places"]:
            assert CANAL[place["start"] : place["end"]] == place["quote"]
    assert (summary["documents"], summary["unread"], summary["written"]) == (1, 0, [])
    printed = Typed("summary", "canal.md", "--sentences", "1", "--store", store).out
    assert "1 of 3 statements; 1 of 1 document read." in printed


def test_a_summary_is_of_what_is_asked(store: Path) -> None:
    summary = Typed("summary", "--about", "soup", "--store", store, "--json").json
    assert [group["document"] for group in summary["groups"]] == ["soup.txt"]
    nothing = Typed("summary", "--about", "volcanoes of Iceland", "--store", store)
    assert nothing.out.strip() == "The documents do not say."


def test_what_cannot_be_summarised_is_said(store: Path) -> None:
    assert "no.md" in Typed("summary", "no.md", "--store", store).err
    hidden = Typed("summary", "canal.md", "--in", "soup.txt", "--store", store)
    assert hidden.status == 1 and "canal.md" in hidden.err
    assert Typed("summary", "--sentences", "0", "--store", store).status == 2
    assert Typed("summary", "--about", "!", "--store", store).status == 1


def test_a_chat_model_writes_a_summary_and_each_sentence_is_checked(
    store: Path, corpus_over: Callable[..., Corpus]
) -> None:
    said = "Ada Holm is the lock keeper of the canal at Skerry. [1] Nine hundred ships sank at Skerry. [1]"
    chat = ScriptedChat(script=[said])
    with corpus_over(Store(store), writer=ChatWriter(lambda: chat, "scripted")) as corpus:
        summary = corpus.summary(document="canal.md")
    assert [each.verdict for each in summary.written] == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]
    (cited,) = summary.written[0].citations
    assert cited.document == "canal.md" and "Ada Holm" in cited.quote and cited.span.of(CANAL) == cited.quote
    assert len(summary.places) > 2  # what it was written from stands beside it


def test_a_real_model_writes_a_summary_of_which_every_citation_is_exact(server: str, store: Path) -> None:
    done = Typed("summary", "--model", server, "--store", store, "--json")
    assert done.status == 0, done.err
    summary = done.json
    assert summary["written"] and summary["groups"] and summary["notices"] == []
    cited = [each for sentence in summary["written"] for each in sentence["citations"]]
    texts = {each["document"]: Typed("text", each["document"], "--store", store).out for each in cited}
    assert all(texts[each["document"]][each["start"] : each["end"]] == each["quote"] for each in cited)
    for sentence in summary["written"]:
        assert sentence["citations"] or sentence["verdict"] != "supported"


MINUTES = """# Minutes of the committee

Present: Margaret Doyle, Colin Marsh.

## Crane

The crane failed its inspection on 2 September 2025. The inspector saw two cracked welds in the jib. Until
they are finished, nobody may use it.

## Pontoon

Dogs may be on the pontoon on a lead. Colin Marsh asked whether a dog could be in the kitchen.

## Storage

Boats can be brought ashore from 11 October 2025. The yard closes on 15 November 2025.
"""
LETTER = """Mairie de Port-Breton
Service des sports

Port-Breton, le 12 juin 2025

Madame la Présidente,

Nous vous remercions de votre invitation à la régate. Notre commune enverra deux équipages.
Le voyage sera payé par la commune. Monsieur Garnier viendra le 5 septembre 2025 pour préparer le jumelage.

Veuillez agréer l'expression de nos salutations distinguées.
"""
GERMAN = (
    "Die Reparatur der Yacht kostet laut Gutachten 3.480 Euro. Davon zahlen wir 2.980 Euro bis September."
)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "minutes.md").write_text(MINUTES)
    (folder / "lettre.txt").write_text(LETTER)
    (folder / "brief.txt").write_text(GERMAN)
    (folder / "works.txt").write_text(
        "The slipway was built in 1911 from local granite. The office was opened on 3 May 2020."
    )
    (folder / "revenue.csv").write_text("Year,Moorings\n2019,24800\n2020,22100\n")
    done = Typed("index", folder, "--store", folder / "store")
    assert done.status == 0 and "multilingual" in done.err, done.err
    yield folder / "store"


def quotes(summary: dict[str, Any]) -> str:
    return " ".join(place["quote"] for group in summary["groups"] for place in group["places"])


def test_a_summary_in_several_languages_is_as_full_as_in_one(mixed: Path) -> None:
    own = quotes(Typed("summary", "minutes.md", "--store", mixed, "--json").json)
    assert "crane failed" in own and "Boats can be" in own and own.count(".") >= 3
    letter = quotes(Typed("summary", "lettre.txt", "--store", mixed, "--json").json)
    assert "payé par la commune" in letter and "Mairie" not in letter and "agréer" not in letter


def test_a_table_without_a_sentence_is_summarised_by_its_first_rows(mixed: Path) -> None:
    assert "24800" in quotes(Typed("summary", "revenue.csv", "--store", mixed, "--json").json)


def test_a_subject_of_one_word_is_told_by_its_word_in_any_model(mixed: Path) -> None:
    timeline = Typed("timeline", "--about", "crane", "--store", mixed, "--json").json
    assert [each["date"] for each in timeline["entries"]] == ["2025-09-02"]
    slipway = quotes(Typed("summary", "--about", "slipway", "--store", mixed, "--json").json)
    assert slipway == "The slipway was built in 1911 from local granite."
    dogs = Typed("summary", "--about", "dogs", "--store", mixed, "--json").json
    assert dogs["statements"] == 2 and "Dogs may be" in quotes(dogs)


def test_short_lines_of_a_chat_are_chosen_last() -> None:
    texts = (
        "[2026-01-19, 09:16] Mira Okonjo: About three hours.",
        "The canal is closed for about three hours.",
    )
    own = [Statement(StatementPlace(f"{n}.txt", Span(0, 9)), text, ()) for n, text in enumerate(texts)]
    vectors = np.array([[0.8, 0.6], [0.8, 0.6]], np.float16)
    assert choose(own, vectors, 1) == [1]
    assert choose(own[::-1], vectors, 1) == [0]
