"""Plans that are tried: over lists as over the database, over derived columns, ranked, with a confidence."""

from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.derived_columns import with_derived
from citeback.rag.tables.engine import Engine
from citeback.rag.tables.explanation import described
from citeback.rag.tables.grammar.question_on_table import QuestionOnTable
from citeback.rag.tables.grammar.readings import MOST
from citeback.rag.tables.grammar.readings import readings as all_readings
from citeback.rag.tables.list_queries import ListQueries
from citeback.rag.tables.mentions import Mentions
from citeback.rag.tables.plan import Condition, GroupRanking, Operator, Plan, RowSelection
from citeback.rag.tables.plan_runner import PlanRunner
from citeback.rag.tables.question_words import QuestionWords
from citeback.rag.tables.reading_confidence import ReadingWeights, ScoredReading, ranked_results
from citeback.rag.tables.readings import TableReadings, compute
from citeback.rag.tables.result import NotComputed, Result
from citeback.rag.tables.table import Table, tables

RACES = """Year,Race,Winner,Time,Country,Prize
2001,North Loop,Ada Brun,3:39,Sweden,$120
2002,North Loop,Ben Cole,3:41,Norway,$90
2002,South Loop,Ada Brun,4:02,Sweden,$300
2004,East Mile,Cem Dag,2:58,Turkey,-
2005,North Loop,Ada Brun,3:37,Sweden,$45
2007,East Mile,Eva Fors,3:01,Sweden,$60
"""
SEATS = """District,Representative,Counties,Term
1,Olga Dahl,"Crook, Goshen, Weston",1991-1999
2,Jan Anders,"Converse, Platte",1999-2003
3,Kurt Meier,Laramie,2003-2004
4,Toni Ross,"Albany, Carbon, Sweet, Teton",2004-2012
"""
QUESTIONS = (
    "How many races did Ada Brun win in Sweden?",
    "Who won the race after Ben Cole?",
    "Which race was won most often?",
    "What is the total prize of Ada Brun and Eva Fors?",
    "Which winner had the fastest time at the North Loop?",
    "How many winners are not from Sweden?",
    "Did Ada Brun win more often than Eva Fors?",
    "Who else is from the same country as Eva Fors?",
    "Which race was held at least three times?",
    "What is the difference in prize between the South Loop and East Mile in 2007?",
    "How many races were finished in under 3:38?",
    "What was the last race of 2002 or 2004?",
)


def table(text: str) -> Table:
    return with_derived(tables(read(text.encode(), "sheet"))[0])


def question(asked: str, over: Table) -> QuestionOnTable:
    return QuestionOnTable(Mentions(QuestionWords(asked, Analyzer()), over, Analyzer()))


def outcome(runner: PlanRunner | Engine, plan: Plan) -> Result | str:
    try:
        return runner.run(plan)
    except NotComputed as error:
        return str(error)


def asked(text: str, words: str) -> TableReadings:
    return compute(words, tables(read(text.encode(), "sheet"))[0], Analyzer(), ReadingWeights.load())


@pytest.mark.parametrize("words", QUESTIONS)
def test_every_plan_has_the_same_result_over_lists_and_in_the_database(words: str) -> None:
    over = table(RACES)
    about = question(words, over)
    queries = ListQueries(over, about.mentions.row_terms)
    made = all_readings(about, queries)
    assert 5 < len(made) <= MOST
    with Engine(over, Analyzer()) as engine:
        for each in islice(made, 150):
            plan = each.plan
            assert outcome(PlanRunner(over, queries), plan) == outcome(engine, plan), described(over, plan)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=80))
def test_any_question_has_bounded_readings(words: str) -> None:
    about = question(words, table(RACES))
    assert len(all_readings(about, ListQueries(about.table, about.mentions.row_terms))) <= MOST


def test_a_long_question_of_cells_has_bounded_readings() -> None:
    words = "how many more " + "ada brun sweden north loop 2002 or after ben cole at least 3 than " * 12
    about = question(words, table(RACES))
    assert len(all_readings(about, ListQueries(about.table, about.mentions.row_terms))) <= MOST


def test_lists_and_spans_of_years_are_counted() -> None:
    over = table(SEATS)
    names = [column.name for column in over.columns[over.own_columns :]]
    assert names == ["number of Counties", "length of Term, in years"]
    numbers = [[v.number for v in column.values] for column in over.columns[over.own_columns :]]
    assert numbers == [[3, 2, 1, 4], [8, 4, 1, 8]]
    for row in over.rows:
        assert row[over.own_columns].span == row[2].span


def test_columns_of_places_are_no_lists() -> None:
    text = 'Meeting,City\nFirst,"Athens, Greece"\nSecond,"Oslo, Norway"\nThird,"Rome, Italy"\n'
    assert table(text).bases == ()


def test_who_represents_the_most_counties() -> None:
    readings = asked(SEATS, "Which representative has the most counties?")
    assert readings.evaluated[0].result.values == ("Toni Ross",)


def test_either_of_two_cells_of_a_column() -> None:
    over = table(RACES)
    either = Condition(4, Operator.IS, "norway", others=("turkey",))
    queries = ListQueries(over, question("?", over).mentions.row_terms)
    assert [r for r, _ in queries.rows((either,), None)] == [1, 3]
    with Engine(over, Analyzer()) as engine:
        assert [r for r, _ in engine.rows((either,), None)] == [1, 3]


def test_groups_of_a_size_are_named() -> None:
    over = table(RACES)
    plan = GroupRanking(RowSelection(), 2, over=Decimal(3), listed=True)
    with Engine(over, Analyzer()) as engine:
        assert engine.run(plan).values == ("Ada Brun",)


def test_readings_with_one_result_count_together() -> None:
    scored = [ScoredReading(("a",), {}, 1.0), ScoredReading(("b",), {}, 0.8), ScoredReading(("b",), {}, 0.7)]
    ranked = ranked_results(scored)
    assert [one.best for one in ranked] == [1, 0]
    assert sum(one.share for one in ranked) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("Which race has the highest prize?", ("South Loop",)),
        ("How many races are in Sweden?", (Decimal(4),)),
        ("Who was the winner after Cem Dag?", ("Ada Brun",)),
        ("What is the time of Eva Fors?", ("3:01",)),
        ("Which country has the most winners?", ("Sweden",)),
        ("How many races have a time under 3:38?", (Decimal(3),)),
    ],
)
def test_the_first_reading(words: str, values: tuple[object, ...]) -> None:
    assert asked(RACES, words).evaluated[0].result.values == values


def test_less_is_sure_where_words_are_left() -> None:
    plain = asked(RACES, "Which race has the highest prize?")
    more = asked(RACES, "Which race has the highest prize per spectator in the rain?")
    assert more.confidence < min(plain.confidence, ReadingWeights.load().threshold)
