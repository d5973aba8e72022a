"""Guessing passwords: how often, at what cost to others, and that nobody is locked out by it."""

import base64
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from types import MappingProxyType

import anyio
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import NoFolder, ScriptedCorpus
from test_users import Clock

from citeback.page import app, workspace
from citeback.rag.rights import Rights, Role
from citeback.serving.access import authentication, password_file
from citeback.serving.access.authentication import AT_ONCE, MAX_PER_ADDRESS, LoginResult, LoginService
from citeback.serving.access.login_attempts import LoginThrottle, network
from citeback.serving.access.middleware import AccessRules
from citeback.serving.access.rate_limit import MOST_USERS, RateLimiter
from citeback.serving.access.user_file import UserFile
from citeback.serving.http.server import serve

ADA = ("ada", "correct hörse")
USERS = MappingProxyType(
    {
        "ada": password_file.User(password_file.hash_password(ADA[1])),
        "bo": password_file.User(password_file.hash_password("battery staple")),
    }
)


def header(name: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


@pytest.fixture
def address() -> Iterator[str]:
    behind = workspace.PageServices.for_store(Path("nowhere"), lambda: ScriptedCorpus({}), NoFolder())
    running = serve(app.site(behind, rules=AccessRules(lambda: USERS)), "127.0.0.1")
    yield running.address
    running.stop()


def status(address: str, name: str, password: str) -> int:
    asked = {"Authorization": header(name, password), "X-Forwarded-For": f"192.0.2.{len(password)}"}
    return httpx.get(f"{address}api/documents", headers=asked, timeout=60).status_code


def test_guesses_are_refused_after_a_few_with_the_time_to_wait(address: str) -> None:
    got = [status(address, "ada", f"wrong {n}") for n in range(20)]
    assert got.count(401) == 10 and got[10:] == [429] * 10
    asked = {"Authorization": header(*ADA)}
    refused = httpx.get(f"{address}api/documents", headers=asked)
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 60
    assert status(address, "bo", "battery staple") == 200  # only this name, from this address


def test_a_user_who_was_let_in_is_not_refused_for_what_others_guess(address: str) -> None:
    assert status(address, *ADA) == 200
    for n in range(15):
        status(address, "ada", f"wrong {n}")
    assert status(address, "ada", "wrong") == 429
    assert [status(address, *ADA) for _ in range(20)] == [200] * 20


def test_known_users_do_not_wait_while_passwords_are_compared(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared, gate = [0], Event()

    def slow(*given: object) -> bool:
        compared[0] += 1
        return not gate.wait(60)

    assert status(address, *ADA) == 200
    monkeypatch.setattr(authentication, "verify_password", slow)
    with ThreadPoolExecutor(12) as pool:
        guesses = [pool.submit(status, address, f"user {n}", "wrong") for n in range(12)]
        assert [status(address, *ADA) for _ in range(10)] == [200] * 10  # every slot is taken meanwhile
        gate.set()
        results = [each.result() for each in guesses]
    assert compared[0] <= MAX_PER_ADDRESS and set(results) == {401, 429}


def test_who_sends_no_password_costs_no_comparison(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "verify_password", lambda *_: pytest.fail("compared"))
    for sent in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic !"}):
        assert httpx.get(f"{address}api/documents", headers=sent).status_code == 401


def test_users_of_a_running_server_change_with_their_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "users.txt"
    for name in ("ada", "bo"):
        password_file.add(path, name, f"correct horse {name}", Rights(Role.ADMIN))
    behind = workspace.PageServices.for_store(tmp_path / "store", lambda: ScriptedCorpus({}), NoFolder())
    running = serve(app.site(behind, rules=AccessRules(UserFile.open(path))), "127.0.0.1")

    def upload(name: str, password: str = "") -> int:
        sent = {"Authorization": header(name, password or f"correct horse {name}")}
        return httpx.post(f"{running.address}uploads?name=a.txt", content=b"x", headers=sent).status_code

    assert [upload("ada"), upload("bo"), upload("cy")] == [201, 201, 401]
    password_file.change(path, "bo", Role.READER)
    assert [upload("ada"), upload("bo")] == [201, 403]
    password_file.add(path, "bo", "another horse")
    assert [upload("bo"), upload("bo", "another horse")] == [401, 403]
    password_file.add(path, "cy", "correct horse cy")
    assert [upload("ada"), upload("cy")] == [201, 403]
    right = path.read_text()
    path.write_text("no line of users\n")
    assert [upload("ada"), upload("cy")] == [201, 403]
    path.unlink()
    assert [upload("ada"), upload("cy")] == [201, 403]
    assert "is not a user" in caplog.text and "cannot be read" in caplog.text
    path.write_text(right)
    password_file.remove(path, "cy")
    assert [upload("ada"), upload("cy")] == [201, 401]
    password_file.remove(path, "bo")
    password_file.remove(path, "ada")
    assert [upload("ada"), upload("bo", "another horse")] == [401, 401]
    running.stop()


async def test_one_password_sent_many_times_at_once_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def counted(*given: object) -> bool:
        compared.append(given)
        time.sleep(0.05)
        return password_file.verify_password(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(authentication, "verify_password", counted)
    gate, got = LoginService(lambda: USERS), []

    async def ask() -> None:
        got.append(await gate.authenticate(header(*ADA), "192.0.2.1"))

    async with anyio.create_task_group() as group:
        for _ in range(50):
            group.start_soon(ask)
    assert got == [LoginResult("ada", USERS["ada"].rights)] * 50 and len(compared) == 1


async def test_no_more_are_compared_at_once_than_there_are_slots(monkeypatch: pytest.MonkeyPatch) -> None:
    now, most = [0], [0]

    def counted(*_: object) -> bool:
        now[0] += 1
        most[0] = max(most[0], now[0])
        time.sleep(0.01)
        now[0] -= 1
        return False

    monkeypatch.setattr(authentication, "verify_password", counted)
    gate = LoginService(lambda: USERS)
    async with anyio.create_task_group() as group:
        for n in range(100):
            group.start_soon(gate.authenticate, header("ada", f"wrong {n}"), f"192.0.2.{n}")
    assert most[0] <= AT_ONCE and not gate._comparing and not gate._from


def guesses(clock: Clock) -> LoginThrottle:
    return LoginThrottle(
        RateLimiter(1, 10, clock),
        RateLimiter(5, 50, clock),
        RateLimiter(2, 100, clock),
        RateLimiter(0.2, 2, clock),
    )


@given(st.lists(st.tuples(st.integers(0, 30), st.sampled_from("abc"), st.floats(0, 100)), max_size=300))
def test_guesses_are_bounded_and_another_address_may_still_try(steps: list[tuple[int, str, float]]) -> None:
    clock = Clock()
    counted = guesses(clock)
    passed: dict[str, int] = {}
    for place, name, gap in steps:
        clock.now += gap
        for _ in range(5):
            passed[name] = passed.get(name, 0) + (counted.wait(name, f"192.0.2.{place}") == 0)
    places = len({place for place, _, _ in steps})
    minutes = clock.now / 60
    assert all(n <= 100 + 2 * minutes + places * (2 + minutes / 5) + 1 for n in passed.values())
    assert counted.wait("a", "198.51.100.1") == 0


def test_many_addresses_get_fewer_guesses_each_once_a_name_was_tried_too_often() -> None:
    counted = guesses(Clock())
    passed = [sum(counted.wait("ada", f"192.0.2.{n}") == 0 for _ in range(20)) for n in range(30)]
    assert passed == [10] * 10 + [2] * 20


def test_who_has_to_wait_for_one_name_may_still_try_others() -> None:
    counted = guesses(Clock())
    for n in range(10):
        for _ in range(10):
            counted.wait("ada", f"192.0.2.{n}")
    # Ada's name was tried too often: of many tries at it, this address is charged for two.
    assert sum(counted.wait("ada", "198.51.100.1") == 0 for _ in range(200)) == 2
    assert sum(counted.wait(f"user {n}", "198.51.100.1") == 0 for n in range(200)) == 48


def test_one_address_cannot_try_name_after_name() -> None:
    counted = guesses(Clock())
    assert sum(counted.wait(f"user {n}", "2001:db8::1") == 0 for n in range(200)) == 50
    assert counted.wait("ada", "2001:db8::2") > 0  # the same network: anybody has as many addresses there
    assert counted.wait("ada", "2001:db8:1::2") == 0


def test_what_is_remembered_is_bounded_in_number_and_in_size() -> None:
    clock = Clock()
    counted = guesses(clock)
    for n in range(MOST_USERS + 10):
        counted.wait("x" * 10_000 + str(n), network(f"{n % 200}.{n // 200}.0.1"))
    for rate in (counted.pair, counted.address, counted.name):
        assert len(rate._buckets) <= MOST_USERS and max(map(len, rate._buckets)) <= 40


def test_right_passwords_are_no_guesses() -> None:
    counted = guesses(Clock())
    for _ in range(200):
        assert counted.wait("ada", "192.0.2.1") == 0
        counted.give_back("ada", "192.0.2.1")
    assert sum(counted.wait("ada", "192.0.2.1") == 0 for _ in range(20)) == 10
