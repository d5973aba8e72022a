"""Files that users send: nobody else's to read or to name, bounded, and gone after an hour."""

import os
import stat
from asyncio import Event, gather, sleep
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from clients import client_of
from hypothesis import given
from hypothesis import strategies as st
from scripted import NoFolder, ScriptedCorpus
from starlette.requests import ClientDisconnect

from citeback.index.errors import SettingsError
from citeback.page import app, workspace
from citeback.page.state.folders import upload_problem
from citeback.rag.rights import ADMIN
from citeback.serving.access.middleware import AccessRules
from citeback.serving.access.password_file import User, hash_password
from citeback.serving.http.server import serve
from citeback.serving.uploads import PATIENCE, UploadStore


async def sent(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.fixture
def uploads(tmp_path: Path) -> UploadStore:
    return UploadStore(tmp_path / "store" / "uploads", upload_problem)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
async def test_nobody_else_reads_what_was_sent_whatever_the_umask(uploads: UploadStore, mask: int) -> None:
    before = os.umask(mask)
    try:
        key = await uploads.receive("ada", "a b.txt", sent(b"one ", b"two"))
    finally:
        os.umask(before)
    path = uploads.files("ada", [key])[key]
    assert path.name == "a b.txt" and path.read_bytes() == b"one two"
    assert mode(path) == 0o600
    assert [mode(each) for each in (path.parent, path.parents[1], uploads.root)] == [0o700] * 3


async def test_a_file_is_found_by_its_key_and_by_who_sent_it_alone(uploads: UploadStore) -> None:
    key = await uploads.receive("ada", "a.txt", sent(b"x"))
    (uploads.root.parent / "secret.txt").write_text("secret")
    assert list(uploads.files("ada", [key])) == [key]
    assert not uploads.files("eve", [key]) and not uploads.files("", [key])
    room = uploads.directory_of("ada").name
    for bad in (
        "",
        "..",
        "../..",
        f"../{room}/{key}",
        f"{key}/..",
        "/etc",
        key.upper() + "\n",
        "*",
        "?" * 32,
    ):
        assert not uploads.files("ada", [bad]), bad
        uploads.discard("ada", [bad])
    uploads.discard("eve", [key])
    linked = uploads.directory_of("ada") / ("0" * 32)
    linked.mkdir()
    (linked / "a.txt").symlink_to(uploads.root.parent / "secret.txt")
    assert not uploads.files("ada", ["0" * 32])
    assert uploads.files("ada", [key])[key].read_bytes() == b"x"
    uploads.discard("ada", [key])
    assert not uploads.files("ada", [key])


@given(st.text())
def test_no_text_names_a_file_outside(key: str) -> None:
    assert not UploadStore(Path(__file__).parents[1], upload_problem).files("ada", [key])


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "../b", "a\\b", "a\0b", "a\nb", "x" * 300])
async def test_a_name_that_is_none_is_refused(uploads: UploadStore, name: str) -> None:
    with pytest.raises(SettingsError, match="was not added"):
        await uploads.receive("ada", name, sent(b"x"))
    assert not uploads.root.exists()


async def test_what_is_too_large_or_breaks_off_leaves_nothing(uploads: UploadStore) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ClientDisconnect

    small = UploadStore(uploads.root, lambda name, size: "it is too large" if size > 5 else "", most=8)
    with pytest.raises(SettingsError, match="too large"):
        await small.receive("ada", "a.txt", sent(b"123", b"456"))
    with pytest.raises(ClientDisconnect):
        await small.receive("ada", "a.txt", broken())
    assert not list(small.directory_of("ada").iterdir())
    await small.receive("ada", "a.txt", sent(b"12345"))
    with pytest.raises(SettingsError, match="already wait"):
        await small.receive("ada", "b.txt", sent(b"12345"))
    assert len(list(small.directory_of("ada").iterdir())) == 1
    await small.receive("eve", "b.txt", sent(b"12345"))
    few = UploadStore(uploads.root, lambda *_: "", many=2)
    await few.receive("ann", "a.txt", sent(b""))
    await few.receive("ann", "a.txt", sent(b""))
    with pytest.raises(SettingsError, match="3 files of 0 bytes already wait"):
        await few.receive("ann", "a.txt", sent(b""))
    assert len(list(few.directory_of("ann").iterdir())) == 2


async def test_files_that_are_sent_at_the_same_time_share_what_may_wait(uploads: UploadStore) -> None:
    small, gates = UploadStore(uploads.root, lambda *_: "", most=8), [Event(), Event()]

    async def slowly(gate: Event) -> AsyncIterator[bytes]:
        yield b"1"
        await gate.wait()
        yield b"234567"

    async def opened() -> None:
        while len(list(small.directory_of("ada").glob("*/*"))) < 2:
            await sleep(0.01)
        for gate in gates:
            gate.set()

    messages = await gather(
        *(small.receive("ada", "a.txt", slowly(gate)) for gate in gates), opened(), return_exceptions=True
    )
    assert any("already wait" in str(each) for each in messages[:2])
    assert sum(path.stat().st_size for path in small.directory_of("ada").glob("*/*")) <= 8


async def test_what_waited_too_long_is_deleted(uploads: UploadStore) -> None:
    old, new = [await uploads.receive("ada", "a.txt", sent(b"x")) for _ in range(2)]
    then = uploads.clock() - PATIENCE - 1
    os.utime(uploads.files("ada", [old])[old].parent, (then, then))
    uploads.delete_expired()
    assert list(uploads.files("ada", [old, new])) == [new]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[httpx.Client, httpx.Client, workspace.PageServices]]:
    behind = workspace.PageServices.for_store(tmp_path, lambda: ScriptedCorpus({}), NoFolder())
    users = {name: User(hash_password(f"{name}'s own"), ADMIN) for name in ("ada", "eve")}
    users["rea"] = User(hash_password("rea's own"))
    running = serve(app.site(behind, rules=AccessRules(lambda: users, None)), "127.0.0.1")
    clients = [client_of(running.address, auth=(name, f"{name}'s own")) for name in ("ada", "eve")]
    yield clients[0], clients[1], behind
    for client in clients:
        client.close()
    running.stop()


def test_a_file_comes_over_http_and_is_its_senders(
    two: tuple[httpx.Client, httpx.Client, workspace.PageServices],
) -> None:
    ada, _, behind = two
    answer = ada.post("/uploads", params={"name": "Ä b.txt"}, content=b"words")
    key = answer.json()["upload"]
    assert answer.status_code == 201
    assert behind.uploads.files("ada", [key])[key].read_bytes() == b"words"
    assert not behind.uploads.files("eve", [key])
    for given_, status in (({"name": ".x"}, 422), ({}, 422), ({"name": "../x"}, 422)):
        refused = ada.post("/uploads", params=given_, content=b"x")
        assert refused.status_code == status and set(refused.json()) == {"error", "next"}
    assert ada.get("/uploads").status_code in {404, 405}
    assert httpx.post(f"{ada.base_url}uploads?name=a.txt", content=b"x").status_code == 401
    reader = httpx.post(f"{ada.base_url}uploads?name=a.txt", content=b"x", auth=("rea", "rea's own"))
    assert reader.status_code == 403 and "the role editor" in reader.json()["error"]
    evil = ada.post("/uploads?name=a.txt", content=b"x", headers={"Origin": "http://evil.test"})
    assert evil.status_code == 403
