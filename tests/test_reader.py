"""A source on the page is the source, character for character, with exactly the cited words marked."""

from hypothesis import example, given
from hypothesis import strategies as st
from parsed import Parsed, sent
from scripted import source

from index.records import Heading, Source, Span
from page import reader
from page.blocks import flows
from page.exchange import Place

LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "```",
                "~~~~",
                "",
                " ",
                "\t",
                "    indented",
                "# A heading",
                "A heading",
                "=====",
                "</p><b>&amp;",
            ]
        ),
        st.text(st.characters(codec=None), max_size=12),
    ),
    max_size=12,
)
BREAKS = st.sampled_from(["\n", "\r\n", "\n\n", "\n \n\n", "\r", "\f", " "])


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    ends = draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))))
    return Span(min(ends), max(ends))


@st.composite
def sources(draw: st.DrawFn) -> tuple[Source, Span]:
    lines = draw(LINES)
    text = "".join(part for line in lines for part in (line, draw(BREAKS)))
    headings = tuple(Heading(s, draw(st.integers(1, 6))) for s in draw(st.lists(spans(text), max_size=3)))
    pages = sorted(draw(st.sets(st.integers(0, len(text)), max_size=3)))
    kind = draw(st.sampled_from(["text", "markdown"]))
    return Source(text, "", kind, headings, tuple(pages)), draw(spans(text))


@given(sources())
@example((Source("a\n\nb", "", "text"), Span(0, 4)))
def test_the_text_of_the_page_is_the_text_of_the_source(drawn: tuple[Source, Span]) -> None:
    whole, marked = drawn
    parsed = Parsed(reader.body(whole, marked)).check()
    assert parsed.text == sent(whole.text)
    assert [mark.text for mark in parsed.of("mark")] == ([sent(marked.of(whole.text))] if marked else [])


@given(sources())
def test_the_mark_stands_where_the_span_is(drawn: tuple[Source, Span]) -> None:
    whole, marked = drawn
    before, mark, _ = reader.body(whole, marked).partition("<mark")
    if mark:
        assert Parsed(before, whole=False).text == sent(whole.text[: marked.start])


def test_headings_paragraphs_and_indentation() -> None:
    text = "# One\nfirst line\nsecond line\n\n    code\n\n\n## Two\n\nlast\n"
    headings = (Heading(Span(2, 5), 1), Heading(Span(text.index("Two"), text.index("Two") + 3), 2))
    parsed = Parsed(reader.body(Source(text, "", "markdown", headings), Span(0, 0)))
    assert [(e.tag, e.text) for e in parsed.elements] == [
        ("h3", "# One"),
        ("span", "# "),
        ("p", "first line\nsecond line"),
        ("p", "    code"),
        ("h4", "## Two"),
        ("span", "## "),
        ("p", "last"),
    ]


def test_a_mark_over_several_paragraphs_stays_whole() -> None:
    parsed = Parsed(reader.body(source("one\n\ntwo\n\nthree"), Span(1, 12)))
    assert [(e.tag, e.text) for e in parsed.elements] == [
        ("p", "one\n\ntwo\n\nthree"),
        ("mark", "ne\n\ntwo\n\nth"),
    ]


LONG = "A line that is as long as those of a text that was broken at a width"


def test_lines_broken_at_a_width_flow_and_others_stay() -> None:
    assert flows(f"{LONG}\n{LONG}\nand an end.", "text")
    assert flows("Short lines\nof one paragraph", "markdown")
    assert not flows("a\nshort\npoem", "text")
    assert not flows("with a hard  \nbreak", "markdown")
    items = (
        f"- {LONG}\n- {LONG}",
        f"| {LONG} |\n| {LONG} |",
        f"    {LONG}\n    {LONG}",
        f"{LONG}\n2. {LONG}",
    )
    for kept in (LONG, "", f"{LONG}\n\n{LONG}", *items):
        assert not flows(kept, "text") and not flows(kept, "markdown"), kept
    parsed = Parsed(reader.body(source(f"{LONG}\n{LONG}\n\nshort\nlines"), Span(0, 0)))
    assert [p.classes for p in parsed.elements] == [["flows"], []]


def test_fenced_code_is_one_block() -> None:
    code = "```sh\nmake chat\n\n# not a heading\n```"
    parsed = Parsed(reader.body(source(f"Type\nthis:\n\n{code}\n\nDone.", kind="markdown"), Span(0, 0)))
    assert [(p.text, p.classes) for p in parsed.elements] == [
        ("Type\nthis:", ["flows"]),
        (code, ["code"]),
        ("Done.", []),
    ]


def test_pages_are_named_where_they_start() -> None:
    parsed = Parsed(reader.body(source("one\n\ntwo", pages=(0, 5)), Span(5, 8)))
    assert [e.attributes.get("data-label", e.text) for e in parsed.elements] == [
        "Page 1",
        "one",
        "Page 2",
        "two",
        "two",
    ]


def place(text: str, quote: str) -> Place:
    start = text.index(quote)
    return Place("cite-0-1", "a/news.txt", Span(start, start + len(quote)), quote)


def test_a_document_is_shown_with_its_title_name_and_page() -> None:
    text = "One page.\n\nSixty-two were killed."
    parsed = Parsed(
        reader.document(source(text, "The news", "pdf", (0, 11)), place(text, "Sixty-two"))
    ).check()
    assert parsed.of("h2")[0].text == "The news"
    assert parsed.of("p", "name")[0].text == "a/news.txt · pdf · 33 characters · page 2"
    assert [m.text for m in parsed.of("mark")] == ["Sixty-two"]
    assert parsed.of("aside")[0].attributes["data-ref"] == "cite-0-1"
    assert not parsed.of("p", "notice")


def test_a_document_that_changed_says_so_and_marks_nothing() -> None:
    parsed = Parsed(
        reader.document(source("Other words stand here now."), place("Sixty-two died.", "Sixty-two"))
    )
    assert "has changed since it was cited" in parsed.of("p", "notice")[0].text
    assert parsed.of("blockquote")[0].text == "Sixty-two"
    assert not parsed.of("mark")


def test_a_document_that_became_shorter_than_the_span_has_changed() -> None:
    parsed = Parsed(reader.document(source("x"), place("Sixty-two died.", "died.")))
    assert "has changed" in parsed.text and not parsed.of("mark")


def test_a_document_that_is_gone_shows_the_words_as_cited() -> None:
    parsed = Parsed(reader.gone(place("Sixty-two died.", "Sixty-two"))).check()
    assert "no longer in the index" in parsed.text
    assert parsed.of("blockquote")[0].text == "Sixty-two"
