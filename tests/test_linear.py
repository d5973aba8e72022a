"""Nothing that looks at somebody else's text takes more than linear time: `bench.linear` looks for it."""

import pytest

from bench.linear import ROOMS, Work, works, worst
from bench.wide import wide_works
from citeback.index.records import Source
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.literal.property_reading import PropertyReading
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.table import tables

SIZE, TIMES = 300, 8
# Two of the three endings of `bench.linear`: no expression needs an "x"; functions drop control characters.
EXPRESSION_ENDS, FUNCTION_ENDS = ("", "\x00"), ("", "x")


@pytest.fixture(scope="module")
def everything() -> list[tuple[str, Work, list[str]]]:
    """Return all work on text; to find its expressions, every module is imported, which takes seconds."""
    return list(works())


def room_of(name: str) -> str:
    """Return the room of an expression's name, such as `citeback.rag.query.WORD[0]`."""
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] if package == "citeback" else "functions"


@pytest.mark.parametrize("room", [*ROOMS, "functions"])
def test_nothing_takes_more_than_linear_time(
    room: str, everything: list[tuple[str, Work, list[str]]]
) -> None:
    slow = [each for each in everything if room_of(each[0]) == room]
    ends = FUNCTION_ENDS if room == "functions" else EXPRESSION_ENDS
    found = dict[str, tuple[str, float]]()
    for _ in range(3):  # what other processes did to a clock once they hardly do thrice, to the same text
        found = {
            name: results for name, work, units in slow if (results := worst(work, units, SIZE, TIMES, ends))
        }
        slow = [each for each in slow if each[0] in found]
    assert not found


@pytest.mark.parametrize("name", wide_works())
def test_many_columns_figures_and_clauses_take_no_more_than_linear_time(name: str) -> None:
    work = wide_works()[name]
    assert not all(worst(work, ["a"], SIZE, TIMES, ("",)) for _ in range(3))


def test_a_question_of_many_words_names_no_property() -> None:
    (table,) = tables(Source(text="Property\tValue\nWeight\t3 kg\nHeight\t9 cm\n", title="T", kind="csv"))
    for words, named in ((1, True), (100, False)):
        asked = QuestionWords("What is the weight" + " of the" * words, Analyzer())
        reading = PropertyReading(QuestionOnTable(Mentions(asked, table, Analyzer()))).reading()
        assert (reading is not None) == named


def test_every_expression_is_in_a_room(everything: list[tuple[str, Work, list[str]]]) -> None:
    found = {room_of(name) for name, _, _ in everything}
    assert {"index", "rag", "page", "functions"} <= found <= {*ROOMS, "functions"}


def test_what_is_quadratic_is_seen() -> None:
    def looks_again(text: str) -> int:
        return sum(text.count("x", n) for n in range(len(text)) for _ in range(20))

    assert worst(looks_again, ["a"], SIZE * 5, TIMES)
    assert not worst(str.upper, ["a"], SIZE * 5, TIMES)
