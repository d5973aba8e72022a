"""What is taken away as Markdown or BibTeX reads as the words that stood there, by a real renderer."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from scripted import answer, cite, said

from citeback.index.records import Span
from citeback.page.state.exchange import Exchange
from citeback.page.views import escaping, export, references
from citeback.page.views.references import Reference

RENDERERS = [
    MarkdownIt("commonmark"),
    MarkdownIt("js-default"),
    MarkdownIt("commonmark").enable(["table", "strikethrough"]),
]
CONTROL = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
SIGNS = st.text(st.sampled_from("\\`*_[]<>#|~&$-+=.):!(1230ab;\"' \t\n\r\f\xa0\u2028x/@^{}"), max_size=30)
PARTS = st.sampled_from(
    [
        "&amp;",
        "&#38;",
        "~~no~~",
        "1.",
        "2)",
        "- a",
        "+ b",
        "* c",
        "---",
        "===",
        "```",
        "~~~",
        "    x",
        "> q",
        "# h",
        "|a|b|\n|-|-|",
        "[a](javascript:x)",
        "![](x)",
        "[^1-1]: x",
        "[a]: b",
        "<b>",
        "<!--",
        "<http://x.test>",
        "\\",
        "  \n",
        "\n\n",
        "$x$",
        "https://x.test/a_b_c",
        ":-",
        "\t",
    ]
)
WORDS = st.text() | SIGNS | st.lists(PARTS | SIGNS, max_size=6).map("".join)


class Text(HTMLParser):
    """The text of HTML, and the names of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.names = "", set[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def read(markdown: str, renderer: MarkdownIt = RENDERERS[0]) -> Text:
    return Text(renderer.render(markdown))


def shown(words: str) -> str:
    return CONTROL.sub("\ufffd", words)


def every(function: Callable[..., None]) -> Callable[..., None]:
    """Try what each sign means at the beginning of a line, of the words or of another."""
    for sign in (
        "1.",
        "9)",
        "-",
        "+",
        "*",
        "=",
        "#",
        ">",
        "~~~",
        "```",
        "|",
        ":",
        "\t",
        " ",
        "&amp;",
        "[a]: b",
    ):
        function = example(f"{sign} words\n{sign}\n\n{sign} more {sign}\n")(function)
    return function


@every
@given(WORDS)
def test_words_as_markdown_read_as_these_words(words: str) -> None:
    made = escaping.markdown(words)
    for renderer in RENDERERS:
        got = read(made, renderer)
        assert got.text == (shown(words) + "\n" if words else "")
        assert got.names <= {"p"}


@every
@given(WORDS)
def test_they_do_in_a_heading_a_quotation_and_a_footnote_too(words: str) -> None:
    heading = read(f"# {escaping.on_one_line(words)}\n\nEnd.")
    assert heading.text.removesuffix("\nEnd.\n") == shown(words) and heading.names == {"h1", "p"}
    quoted = read(f"> {escaping.markdown(words, '> ')}\n>\n> End.")
    assert quoted.text.strip("\n") == (shown(words) + "\nEnd.").strip("\n")
    assert quoted.names == {"blockquote", "p"}
    note = read(f"[^1-1]: a, b: “{escaping.markdown(words)}”")
    assert note.text == f"[^1-1]: a, b: “{shown(words)}”\n" and note.names == {"p"}


@given(WORDS, WORDS)
def test_a_conversation_that_is_taken_away_says_what_was_said(name: str, words: str) -> None:
    cited = cite("a.txt", words or "x", words or "x")
    one = Exchange(name, answer=answer(name, [said(cited, text=words or "x")]))
    got = read(export.export("md", name, (one,)).decode())
    text = shown(words or "x")
    assert text in got.text and f"“{text}”" in got.text
    assert got.text.count(shown(name)) >= 2 and got.names == {"h1", "h2", "p"}


@given(WORDS.filter(bool), WORDS.filter(bool))
def test_a_passage_that_is_copied_says_what_stood_there(title: str, words: str) -> None:
    one = Reference(words, "a b.md", Span(0, len(words)), title=title, date="2024-05-01")
    got = read(references.markdown(one))
    assert got.text.lstrip("\n").startswith(shown(words).lstrip("\n"))
    assert got.names == {"blockquote", "p", "code"}


TEX = re.compile(r"\{\\(text\w+)\}|\\([%&#$_])|([\\{}^~%&#$_])")
NAMED = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciicircum": "^",
    "textasciitilde": "~",
}


@given(WORDS)
def test_words_as_bibtex_are_set_as_these_words(words: str) -> None:
    made = escaping.bibtex(words)
    bare = [match[3] for match in TEX.finditer(made) if match[3]]
    assert bare == [] and made.count("{") == made.count("}")
    set_by_tex = TEX.sub(lambda match: NAMED.get(match[1] or "", "") or match[2], made)
    assert set_by_tex == " ".join(shown(words).split())


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("In all, 412 ships passed (in 2022).", "In all, 412 ships passed (in 2022)."),
        ("twenty-five a.m.", "twenty-five a.m."),
        ("1. One\n- two", "1\\. One\n\\- two"),
    ],
)
def test_what_means_nothing_stays_as_it_is(words: str, written: str) -> None:
    assert escaping.markdown(words) == written


def test_much_space_in_the_middle_costs_no_more_than_other_words() -> None:
    # A pattern that looks for the space at the end would begin anew at each of these.
    assert escaping.markdown(f"a{' ' * 200_000}b") == f"a{' ' * 200_000}b"
    assert escaping.markdown("\n" * 20_000) == escaping.NEWLINE * 20_000
