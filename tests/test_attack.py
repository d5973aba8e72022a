"""The part of the attack that takes under a minute; and that the attack sees what it looks for."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from typed import Typed

from bench.attack.__main__ import outcomes_of
from bench.attack.attacks import ATTACKS, Attack
from bench.attack.connections import head
from bench.attack.ground import Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server
from bench.attack.strange import runs
from bench.attack.tab import data_of
from bench.attack.trouble import seen
from citeback.rag.rights import Rights, Role
from citeback.serving.access.password_file import add


def test_every_attack_has_a_name_of_its_own_and_says_what_it_does() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert all(attack.run.__doc__ for attack in ATTACKS)


def test_an_attack_that_breaks_off_has_failed(tmp_path: Path) -> None:
    def breaks(_: Ground) -> Iterator[Outcome]:
        yield Outcome("first", True, "fine")
        raise ValueError("broken")

    first, last = outcomes_of(Attack("breaks", breaks), Ground(tmp_path))
    assert first.holds and not last.holds
    assert "broken" in str(last) and str(last).startswith("FAILED")


def test_an_outcome_is_one_line_that_no_terminal_obeys() -> None:
    line = str(Outcome("a\nb", True, "\x1b[2Jc" + "d" * 500))
    assert "\n" not in line and "\x1b" not in line and len(line) < 300


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ("<p>&lt;script&gt;</p>", []),
        ("<script>x</script>", ["script"]),
        ("<img src=x onerror=alert(1)>", ["img"]),
        ('<a href=" java\nscript:alert(1)">x</a>', ["a"]),
        ('<a href="#cite-0-1" title="&quot; onclick=x">x</a>', []),
    ],
)
def test_what_a_browser_would_run_is_seen(html: str, tags: list[str]) -> None:
    assert runs(html) == tags


def test_markdown_is_read_as_people_see_it() -> None:
    assert seen("1\\. a \\~~b\\~~ &amp;amp; [^1]") == "1. a ~~b~~ &amp; [^1]"
    assert seen("~~b~~ &amp;") == "b &"


def test_messages_of_the_page_are_joined() -> None:
    assert data_of('data: {"msg": "<a href=\\"x\\">"}\n\n: ping\n') == '{"msg": "<a href="x">"}'


def test_the_error_of_a_traceback_is_seen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("ready\n")
    process = subprocess.Popen([sys.executable, "-c", ""])
    server = Server(process, "http://127.0.0.1:1", log)
    assert server.printed == "ready\n" and not server.traceback
    log.write_text("ERROR\nTraceback (most recent call last):\n  x\nValueError: Invalid IPv6 URL\n")
    assert server.traceback.endswith("Invalid IPv6 URL")
    process.wait()
    assert not server.alive and not server.answers()


def test_a_head_ends_with_an_empty_line() -> None:
    assert head("GET / HTTP/1.1", "A: b") == b"GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\n\r\n"


QUICK = [attack for attack in ATTACKS if attack.quick]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    ground = Ground(tmp_path_factory.mktemp("attack"))

    def add_user(_: Ground, name: str, password: str, *options: str) -> None:
        given = dict(zip(options[::2], options[1::2], strict=True))  # a process for each takes seconds
        patterns = tuple(filter(None, [given.get("--may")]))
        add(ground.users, name, password, Rights(Role(given["--role"]), patterns))

    def index(_: Ground, store: str, folder: str) -> None:
        Typed("index", ground.path / folder, "--store", ground.path / store)

    with patch.object(Ground, "add_user", add_user), patch.object(Ground, "index", index):
        ground.prepare()
    yield ground
    ground.close()


@pytest.mark.parametrize("attack", QUICK, ids=lambda attack: attack.name)
def test_an_attack_that_takes_seconds_finds_nothing(attack: Attack, ground: Ground) -> None:
    assert [str(outcome) for outcome in outcomes_of(attack, ground) if not outcome.holds] == []
