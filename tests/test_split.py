"""Chunks: they cover everything, overlap nowhere, and are short enough for the model."""

import re
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from citeback.index.chunking.splitter import split
from citeback.index.readers.text import markdown
from citeback.index.records import Chunk, Source, Span

WORDS = st.sampled_from(
    [
        "Dr. Smith",
        "landed",
        "at",
        "5 p.m.",
        "The U.S.",
        "3,000",
        "ships",
        "“No.”",
        "Why?",
        "你好。",
        "e.g. 😀",
        "x" * 90,
    ]
)
GLUE = st.sampled_from(
    [" ", " ", ". ", "! ", "\n", "\r\n", "\n\n", "\r\n\r\n", "\n- ", "\n1. ", "\n| a | b |\n", "\f", "\r\r"]
)
HEADING = st.sampled_from(["\n\n# One\n", "\n\n## Two\n\n", "\n\nThree\n=====\n", "\n# \n"])
PROSE = st.lists(
    st.one_of(
        WORDS, GLUE, GLUE, HEADING, st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8)
    ),
    max_size=120,
).map("".join)


def token_starts(text: str) -> NDArray[np.int64]:
    """Return where words start, and every tenth character in them: a plain tokenizer."""
    return np.array([m.start() for m in re.finditer(r"\S{1,10}", text)], dtype=np.int64)


def chunks_of(text: str, most: int = 12) -> tuple[Source, tuple[Chunk, ...]]:
    source = markdown.read(text.encode(), "stem")
    return source, split(source, token_starts(text).tolist(), most)


def blank(text: str, spans: list[Span]) -> bool:
    """Tell whether nothing but white space is left of the text outside the spans."""
    left = list(text)
    for span in spans:
        left[span.start : span.end] = " " * len(span)
    return not "".join(left).strip()


@given(PROSE)
def test_chunks_and_their_sentences_hold_all_text_in_order_and_once(text: str) -> None:
    _, chunks = chunks_of(text)
    sentences = [sentence for chunk in chunks for sentence in chunk.sentences]
    assert blank(text, [chunk.span for chunk in chunks])
    assert blank(text, sentences)
    assert all(a.end <= b.start for a, b in pairwise(sentences))
    assert all(chunk.span.covers(sentence) for chunk in chunks for sentence in chunk.sentences)


@given(PROSE)
def test_no_sentence_is_empty_or_starts_or_ends_with_white_space(text: str) -> None:
    _, chunks = chunks_of(text)
    for chunk in chunks:
        for sentence in chunk.sentences:
            words = sentence.of(text)
            assert words and words == words.strip()


@given(PROSE, st.integers(3, 40))
def test_no_chunk_is_longer_than_asked(text: str, most: int) -> None:
    _, chunks = chunks_of(text, most)
    starts = token_starts(text)
    assert all(np.sum((starts >= c.span.start) & (starts < c.span.end)) <= most for c in chunks)


@given(PROSE)
def test_a_chunk_stands_under_the_headings_before_it(text: str) -> None:
    """Oracle: walk the headings up to the chunk's end that the chunk's body does not precede."""
    source, chunks = chunks_of(text)
    for chunk in chunks:
        before = [h for h in source.headings if h.span.start < chunk.span.end]
        path: list[str] = []
        levels: list[int] = []
        for heading in before:
            while levels and levels[-1] >= heading.level:
                levels.pop()
                path.pop()
            levels.append(heading.level)
            path.append(" ".join(heading.span.of(text).split()))
        assert chunk.headings == tuple(path)


def test_a_document_is_cut_where_a_reader_would() -> None:
    text = (
        "# Ships\n\n## Landings\n\nGround forces landed at Tartus. Dr. Smith saw 3,000 of them.\n\n"
        "- first item\n- second item\n\n## Losses\nSixty-two were killed."
    )
    _, chunks = chunks_of(text, 40)
    assert [(c.headings, [s.of(text) for s in c.sentences]) for c in chunks] == [
        (
            ("Ships", "Landings"),
            [
                "# Ships",
                "## Landings",
                "Ground forces landed at Tartus.",
                "Dr. Smith saw 3,000 of them.",
                "- first item",
                "- second item",
            ],
        ),
        (("Ships", "Losses"), ["## Losses", "Sixty-two were killed."]),
    ]


def test_a_long_paragraph_leaves_no_stump() -> None:
    text = " ".join(f"This is sentence number {n} here." for n in range(9))  # 6 words each
    _, chunks = chunks_of(text, 48)  # eight would fit, and one be left alone
    assert [len(chunk.sentences) for chunk in chunks] == [5, 4]


def test_an_endless_sentence_is_cut_at_a_clause_before_a_space_before_a_token() -> None:
    text = "one two three four, five six seven eight nine ten eleven"
    _, chunks = chunks_of(text, 6)
    assert [s.of(text) for c in chunks for s in c.sentences] == [
        "one two three four,",
        "five six seven eight nine ten",
        "eleven",
    ]
    _, chunks = chunks_of("x" * 45, 2)
    assert [len(c.span) for c in chunks] == [20, 20, 5]


def test_a_line_end_of_two_characters_is_one_and_no_blank_line() -> None:
    text = "The lock was\nopened in 1923 by\nAda Holm. It is old.\n\nNew\n- one\n- two"
    there = [
        [span.of(source.text).replace("\r\n", "\n") for chunk in chunks for span in chunk.sentences]
        for source, chunks in (chunks_of(text, 40), chunks_of(text.replace("\n", "\r\n"), 40))
    ]
    assert there[0] == there[1]
    assert there[1][0] == "The lock was\nopened in 1923 by\nAda Holm."
