"""Where a person would look for a span, in words."""

from hypothesis import given
from hypothesis import strategies as st

from citeback.index.records import Location, Source


@given(st.text(st.sampled_from("ab\r\n\u2028"), max_size=30), st.data())
def test_a_line_is_counted_as_an_editor_counts_it(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n":
        return  # between the halves of a line's end there is no place
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    assert Source(text, "t", "text").location_at(offset) == f"line {before.count(chr(10)) + 1}"


def test_pages_come_first_and_places_hold_until_the_next() -> None:
    places = (Location(0, "slide 1"), Location(10, "slide 2"))
    slides = Source("x" * 20, "t", "slides", locations=places)
    assert [slides.location_at(n) for n in (0, 9, 10, 19)] == ["slide 1", "slide 1", "slide 2", "slide 2"]
    assert Source("x" * 20, "t", "pdf", pages=(0, 10)).location_at(10) == "page 2"
    assert Source("x", "t", "html").location_at(0) is None
    assert Source("x", "t", "html", locations=(Location(1, "comment by Ada"),)).location_at(0) is None
