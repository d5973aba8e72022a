"""Who may come in, how often, and what a request must look like."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed import Typed

from citeback.index.errors import SettingsError
from citeback.index.search.name_filter import NameFilter
from citeback.rag.rights import Rights, Role
from citeback.serving.access import password_file
from citeback.serving.access.rate_limit import RateLimiter
from citeback.terminal.commands.chat import rules


@pytest.fixture
def file(tmp_path: Path) -> Path:
    password_file.add(tmp_path / "users.txt", "ada", "correct horse")
    return tmp_path / "users.txt"


def test_a_user_comes_in_with_the_password_and_nobody_else(file: Path) -> None:
    password_file.add(file, "bo@example.test", "another one")
    known = password_file.read(file)
    assert password_file.verify_password(known, "ada", "correct horse")
    assert password_file.verify_password(known, "bo@example.test", "another one")
    for name, password in (("ada", "another one"), ("ada", ""), ("nobody", ""), ("", "")):
        assert not password_file.verify_password(known, name, password)


def test_the_file_holds_no_password_and_no_two_hashes_alike(file: Path) -> None:
    password_file.add(file, "bo", "correct horse")
    lines = file.read_text().splitlines()
    assert "correct" not in file.read_text()
    assert len({line.partition(":")[2] for line in lines}) == 2
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_password_is_changed_and_a_user_is_removed(file: Path) -> None:
    password_file.add(file, "ada", "battery staple")
    assert password_file.verify_password(password_file.read(file), "ada", "battery staple")
    assert not password_file.verify_password(password_file.read(file), "ada", "correct horse")
    password_file.add(file, "bo", "battery staple")
    password_file.remove(file, "ada")
    assert set(password_file.read(file)) == {"bo"}
    with pytest.raises(SettingsError, match="no user 'ada'"):
        password_file.remove(file, "ada")


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\nb", "x" * 65])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is not a user name"):
        password_file.add(tmp_path / "users.txt", name, "long enough")


def test_short_passwords_and_damaged_files_are_told(tmp_path: Path, file: Path) -> None:
    with pytest.raises(SettingsError, match="shorter than 8"):
        password_file.add(file, "bo", "short")
    file.write_text(file.read_text() + "ada:plain text\n")
    with pytest.raises(SettingsError, match="line 2, is not a user"):
        password_file.read(file)
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(SettingsError, match="nobody could log in"):
        password_file.read(tmp_path / "empty.txt")
    with pytest.raises(SettingsError, match="cannot be read"):
        password_file.read(tmp_path / "gone.txt")


def test_beyond_this_computer_a_password_is_asked_for_or_it_is_said_twice(file: Path) -> None:
    with pytest.raises(SettingsError, match="Other computers"):
        rules("0.0.0.0", None, 60, everyone=False)  # noqa: S104
    assert rules("127.0.0.1", None, 60, everyone=False).users is None
    users = rules("0.0.0.0", file, 60, everyone=False).users  # noqa: S104
    assert users and set(users()) == {"ada"}
    assert rules("0.0.0.0", None, 60, everyone=True).users is None  # noqa: S104
    typed = Typed("chat", "--host", "0.0.0.0", "--open")  # noqa: S104
    assert typed.status == 1 and "citeback user add NAME" in typed.err


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer every question for a password, and note that it was asked."""
    asked: list[str] = []

    def prompt(question: str, **_: object) -> str:
        asked.append(question)
        return "correct horse"

    monkeypatch.setattr("typer.prompt", prompt)
    return asked


def test_the_command_writes_the_file(tmp_path: Path, asked: list[str]) -> None:
    file = tmp_path / "users.txt"
    added = Typed("user", "add", "ada", "--role", "editor", "--may", "reports/**", "--file", file)
    assert (
        "--auth" in added.out
        and "ada can log in as an editor and see documents named reports/**." in added.out
    )
    assert "Nobody in" in added.err and "--role admin" in added.err
    assert password_file.verify_password(password_file.read(file), "ada", "correct horse")
    assert Typed("user", "add", "bo", "--file", file).status == 0
    assert len(asked) == 2
    listed = Typed("user", "list", "--file", file)
    assert listed.out.splitlines() == ["ada  editor  reports/**", "bo   reader  all documents"]
    assert Typed("user", "remove", "bo", "--file", file).status == 0
    assert Typed("user", "remove", "bo", "--file", file).status == 1
    assert set(password_file.read(file)) == {"ada"}


def test_the_command_is_typed_as_before_too(tmp_path: Path, asked: list[str]) -> None:
    file = tmp_path / "users.txt"
    assert "ada can log in as a reader." in Typed("user", "ada", "--file", file).out
    assert Typed("user", "--file", file, "bo").status == 0
    assert Typed("user", "bo", "--file", file, "--remove").status == 0
    assert Typed("user", "bo", "--file", file, "--remove").status == 1
    assert set(password_file.read(file)) == {"ada"}


def test_changing_a_role_keeps_the_password_and_changing_the_password_the_role(
    tmp_path: Path, asked: list[str]
) -> None:
    file = tmp_path / "users.txt"
    Typed("user", "add", "ada", "--file", file, "--may", "a/**", "--may", "b: 50%\n/**")
    before = password_file.read(file)["ada"]
    assert "password has not changed" in Typed("user", "add", "ada", "--role", "admin", "--file", file).out
    changed = password_file.read(file)["ada"]
    assert (changed.password, changed.rights.role) == (before.password, Role.ADMIN)
    assert changed.rights.patterns == before.rights.patterns == ("a/**", "b: 50%\n/**")
    assert len(asked) == 1
    Typed("user", "add", "ada", "--file", file)
    assert len(asked) == 2
    assert password_file.read(file)["ada"].password != before.password
    assert password_file.read(file)["ada"].rights == changed.rights
    Typed("user", "add", "ada", "--file", file, "--may", "**")
    assert password_file.read(file)["ada"].rights == Rights(Role.ADMIN)
    assert len(asked) == 2


@pytest.mark.parametrize("role", ["owner", "Admin", ""])
def test_a_role_that_there_is_not(tmp_path: Path, asked: list[str], role: str) -> None:
    assert Typed("user", "add", "ada", "--role", role, "--file", tmp_path / "users.txt").status == 2
    assert not (tmp_path / "users.txt").exists() and not asked


def test_a_file_from_before_there_were_roles_lets_in_readers_and_says_so(file: Path) -> None:
    old = file.read_text().removesuffix(":reader\n")
    assert old.count(":") == 6
    file.write_text(f"{old}\n")
    (user,) = password_file.read(file).values()
    assert user.rights == Rights(Role.READER)
    (lacking, nobody, how) = password_file.user_warnings(password_file.read(file), file)
    assert "gives no role to ada" in lacking and "is an admin" in nobody and "--role admin" in how
    password_file.add(file, "bo", "another one", Rights(Role.ADMIN))
    assert [each.rights.role for each in password_file.read(file).values()] == [Role.READER, Role.ADMIN]
    assert "gives no role to ada" in password_file.user_warnings(password_file.read(file), file)[0]
    assert "the file gives no role" in Typed("user", "list", "--file", file).out
    password_file.change(file, "ada", Role.READER)
    assert password_file.user_warnings(password_file.read(file), file) == ()


@given(st.lists(st.text(min_size=1, max_size=20).filter(str.strip), max_size=5))
def test_patterns_are_read_as_they_were_written(patterns: list[str]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "users.txt"
        rights = Rights(Role.EDITOR, tuple(patterns))
        try:
            NameFilter(rights.patterns)
        except SettingsError:
            with pytest.raises(SettingsError):
                password_file.add(file, "ada", "correct horse", rights)
            return
        password_file.add(file, "ada", "correct horse", rights)
        assert password_file.read(file)["ada"].rights == rights
        assert len(file.read_text().splitlines()) == 1


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 120), st.integers(1, 10))
def test_no_more_pass_than_the_rate_allows(gaps: list[float], per_minute: int, burst: int) -> None:
    clock = Clock()
    rate, passed = RateLimiter(per_minute, burst, clock), 0
    for gap in gaps:
        clock.now += gap
        passed += rate.wait("ada") == 0
    assert passed <= burst + clock.now * per_minute / 60 + 1e-6


def test_whoever_waits_as_told_gets_through_and_users_do_not_wait_for_each_other() -> None:
    clock = Clock()
    rate = RateLimiter(60, 2, clock)
    assert [rate.wait("ada") for _ in range(3)] == [0, 0, 1]
    assert rate.wait("bo") == 0
    clock.now += 1
    assert rate.wait("ada") == 0
