"""Patterns mean what they mean in .gitignore, and take linear time whatever they and the names are."""

import warnings

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec
from ratios import grows

from citeback.index.errors import SettingsError
from citeback.index.search.filters import Filter
from citeback.index.search.name_patterns import MAX_PATTERN_CHARS, MAX_PATTERNS, NamePatterns

PARTS = st.sampled_from(["a", "b", "/", "/", "*", "**", "?", "!", "[ab]", "[!a]", "\\", ".", " ", "é", "\n"])
LINES = st.lists(st.lists(PARTS, min_size=1, max_size=8).map("".join), max_size=4)
NAMES = st.lists(st.sampled_from(["a", "b", "ab", "/", ".", " ", "é"]), min_size=1, max_size=8).map("".join)


@given(LINES, NAMES)
@example(["/a"], "./a")
def test_a_name_fits_where_pathspec_itself_says_so(lines: list[str], name: str) -> None:
    assume(name.strip("./"))  # the name of a file
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `re` warns of sets that may mean something else one day
            fits = bool(GitIgnoreSpec.from_lines(lines, backend="simple").match_file(name))
    except ValueError:
        with pytest.raises(SettingsError, match="is not a pattern"):
            NamePatterns(lines)
        return
    assert NamePatterns(lines).matches(name) is fits


@pytest.mark.parametrize(
    ("unit", "name"), [("*?", "a"), ("*a", "a"), ("**/a/", "a/"), ("[a-z]*", "a"), ("*a*b", "ab")]
)
@pytest.mark.parametrize("first", ["", "!"])
def test_more_stars_and_longer_names_take_no_more_than_in_proportion(
    unit: str, name: str, first: str
) -> None:
    few, many = unit * 10, unit * 80
    assert grows(lambda pattern: NamePatterns([first + pattern + "!"]).matches(name * 300), few, many) < 40
    fixed = NamePatterns([first + unit * 20 + "!"])
    assert grows(fixed.matches, name * 200, name * 2000) < 40


def test_a_pattern_that_kept_a_server_for_ever_is_answered() -> None:
    assert not NamePatterns(["*?" * 200 + "!"]).matches("a" * 4000)


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (("*",) * (MAX_PATTERNS + 1), f"51 patterns at once; at most {MAX_PATTERNS} are allowed"),
        (("*" * (MAX_PATTERN_CHARS + 1),), f"has 501 characters; at most {MAX_PATTERN_CHARS} are allowed"),
        (("[[:alpha:]]x",), "is not a pattern for names"),
        (("!",), "is not a pattern for names"),
        (("\ud800",), "is not a pattern for names"),
    ],
)
def test_too_many_too_long_and_wrong_patterns_say_so(paths: tuple[str, ...], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Filter(paths=paths)


@pytest.mark.parametrize("field", ["kinds", "authors"])
def test_kinds_and_authors_are_bounded_too(field: str) -> None:
    for values in (("a",) * (MAX_PATTERNS + 1), ("a" * (MAX_PATTERN_CHARS + 1),)):
        with pytest.raises(SettingsError, match="at most"):
            Filter(**{field: values})  # type: ignore[arg-type]
