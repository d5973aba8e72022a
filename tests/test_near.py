"""Documents that say nearly the same are found, whatever the order; counted runs of words are the oracle."""

import re
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import ToyEncoder, loading, read

from index.parts.near import FEWEST, HASHES, NEAR, grouped, likeness, near, sketch
from index.store import Store
from index.sync import sync

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
    st.integers(FEWEST + 2, 400),
)


@given(texts, st.integers(3, 100), st.integers(0, 2**32))
def test_likeness_is_about_the_share_of_runs_in_common(text: str, every: int, seed: int) -> None:
    other = changed(text, every, seed)
    assert abs(likeness(sketch(text), sketch(other)) - exactly(text, other)) <= SLACK


@given(st.lists(st.tuples(texts, st.integers(2, 40)), min_size=1, max_size=4), st.randoms())
def test_the_groups_do_not_depend_on_the_order(made: list[tuple[str, int]], dice: Random) -> None:
    kept = {
        f"{n}-{k}": sketch(changed(text, every, k) if k else text)
        for n, (text, every) in enumerate(made)
        for k in range(4)
    }
    found, names = near(kept), list(kept)
    dice.shuffle(names)
    assert near({name: kept[name] for name in names}) == found
    for name, first in found.items():
        assert first < name and first not in found
        assert likeness(kept[name], kept[first]) >= NEAR


@given(texts, st.integers(0, 2**32))
def test_what_has_most_runs_in_common_is_always_found(text: str, seed: int) -> None:
    other = changed(text, 60, seed)
    if exactly(text, other) >= 0.9:
        assert near({"b": sketch(other), "a": sketch(text)}) == {"b": "a"}


@given(texts, texts)
def test_other_texts_are_not_near(one: str, other: str) -> None:
    if exactly(one, other) < 0.2:
        assert near({"a": sketch(one), "b": sketch(other)}) == {}


def test_case_marks_and_lines_do_not_count_but_words_do() -> None:
    text = " ".join(WORDS[:60])
    assert sketch(text) == sketch(text.upper().replace(" ", ",\n")) != sketch(text + " canal")
    assert sketch(" ".join(WORDS[: FEWEST + 1])) == b"" != sketch(" ".join(WORDS[: FEWEST + 2]))
    chinese = "".join(chr(0x4E00 + n * 7) for n in range(80))
    assert likeness(sketch(chinese), sketch(chinese.replace(chinese[40], "一"))) > NEAR


def test_a_long_text_is_read_in_blocks_that_lose_no_run() -> None:
    words = [WORDS[n] for n in np.random.default_rng(1).integers(0, len(WORDS), 9000)]
    assert np.array_equal(
        np.frombuffer(sketch(" ".join(words)), dtype="<u4"),
        np.min(
            [np.frombuffer(sketch(" ".join(words[n : n + 30])), dtype="<u4") for n in range(0, 8990, 10)], 0
        ),
    )


def test_groups_name_all_the_others() -> None:
    assert grouped([("c", "a"), ("b", "a"), ("y", "x")]) == {
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
    for name, said in (("b", text), ("c", text + " More words of another hand."), ("d", "Other words.")):
        (tmp_path / "docs" / f"{name}.txt").write_text(said)
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
        assert generation.near("b.txt") == ("c.txt",) and generation.near("d.txt") == ()
        assert [d.copy_of for d in generation.documents] == ["", "", "b.txt", ""]
    (folder / "a.txt").write_text((folder / "c.txt").read_text() + " And more.")
    assert marks(store, folder) == {"b.txt": "a.txt", "c.txt": "a.txt"}
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("Nothing of the kind.")
    assert marks(store, folder) == {"copy.txt": "c.txt"}
    fresh = Store(tmp_path / "fresh")
    assert marks(fresh, folder) == marks(store, folder)
