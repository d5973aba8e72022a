"""Attacks by document contents: terminal escapes, file inclusion, texts too large to show."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
from docx import Document

from bench.attack.ground import KEY, Ground
from bench.attack.outcome import Outcome
from bench.attack.server import Server
from bench.attack.tab import Tab, data_of

ORDERS = "\x1b]0;owned\x07\x1b[2J\x9b2J\u202e"
FORBIDDEN = ("\x1b", "\x07", "\x9b", "\u202e")
MEGABYTES = 6  # size of the document that is too large to show
MANY, ROUNDS = 6, 5  # concurrent requests, and rounds of them
GROWTH = 1.15  # allowed growth of the memory from the second to the last round, as a factor


def terminal(ground: Ground) -> Iterator[Outcome]:
    """Print names and texts that hold terminal escapes."""
    texts = {
        "plain.txt": f"The harbour {ORDERS} is the largest. The keeper {ORDERS} is Ada Holm.",
        f"name{ORDERS}.txt": "The harbour of names.",
        f"odd{ORDERS}.xyz": "of no format",
        f"broken{ORDERS}.pdf": "no PDF",
    }
    folder = ground.folder("terminal", texts)
    store = ("--store", ground.path / "terminal-store")
    quote = "The keeper is Ada Holm."
    batch = ground.path / "terminal.jsonl"
    batch.write_text(json.dumps({"id": 1, "claim": quote, "evidence": f"{quote} {ORDERS}"}) + "\n")
    for typed in (
        ("index", folder, *store),
        ("index", folder, "--dry-run", "--rebuild", *store),
        ("status", *store),
        ("ask", "Who is the keeper of the harbour?", *store),
        ("search", "harbour", *store),
        ("show", "plain.txt", "0", "20", *store),
        ("show", f"none{ORDERS}", "0", "20", *store),
        ("ask", f"Who? {ORDERS}", "--in", ORDERS, *store),
        ("verify", "--batch", batch),
        ("rollback", "--list", *store),
        ("status", "--store", ground.path / f"none{ORDERS}"),
    ):
        done = ground.run(*typed)
        printed = done.stdout + done.stderr
        obeyed = [ascii(sign) for sign in FORBIDDEN if sign in printed]
        words = " ".join(str(each) for each in typed[:2]).replace(str(ground.path), "")
        yield Outcome(
            tried=f"citeback {ascii(words)[:60]}",
            holds=not obeyed,
            answer=f"status {done.returncode}, printed {obeyed}",
        )


def inclusions(ground: Ground) -> Iterator[Outcome]:
    """Index documents that include other files, or that refer to files that are no documents."""
    key, inner = ground.secret, "http://127.0.0.1:1/x"
    entity = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file://{key}">]><a>words &e;</a>'
    body = "message/external-body; access-type=local-file"
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(10))
    texts = {
        "include.rst": f"Words\n=====\n\n.. include:: {key}\n\n.. raw:: html\n   :file: {key}\n",
        "table.rst": f"Words\n=====\n\n.. csv-table:: x\n   :file: {key}\n",
        "fetch.rst": f"Words\n=====\n\n.. raw:: html\n   :url: {inner}\n",
        "entity.xml": entity,
        "entity.svg": entity.replace("<a>", '<svg xmlns="http://www.w3.org/2000/svg"><text>').replace(
            "</a>", "</text></svg>"
        ),
        "entity.fb2": entity,
        "entity.html": entity,
        "laughs.xml": f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>words &l9;</a>',
        "frame.html": f'<p>words</p><iframe src="file://{key}"></iframe><object data="file://{key}"></object>',
        "notebook.ipynb": json.dumps(
            {"nbformat": 4, "cells": [{"cell_type": "markdown", "source": f"![x]({key})"}]}
        ),
        "mail.eml": f"From: a@b.c\nContent-Type: {body}; name={key}\n\nwords\n",
        "feed.rss": entity.replace("<a>", "<rss><channel><title>").replace(
            "</a>", "</title></channel></rss>"
        ),
        "page.md": f"words <!--#include file={key} --> ![x](file://{key})\n",
        "local.url": f"[InternetShortcut]\nURL=file://{key}\n",
    }
    folder = ground.folder("inclusions", texts)
    _with_entity(folder / "entity.docx", key)
    with ZipFile(folder / "paths.zip", "w") as archive:
        archive.writestr("../../evil.txt", "words of a member")
        archive.writestr(f"{key}", "words of another")
    done = ground.index("inclusions-store", folder)
    store = ground.path / "inclusions-store"
    read = [path.name for path in store.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    yield Outcome(
        tried="documents that include another file",
        holds=not read and done.returncode in (0, 1),
        answer=f"status {done.returncode}, its words stand in {read}",
    )
    yield Outcome(tried="the file is as it was", holds=key.read_text() == KEY, answer="as it was")
    evil = list(ground.path.parent.glob("evil.txt")) + list(ground.path.glob("evil.txt"))
    yield Outcome(tried="members of archives that lead out", holds=not evil, answer=f"written: {evil}")


def _with_entity(path: Path, key: Path) -> None:
    whole = BytesIO()
    made = Document()
    made.add_paragraph("words MARK")
    made.save(whole)
    with ZipFile(whole) as before, ZipFile(path, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "word/document.xml":
                declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{key}">]><w:document'.encode()
                part = part.replace(b"<w:document", declared, 1).replace(b"MARK", b"&e;")
            after.writestr(name, part)


def large(ground: Ground) -> Iterator[Outcome]:
    """Open a large document many times at once, wherever one is shown whole."""
    line = "The canal of the large document was dug by many people in the year of the flood.\n"
    text = "The first words of it.\n\n" + (line * 8 + "\n") * (MEGABYTES * 2**20 // (len(line) * 8))
    folder = ground.folder("large", {"large.txt": text})
    done = ground.index("large-store", folder)
    yield Outcome(tried=f"{MEGABYTES} MB are indexed", holds=done.returncode == 0, answer=done.stderr[-100:])
    with ground.served(ground.path / "large-store") as server:
        server.answers()
        held = [server.memory]
        link = "/source/large.txt?at=0-10&words=b344d80e24a3679999fa964450b34bc2"
        show = "/api/show?document=large.txt&start=0&end=10&around=499990"
        asked = {"a permanent link": link, "/api/show with all that is shown around": show}
        for what, path in list(asked.items()) * ROUNDS:
            waited, statuses = _at_once(server, path)
            held.append(server.memory)
            if len(held) <= len(asked) + 1 or waited >= 5 or not statuses <= {200, 410}:
                yield Outcome(
                    tried=f"{MANY} times at once, {what}",
                    holds=waited < 5 and statuses <= {200, 410},
                    answer=f"statuses {sorted(statuses)}, others waited {waited:.1f} s",
                )
        with server.client(timeout=60) as client:
            tab = Tab(client)
            tab.fire("question.submit", "What are the first words of it?", seconds=60)
            heard = data_of(tab.fire("log.follow", None, {"ref": "cite-0-1"}, 60))
            yield Outcome(
                tried="the same on the page",
                holds='"success": true' in heard,
                answer=f"{len(heard) / 1e6:.1f} MB came",
            )
        # Many large responses at once fill the memory up to a plateau; a leak grows with every round.
        first, last = max(held[: 2 * len(asked) + 1]), max(held)
        yield Outcome(
            tried="memory",
            holds=last < first * GROWTH,
            answer=f"{held[0]:.0f} MB before, {first:.0f} after two rounds, {last:.0f} at most",
        )


def _at_once(server: Server, path: str) -> tuple[float, set[int]]:
    """Request it many times at once; return the longest wait of others, and the response statuses."""
    with ThreadPoolExecutor(MANY) as pool:
        asked = [pool.submit(_status, server, path) for _ in range(MANY)]
        waited = max(server.waited(timeout=30) for _ in range(3))
        return waited, {each.result() for each in asked}


def _status(server: Server, path: str) -> int:
    with server.client(timeout=60) as client:
        try:
            return client.get(path).status_code
        except httpx.HTTPError:
            return 0


def values(ground: Ground) -> Iterator[Outcome]:
    """Send values that the page never sends: huge numbers, endless words, wrong types."""
    server = ground.plain()
    digits, words = "9" * 5000, "w" * 600_000
    clicks: tuple[tuple[str, object], ...] = (
        ("log.act", {"act": "right", "value": digits}),
        ("log.act", {"act": "right", "value": "²"}),
        ("log.act", {"act": "comment", "value": "-1", "comment": words, "judged": "right"}),
        ("log.act", {"act": "comment"}),
        ("log.act", [1, 2, 3]),
        ("log.act", "right"),
        ("log.follow", {"ref": f"cite-{digits}-1"}),
        ("log.follow", {"ref": words}),
        ("log.ask", {"question": words}),
        ("log.ask", {"question": {"a": ["b"]}}),
        ("lookup-search.act", {"question": "ships", "since": digits}),
        ("lookup-search.act", {"question": "ships", "author": words, "kind": words}),
        ("lookup-search.act", {"question": "ships", "sort": words}),
        ("results.follow", {"ref": f"found-{digits}"}),
        ("listing.act", {"act": "back", "value": digits}),
        ("listing.act", {"act": "back", "value": "²"}),
        ("listing.act", {"act": "remove", "value": words}),
        ("listing.act", {"act": "again", "value": "\ud800"}),
        ("listing.find", {"wanted": words}),
        ("find-talk.find", {"words": words}),
        ("find-talk.find", {"words": "%_~" * 20_000}),
        ("find-talk.find", {"words": "\ud800"}),
        ("talks.act", {"act": "rename", "id": "x", "name": words}),
        ("talks.act", {"act": "open", "value": words}),
        ("settings-form.act", {"act": "save", "care": digits, "threshold": digits}),
        ("settings-form.act", {"act": "save", "threshold": "nan"}),
        ("answering.act", {"act": "write", "model": words}),
        ("include.act", {"act": "include", "folder": "\0"}),
        ("include.act", {"act": "include", "folder": words}),
        ("include.act", {"act": "include", "folder": "/proc/self/mem"}),
    )
    with server.client() as client:
        for name, clicked in clicks:
            tab = Tab(client)
            try:
                heard = data_of(tab.fire(name, None, clicked))
            except LookupError:
                continue
            fine = '"success": false' not in heard and "Internal Server Error" not in heard
            yield Outcome(
                tried=f"{name} with {ascii(clicked)[:60]}",
                holds=fine,
                answer=heard[-100:] if not fine else "answered in words",
            )
        before = server.memory
        for n in range(60):
            Tab(client, f"{n}" + "s" * 900_000).join(Tab(client).event("documents.select"))
        yield Outcome(
            tried="60 sessions whose names are of 900 kB",
            holds=server.memory < before + 30,
            answer=f"{before:.0f} MB before, {server.memory:.0f} after",
        )
