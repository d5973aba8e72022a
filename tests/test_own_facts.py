"""What a document states of itself: its date, its author, its total and a period, read by rules."""

from pathlib import Path

import pytest
from typed import Typed

from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.rag.review.own_facts import lacks_price, own_fact_reader
from citeback.rag.review.shortest_answer import shortest_answer

DATE, AUTHOR = "What is the date of this document?", "Who signed or wrote it?"
TOTAL, NOTICE = "How much does the invoice cost?", "What is the notice period?"
INVOICE = (
    "Invoice 7\nMill Ltd, Dock Road 9\n\nInvoice date: 6 May 2025\nSail\t2\t£40.00\t£80.00\n"
    "Total\t\t\t£96.00\n"
    "Pay by 5 June 2025."
)
MAIL = (
    "From: Ada Holm <ada@mill.example>\nTo: Ben Ash\n"
    "Date: Mon, 29 Sep 2025\n\n"
    "The quote of 2 June 2024 is late.\n"
)
LEASE = (
    "Lease of the mill\nsigned on 17 November 2022\n\n"
    "The tenant may end it with a notice of six months. It is reviewed every three years."
)
LETTER = (
    "Werft AG\nHamburg, 4. August 2025\n\n"
    "Ihre Meldung vom 25. Juli 2025 ist da.\n\nMit freundlichen Grüßen\nKlaus Reinhardt\n"
)


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (DATE, INVOICE, "6 May 2025"),
        (DATE, MAIL, "29 Sep 2025"),
        (DATE, LEASE, "17 November 2022"),
        (DATE, LETTER, "4. August 2025"),
        ("When was the letter written?", LETTER, "4. August 2025"),
        (DATE, "The mill was sold on 3 May 2020. It rained.", ""),
        (DATE, "# News\n\n- Course from 12 January 2026, £150\n", ""),
        (AUTHOR, MAIL, "Ada Holm"),
        (AUTHOR, LETTER, "Klaus Reinhardt"),
        (AUTHOR, "Date: 3 May\nReported by: Samir Haddad, driver", "Samir Haddad"),
        (AUTHOR, INVOICE, ""),
        (TOTAL, INVOICE, "£96.00"),
        (TOTAL, LEASE, ""),
        (NOTICE, LEASE, "six months"),
        (NOTICE, "Either party may end it with three months' notice.", "three months"),
        (NOTICE, INVOICE, ""),
    ],
)
def test_what_a_document_states_of_itself_is_read_beside_its_label(
    question: str, text: str, answer: str
) -> None:
    read = own_fact_reader(question)
    assert read
    fact = read(Source(text, "", "text"), "")
    assert (fact.answer if fact else "") == answer
    assert fact is None or answer in fact.span.of(text)


@pytest.mark.parametrize(
    "question", ["When was the mill sold?", "Who signed the treaty of Kiel?", "How much does the crane cost?"]
)
def test_other_questions_are_left_to_the_passages(question: str) -> None:
    assert own_fact_reader(question) is None


def test_an_answer_has_no_markup() -> None:
    quote = "**Who may drive the launch?**\nMembers with a **certificate**."
    assert shortest_answer("Why may one drive?", quote, Analyzer()) == "Members with a certificate."


def test_a_table_holds_the_shortest_words_with_their_line(tmp_path: Path) -> None:
    folder, store, questions = tmp_path / "docs", tmp_path / "store", tmp_path / "q.txt"
    folder.mkdir()
    (folder / "mail.txt").write_text(MAIL)
    (folder / "lease.txt").write_text(LEASE)
    (folder / "faq.md").write_text("**Who may drive the launch?**\nMembers over 18 with a certificate.\n")
    questions.write_text("\n".join((DATE, AUTHOR, NOTICE)))
    assert Typed("index", folder, "--store", store).status == 0
    rows = Typed("table", questions, "--store", store, "--json").json["rows"]
    cells = {row["document"]: row["cells"] for row in rows}
    assert {name: [cell["answer"] for cell in row] for name, row in cells.items()} == {
        "faq.md": [None, None, None],
        "lease.txt": ["17 November 2022", None, "six months"],
        "mail.txt": ["29 Sep 2025", "Ada Holm", None],
    }
    source = cells["lease.txt"][2]["source"]
    assert source["quote"] == "The tenant may end it with a notice of six months."
    assert LEASE[source["start"] : source["end"]] == source["quote"]


def test_a_price_is_answered_by_an_amount_or_a_word_for_it() -> None:
    clause = "The Provider shall ensure an availability of 99.7 % per calendar month."
    assert lacks_price("What is the price per month?", clause)
    assert not lacks_price("What is the price per month?", "A berth is 12 EUR a month.")
    assert not lacks_price("What is the monthly fee?", "The fee: 12")
    assert not lacks_price("What is the availability?", clause)
