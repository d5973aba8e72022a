"""Conflicts of a folder: how they are listed, folded, kept to some documents, resumed and answered with."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from two_sentences import ANALYZER
from typed import Typed

from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync
from citeback.rag.conflicts.candidates import CandidatePair
from citeback.rag.conflicts.comparison import StatementDifference
from citeback.rag.conflicts.finder import ConflictSearch
from citeback.rag.conflicts.saved_pairs import FILENAME, SavedPairs


@pytest.mark.parametrize("suffix", ["csv", "md"])
def test_price_lists_of_two_years_do_not_conflict(tmp_path: Path, suffix: str) -> None:
    line = "{}\n" if suffix == "csv" else "| {} |\n"
    for year, price in ((2025, 89), (2026, 95)):
        rows = ["Article,Product,Price per month", f"Harbour pass,Team boat,{price} EUR"]
        rows = rows if suffix == "csv" else [row.replace(",", " | ") for row in rows]
        rows = rows if suffix == "csv" else [rows[0], "--- | --- | ---", rows[1]]
        (tmp_path / f"prices-{year}.{suffix}").write_text("".join(map(line.format, rows)))
    (tmp_path / "old.md").write_text("The mooring at Skerry harbour costs 12 EUR a night.")
    (tmp_path / "new.md").write_text("The mooring at Skerry harbour costs 15 EUR a night.")
    sync(Store(tmp_path / "store"), [tmp_path], load=load_encoder)
    listed = Typed("conflicts", "--store", tmp_path / "store", "--json").json["conflicts"]
    assert [each["differences"] for each in listed] == [[{"newer": "15", "older": "12"}]]


POLICY = "# Leave policy\n\nAll employees of Brandt & Sons have {} days of paid leave a year."
SAME = "Ships of the Brack line are painted in the harbour of Elmira by hand."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "policy-2024-01-01.md").write_text(POLICY.format(26))
    (folder / "policy-2026-01-01.md").write_text(POLICY.format(28))
    (folder / "handbook.txt").write_text(
        "Date: 2 May 2023\n\nAt Brandt & Sons, all employees have 26 days of paid leave a year. " + SAME
    )
    (folder / "notes.txt").write_text(SAME + " The mayor of Elmira is Ada Holm.")
    (folder / "news.txt").write_text("Date: 3 May 2025\n\nJonas Brandt is the mayor of Elmira, they said.")
    sync(Store(folder / "store"), [folder], load=load_encoder)
    yield folder / "store"


def test_conflicts_are_listed_once_with_exact_words_the_newer_first(store: Path) -> None:
    listed = Typed("conflicts", "--store", store, "--json").json
    assert (listed["total"], listed["documents"], listed["unread"]) == (2, 5, 0)
    assert listed["compared"] == listed["statements"]
    leave = next(each for each in listed["conflicts"] if each["kind"] == "number")
    assert leave["differences"] == [{"newer": "28", "older": "26"}]
    assert leave["newer"]["place"]["document"] == "policy-2026-01-01.md"
    older = [leave["older"]["place"], *leave["older"]["also"]]
    assert {place["document"] for place in older} == {"policy-2024-01-01.md", "handbook.txt"}
    mayor = next(each for each in listed["conflicts"] if each["kind"] == "name")
    assert {*mayor["differences"][0].values()} == {"Ada Holm", "Jonas Brandt"}
    for conflict in listed["conflicts"]:
        for side in (conflict["newer"], conflict["older"]):
            for place in (side["place"], *side["also"]):
                text = (store.parent / place["document"]).read_text()
                assert text[place["start"] : place["end"]] == place["quote"]
    printed = Typed("conflicts", "--store", store).out
    assert "“28” or “26”" in printed and "2 conflicts among" in printed and "the same:" in printed


def test_a_filter_keeps_conflicts_to_its_documents(store: Path) -> None:
    listed = Typed("conflicts", "--store", store, "--in", "policy*", "--json").json
    assert (listed["total"], listed["documents"]) == (1, 2)
    assert Typed("conflicts", "--store", store, "--in", "notes.txt", "--json").json["total"] == 0
    assert Typed("conflicts", "--store", store, "--since", "never").status == 2


def test_a_search_that_was_interrupted_continues(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generation = Store(store).current()
    with generation, SavedPairs.open(store, "test") as saved:
        search = ConflictSearch(generation, ANALYZER, saved=saved)
        assert not search.listing().complete and search.listing().conflicts == ()
        blocks = list(search.run())
        whole = search.listing()
        assert whole.complete and blocks[-1].done == blocks[-1].total
    compared_again: list[CandidatePair] = []
    difference = ConflictSearch.difference

    def counted(own: ConflictSearch, pair: CandidatePair) -> StatementDifference | None:
        compared_again.append(pair)
        return difference(own, pair)

    monkeypatch.setattr(ConflictSearch, "difference", counted)
    with Store(store).current() as again, SavedPairs.open(store, "test") as saved:
        resumed = ConflictSearch(again, ANALYZER, saved=saved)
        list(resumed.run())
        assert resumed.listing() == whole
    assert 0 < len(compared_again) <= 4  # those of the pairs that were listed, and no others
    (store / FILENAME).write_text('{"key": 1}\n[]\nnot json\n' + json.dumps({"key": "x", "block": {}}))
    with SavedPairs.open(store, "test") as damaged:
        assert damaged.block(0, 0) is None
    assert (store / FILENAME).stat().st_mode & 0o077 == 0


def test_an_answer_says_that_the_documents_differ_and_cites_the_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "old.txt").write_text("Date: 2 May 2020\n\nThe harbour master of Elmira is Ada Holm.")
    (folder / "new.txt").write_text("Date: 3 June 2024\n\nJonas Brandt is the harbour master of Elmira.")
    (folder / "else.txt").write_text("Date: 3 June 2025\n\nThe harbour master of Skerry is Ruth Calder.")
    assert Typed("index", folder, "--store", folder / "store").status == 0
    answer = Typed("ask", "Who is the harbour master of Elmira?", "--store", folder / "store", "--json").json
    quotes = [citation["quote"] for each in answer["sentences"] for citation in each["citations"]]
    assert "Jonas Brandt" in quotes[0] and "Ada Holm" in quotes[1]
    assert "The documents differ." in answer["notices"]
