"""Documents that say nearly the same are found, whatever the order; counted runs of words are the oracle."""

import re
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import ToyEncoder, loading, read

from citeback.index.generations.parts.minhash import (
    HASHES,
    MIN_SHINGLES,
    MIN_SIMILARITY,
    duplicate_groups,
    estimated_similarity,
    minhash,
    near_duplicates,
)
from citeback.index.generations.store import Store
from citeback.index.sync.sync import sync

WORDS = [f"{a}{b}{c}" for a in "bdfglmnprst" for b in "aeiou" for c in ("", "n", "r", "l", "rk")]
SLACK = 5 * (0.25 / HASHES) ** 0.5
"""Five times the largest deviation that an estimate from so many hashes has."""


def exactly(one: str, other: str) -> float:
    """Return the share of three-word runs that two texts have in common, by counting them."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[^\W_]+", text.casefold())
        return {tuple(words[n : n + 3]) for n in range(len(words) - 2)}

    return len(runs(one) & runs(other)) / max(1, len(runs(one) | runs(other)))


def changed(text: str, every: int, seed: int) -> str:
    """Return a text in which one word in so many is another one."""
    dice = Random(seed)  # noqa: S311  not for secrets
    return " ".join(dice.choice(WORDS) if dice.random() < 1 / every else word for word in text.split())


texts = st.builds(
    lambda seed, length: " ".join(Random(seed).choices(WORDS, k=length)),  # noqa: S311
    st.integers(0, 2**32),
    st.integers(MIN_SHINGLES + 2, 400),
)


@given(texts, st.integers(3, 100), st.integers(0, 2**32))
def test_likeness_is_about_the_share_of_runs_in_common(text: str, every: int, seed: int) -> None:
    other = changed(text, every, seed)
    assert abs(estimated_similarity(minhash(text), minhash(other)) - exactly(text, other)) <= SLACK


@given(st.lists(st.tuples(texts, st.integers(2, 40)), min_size=1, max_size=4), st.randoms())
def test_the_groups_do_not_depend_on_the_order(made: list[tuple[str, int]], dice: Random) -> None:
    kept = {
        f"{n}-{k}": minhash(changed(text, every, k) if k else text)
        for n, (text, every) in enumerate(made)
        for k in range(4)
    }
    result, names = near_duplicates(kept), list(kept)
    dice.shuffle(names)
    assert near_duplicates({name: kept[name] for name in names}) == result
    for name, first in result.items():
        assert first < name and first not in result
        assert estimated_similarity(kept[name], kept[first]) >= MIN_SIMILARITY


@given(texts, st.integers(0, 2**32))
def test_what_has_most_runs_in_common_is_always_found(text: str, seed: int) -> None:
    other = changed(text, 60, seed)
    if exactly(text, other) >= 0.9:
        assert near_duplicates({"b": minhash(other), "a": minhash(text)}) == {"b": "a"}


@given(texts, texts)
def test_other_texts_are_not_near(one: str, other: str) -> None:
    if exactly(one, other) < 0.2:
        assert near_duplicates({"a": minhash(one), "b": minhash(other)}) == {}


def test_case_marks_and_lines_do_not_count_but_words_do() -> None:
    text = " ".join(WORDS[:60])
    assert minhash(text) == minhash(text.upper().replace(" ", ",\n")) != minhash(text + " canal")
    assert minhash(" ".join(WORDS[: MIN_SHINGLES + 1])) == b"" != minhash(" ".join(WORDS[: MIN_SHINGLES + 2]))
    chinese = "".join(chr(0x4E00 + n * 7) for n in range(80))
    assert (
        estimated_similarity(minhash(chinese), minhash(chinese.replace(chinese[40], "一"))) > MIN_SIMILARITY
    )


def test_a_long_text_is_read_in_blocks_that_lose_no_run() -> None:
    words = [WORDS[n] for n in np.random.default_rng(1).integers(0, len(WORDS), 9000)]
    assert np.array_equal(
        np.frombuffer(minhash(" ".join(words)), dtype="<u4"),
        np.min(
            [np.frombuffer(minhash(" ".join(words[n : n + 30])), dtype="<u4") for n in range(0, 8990, 10)], 0
        ),
    )


def test_groups_name_all_the_others() -> None:
    assert duplicate_groups([("c", "a"), ("b", "a"), ("y", "x")]) == {
        "a": ("b", "c"),
        "b": ("a", "c"),
        "c": ("a", "b"),
        "x": ("y",),
        "y": ("x",),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    text = ". ".join(" ".join(WORDS[n : n + 9]) for n in range(0, 270, 9))
    for name, statement in (("b", text), ("c", text + " More words of another hand."), ("d", "Other words.")):
        (tmp_path / "docs" / f"{name}.txt").write_text(statement)
    (tmp_path / "docs" / "copy.txt").write_text(text)
    return tmp_path / "docs"


def marks(store: Store, folder: Path) -> dict[str, str]:
    sync(store, [folder], load=loading(ToyEncoder()), read=read)
    assert store.check() == []
    with store.current() as generation:
        return {document.name: document.near_of for document in generation.documents if document.near_of}


def test_a_store_keeps_them_as_files_come_and_go(folder: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert marks(store, folder) == {"c.txt": "b.txt"}
    with store.current() as generation:
        assert (
            generation.near_duplicates_of("b.txt") == ("c.txt",)
            and generation.near_duplicates_of("d.txt") == ()
        )
        assert [d.copy_of for d in generation.documents] == ["", "", "b.txt", ""]
    (folder / "a.txt").write_text((folder / "c.txt").read_text() + " And more.")
    assert marks(store, folder) == {"b.txt": "a.txt", "c.txt": "a.txt"}
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("Nothing of the kind.")
    assert marks(store, folder) == {"copy.txt": "c.txt"}
    fresh = Store(tmp_path / "fresh")
    assert marks(fresh, folder) == marks(store, folder)
