"""Attacks on private files: by events, paths, addresses and upload names."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from threading import Event as Flag
from threading import Thread
from typing import Any
from urllib.parse import quote

import httpx

from bench.attack.ground import ADMIN, EDITOR, KEY, READER, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server
from bench.attack.tab import Event, Tab, data_of

META = {"_type": "gradio.FileData"}
CACHED = re.compile(r"file=([^\s\"'&\\]+)")
UPLOAD = "/uploads"
PATHS = (
    "/gradio_api/file={secret}",
    "/gradio_api/file/{secret}",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/file=/proc/self/environ",
    "/gradio_api/file=/proc/self/cwd/users.txt",
    "/gradio_api/file=users.txt",
    "/gradio_api/file=store/conversations.sqlite",
    "/gradio_api/file={temporary}/gradio/../../etc/passwd",
    "/gradio_api/file=%2e%2e/%2e%2e/etc/passwd",
    "/gradio_api/file=..%2f..%2f..%2fetc%2fpasswd",
    "/gradio_api/file=file:///etc/passwd",
    "/static/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/assets/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/svelte/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/gradio_api/custom_component/x/client/component/..%2f..%2f..%2fetc%2fpasswd",
    "/gradio_api/stream/a/b/..%2f..%2fetc/passwd",
    "/source/..%2f..%2fetc%2fpasswd?at=0-1&words=b344d80e24a3679999fa964450b34bc2",
    "/source/{secret}?at=0-1&words=b344d80e24a3679999fa964450b34bc2",
    "/pages/{secret}?page=1&at=0-1",
    "/conversations/..%2f..%2fetc%2fpasswd.md",
    "/api/show?document={secret}&start=0&end=5",
    "/api/show?document=../secret/key.txt&start=0&end=5",
)
NAMES = (
    "../../evil.md",
    "..\\..\\evil.md",
    "/tmp/evil.md",  # noqa: S108  a name that a browser claims
    "evil\x00.md",
    "CON.md",
    "evil.md:stream",
    ".hidden.md",
    "e" * 300 + ".md",
    "evil\u202edm.exe",
    "e\u0301vil\ud83d\ude00.md".encode("utf-16", "surrogatepass").decode("utf-16"),
    "evil\n.md",
    " .md",
    "$(touch evil).md",
    "-rf.md",
)


def file_of(path: object, **more: object) -> dict[str, object]:
    """Return the value by which a page refers to an uploaded file."""
    return {"path": str(path), "meta": META, **more}


def shapes(path: object) -> dict[str, Any]:
    """Return the value alone and nested in others."""
    one = file_of(path)
    return {"a file": one, "a list": [one], "a file in a mapping": {"value": {"deep": [one]}}}


def events(ground: Ground) -> Iterator[Outcome]:
    """Pass a file of the server as the value, and as the event data, of every event of the page."""
    server = ground.plain()
    with server.client() as client:
        tab = Tab(client)
        for event in tab.events:
            values = (
                shapes(ground.secret) if set(event.takes) - {"state"} else {"a file": file_of(ground.secret)}
            )
            for shape, value in values.items():
                tried = f"{event.name} is given {shape} of the server"
                yield leak(tried, tab, event, value)
        copies = [path for path in (ground.path / "documents").rglob("*.txt") if KEY in path.read_text()]
        yield Outcome(
            tried="a file of the server is put into the folder",
            holds=not copies,
            answer=f"{len(copies)} copies",
        )
        for path in copies:
            path.unlink()


def leak(tried: str, tab: Tab, event: Event, value: Any) -> Outcome:
    """Return whether an event that gets a file of the server reveals its content."""
    heard = data_of(tab.anew.fire(event, value, value, seconds=3))
    paths = set(CACHED.findall(heard)) | set(re.findall(r"/[\w./-]*/key\.txt", heard))
    bodies = [tab.client.get(f"/gradio_api/file={path}").text for path in paths]
    got = KEY in heard or any(KEY in body for body in bodies)
    return Outcome(
        tried=tried,
        holds=not got,
        answer="its text was handed out" if got else "nothing of the file came back",
    )


def uploaded_by_another(ground: Ground) -> Iterator[Outcome]:
    """Fetch what another user uploads, and move it into the folder."""
    server = ground.guarded()
    with server.client(ADMIN) as ada, server.client(EDITOR) as edo, server.client(READER) as rea:
        key = upload(ada, "hers.md", KEY.encode()).json()["upload"]
        for name, client in (("an editor", edo), ("a reader", rea)):
            got = client.get(f"{UPLOAD}/{key}")
            yield Outcome(
                tried=f"{name} fetches what another has uploaded",
                holds=KEY not in got.text,
                answer=f"status {got.status_code}",
            )
        there = ground.path / "documents" / "hers.md"
        for name, client in (("an editor", edo), ("a reader", rea)):
            Tab(client).fire("files.act", None, sent(key))
            yield Outcome(
                tried=f"{name} adds what another has uploaded",
                holds=not there.exists(),
                answer=f"added: {there.exists()}",
            )
        status = upload(rea, "mine.md", b"x").status_code
        yield Outcome(
            tried="a reader uploads", holds=status == httpx.codes.FORBIDDEN, answer=f"status {status}"
        )
        Tab(ada).fire("files.act", None, sent(key))
        yield Outcome(
            tried="whoever has uploaded it adds it", holds=there.exists(), answer=f"added: {there.exists()}"
        )
        there.unlink(missing_ok=True)


def uploading(ground: Ground) -> Iterator[Outcome]:
    """Upload files properly, and under names that lead elsewhere."""
    server = ground.plain()
    with server.client() as client:
        heard = add(client, "real.md", b"A real upload.")
        there = ground.path / "documents" / "real.md"
        yield Outcome(
            tried="a file is uploaded and added",
            holds=there.exists(),
            answer=data_of(heard)[-160:] if not there.exists() else "added",
        )
        there.unlink(missing_ok=True)
        before = listing(ground.path)
        for name in NAMES:
            answer = upload(client, name, b"evil words")
            heard = add(client, name, b"evil words")
            new = sorted(
                path
                for path in listing(ground.path) - before
                if not path.startswith(("documents/", "store/"))
            )
            fine = not new and server.alive and answer.status_code < 500
            yield Outcome(
                tried=f"a file named {ascii(name)[:40]} is uploaded",
                holds=fine,
                answer=f"{answer.status_code}; new elsewhere: {new}",
            )
        for path in listing(ground.path) - before:
            if path.startswith("documents/"):
                (ground.path / path).unlink(missing_ok=True)


def listing(folder: Path) -> set[str]:
    """Return the paths of all files under a folder, except those that running servers keep."""
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {
        path for path in paths if not path.endswith(".log") and "sqlite" not in path and "/gradio" not in path
    }


def upload(client: httpx.Client, name: str, body: bytes) -> httpx.Response:
    """Upload a file under a name that a browser would not send."""
    return client.post(f"{UPLOAD}?name={quote(name.encode('utf-8', 'surrogatepass'))}", content=body)


def sent(key: str) -> dict[str, str]:
    """Return what a page sends after an upload: the key of the file."""
    return {"act": "uploaded", "value": key}


def add(client: httpx.Client, name: str, body: bytes) -> str:
    """Upload a file and move it into the folder, as the page does; return the result."""
    answer = upload(client, name, body)
    if answer.status_code != httpx.codes.CREATED:
        return answer.text
    return Tab(client).fire("files.act", None, sent(answer.json()["upload"]))


def paths(ground: Ground) -> Iterator[Outcome]:
    """Request files by path, spelled in many ways."""
    server = ground.plain()
    values = {"secret": ground.secret, "temporary": ground.path.parent}
    for path in PATHS:
        status, body = raw(server, path.format(**values))
        got = (
            KEY in body or "root:" in body or ":scrypt:" in body or "SQLite format" in body or "PATH=" in body
        )
        yield Outcome(tried=f"GET {path}", holds=not got and status < 500, answer=f"status {status}")


def raw(server: Server, path: str) -> tuple[int, str]:
    """Return status and body of a GET whose path is sent verbatim."""
    with server.client() as client:
        answer = client.send(client.build_request("GET", httpx.URL(server.address, raw_path=path.encode())))
    return answer.status_code, answer.text


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Listen on another port of this computer; yield its address and the requests received."""
    heard: list[str] = []
    done = Flag()
    with create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)

        def listen() -> None:
            while not done.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(2)
                    heard.append(connection.recv(2000).decode(errors="replace"))
                    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(KEY)}\r\n\r\n{KEY}".encode())

        thread = Thread(target=listen, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/inner", heard
        done.set()
        thread.join()


def addresses(ground: Ground) -> Iterator[Outcome]:
    """Make the server fetch an address that only it can reach."""
    server = ground.plain()
    with listening() as (inner, heard), server.client() as client:
        for path in ("file=", "file/", "proxy="):
            status, _ = raw(server, f"/gradio_api/{path}{inner}")
            yield Outcome(
                tried=f"GET /gradio_api/{path}http://inner",
                holds=not heard,
                answer=f"status {status}, fetched {len(heard)} times",
            )
            heard.clear()
        values = {"a path": file_of(inner), "an address": file_of("x.md", url=inner)}
        for shape, value in values.items():
            for name in ("question.submit", "files.act", "listing.act"):
                Tab(client).fire(name, value, value, seconds=5)
                yield Outcome(
                    tried=f"{name} with {shape} to fetch",
                    holds=not heard,
                    answer=f"fetched {len(heard)} times",
                )
                heard.clear()
