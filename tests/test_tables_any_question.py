"""Whatever words a question is made of, a table answers it or not, and nothing breaks."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citeback.index.readers.text.csv import read
from citeback.index.search.analyzer import Analyzer
from citeback.rag.tables.continued_question import ContinuedQuestion
from citeback.rag.tables.reading_confidence import ReadingWeights
from citeback.rag.tables.readings import compute
from citeback.rag.tables.table import tables

SHEETS = (
    "Fault,Reported,Tenant,Urgency,Hours,Clock\nF1,2026-01-12,Alma Lund,U1,4.5,45:00\n"
    "F2,2026-02-15,Bo Rask,U2,,30:30\nF3,2026-02-20,Alma Lund,U2,2,0:30\n",
    "Property,Value\nPrice,410 EUR\nWeight,1.2 kg\nWarranty,3 years\n",
)
ASKING = (
    "what which who when where why how many much long is are was the of in on for by per each every and no"
    " not any most least total average sum different more less over under than from to between before after"
    " then it there January March 2026 3 40:00 EUR hours cost does did open ? , {x} %s \x00 1e400"
)
TABLES = [tables(read(sheet.encode(), "sheet"))[0] for sheet in SHEETS]
WORDS = [sorted({*ASKING.split(" "), *re.findall(r"[^,\n ]+", sheet)}) for sheet in SHEETS]
questions = [st.lists(st.sampled_from(words), max_size=7).map(" ".join) for words in WORDS]


@pytest.mark.parametrize("n", range(len(SHEETS)))
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_words_are_a_question(n: int, data: st.DataObject) -> None:
    earlier, question = data.draw(questions[n]), data.draw(questions[n])
    readings = compute(question, TABLES[n], Analyzer(), ReadingWeights.load())
    assert readings.evaluated or not readings.literal
    continued = ContinuedQuestion(question=question, earlier=earlier, analyzer=Analyzer())
    assert isinstance(continued.over(TABLES[n]), str)


@pytest.mark.parametrize("question", ["", "?", "what", "What?", "how many", "when", "Hours", "no"])
def test_a_word_alone_is_a_question(question: str) -> None:
    for table in TABLES:
        assert not compute(question, table, Analyzer(), ReadingWeights.load()).literal
