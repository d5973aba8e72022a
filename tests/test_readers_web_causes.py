"""Causes of faults in web pages and e-books: formulas, controls, hidden words, notes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import packed

from citeback.index.readers.common.control_characters import clean
from citeback.index.readers.html import ebook, web_page

PAGE = "<html><body><article><h1>Quay</h1><p>{}</p><p>{}</p></article></body></html>"


PROSE = (
    "The north quay was built in 1871 and has twelve berths for boats of up to nine metres, all year round. "
    * 2
)


def page(body: str) -> str:
    return web_page.read(PAGE.format(body, PROSE).encode(), "q").text


WIKIPEDIA = (
    '<span class="mwe-math-element"><span style="display: none;"><math alttext="x">{}</math></span>'
    '<img class="mwe-math-fallback-image-inline" alt="{{\\displaystyle E=mc^{{2}}}}"></span>'
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (WIKIPEDIA.format("<mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup>"), "E=mc^2"),
        (WIKIPEDIA.format(""), "E=mc^{2}"),
        ('<img class="latex" alt="a+b" src="x.png">', "a+b"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math>", "(a+b)/2"),
        ("<math><msqrt><mn>16</mn></msqrt></math>", "√(16)"),
    ],
)
def test_formulas_of_a_page_are_read_once(body: str, text: str) -> None:
    assert f"is {text} here" in page(f"It is {body} here")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<label><input type='checkbox' checked> paid</label>", "☑ paid"),
        ("<label><input type=checkbox> paid</label>", "☐ paid"),
        ("Holder <input value='Eva Lund'>", "Holder Eva Lund"),
        ("Holder <input type=hidden value=x17>", "Holder"),
        ("Quay <select><option>S<option selected>N</select> set", "Quay N set"),
        ("Quay <select><option>S<option>N</select> set", "Quay S set"),
        ("See <video>Your browser is old.</video> here", "See here"),
    ],
)
def test_controls_show_their_state(body: str, text: str) -> None:
    shown = page(body)
    assert text in shown
    assert "x17" not in shown


@pytest.mark.parametrize(
    ("style", "seen"),
    [
        ("position:absolute; left:-9999px", False),
        ("opacity: 0", False),
        ("opacity: 0.5", True),
        ("height:0; overflow:hidden", False),
        ("height:0", True),
        ("color: transparent", False),
        ("font-size:1px", False),
        ("font-size:11px", True),
        ("clip: rect(0,0,0,0)", False),
        ("text-indent:-9em", True),
    ],
)
def test_words_out_of_sight_are_not_read(style: str, seen: bool) -> None:
    assert ("one euro" in page(f"<span style='{style}'>for one euro</span> Fees")) is seen


def test_a_page_that_a_script_fades_in_is_read() -> None:
    body = "".join(f"<p style='opacity:0'>{PROSE}</p>" for _ in range(3))
    assert "1871" in web_page.read(f"<html><body>{body}</body></html>".encode(), "q").text


@given(st.text(alphabet="abcåж", min_size=1, max_size=9), st.text(alphabet="abcåж", min_size=1, max_size=9))
def test_places_where_a_word_may_be_divided_do_not_divide_it(one: str, other: str) -> None:
    assert clean(f"{one}\u200b{other}") == clean(f"{one}\u00ad{other}") == one + other
    assert clean("ภาษา\u200bไทย") == "ภาษา\u200bไทย"


def test_marks_of_notes_and_style_sheets_of_an_e_book() -> None:
    chapter = (
        "<html xmlns:epub='e'><head><link rel='stylesheet' href='s.css'/></head><body><h1>Tower</h1>"
        "<p>Built in 1871<a epub:type='noteref' href='#n'>1</a> here.</p>"
        "<p class='gone'>Draft.</p></body></html>"
    )
    book = "<p><m><item id='a' href='a.xhtml'/></m><s><itemref idref='a'/></s></p>"
    container = "<c><rootfile full-path='c.opf'/></c>"
    parts = {
        "META-INF/container.xml": container,
        "c.opf": book,
        "a.xhtml": chapter,
        "s.css": ".gone{display:none}",
    }
    text = ebook.read(packed({name: part.encode() for name, part in parts.items()}), "e").text
    assert text == "Tower\n\nBuilt in 1871 [1] here."


def test_a_mixed_number_of_a_page_keeps_its_whole_part_apart() -> None:
    assert "bolt of 3 1/4 inch" in page("a bolt of 3<sup>1</sup>/<sub>4</sub> inch")
