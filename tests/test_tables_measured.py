"""Questions that name a measure, years or a quantity: the column that fits is computed over, or none."""

from decimal import Decimal

import pytest

from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.continued_question import ContinuedQuestion
from citeback.rag.tables.explanation import sentence, suggested
from citeback.rag.tables.plan import aggregates
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.table import Table, tables

BERTHS = "Berth,Boat,Length (m)\n3,Sandpiper,6.4\n8,Wild Goose,9.1\n12,Merlin,7.2\n17,Blue Heron,11.3\n"
PEOPLE = (
    "Name,Age,Weight in kg,Height (cm),Fee (£),Salary\nAda,31,61,170,12.50,2100\nBo,44,83,182,9.00,3100\n"
    "Cilla,27,58,165,30.00,1900\nDan,52,97,191,4.50,2600\n"
)
WALLS = (
    "Tower,Height in metres (ft),Depth (m)\n"
    "North,12 m (40 ft),3\nSouth,21 m (69 ft),20\nEast,18 m (60 ft),19\n"
)
INCOME = (
    "Year,Fees,Courses,Bar\n2019,31200,7900,11400\n2020,29800,1200,2600\n2021,30500,4300,6900\n"
    "2022,33100,8100,10900\n2023,34700,9400,12100\n2024,36200,10200,8500\n"
)
INVOICE = (
    "Article,{},Price,Amount\nDinghy sail,6,£210.00,£1260.00\nMainsheet,6,£28.50,£171.00\n"
    "Batten set,4,£19.00,£76.00\n"
)
MONTHS = (
    "Month,Visitors,Revenue\nJanuary 2024,1200,5400\nFebruary 2024,900,4100\nMarch 2024,1800,8800\n"
    "April 2024,2500,12100\n"
)
WEEK = "Day,Loaves\nMonday,10\nTuesday,20\nWednesday,40\nThursday,80\nFriday,160\n"
ORDERED = INVOICE.format("Quantity")


def table(text: str) -> Table:
    return tables(read(text.encode(), "sheet"))[0]


def asked(text: str, question: str) -> TableReadings:
    return compute(question, table(text), Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize(
    ("text", "question", "values"),
    [
        (BERTHS, "Which boats are longer than 9 m?", ("Wild Goose", "Blue Heron")),
        (BERTHS, "Which boats are longer than 9?", ("Wild Goose", "Blue Heron")),
        (BERTHS, "How many boats are longer than 9 metres?", (2,)),
        (BERTHS, "Which boats are over 9 m long?", ("Wild Goose", "Blue Heron")),
        (BERTHS, "Which boats are no longer than 7.2 m?", ("Sandpiper", "Merlin")),
        (BERTHS, "How many boats are between 7 and 10 m long?", (2,)),
        (PEOPLE, "Who is older than 40?", ("Bo", "Dan")),
        (PEOPLE, "Who weighs more than 80 kg?", ("Bo", "Dan")),
        (PEOPLE, "Who is taller than 180 cm?", ("Bo", "Dan")),
        (PEOPLE, "How many are more expensive than £10?", (2,)),
        (WALLS, "How many towers are over 17 metres tall?", (2,)),
    ],
)
def test_the_unit_and_the_adjective_choose_the_column(
    text: str, question: str, values: tuple[object, ...]
) -> None:
    readings = asked(text, question)
    assert readings.evaluated[0].result.values == values
    assert readings.confidence >= 0.85


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (BERTHS, "Which boats are heavier than 9 kg?"),
        (BERTHS, "Which boats are older than 9 years?"),
        (BERTHS, "Which berths are cheaper than £9?"),
        (BERTHS, "Which boats are longer than 9 feet?"),
        (WALLS, "Which towers are wider than 9 m?"),
    ],
)
def test_what_no_column_states_is_not_compared(text: str, question: str) -> None:
    readings = asked(text, question)
    assert (readings.evaluated, readings.confidence) == ((), 0.0)
    assert readings.lacking == "has no column for what is compared"


def test_a_year_after_which_something_is_no_measure() -> None:
    kings = "King,From\nAda,1204\nBo,1290\nCilla,1330\n"
    assert asked(kings, "Which king ruled after the year 1300?").evaluated[0].result.values == ("Cilla",)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What was the total revenue from courses from 2019 to 2021?", 13400),
        ("What was the total revenue from courses between 2019 and 2021?", 13400),
        ("What was the total revenue from courses in the years 2019 to 2021?", 13400),
        ("What was the total revenue from courses from 2019-2021?", 13400),
        ("What was the total revenue from courses since 2023?", 19600),
        ("What was the total revenue from courses until 2020?", 9100),
        ("By how much did bar revenue fall from 2023 to 2024?", 3600),
        ("By how much did the bar rise from 2020 to 2021?", 4300),
        ("By how much did the bar fall from 2020 to 2021?", -4300),
        ("What was the increase in fees from 2019 to 2024?", 5000),
    ],
)
def test_years_are_a_range_or_the_ends_of_a_change(question: str, value: int) -> None:
    readings = asked(INCOME, question)
    assert readings.evaluated[0].result.values == (Decimal(value),)
    assert readings.confidence >= ReadingWeights.load().threshold
    assert not any("plus" in suggested(readings.table, each.plan) for each in readings.evaluated)


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        (MONTHS, "What was the total revenue from January to March 2024?", 18300),
        (MONTHS, "What was the total revenue from February 2024 to April 2024?", 25000),
        (MONTHS, "By how much did revenue rise from January 2024 to April 2024?", 6700),
        (MONTHS, "By how much did visitors grow from January to April?", 1300),
        (WEEK, "What is the total of loaves from Monday to Thursday?", 150),
        (WEEK, "What is the total of loaves between Tuesday and Friday?", 300),
    ],
)
def test_a_range_between_two_cells_has_those_between(text: str, question: str, value: int) -> None:
    readings = asked(text, question)
    assert readings.evaluated[0].result.values == (Decimal(value),)
    assert readings.confidence >= ReadingWeights.load().threshold


def test_cells_in_no_order_are_no_range() -> None:
    ships = "Port,Ships\nYstad,120\nOslo,7\nLund,300\n"
    found = asked(ships, "What is the total of ships from Ystad to Lund?").evaluated
    conditions = [c for each in found for part in aggregates(each.plan) for c in part.rows.where]
    assert not any(condition.others[1:] for condition in conditions)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which boats are longer than Merlin?", "Wild Goose"),
        ("Which boat is shorter than Merlin?", "Sandpiper"),
    ],
)
def test_a_row_is_compared_by_what_the_adjective_says(question: str, value: str) -> None:
    assert asked(BERTHS, question).evaluated[0].result.values[0] == value


def test_years_beside_each_other_in_a_cell_are_its_words() -> None:
    captains = "Player,Captain\nAda,1998–2007\nBo,2007–2011\nCilla,2011–2014\n"
    found = asked(captains, "Who was captain from 1998-2007?").evaluated[0]
    assert found.result.values == ("Ada",)


def test_the_years_of_a_difference_are_no_range() -> None:
    readings = asked(INCOME, "What was the difference in bar revenue between 2019 and 2020?")
    assert readings.evaluated[0].result.values == (Decimal(8800),)


def test_a_year_that_the_table_has_not_is_not_computed() -> None:
    readings = asked(INCOME, "How much was the revenue from courses in 2025?")
    assert (readings.evaluated, readings.lacking) == ((), "has no row for 2025")


@pytest.mark.parametrize("head", ["Quantity", "Qty", "No.", "Number", "Pieces", "Menge", "Anzahl"])
def test_how_many_of_a_thing_is_its_quantity(head: str) -> None:
    readings = asked(INVOICE.format(head), "How many dinghy sails are on the invoice?")
    assert readings.evaluated[0].result.values == (Decimal(6),)
    assert readings.confidence >= ReadingWeights.load().threshold


def test_numbers_of_rows_are_no_quantities() -> None:
    numbered = "No.,Article,Price\n1,Dinghy sail,210\n2,Mainsheet,28\n3,Batten set,19\n"
    readings = asked(numbered, "How many dinghy sails are there?")
    assert readings.evaluated[0].result.values == (Decimal(1),)


def test_how_many_rows_there_are() -> None:
    assert asked(INCOME, "How many rows of courses are there?").evaluated[0].result.values == (6,)


def test_the_title_of_a_table_is_named_by_the_question() -> None:
    source = read(ORDERED.encode(), "sheet")
    (plain,) = tables(source)
    titled = Table(head=plain.head, rows=plain.rows, title="Invoice 2291")
    first, other = (
        compute("How many dinghy sails are on invoice 2291?", each, Analyzer(), ReadingWeights.load())
        for each in (titled, plain)
    )
    assert first.evaluated[0].result.values == (Decimal(6),)
    assert first.confidence >= ReadingWeights.load().threshold
    assert first.confidence > other.confidence


@pytest.mark.parametrize(
    ("text", "question", "words"),
    [
        (BERTHS, "How many boats are over 9 m long?", "the number of rows where Length (m) is over 9"),
        (ORDERED, "What is the average amount?", "the average of the column Amount"),
        (ORDERED, "What is the total amount?", "the sum of the column Amount"),
        (ORDERED, "Which article is the cheapest?", "the value of the column Article, lowest Price"),
    ],
)
def test_a_suggestion_names_columns_as_such(text: str, question: str, words: str) -> None:
    readings = asked(text, question)
    assert words in [suggested(readings.table, each.plan) for each in readings.evaluated]


def test_what_leaves_a_figure_of_the_question_is_not_suggested() -> None:
    readings = asked(ORDERED, "What is the total amount of 7 sails sewn by Bo in Oslo?")
    assert readings.evaluated
    assert not any(each.suggestible for each in readings.evaluated)


@pytest.mark.parametrize(
    ("question", "earlier", "whole"),
    [
        ("And in 2019?", "How much were the fees in 2022?", "how much were the fees in 2019?"),
        ("What about 2025?", "How much were the fees in 2022?", "how much were the fees in 2025?"),
        ("And from courses?", "How much was the income from fees?", "how much was the income from courses?"),
        ("And the bar in winter?", "How much were the fees in 2022?", ""),
        ("Why?", "How much were the fees in 2022?", ""),
        ("And in 2019?", "How much were the fees from 2020 to 2022?", ""),
    ],
)
def test_a_question_goes_on_from_an_earlier_one(question: str, earlier: str, whole: str) -> None:
    continued = ContinuedQuestion(question=question, earlier=earlier, analyzer=Analyzer())
    assert continued.over(table(INCOME)) == whole


def test_a_question_goes_on_with_another_value() -> None:
    continued = ContinuedQuestion(
        question="And for the batten set?", earlier="What is the price of the mainsheet?", analyzer=Analyzer()
    )
    assert continued.over(table(ORDERED)) == "what is the price of the batten set?"


def test_the_thing_asked_for_has_to_be_named_in_the_table() -> None:
    services = "Service,Price,Per\nRegular cleaning,£68,visit\nWindows,£145,visit\nCarpet shampoo,£210,year\n"
    duties = asked(services, "What are the duties of the cleaning contractor?")
    price = asked(services, "What is the price of the regular cleaning?")
    assert not duties.takes_noun
    assert price.takes_noun


def test_a_figure_with_another_unit_beside_it_has_its_own() -> None:
    assert table(WALLS).columns[1].unit != "ft"


def test_less_is_said_of_the_first() -> None:
    readings = asked(INCOME, "By how much did bar revenue fall from 2023 to 2024?")
    first = readings.evaluated[0]
    assert sentence(readings.table, first.plan, first.result) == (
        "3,600: Bar where Year is 2023 less Bar where Year is 2024."
    )
