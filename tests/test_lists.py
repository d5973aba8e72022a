"""Complete lists: what each rule finds and what it leaves out, merged over a folder."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed import Typed

from citeback.index.records import Span
from citeback.rag.listed_answer import listed_kind
from citeback.rag.lists.addresses import emails, links
from citeback.rag.lists.amounts import amounts
from citeback.rag.lists.dates import dates
from citeback.rag.lists.item import Item
from citeback.rag.lists.listing import FINDERS
from citeback.rag.lists.names import organisations, people, places
from citeback.rag.lists.obligations import obligations


def values(find: Callable[[str], Iterable[Item]], text: str) -> list[tuple[str, str]]:
    return [(item.span.of(text), item.value) for item in find(text)]


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("It ends on 31 May 2024.", "31 May 2024", "2024-05-31"),
        ("It ends on May 31st, 2024.", "May 31st, 2024", "2024-05-31"),
        ("Signed the 31st of May, 2024", "31st of May, 2024", "2024-05-31"),
        ("Sept. 9, 2016 was a day", "Sept. 9, 2016", "2016-09-09"),
        ("due 2024-05-31, latest", "2024-05-31", "2024-05-31"),
        ("due 31/05/2024", "31/05/2024", "2024-05-31"),
        ("due 05/31/2024", "05/31/2024", "2024-05-31"),
        ("due 2024/05/31", "2024/05/31", "2024-05-31"),
        ("due 31-05-2024.", "31-05-2024", "2024-05-31"),
        ("due 03/04/2024", "03/04/2024", "03/04/2024"),
        ("am 31.5.2024 in", "31.5.2024", "2024-05-31"),
        ("in May 2024", "May 2024", "2024-05"),
        ("in Q3 2024", "Q3 2024", "2024-Q3"),
        ("on 3 March", "3 March", "--03-03"),
        ("since 1843", "1843", "1843"),
    ],
)
def test_a_date_is_found_however_it_is_written(text: str, written: str, value: str) -> None:
    assert values(dates, text) == [(written, value)]


@pytest.mark.parametrize(
    "text", ["It may 3 times", "30 February 2020", "2,022 ships", "v1.2.3", "1999 ships"]
)
def test_what_is_no_date_is_not_listed(text: str) -> None:
    assert values(dates, text) == []


@pytest.mark.parametrize(
    ("text", "written", "value"),
    [
        ("cost $1.2 million to", "$1.2 million", "1,200,000 USD"),
        ("EUR 1,200.50 net", "EUR 1,200.50", "1,200.50 EUR"),
        ("1.200,50 € netto", "1.200,50 €", "1,200.50 EUR"),
        ("£5m in all", "£5m", "5,000,000 GBP"),
        ("paid 3,000,000 pounds", "3,000,000 pounds", "3,000,000 GBP"),
        ("12 US dollars each", "12 US dollars", "12 USD"),
    ],
)
def test_an_amount_is_found_with_its_currency(text: str, written: str, value: str) -> None:
    assert values(amounts, text) == [(written, value)]
    assert values(amounts, "412 ships, 3 m long, 40 %") == []


def test_addresses_end_where_they_end() -> None:
    text = (
        "Write to Ada.Holm@Skerry.example (see https://Example.org/a(b)/, or www.test.com/x). No @ here: a@b"
    )
    assert values(emails, text) == [("Ada.Holm@Skerry.example", "ada.holm@skerry.example")]
    assert [value for _, value in values(links, text)] == ["https://example.org/a(b)", "www.test.com/x"]


def test_an_obligation_is_a_whole_sentence() -> None:
    text = "The tenant shall pay.  It rains. He must have been mistaken. The owner is required to\nrepair it."
    spans = [Span(0, 21), Span(23, 32), Span(33, 60), Span(61, len(text))]
    found = list(obligations(text, spans))
    assert [item.value for item in found] == [
        "The tenant shall pay.",
        "The owner is required to repair it.",
    ]


def test_names_are_sorted_by_rules() -> None:
    text = (
        "Dr. Ada Holm of the University of Oslo said that Jonas Brandt’s firm, Brandt & Sons Ltd, "
        "moved to Bergen. The Ministry of Justice in France agreed."
    )
    assert [value for _, value in values(people, text)] == ["Ada Holm", "Jonas Brandt"]
    assert [value for _, value in values(organisations, text)] == [
        "University of Oslo",
        "Brandt & Sons Ltd",
        "Ministry of Justice",
    ]
    assert [value for _, value in values(places, text)] == ["Bergen", "France"]


@given(st.text(st.sampled_from("Ma1y 2.,/-$€@:hwtp(’A\n"), max_size=300))
def test_any_text_is_read_and_spans_lie_within_it(text: str) -> None:
    for find in FINDERS.values():
        for item in find(text):
            assert 0 <= item.span.start < item.span.end <= len(text) and item.value


@pytest.mark.parametrize(
    "unit", ["1,", "A", "A ", "a.", "www.", "1.", "of A ", "a@", "$1 ", "May 1 ", "(", "http://("]
)
def test_long_runs_are_read_in_time(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    for find in FINDERS.values():
        assert sum(1 for _ in find(text)) <= len(text)


def test_equal_items_are_one_and_coverage_is_stated(tmp_path: Path) -> None:
    folder, store = tmp_path / "docs", tmp_path / "store"
    folder.mkdir()
    (folder / "a.txt").write_text("It was signed on 31 May 2024. The tenant shall pay $5.")
    (folder / "b.txt").write_text("Signed 2024-05-31, and paid in June 2024.")
    (folder / "copy.txt").write_text("Signed 2024-05-31, and paid in June 2024.")
    (folder / "broken.pdf").write_text("no PDF")
    assert Typed("index", folder, "--store", store).status == 1
    listing = Typed("list", "dates", "--store", store, "--json").json
    assert [(item["value"], item["count"]) for item in listing["items"]] == [
        ("2024-05-31", 2),
        ("2024-06", 1),
    ]
    assert (listing["total"], listing["documents"], listing["unread"]) == (2, 3, 1)
    for item in listing["items"]:
        for place in item["places"]:
            text = (folder / place["document"]).read_text()
            assert text[place["start"] : place["end"]] == place["quote"]
    printed = Typed("list", "obligations", "--store", store).out
    assert "The tenant shall pay $5." in printed and "3 of 4 documents read" in printed
    only = Typed("list", "dates", "--store", store, "--in", "a.txt", "--json").json
    assert (only["total"], only["documents"], only["unread"]) == (1, 1, 0)
    assert Typed("list", "people", "--store", store, "--json").json["notices"]
    answer = Typed("ask", "List all organisations' dates", "--store", store, "--json").json
    assert "different dates" not in " ".join(answer["notices"])
    answer = Typed("ask", "List all dates in my documents", "--store", store, "--json").json
    assert [each["text"] for each in answer["sentences"]] == ["2024-05-31 (2 times).", "2024-06."]
    assert [len(each["citations"]) for each in answer["sentences"]] == [2, 1]
    assert answer["notices"] == ["2 different dates; 3 of 4 documents read."]
    for cited in (cited for each in answer["sentences"] for cited in each["citations"]):
        shown = Typed("text", cited["document"], "--store", store).out
        assert shown[cited["start"] : cited["end"]] == cited["quote"]
    assert Typed("ask", "List all emails", "--store", store, "--json").json["abstained"]
    wrong = Typed("list", "colours", "--store", store)
    assert wrong.status == 1 and "choose from dates" in wrong.err


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("List all dates", "dates"),
        ("list all the dates that are mentioned in the documents.", "dates"),
        ("Can you name every person in my files?", "people"),
        ("What are all amounts of money?", "amounts"),
        ("Show me all companies", "organisations"),
        ("List all e-mail addresses please", "emails"),
        ("Give me all of the obligations in these documents", "obligations"),
        ("List all dates of the strike", ""),
        ("List all ships", ""),
        ("Which dates are there?", ""),
    ],
)
def test_a_question_for_every_item_names_its_kind(question: str, kind: str) -> None:
    assert listed_kind(question) == kind
