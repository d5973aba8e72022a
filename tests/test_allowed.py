"""What an editor who is kept to some documents may do to the folders, and hears of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import NoFolder, ScriptedCorpus

from citeback.index.errors import AccessDenied, CitebackError, ReadError
from citeback.index.files.scan import File
from citeback.index.generations.store import Store
from citeback.index.records import Document, Failure
from citeback.index.search.name_filter import NameFilter
from citeback.index.sync.plan import Plan
from citeback.page.state.folders import StoreFolder
from citeback.page.state.permitted_folders import RestrictedFolder, plain_folders, visible_plan
from citeback.rag.rights import Rights, Role


def document(name: str, path: str = "", member: str = "") -> Document:
    return Document(name, "/d", path or f"/d/{name}", 1, 1, "", name, "text", member=member)


class Everything(ScriptedCorpus):
    def __init__(self) -> None:
        shut = Failure("open/c.mbox!/shut/1", "/d", "/d/open/c.txt", 1, 1, "broken", "shut/1")
        super().__init__({}, failures=(shut,))

    documents = (
        document("open/a.zip!/a.txt", "/d/open/a.zip", "a.txt"),
        document("open/b.zip!/a.txt", "/d/open/b.zip", "a.txt"),
        document("open/b.zip!/shut/b.txt", "/d/open/b.zip", "shut/b.txt"),
        document("open/c.txt"),
        document("shut/d.txt"),
    )


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., str]:
    """Add a file of a name to a real folder, as an editor who is kept to patterns."""
    folder = tmp_path / "docs"
    (folder / "open").mkdir(parents=True)
    tend = StoreFolder(
        Store(tmp_path / "store"), lambda: [str(folder)], lambda *_, **__: pytest.fail("not asked for")
    )

    def put(name: str, *patterns: str, role: Role = Role.EDITOR) -> str:
        (tmp_path / name).write_text("words")
        return RestrictedFolder(tend, Rights(role, patterns), Everything).add(tmp_path / name)

    return put


def test_a_file_is_put_where_its_name_fits(put: Callable[..., str], tmp_path: Path) -> None:
    assert put("a.txt") == "a.txt"
    assert put("a.txt", "open/**") == "open/a.txt"
    assert put("b.txt", "/new/deep/**") == "new/deep/b.txt"
    assert put("c.txt", "*.md", "*.txt") == "c.txt"
    assert put("d.txt", "*.pdf", "open/*.txt") == "open/d.txt"
    assert (tmp_path / "docs/new/deep/b.txt").read_text() == "words"


@pytest.mark.parametrize(
    "patterns",
    [("*.pdf",), ("open/*.pdf",), ("open/**", "!*.txt"), ("!*.txt",), ("../**",), ("",), ("#x",)],
)
def test_a_file_whose_name_fits_nowhere_is_refused(
    put: Callable[..., str], patterns: tuple[str, ...]
) -> None:
    with pytest.raises(AccessDenied, match="only add documents named"):
        put("a.txt", *patterns)


def test_a_reader_adds_nothing_and_a_link_leads_nowhere(put: Callable[..., str], tmp_path: Path) -> None:
    with pytest.raises(AccessDenied, match="role editor"):
        put("a.txt", role=Role.READER)
    (tmp_path / "outside").mkdir()
    (tmp_path / "docs/out").symlink_to(tmp_path / "outside")
    with pytest.raises(ReadError, match="out of its folder"):
        put("a.txt", "out/**")
    (tmp_path / "docs/file").write_text("no folder")
    with pytest.raises(ReadError, match="cannot be created"):
        put("a.txt", "file/**")
    assert not list((tmp_path / "outside").iterdir())


@pytest.mark.parametrize(
    ("name", "patterns", "goes"),
    [
        ("open/a.zip!/a.txt", ("open/**",), True),
        ("open/b.zip!/a.txt", ("open/**",), True),
        ("open/b.zip!/a.txt", ("open/**", "!shut/"), False),
        ("open/b.zip!/a.txt", ("a.txt",), False),  # the archive itself is not so named
        ("open/c.txt", ("open/**", "!shut/"), False),  # what could not be read is in the same file
        ("open/c.txt", (), True),
        ("shut/d.txt", ("open/**",), False),
    ],
)
def test_a_file_is_deleted_by_whoever_may_see_all_that_is_in_it(
    name: str, patterns: tuple[str, ...], goes: bool
) -> None:
    allowed = RestrictedFolder(NoFolder(), Rights(Role.EDITOR, patterns), Everything)
    (one,) = (each for each in Everything.documents if each.name == name)
    if goes:
        assert allowed.remove(one) == f"removed/{name}"
    else:
        with pytest.raises(AccessDenied, match="that you may not see"):
            allowed.remove(one)


def test_what_has_changed_is_told_as_far_as_it_can_be_seen() -> None:
    files = [File(name, "/d", f"/d/{name}", 1, 1) for name in ("open/a", "shut/b")]
    plan = Plan(
        added=tuple(files),
        changed=tuple(files),
        renamed=(("open/x", files[0]), ("shut/x", files[0]), ("open/x", files[1])),
        deleted=("open/y", "shut/y"),
        unchanged=Everything.documents,
        still_failing=(Failure("shut/f", "/d", "/d/shut/f", 1, 1, "broken"),),
    )
    part = visible_plan(plan, NameFilter(("open/**",)))
    assert "shut/x" not in repr(part) and "shut/b'" not in repr(part) and "shut/f" not in repr(part)
    assert (len(part.added), len(part.changed), len(part.renamed), part.deleted) == (1, 1, 1, ("open/y",))
    assert visible_plan(plan, NameFilter()) == plan


def test_a_document_that_may_not_be_seen_is_not_read_again() -> None:
    allowed = RestrictedFolder(NoFolder(), Rights(Role.EDITOR, ("open/**",)), Everything)
    with pytest.raises(CitebackError, match=r"No document 'shut/d.txt' is indexed"):
        list(allowed.rebuild(again=["shut/d.txt"]))
    messages = list(allowed.rebuild(again=["open/c.txt"]))
    assert messages[-1] == "The index is up to date."


@pytest.mark.parametrize(
    ("patterns", "name", "fits"),
    [
        ((), "a", True),
        (("open/**", "!open/shut/"), "open/shut/b.txt", False),
        (("!open/shut", "open/**"), "open/shut/b.txt", False),
        (("*.txt", "!shut/"), "a/shut/b.txt", False),
        (("*.txt", "!shut/"), "a/b.txt", True),
        (("!shut/",), "a/b.txt", True),
        (("!shut/",), "shut/b.txt", False),
        (("",), "a", False),
        (("#x",), "#x", False),
    ],
)
def test_what_is_taken_out_is_out(patterns: tuple[str, ...], name: str, fits: bool) -> None:
    assert NameFilter(patterns).matches(name) is fits


@given(st.lists(st.text(max_size=12), max_size=4))
def test_no_pattern_names_a_place_outside(patterns: list[str]) -> None:
    for place in plain_folders(patterns):
        assert not place.startswith("/") and ".." not in place.split("/")
