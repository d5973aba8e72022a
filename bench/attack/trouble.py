"""Attacks on the files beside the index (conversations, feedback, settings), and through them on answers."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

import httpx
from markdown_it import MarkdownIt

from bench.attack.disks import folder_instead
from bench.attack.files import sent, upload
from bench.attack.ground import ADMIN, SHIPS, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server
from bench.attack.tab import Tab, data_of

FILE = "conversations.sqlite"
ANSWER = "412 ships"
LINK = "/source/open/canal.md?at=13-30&words=b344d80e24a3679999fa964450b34bc2"
TRICKY = "The toll is &amp; 1 coin, not ~~two~~ coins, and 3 * 4 = 12 in the harbour *Signs*."


def beside(ground: Ground) -> Iterator[Outcome]:
    """Damage the file of conversations while the server runs, and before it starts."""
    harms: dict[str, Callable[[Path], Any]] = {
        "is no database": lambda path: path.write_bytes(b"no database at all" * 500),
        "is cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        "is damaged inside": _scribbled,
        "is a folder": folder_instead,
        "has other tables": _other_tables,
    }
    store = ground.copied("beside-store")
    with ground.served(store) as server:
        yield from _names_damage(server, "is new")
        for what, harm in harms.items():
            harm(store / FILE)
            yield from _names_damage(server, what)
            for path in store.glob(f"{FILE}*"):
                path.rmdir() if path.is_dir() else path.unlink()
            Tab(server.client()).fire("question.submit", SHIPS)
        with sqlite3.connect(store / FILE, isolation_level=None) as other:
            other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute("BEGIN EXCLUSIVE")
            yield from _names_damage(server, "is locked by another program")
            other.execute("ROLLBACK")
        other.close()
    (store / FILE).write_bytes(b"no database at all" * 500)
    with ground.served(store) as server:
        yield from _names_damage(server, "is no database when the server starts")
        aside = [path.name for path in store.glob(f"*{FILE}*")] + [
            path.name for path in store.glob("conversations*")
        ]
        yield Outcome(
            tried="the damaged file is set aside",
            holds=len(set(aside)) > 1,
            answer=f"there are {sorted(set(aside))}",
        )


def _names_damage(server: Server, what: str) -> Iterator[Outcome]:
    tried = f"the file of conversations {what}"
    with server.client(timeout=40) as client:
        tab = Tab(client)
        opened = "".join(
            data_of(tab.anew.fire(event, seconds=3)) for event in tab.events if event.name == "page.load"
        )
        yield Outcome(
            tried=f"{tried}: the page opens",
            holds="Ask" in opened or "document" in opened,
            answer=opened[-100:],
        )
        heard = data_of(tab.fire("question.submit", SHIPS, seconds=40))
        yield Outcome(tried=f"{tried}: a question is answered", holds=ANSWER in heard, answer=heard[-120:])
        status = client.get(LINK).status_code
        yield Outcome(tried=f"{tried}: a permanent link", holds=status < 500, answer=f"status {status}")
        heard = data_of(tab.fire("find-talk.find", None, {"words": ""}, seconds=40))
        yield Outcome(
            tried=f"{tried}: the list of conversations", holds='"success": true' in heard, answer=heard[-120:]
        )


def _scribbled(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[100:4000] = b"\xff" * 3900
    path.write_bytes(whole)


def _other_tables(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE conversations (something TEXT)")
    file.close()


def feedback(ground: Ground) -> Iterator[Outcome]:
    """Send feedback where it cannot be saved, and send it repeatedly."""
    store = ground.copied("feedback-store")
    (store / "feedback.jsonl").mkdir()
    with ground.served(store) as server, server.client() as client:
        tab = Tab(client)
        tab.fire("question.submit", SHIPS)
        heard = data_of(tab.fire("log.act", None, {"act": "right", "value": "0"}))
        yield Outcome(
            tried="feedback where it cannot be written",
            holds='"success": true' in heard and ANSWER in heard,
            answer=heard[-120:],
        )
        (store / "feedback.jsonl").rmdir()
        for n in range(30):
            tab.fire(
                "log.act",
                None,
                {"act": "comment", "value": "0", "comment": "x" * 100_000, "judged": "right"}
                if n
                else {"act": "right", "value": "0"},
            )
        size = (store / "feedback.jsonl").stat().st_size if (store / "feedback.jsonl").exists() else 0
        yield Outcome(
            tried="30 comments of 100,000 characters on one answer",
            holds=size < 200_000,
            answer=f"{size:,} bytes",
        )


def written(ground: Ground) -> Iterator[Outcome]:
    """Export one's own conversation as Markdown, and try to export another user's."""
    server = ground.plain()
    with server.client() as client:
        tab = Tab(client)
        tab.fire("question.submit", "What is the toll in the harbour Signs?")
        listed = data_of(tab.fire("find-talk.find", None, {"words": ""}))
        keys = re.findall(r"/conversations/([\w-]+)\.md", listed)
        text = client.get(f"/conversations/{keys[0]}.md").text if keys else ""
        shown = seen(text)
        yield Outcome(
            tried="exported Markdown reads as the document", holds=TRICKY in shown, answer=shown[-160:]
        )
        for suffix in ("html", "sqlite", "md/../../x", "json%00", "MD"):
            status = client.get(f"/conversations/{keys[0] if keys else 'x'}.{suffix}").status_code
            yield Outcome(
                tried=f"a conversation as .{suffix}",
                holds=status in (404, 421, 400),
                answer=f"status {status}",
            )
        client.close()
    hers = ground.guarded()
    with hers.client(ADMIN) as ada, hers.client(("rea", "correct horse rea")) as rea:
        Tab(ada).fire("question.submit", SHIPS)
        key = re.findall(
            r"/conversations/([\w-]+)\.md", data_of(Tab(ada).fire("find-talk.find", None, {"words": ""}))
        )
        for suffix in ("md", "json"):
            status = rea.get(f"/conversations/{key[0] if key else 'x'}.{suffix}").status_code
            yield Outcome(
                tried=f"another's conversation as {suffix}",
                holds=bool(key) and status == httpx.codes.NOT_FOUND,
                answer=f"status {status}",
            )
        for act in (
            (
                {"act": "open", "value": key[0]},
                {"act": "delete", "value": key[0]},
                {"act": "rename", "id": key[0], "name": "mine"},
            )
            if key
            else ()
        ):
            heard = data_of(Tab(rea).fire("talks.act", None, act))
            yield Outcome(
                tried=f"another's conversation: {act['act']}", holds=ANSWER not in heard, answer=heard[-80:]
            )
        status = ada.get(f"/conversations/{key[0] if key else 'x'}.md").status_code
        yield Outcome(
            tried="it is there for whom it belongs to",
            holds=status == httpx.codes.OK,
            answer=f"status {status}",
        )


def seen(markdown: str) -> str:
    """Return the text that a reader of CommonMark, with strikethrough, sees."""
    tokens = MarkdownIt("commonmark").enable("strikethrough").parse(markdown)
    parts = [
        child.content
        if child.type in ("text", "text_special", "code_inline")
        else " "
        if child.type == "softbreak"
        else ""
        for token in tokens
        for child in token.children or ()
    ]
    return "".join(parts)


def modes(ground: Ground) -> Iterator[Outcome]:
    """Write under umask 000: files must still be private to their owner."""
    folder = ground.folder("private", {"a.txt": "A private text of the canal: 412 ships passed in 2022."})
    (folder / "a.txt").chmod(0o600)
    store = ground.path / "private-store"
    ground.index("private-store", folder, umask=0)
    with ground.served(store, umask=0) as server, server.client() as client:
        tab = Tab(client)
        tab.fire("question.submit", SHIPS)
        tab.fire("log.act", None, {"act": "right", "value": "0"})
        tab.fire("log.act", None, {"act": "comment", "value": "0", "comment": "good", "judged": "right"})
        tab.fire("settings-form.act", None, {"act": "save", "care": "careful"})
        key = upload(client, "up.txt", b"private").json()["upload"]
        put = next((store / "uploads").rglob(f"{key}/*"))
        wide = [path for path in (put, *put.parents[:3]) if path.stat().st_mode & 0o077]
        tab.fire("files.act", None, sent(key))
        tab.fire("rebuild.click", seconds=40)
        tab.fire("listing.act", None, {"act": "remove", "value": "up.txt"}, 40)
        sleep(0.5)
        yield Outcome(
            tried="an upload and its folder",
            holds=not wide,
            answer=f"for others too: {[path.name for path in wide]}",
        )
        yield Outcome(
            tried="an upload that was added is deleted",
            holds=not put.exists(),
            answer=f"there: {put.exists()}",
        )
    # Deleted files keep their own mode, in a folder that nobody else can enter.
    kept = {path for path in (store / "removed").rglob("*") if path.is_file()}
    wide = [path for path in {store, *store.rglob("*")} - kept if path.stat().st_mode & 0o077]
    yield Outcome(
        tried="every file of the index",
        holds=not wide,
        answer=f"for others too: {sorted({path.name for path in wide})[:8]}",
    )
    added = folder / "up.txt"
    yield Outcome(
        tried="a file that was uploaded and added",
        holds=not added.exists() or not added.stat().st_mode & 0o077,
        answer="0600" if added.exists() else "moved away again",
    )
