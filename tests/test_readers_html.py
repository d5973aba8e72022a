"""Web pages: the words a reader sees, in blocks, with nothing of the markup in them."""

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from citeback.index.errors import ReadError
from citeback.index.readers.common.blocks import Block, blocks, join_blocks
from citeback.index.readers.html import web_page
from citeback.index.records import Source

LONG = (
    "Ground forces went ashore at the old port on Monday, and the harbour master said that nothing "
    "like it had been seen there before, although he had kept the log for thirty years."
)
PAGE = f"""<!DOCTYPE html>
<html><head><title>The Harbour Report | Daily</title><script>var unread = "script";</script></head><body>
<nav><a href="/">Home</a> <a href="/all">All reports</a></nav>
<article><h1>The Harbour Report</h1>
<p>{LONG} The <b>first</b> <a href="x">crane</a> fell; <code>x*y</code> was <em>not</em> measured.<br>
Next line.</p>
<h2>What was <em>unloaded</em></h2>
<ul><li>Sixty crates of fish</li><li>Four lorries<ul><li>two red</li></ul></li></ul>
<p>{LONG}</p>
<table><tr><th>Ship</th><th>Tons</th></tr><tr><td>Aurora</td><td>1,200</td></tr></table>
<blockquote><p>We counted twice, and it was the same number.</p></blockquote>
<pre>def f(x):
    return x</pre>
<h3>Aftermath</h3><p>{LONG} AT&amp;T &lt;said&gt; so.</p></article>
<div id="comments"><h3>2 Comments</h3><ol class="commentlist">
<li class="comment"><p>I was there and it was raining the whole day.</p></li>
<li class="comment"><p>Was it not a Tuesday, as my diary has it?</p></li></ol></div>
<footer>Imprint</footer></body></html>"""


def read(page: str) -> Source:
    return web_page.read(page.encode(), "stem")


def headings(source: Source) -> list[tuple[int, str]]:
    return [(heading.level, heading.span.of(source.text)) for heading in source.headings]


def test_a_page_becomes_its_main_text_in_blocks_and_then_its_comments() -> None:
    source = read(PAGE)
    assert source.title == "The Harbour Report"
    assert source.text.split("\n\n") == [
        "The Harbour Report",
        f"{LONG} The first crane fell; x*y was not measured.\nNext line.",
        "What was unloaded",
        "Sixty crates of fish\nFour lorries\ntwo red",
        LONG,
        "Ship\tTons\nAurora\t1,200",
        "We counted twice, and it was the same number.",
        "def f(x):\n    return x",
        "Aftermath",
        f"{LONG} AT&T <said> so.",
        "Comments",
        "I was there and it was raining the whole day.",
        "Was it not a Tuesday, as my diary has it?",
    ]
    assert headings(source) == [
        (1, "The Harbour Report"),
        (2, "What was unloaded"),
        (3, "Aftermath"),
        (2, "Comments"),
    ]


def test_a_page_without_comments_has_no_heading_for_them() -> None:
    before, _, after = PAGE.partition('<div id="comments">')
    assert "Comments" not in read(before + after[after.index("<footer>") :]).text


def test_a_short_page_keeps_all_its_visible_words_and_its_headings() -> None:
    source = read("<title>Tide table</title><h1>Tides</h1><p>High at six.<footer>Port office</footer>")
    assert source.text == "Tides\n\nHigh at six.\n\nPort office"
    assert headings(source) == [(1, "Tides")]


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>The\n tide   table</title><p>x", "The tide table"),
        ("<title></title><h2>Tides</h2><p>x", "Tides"),
        ("<meta property='og:title' content='Tides today'><p>x", "Tides today"),
        ("<p>x", "stem"),
    ],
)
def test_the_title_is_the_pages_own(page: str, title: str) -> None:
    assert read(f"<html>{page}</html>").title == title


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>only a title</title></head><body></body></html>",
        "<html><body><script>alert(1)</script><style>p {}</style><!-- note --></body></html>",
        "<!-- -->",
        "<",
        "\u00a0",
    ],
)
def test_a_page_without_words_says_so(page: str) -> None:
    try:
        assert read(page).text == "<"
    except ReadError as error:
        assert str(error) == "no text in this page"


def test_words_outside_any_markup_are_read() -> None:
    assert read("just words, no page").text == "just words, no page"


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55357;", "&#0;", "&#xFFFE;", "&#1;", "&#x110000;"])
def test_character_references_that_are_no_characters_do_not_break_the_text(reference: str) -> None:
    source = read(f"<p>Before{reference}After</p>")
    source.text.encode()
    assert re.fullmatch("Before\ufffd*After", source.text)


def test_soft_hyphens_and_direction_marks() -> None:
    assert read("<p>in&shy;ter&shy;na\u200etional</p>").text == "inter" + "na\u200etional"


def test_xhtml_with_elements_closed_in_place_is_read_whole() -> None:
    page = (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "x.dtd">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x.js"/></head>'
        "<body><p>All of it.</p></body></html>"
    )
    assert read(page).text == "All of it."


def test_entities_are_not_expanded_and_no_file_is_read() -> None:
    page = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/hostname">'
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><html><body><p>Words &f; and &b;.</p></body></html>'
    )
    text = read(page).text
    assert "Words &f; and &b;." in text


def test_elements_up_to_2000_deep_are_read_and_deeper_ones_refused_not_cut_off() -> None:
    def deep(levels: int) -> str:
        return "<div>" * levels + "<p>bottom</p>" + "</div>" * levels + "<p>after</p>"

    assert read(deep(400)).text == "bottom\n\nafter"
    with pytest.raises(ReadError, match="nested too deep"):
        read(deep(5000))


def test_a_declared_encoding_is_used() -> None:
    page = '<html><head><meta charset="koi8-r"></head><body><p>Поезд стоит.</p></body></html>'
    assert web_page.read(page.encode("koi8-r"), "stem").text == "Поезд стоит."


WORDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=12)


PARTS = st.tuples(st.sampled_from(["h1", "h2", "h6", "p", "li", "blockquote", "div", "td"]), WORDS)


@settings(deadline=None, max_examples=50)
@given(st.lists(PARTS, min_size=1, max_size=12))
def test_no_word_of_a_short_page_is_lost_and_headings_cut_their_words(parts: list[tuple[str, str]]) -> None:
    source = read("<html><body>" + "".join(f"<{tag}>{escape(words)}</{tag}>\n" for tag, words in parts))
    assert source.text.split() == [words for _, words in parts]
    assert headings(source) == [(int(tag[1]), words) for tag, words in parts if tag[0] == "h"]


@given(st.lists(st.builds(Block, WORDS, st.integers(0, 6), st.integers(0, 2))))
def test_joined_blocks_can_be_cut_apart_again(parts: list[Block]) -> None:
    whole = join_blocks(parts)
    text, results = whole.text, whole.headings
    assert [(h.level, h.span.of(text)) for h in results] == [(b.level, b.text) for b in parts if b.level]
    assert re.sub(r"\n\n?", "\n", text) == "\n".join(block.text for block in parts)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ("<body><p>a<lb/>b</p></body>", ["a\nb"]),
        ("<body><p>He said <quote>so</quote> twice.</p></body>", ["He said so twice."]),
        ("<body><quote>a</quote><quote>b</quote></body>", ["a", "b"]),
        ("<body>loose <p>a</p> tail</body>", ["loose", "a", "tail"]),
        (
            "<body><table><row><cell><p>a</p><p>b</p></cell><cell/><cell>c</cell></row></table></body>",
            ["a b\t\tc"],
        ),
        ("<body><list><item>a<list><item>b</item></list>c</item></list></body>", ["a", "b", "c"]),
        ("<body><code>  x\n   y\n</code></body>", ["  x\n   y"]),
        ("<body><head rend='h4'>a\n  b</head></body>", ["a b"]),
    ],
)
def test_trees_fall_into_blocks(tree: str, expected: list[str]) -> None:
    assert [block.text for block in blocks(etree.fromstring(tree))] == expected
