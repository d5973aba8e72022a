"""Questions that a table answers because every word of them is one of its heads or cells, or asks."""

import pytest

from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.continued_question import ContinuedQuestion
from citeback.rag.tables.engine import Engine
from citeback.rag.tables.explanation import described
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.result import plain_values
from citeback.rag.tables.table import tables

FAULTS = (
    "Fault,Reported,Tenant,Urgency,State,Fitter,Hours spent\n"
    "F1,2026-01-12,Alma Lund,U1,Closed,Ivo,4.5\n"
    "F2,2026-01-15,Bo Rask,U2,Open,Kai,2\n"
    "F3,2026-02-20,Alma Lund,U2,Closed,Ivo,1.5\n"
    "F4,2026-02-02,Cy Holm,U3,Open,Uta,0.5\n"
    "F5,2026-03-03,Bo Rask,U2,Open,Ivo,3\n"
)
SHIFTS = (
    "Date,Employee,Client,Task,Hours,Travel time\n"
    "2026-02-26,Edda,Norwind,Design,6.5,0:45\n"
    "2026-03-02,Edda,Norwind,Design,7,1:15\n"
    "2026-03-03,Lars,Tidal,Testing,5,0:30\n"
    "2026-03-09,Edda,Tidal,Review,3.5,0:30\n"
    "2026-04-10,Lars,Norwind,Testing,8,2:00\n"
)
TOOLS = (
    "Tool,Maker,Licence,Price (EUR),Mobile app,Free plan,Badge\n"
    "Cardo,Brightly,MIT,19,yes,no,gold\nDexo,Ostler,GPL,0,no,yes,\n"
    "Leado,Ostler,MIT,35,yes,yes,silver\nPipo,Marsh,BSD,24,no,no,\n"
)
STOCK = (
    "Item,Name,Hall,In stock,Unit price\nB1,Ball bearing 03,Ulm,140,2.40\n"
    "B2,Ball bearing 05,Ulm,35,3.10\nH1,Hose,Kassel,12,18.90\n"
)
GRANTS = (
    "Grant,Body,Field,Amount,Awarded\nG1,Youth Club,Youth,12000,14 March 2024\n"
    "G2,Bird Society,Nature,8500,2 May 2024\n"
    "G3,Open Stage,Arts,20000,18 June 2025\nG4,Youth Club,Youth,15000,9 February 2025\n"
)
LOANS = "Object,Room,Loan ends\nSextant,R1,30 June 2026\nLogbook,R2,31 March 2026\nChart,R2,31 March 2026\n"
COMPUTED = (
    (FAULTS, "How many U2 faults are open?", 2),
    (FAULTS, "How many closed faults does Ivo have?", 2),
    (FAULTS, "How many U2 faults were reported in March?", 1),
    (FAULTS, "How many hours were spent on U2 faults?", 6.5),
    (FAULTS, "How many different tenants are there?", 3),
    (FAULTS, "Which tenant has the most open faults?", "Bo Rask"),
    (FAULTS, "Which tenants have no open faults?", "Alma Lund"),
    (SHIFTS, "How many hours did Edda log in March?", 10.5),
    (SHIFTS, "How many hours were logged for Norwind in March 2026?", 7),
    (SHIFTS, "Which client had the most hours?", "Norwind"),
    (SHIFTS, "Who logged the most hours?", "Edda"),
    (SHIFTS, "What is the total travel time of Edda?", 9000),
    (SHIFTS, "What are the total hours per client?", ("Norwind: 21.5", "Tidal: 8.5")),
    (TOOLS, "Which tools have no mobile app?", ("Dexo", "Pipo")),
    (TOOLS, "Which tool has no mobile app but a free plan?", "Dexo"),
    (TOOLS, "Which tools have no badge?", ("Dexo", "Pipo")),
    (TOOLS, "Which tools are not made by Ostler?", ("Cardo", "Pipo")),
    (TOOLS, "What is the cheapest tool with a mobile app?", "Cardo"),
    (STOCK, "How many ball bearings are in stock?", 175),
    (GRANTS, "How much did the Youth Club receive in total?", 27000),
    (GRANTS, "Which field received the most money?", "Youth"),
    (GRANTS, "Which body received the largest grant?", "Open Stage"),
    (GRANTS, "How many grants were awarded in 2025?", 2),
    (GRANTS, "When was G2 awarded?", "2 May 2024"),
)
MODELS = "Model,Calibre,Notes\nAlder,31,sold only abroad\nBirch,36,rare\nCedar,28,rare\nDogwood,44,kept\n"
TITLES = 'School,Titles won\nAbbey,4\nBrook,"1, 9"\nCopse,"2, 3, 8"\nDell,"5, 6"\nElm,7\nFir,"10, 11, 12"\n'
LOSSES = "Opponent,Losses\nAbbey,4\nBrook,3\nCopse,6\n"
NOT_LITERAL = (
    (MODELS, "Which model is the only model to have the lowest calibre?"),
    (TITLES, "Which school had the most titles won?"),
    (LOSSES, "What is the average number of losses an opponent has?"),
    (LOANS, "Which loans end in March 2026?"),
    (SHIFTS, "How many hours did Dora log in March?"),
    (SHIFTS, "How many hours did Edda miss in March?"),
    (SHIFTS, "How many hours did Edda log in July?"),
    (SHIFTS, "How many hours did Edda log before March?"),
    (TOOLS, "Which tools have no desktop app?"),
    (GRANTS, "How much did the Youth Club pay back in total?"),
    (FAULTS, "Which tenant has the longest open faults?"),
)


def asked(sheet: str, question: str) -> TableReadings:
    name = "faults" if sheet is FAULTS else "sheet"
    return compute(question, tables(read(sheet.encode(), name))[0], Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize(("sheet", "question", "result"), COMPUTED)
def test_a_question_of_heads_and_cells_is_computed(
    sheet: str, question: str, result: int | float | str | tuple[str, ...]
) -> None:
    readings = asked(sheet, question)
    assert readings.literal
    values = plain_values(readings.evaluated[0].result.values)
    assert values == (result if isinstance(result, tuple) else (result,))
    with Engine(readings.table, Analyzer()) as engine:
        assert engine.run(readings.evaluated[0].plan) == readings.evaluated[0].result


@pytest.mark.parametrize(("sheet", "question"), NOT_LITERAL)
def test_a_word_that_the_table_does_not_have_is_not_passed_over(sheet: str, question: str) -> None:
    assert not asked(sheet, question).literal


def test_over_some_rows_no_column_is_known_to_be_unique() -> None:
    table = tables(read(SHIFTS.encode(), "sheet"))[0]
    question, weights = "Which client had the most hours?", ReadingWeights.load()
    assert not compute(question, table, Analyzer(), weights, whole=False).literal


def test_the_cells_of_every_group_are_those_that_are_added() -> None:
    found = asked(SHIFTS, "What are the total hours per client?")
    assert described(found.table, found.evaluated[0].plan) == "sum of Hours for each Client"
    assert found.evaluated[0].result.cells == ((0, 4), (1, 4), (4, 4), (2, 4), (3, 4))


def test_a_part_of_an_identifier_that_no_cell_has_names_no_row() -> None:
    found = asked("Member,Fee\nC-31,5\nC-33,9\n", "What is the fee of MT-33?")
    assert not any(each.plan.rows.where for each in found.evaluated if hasattr(each.plan, "rows"))


ROTA = "Week,On call,Backup\n12,Dr Abel,Dr Lind\n14,Dr Lind,Dr Oka\n15,Dr Oka,Dr Moro\n"
FOLLOWING = (
    ("Who is the backup then?", "Dr Oka"),
    ("And in week 15?", "Dr Oka"),
    ("And who is the backup in week 15?", "Dr Moro"),
)


@pytest.mark.parametrize(("question", "name"), FOLLOWING)
def test_a_lookup_goes_on_over_the_rows_of_the_question_before(question: str, name: str) -> None:
    continued = ContinuedQuestion(
        question=question, earlier="Who is on call in week 14?", analyzer=Analyzer()
    )
    whole = continued.over(tables(read(ROTA.encode(), "rota"))[0])
    assert plain_values(asked(ROTA, whole).evaluated[0].result.values) == (name,)


@pytest.mark.parametrize("question", ["Who is the plumber then?", "And in week 19?", "And on Monday?"])
def test_a_lookup_goes_on_with_nothing_that_the_table_does_not_have(question: str) -> None:
    continued = ContinuedQuestion(
        question=question, earlier="Who is on call in week 14?", analyzer=Analyzer()
    )
    assert not continued.over(tables(read(ROTA.encode(), "rota"))[0])


GAUGE = "Property,Value\nPrice,410 EUR\nWeight,1.2 kg\nWarranty,3 years\nHousing,steel\n"
PROPERTIES = (
    ("What is the price of the gauge?", "410 EUR"),
    ("How much does the gauge cost?", "410 EUR"),
    ("How much does the gauge weigh?", "1.2 kg"),
    ("How long is the warranty of the gauge?", "3 years"),
)


def of_gauge(question: str) -> TableReadings:
    return compute(question, tables(read(GAUGE.encode(), "gauge"))[0], Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize(("question", "value"), PROPERTIES)
def test_a_property_is_found_by_its_name_or_by_what_it_measures(question: str, value: str) -> None:
    readings = of_gauge(question)
    assert readings.literal
    assert readings.evaluated[0].result.values == (value,)


@pytest.mark.parametrize(
    "question",
    ["What is the price of PG-200?", "What is the warranty of the pump?", "How hot does the gauge get?"],
)
def test_a_property_of_another_thing_is_not_looked_up(question: str) -> None:
    assert not of_gauge(question).literal


AID = (
    "Ref,Town,Animal,Asked for,Decision\nA1,Elm,dog,350,granted\nA2,Oak,cat,58,refused - not covered\n"
    "A3,Elm,cat,165,refused - outside area\nA4,Ash,dog,130,pending\nA5,Elm,cat,90,granted in part\n"
)
DECIDED = (
    ("How many applications were refused in the grants list?", 2),
    ("How many applications were refused?", 2),
    ("How many requests from Elm were refused?", 1),
    ("How many applications in the fund list were for cats?", 3),
)


def of_fund(sheet: str, question: str) -> TableReadings:
    table = tables(read(sheet.encode(), "elm-fund-grants-2024"))[0]
    return compute(question, table, Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize(("question", "count"), DECIDED)
def test_rows_with_decisions_are_applications(question: str, count: int) -> None:
    readings = of_fund(AID, question)
    assert readings.literal
    assert plain_values(readings.evaluated[0].result.values) == (count,)


def test_rows_without_decisions_are_no_applications_and_another_list_is_not_this_one() -> None:
    assert not of_fund(AID.replace("Decision", "Remark"), "How many applications were refused?").literal
    assert not of_fund(AID, "How many applications were refused in the birds list?").literal
