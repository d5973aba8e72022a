"""Attacks by another site's page in a user's browser, and by foreign host names."""

from collections.abc import Iterator, Mapping

import httpx

from bench.attack.ground import ADMIN, READER, SHIPS, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server
from bench.attack.tab import JOIN, Tab, listen

FETCHED = {
    "an image of another site": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors",
        "Sec-Fetch-Dest": "image",
    },
    "a script of another site": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Dest": "empty",
    },
    "a frame of another site": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "iframe",
    },
    "a script of another port": {
        "Sec-Fetch-Site": "same-site",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Dest": "empty",
    },
}
READ = (
    "/",
    "/config",
    "/api/documents",
    "/api/show?document=open/canal.md&start=0&end=5",
    "/api/openapi.json",
    "/mcp/",
    "/gradio_api/info",
    "/gradio_api/heartbeat/x",
    "/source/open/canal.md?at=0-5&words=b344d80e24a3679999fa964450b34bc2",
    "/conversations/x.md",
)
ORIGINS = (
    "http://localhost:3000",
    "http://127.0.0.1:1",
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
)
HOSTS = (
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "127.0.0.1@evil.example",
    "",
    "[",
    "[::1",
    "a b",
    "\xff",
)


def sites(ground: Ground) -> Iterator[Outcome]:
    """Send requests that, by their headers, come from another site."""
    with ground.plain().client(timeout=5) as client:
        for name, headers in FETCHED.items():
            for path in READ:
                status = code(client, path, headers)
                yield Outcome(
                    tried=f"GET {path} for {name}", holds=400 <= status < 500, answer=f"status {status}"
                )
        top = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
        status = code(client, "/", top)
        yield Outcome(
            tried="GET / by a link on another site", holds=status == httpx.codes.OK, answer=f"status {status}"
        )
        status = code(client, "/api/documents", {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"})
        yield Outcome(
            tried="GET /api/documents by the page itself",
            holds=status == httpx.codes.OK,
            answer=f"status {status}",
        )


def code(client: httpx.Client, path: str, headers: Mapping[str, str]) -> int:
    """Return the status of a GET, without reading the body, which may never end."""
    with client.stream("GET", path, headers=headers) as answer:
        return answer.status_code


def origins(ground: Ground) -> Iterator[Outcome]:
    """Send requests from another port or site: none may be answered or shared with it."""
    server = ground.plain()
    with server.client(timeout=5) as client:
        for origin in ORIGINS:
            for path in ("/config", "/gradio_api/info", "/theme.css", "/api/documents"):
                with client.stream("GET", path, headers={"Origin": origin}) as answer:
                    shared = answer.headers.get("access-control-allow-origin", "")
                yield Outcome(
                    tried=f"GET {path} from {origin}",
                    holds=not shared,
                    answer=f"status {answer.status_code}, shared with {shared!r}",
                )
            for path in ("/api/ask", "/gradio_api/queue/join", "/gradio_api/upload", "/mcp/"):
                given = {
                    "Origin": origin,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "content-type",
                }
                answer = client.options(path, headers=given)
                shared = answer.headers.get("access-control-allow-origin", "")
                yield Outcome(
                    tried=f"OPTIONS {path} from {origin}",
                    holds=not shared,
                    answer=f"status {answer.status_code}, shared with {shared!r}",
                )
            answer = client.post("/api/ask", json={"question": SHIPS}, headers={"Origin": origin})
            yield Outcome(
                tried=f"POST /api/ask from {origin}",
                holds=answer.status_code == 403,
                answer=f"status {answer.status_code}",
            )


def names(ground: Ground) -> Iterator[Outcome]:
    """Use foreign or invalid host names, also where the page is open to all."""
    server = ground.plain()
    with server.client(timeout=5) as client:
        for host in HOSTS:
            yield _refused(client, "Host", host)
    server = ground.opened()
    with by_address(server) as client:
        for host in ("evil.example", f"evil.example:{server.port}"):
            answer = client.get("/api/documents", headers={"Host": host})
            fine = 400 <= answer.status_code < 500
            yield Outcome(
                tried=f"--open --open asked as {host}", holds=fine, answer=f"status {answer.status_code}"
            )
        status = client.get("/api/documents").status_code
        yield Outcome(
            tried="--open --open asked by its address",
            holds=status == httpx.codes.OK,
            answer=f"status {status}",
        )


def by_address(server: Server) -> httpx.Client:
    """Return a client of a server that listens on every address of this computer."""
    return httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=20)


def _refused(client: httpx.Client, header: str, value: str) -> Outcome:
    try:
        answer = client.get("/api/documents", headers=[(header.encode(), value.encode("latin-1"))])
    except httpx.HTTPError as error:
        return Outcome(tried=f"{header}: {value!a}", holds=False, answer=f"{error!r}")
    fine = 400 <= answer.status_code < 500
    return Outcome(tried=f"{header}: {value!a}", holds=fine, answer=f"status {answer.status_code}")


def headers(ground: Ground) -> Iterator[Outcome]:
    """Send malformed headers: they must be refused without a server error."""
    server = ground.guarded()
    sent = [
        ("Origin", "http://["),
        ("Origin", "http://[::1"),
        ("Origin", "\xff\xfe"),
        ("Origin", "http://a:b"),
        ("Authorization", "Basic \xe9\xe9"),
        ("Authorization", "\xff"),
        ("Authorization", "Basic " + "QQ==" * 10_000),
        ("Authorization", "Basic AAAA"),
        ("Authorization", "Basic OjoAAA=="),
        ("Authorization", "Bearer x"),
        ("Sec-Fetch-Site", "\xff"),
        ("Content-Length", "-1"),
        ("Content-Length", "1e3"),
        ("Content-Length", "\xb2"),
        ("Content-Length", "9" * 5000),
        ("Cookie", "a" * 20_000),
        ("X-Forwarded-Proto", "\xff"),
        ("X-Forwarded-Host", "["),
        ("X-Forwarded-Prefix", "\xff["),
    ]
    with server.client(timeout=5) as client:
        for name, value in sent:
            try:
                answer = client.post(
                    "/api/ask", content=b"{}", headers=[(name.encode(), value.encode("latin-1"))]
                )
                status = answer.status_code
            except httpx.HTTPError:
                status = 400  # the connection was closed, which is a refusal too
            yield Outcome(
                tried=f"{name}: {ascii(value)[:40]}", holds=400 <= status < 500, answer=f"status {status}"
            )
    with server.client(ADMIN, timeout=5) as client:
        for name, value in (
            ("X-Forwarded-Host", "["),
            ("X-Forwarded-Proto", "\xff"),
            ("X-Forwarded-Prefix", "\xff"),
            ("Origin", "http://["),
        ):
            answer = client.get("/config", headers=[(name.encode(), value.encode("latin-1"))])
            yield Outcome(
                tried=f"GET / with {name}: {value!a}",
                holds=answer.status_code < 500,
                answer=f"status {answer.status_code}",
            )


def sessions(ground: Ground) -> Iterator[Outcome]:
    """Use the session of one user's page as another user."""
    server = ground.guarded()
    with server.client(ADMIN) as ada, server.client(READER) as rea:
        hers = Tab(ada, "session-of-ada")
        heard = hers.fire("question.submit", SHIPS)
        yield Outcome(tried="a user asks on the page", holds="412 ships" in heard, answer=heard[-80:])
        for name, clicked in (
            ("log.follow", {"ref": "cite-0-1"}),
            ("stop.click", None),
            ("log.act", {"act": "right", "value": "0"}),
        ):
            heard = Tab(rea, "session-of-ada").fire(name, None, clicked, 6)
            yield Outcome(
                tried=f"another fires {name} in that session",
                holds="412 ships" not in heard,
                answer=heard[-100:],
            )
        joined = hers.join(hers.event("question.submit"), SHIPS)
        heard = listen(rea, "session-of-ada", 8)
        yield Outcome(
            tried="another listens to that session",
            holds="412 ships" not in heard,
            answer=f"{joined.status_code}, {len(heard)} bytes",
        )
        link = rea.get("/gradio_api/deep_link", params={"session_hash": "session-of-ada"}).text.strip('"')
        pages = [rea.get(path, params={"deep_link": link}).text for path in ("/", "/config") if link]
        yield Outcome(
            tried="another makes a link of that session",
            holds=not any("412 ships" in page for page in pages),
            answer=f"link {link[:20]!r}",
        )
        cancelled = rea.post(
            "/gradio_api/cancel", json={"session_hash": "session-of-ada", "fn_index": 0, "event_id": "x"}
        )
        yield Outcome(
            tried="another cancels in that session",
            holds=cancelled.status_code != 200,
            answer=f"status {cancelled.status_code}",
        )


def environment(ground: Ground) -> Iterator[Outcome]:
    """Set environment variables that make Gradio expose more: nothing more may be exposed."""
    opened = {
        "GRADIO_VIBE_MODE": "1",
        "GRADIO_WATCH_DEMO_PATH": str(ground.secret),
        "GRADIO_MCP_SERVER": "True",
        "GRADIO_ALLOWED_PATHS": "/",
        "GRADIO_RUN_HISTORY": "True",
        "GRADIO_PROFILING": "1",
        "GRADIO_DEBUG": "1",
        "GRADIO_SHARE": "True",
        "GRADIO_SSR_MODE": "True",
        "GRADIO_ROOT_PATH": "https://evil.example",
        "GRADIO_ANALYTICS_ENABLED": "True",
        "GRADIO_LOCAL_DEV_MODE": "1",
    }
    with ground.served(ground.path / "store", env=opened) as server, server.client(timeout=8) as client:
        asked = (
            f"/gradio_api/file={ground.secret}",
            "/gradio_api/vibe-code",
            "/gradio_api/vibe-code/",
            "/gradio_api/profiling/summary",
            "/gradio_api/profiling/traces",
            "/gradio_api/run-history/buckets",
            "/gradio_api/mcp/",
            "/gradio_api/mcp/sse",
            "/runs",
            "/monitoring",
            "/monitoring/summary",
        )
        for path in asked:
            with client.stream("GET", path) as answer:
                status = answer.status_code
            yield Outcome(
                tried=f"GET {path.replace(str(ground.path), '')} with GRADIO_* set",
                holds=400 <= status < 500,
                answer=f"status {status}",
            )
        posted = client.post("/gradio_api/vibe-edit/", json={"prompt": "x"})
        yield Outcome(
            tried="POST vibe-edit with GRADIO_* set",
            holds=400 <= posted.status_code < 500,
            answer=f"status {posted.status_code}",
        )
        page = client.get("/").text
        yield Outcome(
            tried="the page with GRADIO_ROOT_PATH set",
            holds="evil.example" not in page,
            answer="elsewhere" if "evil.example" in page else "its own",
        )
        joined = client.post(JOIN, json={})
        yield Outcome(
            tried="an empty event",
            holds=400 <= joined.status_code < 500,
            answer=f"status {joined.status_code}",
        )
