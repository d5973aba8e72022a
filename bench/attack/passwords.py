"""Attacks on passwords: guessing, from one address and many, and searching for leaks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import httpx

from bench.attack.cross import by_address
from bench.attack.ground import ADMIN, READER, SHIPS, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server

GUESSES, AT_ONCE = 160, 20
GUESSER = "127.0.0.9"  # another address of this computer


def guess(server: Server, name: str, n: int, headers: dict[str, str] | None = None) -> int:
    """Try a wrong password and return the status."""
    with server.client((name, f"wrong {n}"), source=GUESSER, timeout=30) as client:
        return client.get("/api/documents", headers=headers).status_code


def usual(server: Server, auth: tuple[str, str]) -> float:
    """Return the median seconds of a user's request."""
    with server.client(auth, timeout=30) as client:
        client.get("/style.css")
        times = []
        for _ in range(7):
            began = perf_counter()
            client.get("/style.css").raise_for_status()
            times.append(perf_counter() - began)
    return median(times)


def guessing(ground: Ground) -> Iterator[Outcome]:
    """Guess passwords as fast as possible: the guesses are refused, and others are not slowed down."""
    server = ground.guarded()
    before, memory = usual(server, ADMIN), server.memory
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tries = [pool.submit(guess, server, "rea", n) for n in range(GUESSES)]
        during, peak = [], memory
        while not all(each.done() for each in tries):
            during.append(usual(server, ADMIN))
            peak = max(peak, server.memory)
        statuses = [each.result() for each in tries]
    refused = statuses.count(httpx.codes.TOO_MANY_REQUESTS)
    yield Outcome(
        tried=f"{GUESSES} guesses of one user's password",
        holds=refused > GUESSES / 2,
        answer=f"{refused} turned away by 429",
    )
    slow = max(during or [before])
    yield Outcome(
        tried="another user meanwhile",
        holds=slow < max(20 * before, 0.5),
        answer=f"{before * 1000:.0f} ms before, {slow * 1000:.0f} at most",
    )
    yield Outcome(
        tried="memory meanwhile",
        holds=peak < memory + 120,
        answer=f"{memory:.0f} MB before, {peak:.0f} at most",
    )
    with server.client(READER) as rea:
        status = rea.get("/api/documents").status_code
    yield Outcome(
        tried="whose password is guessed comes in from elsewhere",
        holds=status == httpx.codes.OK,
        answer=f"status {status}",
    )
    many = [guess(server, f"nobody-{n}", n, {"X-Forwarded-For": f"10.0.0.{n}"}) for n in range(60)]
    refused = many.count(httpx.codes.TOO_MANY_REQUESTS)
    yield Outcome(
        tried="60 names guessed with X-Forwarded-For",
        holds=refused >= 10,
        answer=f"{refused} turned away by 429",
    )
    with server.client(("ada", "correct horse ad"), source="127.0.0.8") as client:
        answer = client.get("/api/documents")
    shape = answer.headers.get("content-type", "")
    yield Outcome(
        tried="what the API says to a wrong password",
        holds="json" in shape,
        answer=f"{answer.status_code}, {shape}",
    )


def forwarded(ground: Ground) -> Iterator[Outcome]:
    """Forge the client address in headers: the rate limit still applies."""
    with by_address(ground.opened()) as client:
        statuses = [
            client.post("/api/search", json={"question": SHIPS}, headers=_from(n)).status_code
            for n in range(25)
        ]
    refused = statuses.count(httpx.codes.TOO_MANY_REQUESTS)
    yield Outcome(
        tried="25 questions with X-Forwarded-For, 20 a minute allowed",
        holds=refused > 0,
        answer=f"{refused} turned away by 429",
    )


def _from(n: int) -> dict[str, str]:
    address = f"10.1.{n}.1"
    return {"X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}"}


def timing(ground: Ground) -> Iterator[Outcome]:
    """Time a wrong password: it must not reveal which users exist."""
    server = ground.guarded()
    times: dict[str, list[float]] = {"rea": [], "nobody": []}
    for n in range(4):
        for name, spent in times.items():
            with server.client((name, f"wrong {n}"), source=f"127.0.1.{n + 1}", timeout=30) as client:
                began = perf_counter()
                client.get("/api/documents")
                spent.append(perf_counter() - began)
    one, other = (median(spent) for spent in times.values())
    yield Outcome(
        tried="a user and a name that is none",
        holds=0.4 < one / other < 2.5,
        answer=f"{one * 1000:.0f} and {other * 1000:.0f} ms",
    )


def standing(ground: Ground) -> Iterator[Outcome]:
    """Look for passwords in the process list, in the output and in every file."""
    server = ground.guarded()
    with server.client(ADMIN) as client:
        client.post("/api/ask", json={"question": SHIPS})
    password = ADMIN[1].encode()
    own = Path(f"/proc/{server.process.pid}")
    yield Outcome(
        tried="the command line and the environment",
        holds=password not in (own / "cmdline").read_bytes() + (own / "environ").read_bytes(),
        answer="no password there",
    )
    files = [path for path in ground.path.rglob("*") if path.is_file() and password in path.read_bytes()]
    yield Outcome(
        tried="every file of the server", holds=not files, answer=f"in {[path.name for path in files]}"
    )
    offered = ground.run("user", "--help").stdout + ground.run("user", "add", "--help").stdout
    yield Outcome(
        tried="no option takes a password", holds="--password" not in offered, answer="none is offered"
    )


def writing(ground: Ground) -> Iterator[Outcome]:
    """Write the password file where somebody has planted a link, or a file readable by all."""
    folder = ground.folder("writing", {"victim.txt": "as it was"})
    users = folder / "users.txt"
    (folder / ".users.txt.new").symlink_to(folder / "victim.txt")
    typed: dict[str, Any] = {"input": "correct horse\ncorrect horse\n", "start_new_session": True}
    done = _added(ground, users, typed)
    untouched = (folder / "victim.txt").read_text() == "as it was"
    yield Outcome(
        tried="a link in place of the new file",
        holds=untouched,
        answer=f"status {done}; what it led to is {'as it was' if untouched else 'overwritten'}",
    )
    (folder / ".users.txt.new").unlink(missing_ok=True)
    (folder / ".users.txt.new").write_text("")
    (folder / ".users.txt.new").chmod(0o666)
    done = _added(ground, users, typed | {"umask": 0})
    mode = users.stat().st_mode & 0o777 if users.exists() else None
    yield Outcome(
        tried="a file of mode 0666 in place of the new one",
        holds=mode in (None, 0o600),
        answer=f"status {done}, mode {mode and oct(mode)}",
    )
    for path in folder.iterdir():
        path.unlink()
    done = _added(ground, users, typed | {"umask": 0})
    mode = users.stat().st_mode & 0o777 if users.exists() else 0
    yield Outcome(
        tried="a new file of users under umask 000",
        holds=mode == 0o600,
        answer=f"status {done}, mode {oct(mode)}",
    )


def _added(ground: Ground, users: Path, typed: dict[str, Any]) -> int:
    done = ground.run("user", "add", "eve", "--file", users, **typed)
    if done.returncode == 2 and "Got unexpected" in done.stderr:
        done = ground.run("user", "eve", "--file", users, **typed)
    return done.returncode
