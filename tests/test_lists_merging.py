"""Lists: spellings of one name, amounts by value, and questions about the whole folder."""

from pathlib import Path
from typing import Any

import pytest
from typed import Typed

from citeback.rag.folder_question import folder_language
from citeback.rag.listed_answer import listed_kind
from citeback.rag.lists.amounts import amounts
from citeback.rag.lists.merging import spellings
from citeback.rag.lists.names import organisations, people

BOARD = """WEXBY HARBOUR BANK

Present: Cllr Ada Holm, Jonas Brandt, Mira Brandt.

Cllr Holm said that the Wexby Harbour Bank had lent 900 euros. J. Brandt replied that 80 euros is due, and
1,200 euros later. The Wexby Harbour Bank agreed. Mr Brandt left.
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("merging")
    (folder / "board.txt").write_text(BOARD)
    assert Typed("index", folder, "--store", folder / "store").status == 0
    return folder / "store"


def values(store: Path, kind: str) -> list[str]:
    lines: list[dict[str, Any]] = Typed("list", kind, "--store", store, "--json").lines
    return [each["value"] for line in lines for each in line.get("items", [line]) if "value" in each]


def test_a_surname_and_an_initial_are_merged_if_one_full_name_fits() -> None:
    counts = {"Ada Holm": 1, "Holm": 3, "Jonas Brandt": 1, "Mira Brandt": 1, "J. Brandt": 1, "Brandt": 1}
    listed = spellings(counts, people=True)
    assert (listed["Holm"], listed["J. Brandt"], listed["Brandt"]) == ("Ada Holm", "Jonas Brandt", "Brandt")
    assert spellings({"WEXBY BANK": 5, "Wexby Bank": 1}, people=False)["WEXBY BANK"] == "Wexby Bank"


def test_people_and_organisations_are_listed_once(store: Path) -> None:
    people = values(store, "people")
    assert "Ada Holm" in people and not {"Holm", "Cllr Holm", "Cllr Ada Holm", "J. Brandt"} & {*people}
    assert values(store, "organisations").count("Wexby Harbour Bank") == 1
    assert "WEXBY HARBOUR BANK" not in values(store, "organisations")


def test_amounts_are_in_the_order_of_their_value(store: Path) -> None:
    assert values(store, "amounts") == ["80 EUR", "900 EUR", "1,200 EUR"]


@pytest.mark.parametrize(
    "question",
    ["What are these documents about?", "Give me an overview of the folder"],
)
def test_questions_about_the_folder_are_recognised(question: str) -> None:
    assert folder_language(question) == "en"


def test_who_is_in_the_documents_is_a_list() -> None:
    assert listed_kind("Who are the people in these documents?") == "people"
    assert listed_kind("Who are the people in the photograph?") == ""


def test_a_possessive_within_a_name_is_part_of_it() -> None:
    text = "The St Edda's Primary School is near. They live in Wexby's harbour."
    assert [item.value for item in organisations(text)] == ["St Edda's Primary School"]


def test_an_office_is_no_person_and_german_pounds_are_an_amount() -> None:
    text = "The Deputy Clerk replied that Ada Holm said so."
    assert [item.value for item in people(text)] == ["Ada Holm"]
    assert [item.value for item in amounts("Das Startgeld von 5 Pfund ist bezahlt.")] == ["5 GBP"]
