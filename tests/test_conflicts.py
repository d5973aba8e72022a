"""Conflicts: what two sentences differ in, what is none, and how they are listed, folded and resumed."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed import Typed

from citeback.index.embedding.sentence_encoder import load_encoder
from citeback.index.generations.store import Store
from citeback.index.records import Document
from citeback.index.search.analyzer import Analyzer
from citeback.index.sync.sync import sync
from citeback.rag.checking.claims.quantities import Quantity, quantities
from citeback.rag.conflicts.candidates import CandidatePair
from citeback.rag.conflicts.comparison import (
    ComparedStatement,
    DocumentRelation,
    StatementComparer,
    StatementDifference,
)
from citeback.rag.conflicts.day_parts import day_parts
from citeback.rag.conflicts.finder import ConflictSearch
from citeback.rag.conflicts.judge import LISTED, likelihood
from citeback.rag.conflicts.names import proper_words
from citeback.rag.conflicts.profile import StatementProfile
from citeback.rag.conflicts.reading import read_pair
from citeback.rag.conflicts.saved_pairs import FILENAME, SavedPairs
from citeback.rag.conflicts.series import relation, series_member
from citeback.rag.reader.loading import load_claim_reader

ANALYZER = Analyzer("en")
read_once = cache(load_claim_reader)


def sure(one: str, other: str, difference: StatementDifference) -> float:
    """Return how likely two sentences conflict, by what the reader makes of them too."""
    return likelihood(difference, read_pair(one, other, difference, read_once()))


def compared(
    one: str, other: str, related: DocumentRelation | None = None, above: tuple[str, str] = ("", "")
) -> StatementDifference | None:
    """Compare two sentences, each below its title."""
    first, second = (
        ComparedStatement(StatementProfile(text, ANALYZER), frozenset(ANALYZER.terms(title)))
        for text, title in zip((one, other), above, strict=True)
    )
    return StatementComparer({}).compare(first, second, 0.85, related or DocumentRelation())


@pytest.mark.parametrize(
    ("one", "other", "kind", "words"),
    [
        ("The Brack canal is 412 metres long.", "The Brack canal is 398 m long.", "number", ("412", "398")),
        ("The toll at Skerry is 9 crowns.", "At Skerry, the toll is 12 crowns.", "number", ("9", "12")),
        (
            "The canal at Skerry opened in May 1843.",
            "Queen Maud opened the canal at Skerry in June 1845.",
            "date",
            ("May 1843", "June 1845"),
        ),
        (
            "The mayor of Elmira is Ada Holm.",
            "Jonas Brandt is the mayor of Elmira.",
            "name",
            ("Ada Holm", "Jonas Brandt"),
        ),
        (
            "The council approved the pier of Elmira.",
            "The pier of Elmira was rejected by the council.",
            "opposite",
            ("approved", "rejected"),
        ),
        ("Dogs may enter Skerry Hall.", "Dogs may not enter Skerry Hall.", "negation", ("", "not")),
    ],
)
def test_what_differs_is_listed(one: str, other: str, kind: str, words: tuple[str, str]) -> None:
    for a, b, pair in ((one, other, words), (other, one, words[::-1])):
        found = compared(a, b)
        assert found and (found.kind.value, (found.differences[0].one, found.differences[0].other)) == (
            kind,
            pair,
        )
        assert sure(a, b, found) >= LISTED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("In 2021, 412 ships passed the Skerry canal.", "In 2022, 380 ships passed the Skerry canal."),
        ("Skerry Hall has 12 rooms.", "Elmira Hall has 14 rooms."),
        ("Skerry has between 20 and 30 boats.", "Skerry has 24 boats."),
        ("About 1,200 people live in Skerry.", "In Skerry live 1,187 people."),
        ("The pier of Skerry cost 1.2 million crowns.", "The pier of Skerry cost 1,204,000 crowns."),
        ("Skerry is 2 km from Elmira.", "Skerry is 2,000 metres from Elmira."),
        ("At least 50 people came to Skerry.", "To Skerry came 64 people."),
        ("The north lock of Skerry is 4 metres wide.", "The south lock of Skerry is 5 metres wide."),
        ("Skerry Hall is closed in winter.", "Skerry Hall is open in summer."),
        ("The deputy mayor of Elmira is Ada Holm.", "The mayor of Elmira is Jonas Brandt."),
        ("Skerry was flooded in March 2019.", "Skerry was flooded in October 2020."),
        ("Skerry was repaired in 1990.", "Skerry was repaired in June 1990."),
        ("Not all rooms of Skerry Hall are heated.", "Some rooms of Skerry Hall are heated."),
        ("Ada Holm leads Skerry Hall.", "Ada Holm leads Elmira Hall."),
        ("Skerry sold 3 boats in three days.", "Skerry sold 4 boats in four days."),
        ("See Article 5 of the Skerry charter.", "See Article 6 of the Skerry charter."),
        ("The Skerry canal opened in May 1843.", "The Skerry canal opened in May 1843."),
    ],
)
def test_what_only_looks_like_a_conflict_is_none(one: str, other: str) -> None:
    for a, b in ((one, other), (other, one)):
        found = compared(a, b)
        assert found is None or sure(a, b, found) < LISTED


def test_documents_about_times_and_things_of_their_own_do_not_conflict() -> None:
    one, other = "During the year, 412 ships passed.", "During the year, 380 ships passed."
    above = ("The canal", "The canal")
    assert compared(one, other, above=above)
    assert compared(one, other, DocumentRelation(own_times=True), above) is None
    assert compared(one, other, DocumentRelation(days_differ=True), above) is None
    total = ("The total is 412 crowns.", "The total is 380 crowns.")
    assert compared(*total) is None
    assert compared(*total, above=above) and compared(*total, DocumentRelation(series=True), above) is None
    assert compared(*total, above=("Invoice of Holm", "Invoice of Brandt")) is None
    assert compared(*total, above=("Budget version 1", "Budget version 2"))


OFFICER = (
    "The data protection officer is Ulrike Brandstetter.",
    "The data protection officer is Paul Mayr.",
)
HOURS = ("The hotline is open from 08:00 to 18:00.", "The hotline is open from 09:00 to 17:00.")


@pytest.mark.parametrize("pair", [OFFICER, HOURS])
def test_the_same_words_but_for_a_person_or_the_hours_conflict(pair: tuple[str, str]) -> None:
    for above in (("a", "b"), ("Skerry handbook", "Questions about Skerry")):
        found = compared(*pair, above=above)
        assert found and sure(*pair, found) >= LISTED
    assert compared(*pair, above=("Skerry handbook", "Elmira boats")) is None
    assert compared(*pair, DocumentRelation(series=True), ("a", "b")) is None


def test_a_short_word_tells_not_what_the_same_is_about() -> None:
    assert compared("The winner is Ada Holm.", "The winner is Paul Mayr.", above=("a", "b")) is None
    assert compared("It is open from 8:00 to 18:00.", "It is open from 9:00 to 17:00.") is None


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


def named(name: str, title: str = "", day: str = "2024-01-01") -> Document:
    return Document(
        name=name, folder="", path="", size=0, mtime_ns=0, sha256="", title=title, kind="text", date=day
    )


@pytest.mark.parametrize(
    ("one", "other", "own_times", "series"),
    [
        ("report-2021.md", "report-2022.md", True, False),
        ("invoice-117.txt", "invoice-118.txt", True, True),
        ("policy-2024.md", "policy-2026.md", False, False),
        ("plan-v1.md", "plan-v2.md", False, False),
        ("C-1041.md", "C-1042.md", False, True),
        ("canal.md", "ferry.md", False, False),
    ],
)
def test_how_documents_are_related_is_read_from_their_names(
    one: str, other: str, own_times: bool, series: bool
) -> None:
    found = relation(series_member(named(one)), series_member(named(other)))
    assert (found.own_times, found.series, found.days_differ) == (own_times, series, False)


@pytest.mark.parametrize(
    ("text", "low", "high", "measure"),
    [
        ("412 ships", 412, 412, ""),
        ("about 400 ships", 360, 440, ""),
        ("2.5 million crowns", 2_450_000, 2_550_000, "money"),
        ("3 km to go", 3_000, 3_000, "length"),
        ("10 to 20 boats", 10, 20, ""),
        ("80 kilometres per hour", 80_000, 80_000, "length per hour"),
        ("5 pm", 1_020, 1_020, "clock"),
    ],
)
def test_a_quantity_is_a_range_of_values(text: str, low: float, high: float, measure: str) -> None:
    (read,) = quantities(text, ANALYZER)
    assert (read.low, read.high) == pytest.approx((low, high)) and read.measure == measure


numbers = st.integers(1, 99_999).flatmap(
    lambda n: st.sampled_from(
        [f"{n} ships", f"about {n} ships", f"at least {n} ships", f"{n:,} ships", f"{n}.5 ships"]
    )
)


@given(numbers, numbers)
def test_agreement_has_no_direction_and_every_number_agrees_with_itself(one: str, other: str) -> None:
    (first,), (second,) = quantities(one, ANALYZER), quantities(other, ANALYZER)
    assert isinstance(first, Quantity) and first.agrees(first)
    assert first.agrees(second) == second.agrees(first)
    days = day_parts(f"On 3 May {1900 + len(one)} and in {1900 + len(other)}.")
    assert all(a.agrees(b) == b.agrees(a) for a in days for b in days)


@given(st.text(st.sampled_from("Ma1y 2.,/-$%:pnotk’A()\n"), max_size=200), st.text(max_size=80))
def test_any_two_texts_are_compared(one: str, other: str) -> None:
    found, back = compared(one, other), compared(other, one)
    assert (found is None) == (back is None)
    assert compared(one, one) is None


@pytest.mark.parametrize("unit", ["1,", "A ", "not ", "1 to ", "May 1 ", "5:", "says that ", "(", "per 1 h "])
def test_long_texts_are_read_in_time(unit: str) -> None:
    profile = StatementProfile(unit * (4_000 // len(unit)), ANALYZER)
    assert len(profile.quantities) + len(profile.dates) + len(profile.names) + profile.negators >= 0


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


def test_an_ordinary_word_is_no_name_and_dates_need_a_word_in_common() -> None:
    rose = "On {}, the curtain of {} Hall rose for the first time."
    one, other = rose.format("3 May 2018", "Curtain"), rose.format("4 June 2016", "Jessop")
    assert compared(one, other) is None
    assert compared(one, rose.format("4 June 2016", "Curtain")) is not None
    first, sold = (
        "Garrick Hall gave its first performance on 5 July 2022.",
        "In 2017, Garrick Hall sold it all.",
    )
    found = compared(first, sold)
    assert found is None or sure(first, sold, found) < LISTED


def test_who_fills_a_role_is_compared_wherever_it_stands() -> None:
    one = "The artistic director of Kestrel Hall is Oda Lindgren."
    other = "Ivo Marek is the artistic director of Kestrel Hall."
    found = compared(one, other)
    assert found and found.kind == "name" and sure(one, other, found) > LISTED
    assert compared(one, "Oda Lindgren is the artistic director of Kestrel Hall.") is None


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Harle is the seat of the school of Elmira.", "The school of Elmira is in Wexby.", "name"),
        ("The staff of Skerry Hall numbers 21.", "Skerry Hall employs a staff of 34.", "number"),
        ("Skerry Hall filters its water.", "The water of Skerry Hall is unfiltered.", "negation"),
        ("Ada Holm replied that Skerry Hall has 12 rooms.", "Skerry Hall has 14 rooms.", "number"),
    ],
)
def test_what_is_said_in_other_words_is_compared(one: str, other: str, kind: str) -> None:
    proper = proper_words(["He left Harle.", "She left Wexby."])
    sides = [ComparedStatement(StatementProfile(text, ANALYZER, proper)) for text in (one, other)]
    found = StatementComparer({}).compare(sides[0], sides[1], 0.85)
    assert found and found.kind == kind


def test_sentences_about_parts_and_two_denials_do_not_differ() -> None:
    assert compared("Most lamps of Skerry Hall burn.", "Two lamps of Skerry Hall do not burn.") is None
    assert compared("Several lamps of Skerry Hall burn.", "The lamps of Skerry Hall do not burn.") is None
    assert (
        compared("Skerry Hall does not filter its water.", "The water of Skerry Hall is unfiltered.") is None
    )
    assert compared("It is no secret that Skerry Hall is wet.", "Skerry Hall is wet.") is None
    assert compared("Dr Holm leads Skerry Hall.", "Ada Holm leads Skerry Hall.") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("In 2024, 812 cars were carried by Inver Ferry.", "In 2024, 412 cars were carried by Gorsey Ferry."),
        ("Before the storm, Lund Hall had 12 trees.", "After the storm, Lund Hall had 7 trees."),
        ("Lund Hall ordered 60 chairs.", "Lund Hall received 45 chairs."),
    ],
)
def test_two_things_and_two_times_do_not_conflict(one: str, other: str) -> None:
    found = compared(one, other)
    assert found is None or sure(one, other, found) < LISTED


def test_a_title_and_a_first_name_are_of_one_person() -> None:
    assert compared("Dr Holm leads Lund Hall.", "Ada Holm leads Lund Hall.") is None
    assert compared("Jonas Holm leads Lund Hall.", "Ada Holm leads Lund Hall.") is not None
