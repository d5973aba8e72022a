"""Office packages as programs write them: names of parts, and formats of durations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import paragraph, parts_of, sheet_of, word_of
from samples import packed

from citeback.index.readers.office import word, workbook
from citeback.index.readers.office.number_format import format_number


@given(st.sets(st.integers(0, 12)))
def test_parts_may_be_named_with_backslashes(which: set[int]) -> None:
    for data, read in ((word_of(paragraph("Shed 4.")), word.read), (sheet_of(("Shed 4.",)), workbook.read)):
        parts = parts_of(data)
        names = {name: name.replace("/", "\\") if n in which else name for n, name in enumerate(parts)}
        assert "Shed 4." in read(packed({names[name]: part for name, part in parts.items()}), "stem").text


@pytest.mark.parametrize(
    ("seconds", "code", "shown"),
    [
        (75, "[mm]:ss", "01:15"),
        (75, "[m]:ss", "1:15"),
        (75, "[ss]", "75"),
        (95_400, "[h]:mm", "26:30"),
        (95_400, "[hh]:mm:ss", "26:30:00"),
        (3_600, "[hh]:mm", "01:00"),
        (95_400, "[h]", "26"),
        (95_400, "[Magenta][h]:mm", "26:30"),
        (-5_400, "[h]:mm", "-1:30"),
        (120, "[m]", "2"),
    ],
)
def test_a_duration_is_shown_with_the_parts_of_its_format(seconds: int, code: str, shown: str) -> None:
    assert format_number(seconds / 86_400, code) == shown
