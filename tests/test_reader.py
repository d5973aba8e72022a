"""A source on the page is the source, character for character, with exactly the cited words marked."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from parsed import Parsed, sent
from scripted import source

from citeback.index.records import Heading, Source, Span
from citeback.page.state.exchange import CitedPlace
from citeback.page.state.surroundings import headings_above
from citeback.page.views import source_panel
from citeback.page.views.highlights import Highlight
from citeback.page.views.source_blocks import BlockKind, laid_out
from citeback.page.views.source_text import body
from citeback.wire import permalinks

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
                "- an *item*",
                "  2. a `numbered` one",
                "| a | **b** |",
                "|---|---|",
                "> quoted",
                "tab\tbed",
                "Comments",
                "[a](b) ![c](d) `` ` **",
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
    kind = draw(st.sampled_from(["text", "markdown", "html", "pdf"]))
    return Source(text, "", kind, headings, tuple(pages)), draw(spans(text))


@given(sources())
@example((Source("a\n\nb", "", "text"), Span(0, 4)))
@example((Source("| a | |\n|---|---|\n| `b|` | c\n\n- *x*\n  y\n2. z\n\n> q", "", "markdown"), Span(3, 20)))
def test_the_text_of_the_page_is_the_text_of_the_source(drawn: tuple[Source, Span]) -> None:
    whole, marked = drawn
    parsed = Parsed(body(whole, [Highlight(marked, now=True)] if marked else [])).check()
    assert parsed.text == sent(whole.text)
    assert "".join(mark.text for mark in parsed.of("mark", "now")) == sent(marked.of(whole.text))


@given(sources())
def test_the_mark_stands_where_the_span_is(drawn: tuple[Source, Span]) -> None:
    whole, marked = drawn
    before, mark, _ = body(whole, [Highlight(marked, now=True)] if marked else []).partition("<mark")
    if mark:
        assert Parsed(before, whole=False).text == sent(whole.text[: marked.start])


@given(sources(), st.data())
def test_marks_over_one_another_each_hold_their_own_words(
    drawn: tuple[Source, Span], data: st.DataObject
) -> None:
    whole, now = drawn
    others = data.draw(st.lists(spans(whole.text), max_size=3))
    marks = [*(Highlight(each) for each in others if each), *([Highlight(now, now=True)] if now else [])]
    parsed = Parsed(body(whole, marks)).check()
    inside = {offset for each in others for offset in range(each.start, each.end)}
    rest = sorted(inside - set(range(now.start, now.end)))
    assert parsed.text == sent(whole.text)
    assert "".join(m.text for m in parsed.of("mark", "now")) == sent(now.of(whole.text))
    assert "".join(m.text for m in parsed.of("mark", "cited")) == sent("".join(whole.text[n] for n in rest))


def shown(
    text: str, kind: str = "markdown", headings: tuple[Heading, ...] = (), *marks: Highlight
) -> list[Any]:
    parsed = Parsed(body(Source(text, "", kind, headings), marks)).check()
    assert parsed.text == text
    return [(e.tag, e.text) for e in parsed.elements if e.tag != "span"]


def test_headings_paragraphs_and_indentation() -> None:
    text = "# One\nfirst line\nsecond line\n\n    code\n\n\n## Two\n\nlast\n"
    headings = (Heading(Span(2, 5), 1), Heading(Span(text.index("Two"), text.index("Two") + 3), 2))
    assert shown(text, "markdown", headings) == [
        ("h3", "# One"),
        ("p", "first line\nsecond line"),
        ("p", "    code"),
        ("h4", "## Two"),
        ("p", "last"),
    ]


def test_a_mark_over_several_paragraphs_is_one_in_each() -> None:
    assert shown("one\n\ntwo\n\nthree", "text", (), Highlight(Span(1, 12), now=True)) == [
        ("p", "one"),
        ("mark", "ne"),
        ("mark", "\n\n"),
        ("p", "two"),
        ("mark", "two"),
        ("mark", "\n\n"),
        ("p", "three"),
        ("mark", "th"),
    ]


def test_a_list_has_items_and_a_table_has_cells() -> None:
    assert shown("- one\n  more\n- two\n  3. three") == [
        ("ul", "- one\n  more\n- two\n  3. three"),
        ("li", "- one\n  more\n"),
        ("li", "- two\n"),
        ("li", "  3. three"),
    ]
    cells = [each for each in shown("| a | b |\n|---|---|\n| c |  | d") if each[0] in ("th", "td")]
    assert cells == [
        ("th", "| a |"),
        ("th", " b |\n"),
        ("td", "|---|---|\n"),
        ("td", "| c |"),
        ("td", "  |"),
        ("td", " d"),
    ]
    tabbed = shown("a\tb\nc\td", "html")
    assert [each for each in tabbed if each[0] == "td"] == [
        ("td", "a\t"),
        ("td", "b\n"),
        ("td", "c\t"),
        ("td", "d"),
    ]


def test_emphasis_and_code_are_drawn_and_links_are_words() -> None:
    text = "Type `make`, **now** or *later*, [here](http://example.test/) and 2 * 3 * 4."
    assert shown(text) == [("p", text), ("code", "make"), ("strong", "now"), ("em", "later")]
    assert shown(text, "text") == [("p", text)]


def test_readers_comments_are_set_apart() -> None:
    text = "The canal.\n\nComments\n\nFirst!"
    headings = (Heading(Span(12, 20), 2),)
    assert ("section", "Comments\n\nFirst!") in shown(text, "html", headings)
    assert not [each for each in shown(text, "markdown", headings) if each[0] == "section"]


LONG = "A line that is as long as those of a text that was broken at a width"


def test_lines_broken_at_a_width_flow_and_others_stay() -> None:
    for kind, words in (
        ("text", f"{LONG}\n{LONG}\nand an end."),
        ("pdf", f"{LONG}\n{LONG}"),
        ("markdown", "Short lines\nof one paragraph"),
    ):
        assert laid_out(words, kind) is BlockKind.PROSE
    for kind, words in (
        ("text", "a\nshort\npoem"),
        ("text", f"- {LONG}\n- {LONG}"),
        ("text", f"    {LONG}\n    {LONG}"),
        ("html", f"{LONG}\n{LONG}"),
        ("markdown", "with a hard  \nbreak"),
        ("markdown", LONG),
        ("markdown", ""),
    ):
        assert laid_out(words, kind) is BlockKind.LINES
    assert laid_out(f"> {LONG}\n> {LONG}", "markdown") is BlockKind.QUOTE


def test_fenced_code_is_one_block() -> None:
    code = "```sh\nmake chat\n\n# not a heading\n```"
    parsed = Parsed(body(source(f"Type\nthis:\n\n{code}\n\nDone.", kind="markdown")))
    assert [(p.text, p.classes) for p in parsed.elements] == [
        ("Type\nthis:", ["prose"]),
        (code, ["code"]),
        ("Done.", ["lines"]),
    ]


def test_pages_are_named_where_they_start() -> None:
    parsed = Parsed(body(source("one\n\ntwo", pages=(0, 5)), [Highlight(Span(5, 8), now=True)]))
    assert [e.attributes.get("data-label", e.text) for e in parsed.elements] == [
        "Page 1",
        "one",
        "Page 2",
        "two",
        "two",
    ]


def place(text: str, quote: str) -> CitedPlace:
    start = text.index(quote)
    return CitedPlace("cite-0-1", "a/news.txt", Span(start, start + len(quote)), quote)


def test_a_document_is_shown_with_its_title_name_and_page() -> None:
    text = "One page.\n\nSixty-two were killed."
    parsed = Parsed(
        source_panel.document_panel(source(text, "The news", "pdf", (0, 11)), place(text, "Sixty-two"))
    ).check()
    assert parsed.of("h2")[0].text == "The news"
    assert parsed.of("p", "name")[0].text == "a/news.txt · PDF · 33 characters · page 2"
    assert [m.text for m in parsed.of("mark")] == ["Sixty-two"]
    assert parsed.of("aside")[0].attributes["data-ref"] == "cite-0-1"
    assert not parsed.of("p", "notice")


def test_a_document_that_changed_says_so_and_marks_nothing() -> None:
    parsed = Parsed(
        source_panel.document_panel(
            source("Other words stand here now."), place("Sixty-two died.", "Sixty-two")
        )
    )
    assert "has changed since it was cited" in parsed.of("p", "notice")[0].text
    assert parsed.of("blockquote")[0].text == "Sixty-two"
    assert not parsed.of("mark")


def test_a_document_that_became_shorter_than_the_span_has_changed() -> None:
    parsed = Parsed(source_panel.document_panel(source("x"), place("Sixty-two died.", "died.")))
    assert "has changed" in parsed.text and not parsed.of("mark")


def test_a_document_that_is_gone_shows_the_words_as_cited() -> None:
    parsed = Parsed(source_panel.missing_document_panel(place("Sixty-two died.", "Sixty-two"))).check()
    assert "no longer in the index" in parsed.text
    assert parsed.of("blockquote")[0].text == "Sixty-two"


def test_the_headings_above_the_words_are_their_place() -> None:
    text = "One\nTwo\nwords\nThree\nmore"
    heads = tuple(
        Heading(Span(text.index(w), text.index(w) + len(w)), n)
        for w, n in (("One", 1), ("Two", 2), ("Three", 2))
    )
    whole = Source(text, "", "text", heads)
    assert headings_above(whole, text.index("words")) == ["One", "Two"]
    assert headings_above(whole, text.index("more")) == ["One", "Three"]
    assert (
        Parsed(source_panel.document_panel(whole, place(text, "more"))).of("p", "where")[0].text == "OneThree"
    )


def test_all_citations_of_a_conversation_are_marked_and_lead_to_each_other() -> None:
    text = "One. Two. Three. Four."
    cited = [
        replace(place(text, word), ref=f"cite-0-{n}") for n, word in enumerate(("One.", "Two.", "Four."), 1)
    ]
    gone = replace(place(text, "Three."), quote="Other words.")
    parsed = Parsed(source_panel.document_panel(source(text), cited[1], [*cited, gone])).check()
    assert [m.text for m in parsed.of("mark", "now")] == ["Two."]
    assert [m.text for m in parsed.of("mark", "cited")] == ["One.", "Four."]
    assert [a.attributes["href"] for a in parsed.of("a", "step")] == ["#cite-0-1", "#cite-0-3"]
    assert parsed.of("span", "count")[0].text == "2 of 3 cited here"
    assert "step" not in source_panel.document_panel(source(text), cited[1], cited[1:2])


@given(st.text(min_size=1), st.integers(0, 10**9), st.text(min_size=1))
def test_a_permanent_link_is_read_as_it_was_made(name: str, start: int, quote: str) -> None:
    made = permalinks.permanent_link(name, Span(start, start + len(quote)), quote)
    asked = urlsplit(made.path)
    given = {key: value for key, (value,) in parse_qs(asked.query).items()}
    document = unquote(asked.path.removeprefix(permalinks.ROOT))
    assert permalinks.parse_link(document, given["at"], given["words"]) == made and made.matches(quote)
    assert not made.matches(quote + "x")


@pytest.mark.parametrize(
    ("at", "words"),
    [("", ""), ("3-1", "0" * 32), ("1-1", "0" * 32), ("1-3", "xyz"), ("-1-3", "0" * 32), ("1-3", "0" * 31)],
)
def test_what_is_no_permanent_link(at: str, words: str) -> None:
    assert permalinks.parse_link("a.txt", at, words) is None


def test_the_head_of_a_table_stands_over_its_columns() -> None:
    whole = "Month\tShips\tRemark\nMay\t52\tice\nJune\t61\t\n"
    heading = Heading(Span(0, 18), 1)
    parsed = Parsed(body(Source(whole, "", "text", (heading,)), [Highlight(Span(6, 22), now=True)]))
    assert parsed.text == whole
    drawn = body(Source(whole, "", "text", (heading,)))
    assert re.findall(r"<(t[hd])[^>]*>", drawn) == ["th"] * 3 + ["td"] * 5
    assert "<h3" not in drawn
    assert "<h3" in body(Source(f"{whole[:19]}\nThe end.", "", "text", (heading,)))
