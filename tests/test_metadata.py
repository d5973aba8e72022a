"""Dates of metadata, in the forms in which formats write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.readers.common.metadata import first_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("D:20220531120000+02'00'", "2022-05-31"),
        ("D:20220531", "2022-05-31"),
        ("D:202205311200", "2022-05-31"),
        ("20220531", "2022-05-31"),
        ("2022-05-31T12:00:00Z", "2022-05-31"),
        ("Tue, 31 May 2022 08:00:00 +0000", "2022-05-31"),
        ("202205311234", ""),
        ("D:20221331", ""),
        ("D:", ""),
        ("soon", ""),
    ],
)
def test_a_date_is_read_in_every_form(value: str, expected: str) -> None:
    assert first_date(value) == expected


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_nothing(value: str) -> None:
    assert len(first_date(value)) in (0, 10)
    assert len(first_date(f"D:{value}")) in (0, 10)
