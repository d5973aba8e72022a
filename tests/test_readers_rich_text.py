"""Causes of faults in rich text: what stands beside the text, and where."""

import pytest

from citeback.index.readers.office import rtf


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (r"A{\*\atnauthor Bo Ek}{\*\annotation check it} b", "A b\n\nBo Ek: check it"),
        (r"{\header The Board\par}A b{\footer Osby}", "The Board\n\nA b\n\nOsby"),
        (r"A b{\shp{\*\shpinst{\shptxt The mast is 12 m.}}{\shprslt again}}", "A b\n\nThe mast is 12 m."),
        (r"{\fonttbl{\f0 Arial;}{\f1\fcharset204 Cyr;}}{\f1\'cf\'f0} b", "Пр b"),
        (r"{\fonttbl{\f3\froman\fcharset2 Symbol;}}25 {\f3\'b0}C", "25 °C"),
        (r"\u-10179?\u-8694? b", "😊 b"),
    ],
)
def test_rich_text_is_read_with_what_stands_beside_it(markup: str, text: str) -> None:
    assert rtf.read(rf"{{\rtf1\ansi {markup}}}".encode(), "r").text == text


def test_places_in_rich_text_name_comments_and_headers() -> None:
    source = rtf.read(rb"{\rtf1 {\header Board}A{\*\atnauthor Bo}{\*\annotation why}}", "r")
    assert source.location_at(0) == "header"
    assert source.location_at(source.text.index("why")) == "comment by Bo"
