"""Who may come in, how often, and what a request must look like."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed import Typed

from index.errors import SettingsError
from serving import users
from serving.limits import Rate
from terminal.command_chat import rules


@pytest.fixture
def file(tmp_path: Path) -> Path:
    users.add(tmp_path / "users.txt", "ada", "correct horse")
    return tmp_path / "users.txt"


def test_a_user_comes_in_with_the_password_and_nobody_else(file: Path) -> None:
    users.add(file, "bo@example.test", "another one")
    known = users.read(file)
    assert users.known(known, "ada", "correct horse")
    assert users.known(known, "bo@example.test", "another one")
    for name, password in (("ada", "another one"), ("ada", ""), ("nobody", ""), ("", "")):
        assert not users.known(known, name, password)


def test_the_file_holds_no_password_and_no_two_hashes_alike(file: Path) -> None:
    users.add(file, "bo", "correct horse")
    lines = file.read_text().splitlines()
    assert "correct" not in file.read_text()
    assert len({line.partition(":")[2] for line in lines}) == 2
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_password_is_changed_and_a_user_is_removed(file: Path) -> None:
    users.add(file, "ada", "battery staple")
    assert users.known(users.read(file), "ada", "battery staple")
    assert not users.known(users.read(file), "ada", "correct horse")
    users.add(file, "bo", "battery staple")
    users.remove(file, "ada")
    assert set(users.read(file)) == {"bo"}
    with pytest.raises(SettingsError, match="no user 'ada'"):
        users.remove(file, "ada")


@pytest.mark.parametrize("name", ["", "a b", "a:b", "a\nb", "x" * 65])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="no user's name"):
        users.add(tmp_path / "users.txt", name, "long enough")


def test_short_passwords_and_damaged_files_are_told(tmp_path: Path, file: Path) -> None:
    with pytest.raises(SettingsError, match="shorter than 8"):
        users.add(file, "bo", "short")
    file.write_text(file.read_text() + "ada:plain text\n")
    with pytest.raises(SettingsError, match="line 2, is no user"):
        users.read(file)
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(SettingsError, match="nobody could come in"):
        users.read(tmp_path / "empty.txt")
    with pytest.raises(SettingsError, match="cannot be read"):
        users.read(tmp_path / "gone.txt")


def test_beyond_this_computer_a_password_is_asked_for_or_it_is_said_twice(file: Path) -> None:
    with pytest.raises(SettingsError, match="other computers"):
        rules("0.0.0.0", None, 60, everyone=False)  # noqa: S104
    assert rules("127.0.0.1", None, 60, everyone=False).users is None
    assert set(rules("0.0.0.0", file, 60, everyone=False).users or ()) == {"ada"}  # noqa: S104
    assert rules("0.0.0.0", None, 60, everyone=True).users is None  # noqa: S104
    told = Typed("chat", "--host", "0.0.0.0", "--open")  # noqa: S104
    assert told.status == 1 and "citeback user NAME" in told.err


def test_the_command_writes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "users.txt"
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "correct horse")
    assert "--auth" in Typed("user", "ada", "--file", file).out
    assert users.known(users.read(file), "ada", "correct horse")
    assert Typed("user", "bo", "--file", file, "--remove").status == 1


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 120), st.integers(1, 10))
def test_no_more_pass_than_the_rate_allows(gaps: list[float], per_minute: int, burst: int) -> None:
    clock = Clock()
    rate, passed = Rate(per_minute, burst, clock), 0
    for gap in gaps:
        clock.now += gap
        passed += rate.wait("ada") == 0
    assert passed <= burst + clock.now * per_minute / 60 + 1e-6


def test_whoever_waits_as_told_gets_through_and_users_do_not_wait_for_each_other() -> None:
    clock = Clock()
    rate = Rate(60, 2, clock)
    assert [rate.wait("ada") for _ in range(3)] == [0, 0, 1]
    assert rate.wait("bo") == 0
    clock.now += 1
    assert rate.wait("ada") == 0
