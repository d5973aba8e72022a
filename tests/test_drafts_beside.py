"""Claims whose words are all there, of another stage, another thing, or beside a denial."""

from pathlib import Path
from typing import Any

import pytest
from typed import Typed

from citeback.index.search.analyzer import Analyzer
from citeback.rag.checking.claims.facts import FactIndex, facts
from citeback.rag.checking.claims.paired_values import misplaced_values
from citeback.rag.checking.claims.stages import other_stages
from citeback.rag.drafts.claim_signs import differences
from citeback.rag.drafts.sentences_beside import refuting, stated_beside, unnumbered

ENGLISH = Analyzer("en")
CHOIR = """# Minutes of the parish, 3 March 2031

1. Choir
The Elmwick choir asked for a grant of £4,200 towards a new piano. The parish awarded £2,900 on condition that
the choir gives two concerts by 30 June 2031.

2. Roof
2.1 The diocese grants the parish £18,000 for the roof of the chapel.
2.2 The grant is paid in two parts: £11,000 on signature and £7,000 when the slates are on the roof.

3. Reports
3.1 The first report is due on 4 May 2031 and the last report on 9 November 2031.
"""
TEST = """Hollin Laboratories
Report 31-18
Sample taken on 6 June 2031 at noon from the well behind the mill, by R. Ames. Received on 7 June 2031.
Iron is at 0.1 mg/l, with a limit of 0.2 mg/l.
The sample meets all the requirements. No further action is needed.
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("beside")
    (folder / "minutes.md").write_text(CHOIR)
    (folder / "well.txt").write_text(TEST)
    assert Typed("index", folder, "--store", folder / "store").status == 0
    return folder / "store"


@pytest.mark.parametrize(
    ("claim", "verdict", "instead"),
    [
        ("The Elmwick choir was awarded £4,200 for a new piano.", "contradicted", "2,900"),
        ("The parish awarded £2,900 on condition that the choir gives two concerts.", "supported", ""),
        ("The last report is due on 4 May 2031.", "contradicted", "9 November 2031"),
        ("The first report is due on 4 May 2031.", "supported", ""),
        ("The sample of 6 June 2031 did not meet the requirements.", "contradicted", ""),
    ],
)
def test_a_figure_of_another_stage_or_thing_is_not_supported(
    store: Path, tmp_path: Path, claim: str, verdict: str, instead: str
) -> None:
    checked = only(store, tmp_path, claim)
    assert checked["verdict"] == verdict
    assert [each["source"] for each in checked["differences"] if each["source"]] == [instead] * bool(instead)


def test_a_figure_that_the_sentence_beside_states_is_not_contradicted(store: Path, tmp_path: Path) -> None:
    checked = only(store, tmp_path, "The diocese granted the parish £18,000 in two parts.")
    assert checked["verdict"] != "contradicted"


def only(store: Path, tmp_path: Path, claim: str) -> dict[str, Any]:
    draft = tmp_path / "draft.txt"
    draft.write_text(claim)
    lines = Typed("verify", draft, "--store", store, "--json").lines
    return next(line for line in lines if line.get("text") == claim)


@pytest.mark.parametrize(
    ("claim", "source", "instead"),
    [
        ("The club was paid 400 crowns.", ["400 crowns was asked for and 250 crowns paid."], ["250"]),
        ("The club was paid 400 crowns.", ["The club asked for 400 crowns."], [""]),
        ("The club was paid 400 crowns.", ["The club asked for 400 crowns, and this was paid."], []),
        ("A cost of £9,000 was approved.", ["The estimated cost of £9,000 was approved."], []),
        ("She was granted 900 marks.", ["She applied for 900 marks, but was granted only 300."], ["300"]),
        ("She was granted 900 marks.", ["She was granted 900 marks. He asked for 900 marks."], []),
        ("She asked for 900 marks.", ["She applied for 900 marks, but was granted only 300."], []),
    ],
)
def test_what_was_asked_for_is_not_what_was_paid(claim: str, source: list[str], instead: list[str]) -> None:
    assert [each.instead for each in other_stages(claim, source, ENGLISH)] == instead


@pytest.mark.parametrize(
    ("claim", "misplaced"),
    [
        ("The west hall holds 40 people.", [("40", "65")]),
        ("The west hall holds 65 people.", []),
        ("The hall holds 40 people.", []),
        ("The east hall holds 40 people, and the west hall 65.", []),
    ],
)
def test_a_value_belongs_to_the_thing_of_its_part(claim: str, misplaced: list[tuple[str, str]]) -> None:
    sentence = "The east hall holds 40 people and the west hall 65 people."
    assert list(misplaced_values(claim, sentence, ENGLISH)) == misplaced


def test_things_of_different_kinds_are_not_mixed_up() -> None:
    sentence = "The museum opened in 1950 and its garden in 1962."
    assert not list(misplaced_values("The museum with a garden was founded in 1950.", sentence, ENGLISH))


def test_reasons_name_no_clause_numbers_and_no_words_in_capitals() -> None:
    claim = "Cllr Ada Holm voted against the plan."
    source = "It was RESOLVED to adopt the plan; Cllr Brandt voted against."
    missing = FactIndex(source, ENGLISH).missing(facts(claim, ENGLISH))
    others = FactIndex(claim, ENGLISH).missing(facts(source, ENGLISH))
    shown = [(each.claim, each.source) for each in differences(claim, missing, others)]
    assert shown == [("Ada Holm", "Brandt")]
    assert unnumbered("3. Up to six hens.") == "Up to six hens."
    assert unnumbered("3 hens may be kept.") == "3 hens may be kept."


def test_the_sentences_beside_the_nearest_are_read() -> None:
    sentences = ["The trust grants the club £18,000.", "The grant is paid in two parts of £9,000."]
    claim = "The trust granted the club £18,000 in two parts."
    missing = FactIndex(sentences[1], ENGLISH).missing(facts(claim, ENGLISH))
    assert stated_beside(claim, missing, sentences, 1, ENGLISH)
    assert not stated_beside(claim, missing, sentences[1:], 0, ENGLISH)
    taken = ["The sample was taken on 8 May.", "The sample meets the requirements."]
    assert refuting("The sample of 8 May did not meet the requirements.", taken, 0, ENGLISH) == 1
    assert refuting("The sample of 8 May met the requirements.", taken, 0, ENGLISH) is None
