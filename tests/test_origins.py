"""By which names the page answers, to which sites, and whose address is believed."""

import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest
from clients import client_of
from hypothesis import given
from hypothesis import strategies as st
from scripted import NoFolder, ScriptedCorpus, source
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from citeback.index.errors import SettingsError
from citeback.page import app, workspace
from citeback.serving.access.forwarded_for import client_address
from citeback.serving.access.middleware import LOOPBACK, AccessMiddleware, AccessRules
from citeback.serving.access.origins import is_known_host, is_same_site
from citeback.serving.access.rate_limit import RateLimiter
from citeback.serving.gradio_guard.environment import isolated_environment
from citeback.serving.http.server import serve
from citeback.terminal.commands.chat import rules

TOP = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
OTHERS = [
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "\xff"},
    {"Origin": "http://evil.test"},
    {"Origin": "http://localhost:3000"},
    {"Origin": "http://["},
    {"Origin": "null"},
    {"Origin": "\xff"},
]
PATHS = ["/", "/api/documents", "/mcp/", "/theme.css", "/style.css", "/source/a.txt?at=0-1&words=x"]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    behind = workspace.PageServices.for_store(
        Path("nowhere"), lambda: ScriptedCorpus({"a.txt": source("Words.")}), NoFolder()
    )
    running = serve(app.site(behind), "127.0.0.1")
    with client_of(running.address) as client:
        yield client
    running.stop()


def test_nothing_that_follows_a_request_of_two_lengths_is_answered(client: httpx.Client) -> None:
    smuggled = b"0\r\n\r\nGET /api/documents HTTP/1.1\r\nHost: localhost\r\n\r\n"
    lengths = b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
    head = b"POST /api/ask HTTP/1.1\r\nHost: localhost\r\n" + lengths
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), 20) as made:
        made.sendall(head + smuggled)
        made.settimeout(20)
        answers = b"".join(iter(lambda: made.recv(1 << 16), b""))
    assert answers.count(b"HTTP/1.1 ") == 1


def raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


@pytest.mark.parametrize("headers", OTHERS, ids=str)
@pytest.mark.parametrize("path", PATHS)
def test_another_sites_page_reads_nothing(client: httpx.Client, path: str, headers: dict[str, str]) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        answer = client.request(method, path, headers=raw(headers))
        assert answer.status_code == 403, (method, answer.text)
        assert "access-control-allow-origin" not in answer.headers


def test_a_link_a_program_and_the_page_itself_are_let_in(client: httpx.Client) -> None:
    page = str(client.base_url).rstrip("/")
    for headers in ({}, {"Sec-Fetch-Site": "none"} | TOP, {"Sec-Fetch-Site": "cross-site"} | TOP):
        assert client.get("/api/documents", headers=headers).status_code == 200
    own = {"Sec-Fetch-Site": "same-origin", "Origin": page}
    assert client.get("/api/documents", headers=own).status_code == 200
    assert client.post("/api/search", json={"question": "x"}, headers=own).status_code == 200
    linked = {"Sec-Fetch-Site": "cross-site"} | TOP
    assert client.post("/api/search", json={"question": "x"}, headers=linked).status_code == 403


BAD = [
    "[",
    "[::1",
    "a b",
    "",
    "evil.test",
    "127.0.0.1@evil.test",
    "\xff",
    "127.0.0.1:x",
    "127.1",
]


@pytest.mark.parametrize("host", BAD)
def test_a_host_that_is_not_ours_or_is_none_is_refused(client: httpx.Client, host: str) -> None:
    for path in ("/", "/api/documents"):
        assert 400 <= client.get(path, headers=raw({"Host": host})).status_code < 500


@pytest.mark.parametrize(
    "sent", ["Basic \xe9\xe9", "\xff", "Basic !", "Basic AAAA", "Basic OjoAAA==", "Bearer x"]
)
def test_credentials_that_cannot_be_read_are_no_users(sent: str) -> None:
    from citeback.serving.access.password_file import User, hash_password

    behind = workspace.PageServices.for_store(Path("nowhere"), lambda: ScriptedCorpus({}), NoFolder())
    running = serve(
        app.site(behind, rules=AccessRules(lambda: {"ada": User(hash_password("ada's own"))})), "127.0.0.1"
    )
    answer = httpx.get(f"{running.address}api/documents", headers=raw({"Authorization": sent}))
    running.stop()
    assert answer.status_code == 401 and set(answer.json()) == {"error", "next"}


NAMES = st.sampled_from([b"host", b"origin", b"authorization", b"sec-fetch-site", b"content-length"])


@given(st.lists(st.tuples(NAMES, st.binary(max_size=40)), max_size=6), st.sampled_from(["GET", "POST"]))
async def test_no_header_makes_a_fault(headers: list[tuple[bytes, bytes]], method: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": method, "path": "/api/ask", "headers": headers, "client": None}
    await AccessMiddleware(app, AccessRules(hosts=None, proxies=frozenset({""})))(scope, receive, send)
    assert sent[0]["status"] in {200, 400, 401, 403, 411, 413, 421}


@given(st.text(), st.sampled_from([None, frozenset(LOOPBACK)]), st.booleans())
def test_a_name_is_ours_or_it_is_not(host: str, names: frozenset[str] | None, addresses: bool) -> None:
    raw = [(b"host", host.encode("utf-8", "replace"))]
    assert is_known_host(Headers(raw=raw), names, addresses) in {True, False}
    assert is_same_site(Headers(raw=[*raw, (b"origin", raw[0][1])]), "GET") in {True, False}


def test_who_serves_everybody_is_called_by_an_address_or_a_name_of_its_own() -> None:
    open_to_all = rules("0.0.0.0", None, 240, True)  # noqa: S104
    assert open_to_all.hosts is not None and not open_to_all.near

    def answers(host: str, served: AccessRules) -> bool:
        return is_known_host(Headers({"host": host}), served.hosts, served.addresses)

    for host in ("evil.test", "evil.test:7860", "192.0.2.7.evil.test", "0x7f.1", ""):
        assert not answers(host, open_to_all), host
    for host in ("192.0.2.7:7860", "[2001:db8::1]:7860", "localhost", os.uname().nodename):
        assert answers(host, open_to_all), host
    named = rules("0.0.0.0", None, 240, True, ["Docs.Example.org"])  # noqa: S104
    assert answers("docs.example.org", named) and not answers("evil.test", named)
    behind_proxy = rules("127.0.0.1", None, 240, False, ["docs.example.org"])
    assert answers("docs.example.org", behind_proxy) and not answers("192.0.2.7", behind_proxy)
    assert not behind_proxy.near and behind_proxy.rate is not None
    assert rules("127.0.0.1", None, 240, False).near


def test_an_address_is_believed_of_a_proxy_that_was_named_alone() -> None:
    sent = Headers({"x-forwarded-for": "6.6.6.6, 192.0.2.7, 10.0.0.2"})
    assert client_address(("192.0.2.9", 5), sent, frozenset()) == ("192.0.2.9", 5)
    assert client_address(("192.0.2.9", 5), sent, {"10.0.0.1"}) == ("192.0.2.9", 5)
    assert client_address(("10.0.0.1", 5), sent, {"10.0.0.1", "10.0.0.2"}) == ("192.0.2.7", 0)
    for broken in ("", "x", "192.0.2.7, \xff", ","):
        assert client_address(
            ("10.0.0.1", 5), Headers(raw=raw({"x-forwarded-for": broken})), {"10.0.0.1"}
        ) == (
            "10.0.0.1",
            5,
        )
    with pytest.raises(SettingsError, match="not the address of a proxy"):
        rules("127.0.0.1", None, 240, False, (), ["proxy"])


def test_no_header_lifts_the_limit() -> None:
    behind = workspace.PageServices.for_store(Path("nowhere"), lambda: ScriptedCorpus({}), NoFolder())
    running = serve(app.site(behind, rules=AccessRules(rate=RateLimiter(1, 3))), "127.0.0.1")
    with client_of(running.address) as client:
        asked = [
            client.post("/api/search", json={"question": "x"}, headers={"X-Forwarded-For": f"192.0.2.{n}"})
            for n in range(6)
        ]
    running.stop()
    assert [answer.status_code for answer in asked] == [200] * 3 + [429] * 3
    assert set(asked[-1].json()) == {"error", "next"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/ask", b"\xff", 422),
        ("POST", "/api/ask", b"{", 422),
        ("POST", "/api/ask", b"[" * 100_000, 422),
        ("POST", "/api/ask", b"", 422),
        ("POST", "/api/ask", b"null", 422),
        ("GET", "/api/ask", b"", 405),
        ("GET", "/api/nothing", b"", 404),
        ("GET", "/api/", b"", 404),
        ("POST", "/api/ask", b"x" * (1024 * 1024 + 1), 413),
    ],
)
def test_whatever_the_api_refuses_it_refuses_in_one_shape(
    client: httpx.Client, method: str, path: str, body: bytes, status: int
) -> None:
    kind = {"Content-Type": "application/json"}
    answer = client.request(method, path, content=body, headers=kind)
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error", "next"} and answer.json()["error"]


def variables() -> set[str]:
    """Return every variable of the environment that the page's library names anywhere."""
    result = find_spec("gradio")
    assert result and result.submodule_search_locations
    code = [path.read_text() for path in Path(result.submodule_search_locations[0]).rglob("*.py")]
    return set(re.findall(r"\bGRADIO_[A-Z_]+\b", "\n".join(code)))


def test_the_environment_is_shut_and_opened_again() -> None:
    before = {"GRADIO_ALLOWED_PATHS": "/", "gradio_share": "1", "PATH": "/bin"}
    environment = dict(before)
    mask = os.umask(0)
    try:
        with isolated_environment(environment):
            folder = Path(environment.pop("GRADIO_TEMP_DIR"))
            assert environment == {"PATH": "/bin", "GRADIO_ANALYTICS_ENABLED": "False"}
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            environment["GRADIO_TEMP_DIR"] = str(folder)
    finally:
        os.umask(mask)
    assert environment == before and not folder.exists()


def test_no_variable_of_the_library_reaches_it(tmp_path: Path) -> None:
    names = variables()
    assert len(names) > 40
    opened: dict[str, Any] = (
        os.environ | dict.fromkeys(names, "1") | {"GRADIO_ROOT_PATH": "https://evil.test"}
    )
    command = [sys.executable, "-m", "citeback", "chat", "--store", str(tmp_path / "none"), "--port", "0"]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, env=opened, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        address = re.search(r"http://\S+", running.stdout.readline())
        assert address
        with client_of(address[0]) as client:
            page = client.get("/")
            assert page.status_code == 200 and "evil.test" not in page.text
            for path in ("vibe-code", "profiling/summary", "mcp/", "file=/etc/passwd", "run-history/buckets"):
                assert client.get(f"/gradio_api/{path}").status_code == 404
        running.terminate()
