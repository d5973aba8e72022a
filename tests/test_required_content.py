"""What a sentence must hold to answer a question, and documents that answer such questions."""

from pathlib import Path

import pytest
from docx import Document as WordDocument
from typed import Typed

from citeback.index.chunking.splitter import sentences
from citeback.index.readers.stated_date import stated_date
from citeback.index.records import Source, Span
from citeback.rag.evidence.quantities import required_content


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("What is Ada Holm's email address?", "Write to ada@lund.example.", "Her name is Ada Holm."),
        ("What is the email of the keeper?", "keeper@lund.example | 12", "Ada Holm | keeper | 12"),
        ("What is the phone number of the office?", "Call 01632 960 001.", "The office has 3 rooms."),
        ("What is your website?", "See www.lund.example.", "We have one."),
        ("What is the salary of Ada Holm?", "She earns £24,800 a year.", "She won with 39 votes."),
        ("What is the annual fee?", "It is free for members.", "It is due in May."),
        ("What is the price of the PG-200?", "It costs 240.", "The PG-200 replaces the PG-100."),
        (
            "What is the name of the ferry?",
            "It is called the Kestrel.",
            "**May I swim?** No, due to the ferry.",
        ),
        ("What is the name of the ferry?", "Kestrel is the ferry.", "Where is the ferry? On the lake."),
        ("How tall is the tower?", "It is 42 m high.", "It is old."),
        ("How much did the raffle raise?", "It brought in 340 euros.", "Prizes: a hamper, garden shears."),
        ("How much money was lost?", "About a million yuan.", "The till was open."),
        ("What does Dr Lie charge for a visit?", "A visit is 40 euros.", "Dr Lie is here on Mondays."),
        ("How old is Ada?", "Ada was born in June.", "Ada swims freestyle."),
        ("How long is the lease?", "It runs until the mill is sold.", "The lease is with Ada Holm."),
        ("How many people drowned?", "Nobody drowned.", "People left by boat."),
        ("What is the price of the PG-200?", "It costs 240.", "It was sold until June 2023."),
        ("When was Ada born?", "Ada was born in spring.", "Present: Ada, Bo."),
        ("When does the bridge open?", "It opens after the storms.", "It opens to walkers."),
    ],
)
def test_an_answer_holds_what_is_asked_for(question: str, answer: str, other: str) -> None:
    required = required_content(question)
    assert required is not None
    assert required.fits(answer)
    assert not required.fits(other)


def test_only_figures_may_have_their_unit_in_the_head_of_a_table() -> None:
    heavy, price = required_content("How heavy is the bell?"), required_content("What is the fee of Ada?")
    assert heavy is not None and heavy.fits("Bell | 120") and not heavy.fits("Bell")
    assert price is not None and not price.fits("Ada | 12") and price.fits("Ada | 120")
    assert required_content("Why did it close?") is None


def test_a_date_in_the_heading_above_says_when() -> None:
    required = required_content("When did the north crane fail?")
    assert required is not None
    assert required.fits("The north crane failed.", "Log / 14 March")
    assert not required.fits("The north crane failed.", "2. Cranes")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("# Policy\n\nVersion 2, valid from 1 February 2023\n", "2023-02-01"),
        ("Invoice 7\nInvoice date: 6 May 2025\n", "2025-05-06"),
        ("# Minutes of the meeting of 14 March 2025\n\nPresent: nobody.\n", "2025-03-14"),
        ("Adopted on 3 June 2024\n", "2024-06-03"),
        ("Due date: 6 May 2025\n", ""),
        ("# The fire of 6 May 1922\n\nIt burned.\n", ""),
        ("# Minutes\n\nThe fire of 6 May 1922 was mentioned.\n", ""),
    ],
)
def test_a_document_states_its_date(text: str, date: str) -> None:
    assert stated_date(text, "file") == date


def asked(tmp_path: Path, question: str, **files: str) -> dict[str, object]:
    folder = tmp_path / "documents"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text)
    assert Typed("index", folder, "--store", tmp_path / "store").status == 0
    answer: dict[str, object] = Typed("ask", question, "--store", tmp_path / "store", "--json").json
    return answer


def quotes(answer: dict[str, object]) -> list[str]:
    sentences = answer["sentences"]
    assert isinstance(sentences, list)
    return [citation["quote"] for each in sentences for citation in each["citations"]]


RULE = (
    "Date: {}\n\n1. The mileage allowance for private cars is {} pence per mile.\n2. Alcohol is not paid.\n"
)


def test_the_newest_of_two_versions_comes_first_and_both_are_cited(tmp_path: Path) -> None:
    answer = asked(
        tmp_path,
        "What is the mileage allowance?",
        a=RULE.format("1 February 2023", 40),
        b=RULE.format("1 May 2025", 45),
    )
    assert ["45" in quotes(answer)[0], "40" in quotes(answer)[1]] == [True, True]
    assert answer["notices"] == ["The documents differ."]
    listing = Typed("conflicts", "--store", tmp_path / "store", "--json").json
    assert [each["differences"] for each in listing["conflicts"]] == [[{"newer": "45", "older": "40"}]]


def test_the_year_in_a_title_or_name_tells_which_version_is_newer(tmp_path: Path) -> None:
    rule = "# Berth agreement\n\nThe holder of a berth may keep up to {} dinghies.\n"
    answer = asked(
        tmp_path,
        "How many dinghies may the holder of a berth keep?",
        a_berths_2023=rule.format(4),
        b_berths_2024=rule.format(6),
    )
    assert ["6" in quotes(answer)[0], "4" in quotes(answer)[1]] == [True, True]


def test_the_line_with_a_documents_date_is_no_conflict(tmp_path: Path) -> None:
    text = "# Policy\n\nVersion {}, valid from 1 May {}\n\nClaims are made within {} days of the journey.\n"
    asked(tmp_path, "Who?", one=text.format(2, 2023, 60), two=text.format(3, 2025, 30))
    printed = Typed("conflicts", "--store", tmp_path / "store").out
    assert "“30” or “60”" in printed and "1 May" not in printed
    assert "2025-05-01, two.md" in printed


def test_the_file_s_date_is_shown_as_such(tmp_path: Path) -> None:
    asked(
        tmp_path,
        "Who?",
        one="The bell of Lund Hall weighs 40 kg.\n",
        two="The bell of Lund Hall weighs 50 kg.\n",
    )
    assert Typed("conflicts", "--store", tmp_path / "store").out.count("file of ") == 2


def test_a_decision_answers_and_the_question_whether_does_not(tmp_path: Path) -> None:
    answer = asked(
        tmp_path,
        "Are dogs allowed on the pontoon?",
        a="Tom Okafor asked in writing whether dogs could be allowed on the pontoon. He was thanked.\n",
        b="The committee agreed that dogs may be on the pontoon if they are on a lead. It met twice.\n",
    )
    assert quotes(answer)[0].startswith("The committee agreed")


@pytest.mark.parametrize(
    ("question", "text", "brought"),
    [
        (
            "Why was the regatta moved to the ninth?",
            "The regatta was moved to the ninth. The pontoon is not free on the eighth. Bo was told.",
            "on the eighth.",
        ),
        (
            "Why was the regatta moved to the ninth?",
            "The regatta was moved to the ninth because of the anglers. Bo was told by Ada.",
            "of the anglers.",
        ),
        (
            "How do I fix fault F-12?",
            "Fault F-12 means that the belt of the hoist has slipped. Tighten the left screw. Bo was told.",
            "left screw.",
        ),
    ],
)
def test_the_next_sentence_with_the_reason_or_the_remedy_belongs_to_the_answer(
    tmp_path: Path, question: str, text: str, brought: str
) -> None:
    answer = asked(tmp_path, question, a=f"# Notes\n\n{text}\n\nThe pier was painted in blue.\n")
    assert quotes(answer)[0].endswith(brought)


def test_the_next_sentence_with_the_day_that_is_asked_for_belongs_to_the_answer(tmp_path: Path) -> None:
    answer = asked(
        tmp_path,
        "Is the harbour office open on Sunday?",
        a="The harbour office is open from Monday to Saturday from 8 to 6. On Sundays it is closed.\n",
    )
    assert quotes(answer)[0].endswith("On Sundays it is closed.")


def test_a_line_that_announces_a_list_answers_the_question_for_it(tmp_path: Path) -> None:
    answer = asked(
        tmp_path,
        "What are the action points?",
        a="They met in May.\n\nAction points:\n\n- Ada: write to the bank\n- Jonas: repair the gate\n",
    )
    assert "write to the bank" in quotes(answer)[0] and "repair the gate" in quotes(answer)[0]


def test_bullets_of_a_word_file_are_a_list_that_its_lead_in_announces(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    word = WordDocument()
    word.add_paragraph("The clubhouse is cleaned on Tuesdays and Fridays.")
    word.add_paragraph("Duties of the contractor:")
    for item in ("Empty the bins", "Report damage within a day", "Lock the door"):
        word.add_paragraph(item, style="List Bullet")
    word.add_paragraph("Either party may end the contract.")
    word.save(str(folder / "contract.docx"))
    answer = asked(tmp_path, "What are the duties of the contractor?")
    (quote,) = quotes(answer)
    assert "• Empty the bins" in quote and quote.endswith("• Lock the door")


def test_a_row_and_the_sentence_below_it_are_two_statements() -> None:
    text = "Item\tPrice\nTotal\t£1,808\nPlease pay by 5 June 2025. Thank you."
    source = Source(text=text, title="", kind="text")
    found = [span.of(text) for span in sentences(source, Span(0, len(text)), "en", ())]
    assert found == ["Item\tPrice", "Total\t£1,808", "Please pay by 5 June 2025.", "Thank you."]


def test_a_row_that_says_all_that_is_asked_is_quoted(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    rows = "id,text,by\n1,The lock is old.,Bo Ek\n2,The gate was cast in 1871.,Ada Holm\n"
    (folder / "notes.csv").write_text(rows)
    assert "1871" in quotes(asked(tmp_path, "When was the gate cast?"))[0]
