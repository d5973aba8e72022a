"""The text of a cell to a typed value, as a person reads it there."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.rag.tables.cell_values import DecimalMark, Kind, decimal, decimal_mark_of, value


@pytest.mark.parametrize(
    ("said", "kind", "number", "unit"),
    [
        ("1,234.50", Kind.NUMBER, "1234.50", ""),
        ("(12)", Kind.NUMBER, "-12", ""),
        ("−1.96", Kind.NUMBER, "-1.96", ""),
        ("+26", Kind.NUMBER, "26", ""),
        ("7.5%", Kind.PERCENT, "7.5", "%"),
        ("$1.2 m", Kind.NUMBER, "1200000", "$"),
        ("€ 4,500", Kind.NUMBER, "4500", "€"),
        ("320 pp", Kind.NUMBER, "320", "pp"),
        ("12th", Kind.NUMBER, "12", ""),
        ("#7", Kind.NUMBER, "7", ""),
        ("79 037 121", Kind.NUMBER, "79037121", ""),
        ("1,900[3]", Kind.NUMBER, "1900", ""),
        ("3:39", Kind.DURATION, "219", ""),
        ("2:10:46", Kind.DURATION, "7846", ""),
        ("7:30 PM", Kind.DURATION, "70200", ""),
        ("June 4, 2007", Kind.DATE, "20070604", ""),
        ("4 Dec 1993", Kind.DATE, "19931204", ""),
        ("2024-05-31", Kind.DATE, "20240531", ""),
        ("31.05.2024", Kind.DATE, "20240531", ""),
        ("March 2012", Kind.DATE, "20120300", ""),
        ("1954–1957", Kind.DATE, "19540000", ""),
        ("1999-00", Kind.NUMBER, None, ""),
        ("yes", Kind.YES_NO, "1", ""),
    ],
)
def test_what_a_cell_says(said: str, kind: Kind, number: str | None, unit: str) -> None:
    found = value(said)
    if number is None:
        assert found.kind is not Kind.NUMBER or found.rest
        return
    assert (found.kind, found.number, found.unit) == (kind, Decimal(number), unit)


@pytest.mark.parametrize("said", ["", "-", "—", "n/a", "N/A", "tba"])
def test_no_value(said: str) -> None:
    assert value(said).kind is Kind.NONE


@pytest.mark.parametrize("said", ["L 41 – 10", "2–3", "6–2, 6–2", "Sweden", "May be"])
def test_no_figure(said: str) -> None:
    assert value(said).number is None


def test_commas_part_decimals_where_the_document_does_so() -> None:
    assert decimal_mark_of(["1.234,50", "7,4", "12"]) is DecimalMark.COMMA
    assert decimal_mark_of(["1,234.50", "7.4", "12"]) is DecimalMark.POINT
    assert value("1.234,50", DecimalMark.COMMA).number == Decimal("1234.50")
    assert value("1.234", DecimalMark.COMMA).number == Decimal(1234)


@given(st.decimals(0, 10**12, places=2), st.sampled_from(DecimalMark))
def test_a_number_written_by_a_custom_is_read_by_it(number: Decimal, decimal_mark: DecimalMark) -> None:
    written = f"{number:,f}"
    if decimal_mark is DecimalMark.COMMA:
        written = written.translate(str.maketrans(",.", ".,"))
    assert decimal(written, decimal_mark) == number


@given(st.text(max_size=60), st.sampled_from(DecimalMark))
def test_any_text_is_read(text: str, decimal_mark: DecimalMark) -> None:
    found = value(text, decimal_mark)
    assert (found.number is None) == (found.kind in (Kind.TEXT, Kind.NONE))
