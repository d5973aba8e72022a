"""Markdown: the file itself; headings where a Markdown renderer puts them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from citeback.index.readers.text import markdown
from citeback.index.records import Source

PIECES = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "### ",
            "#",
            " #",
            " ##",
            "\n===",
            "\n---",
            "\n",
            "\r\n",
            "\r",
            "\n\n",
            "> ",
            "- ",
            "1. ",
        ),
        *(
            "    ",
            "\t",
            "```\n",
            "~~~",
            "**bold**",
            "`code`",
            "[link](x)",
            "\\#",
            "words",
            "é𝒳",
            "\u200f",
            "a b ",
        ),
    ]
)
DOCUMENTS = st.lists(PIECES, max_size=40).map("".join)


def read(of: str) -> Source:
    return markdown.read(of.encode(), "stem")


def headings(of: str) -> list[tuple[int, str]]:
    source = read(of)
    return [(heading.level, heading.span.of(source.text)) for heading in source.headings]


def rendered(of: str) -> list[tuple[int, str]]:
    """Return the headings as the Markdown parser has them: the oracle."""
    tokens = MarkdownIt("commonmark").parse(of)
    pairs = pairwise(tokens)
    return [(int(a.tag[1:]), b.content) for a, b in pairs if a.type == "heading_open" and b.content]


@given(DOCUMENTS)
def test_headings_are_the_parsers_and_their_spans_cut_its_words(written: str) -> None:
    source = read(written)
    assert source.text == written
    expected = rendered(written)
    results = [(h.level, h.span.of(written)) for h in source.headings]
    assert [level for level, _ in results] == [level for level, _ in expected]
    for (_, words), (_, content) in zip(results, expected, strict=True):
        # A heading over several lines keeps in its span what stands at the line starts ("> ").
        parts = content.split("\n")
        assert words == content if len(parts) == 1 else words.startswith(parts[0])
        assert words.endswith(parts[-1])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_atx_and_setext_headings(newline: str, mark: str) -> None:
    written = "# One ##\n\ntext\n\nTwo words\n---------\n\n> ### Three\n\n- #### Four\n\n```\n# no\n```\n"
    expected = [(1, "One"), (2, "Two words"), (3, "Three"), (4, "Four")]
    assert headings(mark + written.replace("\n", newline)) == expected


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("---\ntitle: The Harbour\n---\n# Other\n", "The Harbour"),
        ("---\r\ndate: 2020\r\ntitle: 'The Harbour'\r\n---\r\n# Other\r\n", "The Harbour"),
        ('+++\ntitle = "The Harbour"\n+++\n# Other\n', "The Harbour"),
        ("\ufeff---\ntitle: The Harbour\n...\n", "The Harbour"),
        ("---\ndate: 2020\n---\n\n# First\n", "First"),
        ("---\ntitle: >\n  folded\n---\n\n# First\n", "First"),
        ("---\ntitle: never closed\n\n# First\n", "First"),
        ("---\n\nA page under a rule: no front matter.\n\n---\n\n# First\n", "First"),
        ("text\n\n## The **bold** `code` [link](x)\n", "The bold code link"),
        ("only text", "stem"),
    ],
)
def test_the_title_is_of_the_front_matter_or_the_first_heading_or_the_file(written: str, title: str) -> None:
    assert read(written).title == title


def test_front_matter_holds_no_headings_but_stays_in_the_text() -> None:
    written = "---\n# a comment\ntitle: x\n---\n# One\n"
    assert read(written).text == written
    assert headings(written) == [(1, "One")]
