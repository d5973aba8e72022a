"""Test every address, permanent link, kept answer and tool as every user.

They are listed from the running app, and each has a rule here; one that is added without a rule fails.
Whoever is kept to some documents must find no trace of the others in anything that is answered.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from everybody import (
    ADMIN,
    CANAL,
    CLOSED,
    COUNT,
    CROWNS,
    EDITOR,
    OPENED,
    READER,
    TRACES,
    VAULT,
    WHO,
    UserPage,
    page,
    store,
    without_traces,
)
from scripted import cite, passage
from starlette.routing import Mount

from citeback.index.records import Source, Span
from citeback.page.assets import FRONTEND
from citeback.page.state.exchange import Exchange
from citeback.page.state.review.checked_draft import CheckedDraft
from citeback.page.state.review.saved_tables import SavedCell
from citeback.rag.answer import Answer, Sentence, Verdict
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict
from citeback.rag.review.cell import CellSource, TableCell
from citeback.rag.rights import Rights, Role
from citeback.serving.access.middleware import AccessRules
from citeback.wire.permalinks import permanent_link

NO_SHIPS = "No ships ever came to it."
PLACE = {"document": "open/canal.md", "start": 0, "end": 5}
HIDDEN = {"document": "hidden/vault.md", "start": 0, "end": 5}
ROUTES: dict[str, tuple[Role, list[Mapping[str, Any]]]] = {
    "GET /api/openapi.json": (READER, [{}]),
    "POST /api/ask": (
        READER,
        [
            {"json": {"question": CROWNS, "format": "ris"}},
            {"json": {"question": CROWNS, "format": "docx"}},
            {"json": {"question": CROWNS}},
            {"json": {"question": COUNT, "stream": True}},
        ],
    ),
    "POST /api/search": (READER, [{"json": {"question": CROWNS, "k": 100}}]),
    "POST /api/verify": (READER, [{"json": {"draft": NO_SHIPS}}]),
    "POST /api/table": (READER, [{"json": {"questions": [CROWNS]}}]),
    "GET /api/list": (READER, [{"params": {"kind": "dates"}}]),
    "GET /api/conflicts": (READER, [{}, {"params": {"in": CLOSED}}]),
    "GET /api/timeline": (READER, [{}, {"params": {"about": "ships"}}]),
    "GET /api/summary": (
        READER,
        [{}, {"params": {"about": "vault"}}, {"params": {"document": HIDDEN["document"]}}],
    ),
    "POST /api/export": (
        READER,
        [
            {"json": {"what": "answers", "format": "csl", "questions": [CROWNS]}},
            {"json": {"what": "draft", "format": "json", "draft": NO_SHIPS}},
            {"json": {"what": "table", "format": "ris", "questions": [CROWNS]}},
        ],
    ),
    "GET /api/questions": (READER, [{}]),
    "POST /api/questions": (READER, [{"json": {"question": CROWNS}}]),
    "POST /api/questions/ask": (READER, [{}]),
    "POST /api/questions/{key}/seen": (READER, [{}]),
    "DELETE /api/questions/{key}": (READER, [{}]),
    "GET /api/documents": (READER, [{}, {"params": {"in": CLOSED}}]),
    "GET /api/show": (READER, [{"params": PLACE}, {"params": HIDDEN}]),
    "POST /uploads": (EDITOR, [{"params": {"name": "a.txt"}, "content": b"words"}]),
    "GET /source/{document:path}": (READER, [{"at": "open/canal.md"}, {"at": "hidden/vault.md"}]),
    "GET /pages/{document:path}": (READER, [{"at": "open/canal.md"}, {"at": "hidden/plan.pdf"}]),
    "POST /drafts": (READER, [{"params": {"name": "a.md"}, "content": b"words"}]),
    "GET /drafts/{key}.{suffix}": (
        READER,
        [
            {"at": f"{document} {suffix}"}
            for document in ("hidden/vault.md", "open/canal.md")
            for suffix in ("docx", "docx?footnotes=true", "ris", "csl", "json", "exe", "footnotes")
        ],
    ),
    "GET /tables/{key}.{suffix}": (
        READER,
        [{"at": suffix} for suffix in ("csv", "xlsx", "docx", "md", "json", "ris", "csl", "exe")],
    ),
    "GET /c/{key}": (READER, [{}]),
    "GET /conversations/{key}.{suffix}": (
        READER,
        [{"at": suffix} for suffix in ("md", "json", "docx", "ris", "csl", "csl?answer=0")],
    ),
    "GET /style.css": (READER, [{}]),
    "GET /page.js": (READER, [{}]),
    "GET /assets/{name}": (READER, [{}]),
}


def test_every_address_has_a_rule(page: UserPage) -> None:
    assert set(page.routes()) == set(ROUTES)
    mounted = [route.path for route in page.app.routes if isinstance(route, Mount)]
    assert mounted == ["/mcp", ""]  # assistants, tried below, and the page, whose addresses the shield lists


def filled(page: UserPage, who: str, path: str, at: str) -> str:
    """Return a path with the place in it that is asked for."""
    if path.startswith("/source/"):
        words = VAULT if "vault" in at else CANAL
        return permanent_link(at, Span(0, len(words)), words).path
    if path.startswith("/pages/"):
        return f"/pages/{at}?page=1&at=4-12"
    if path.startswith("/c/"):
        return f"/c/{earlier(page, who)}"
    if path.startswith("/assets/"):
        return f"/assets/{min(each.name for each in FRONTEND.glob('*.css'))}"
    if path.startswith("/tables/"):
        return f"/tables/{answered(page, who)}.{at}"
    if path.startswith("/api/questions/{key}"):
        page.behind.questions.add(who, CROWNS)
        return path.replace("{key}", page.behind.questions.listing(who)[0].id)
    if path.startswith("/drafts/"):
        document, suffix = at.split(" ")
        return f"/drafts/{checked(page, who, document)}.{suffix}"
    if path.startswith("/conversations/"):
        return f"/conversations/{earlier(page, who)}.{at}"
    return path


def earlier(page: UserPage, who: str) -> str:
    """Keep a conversation of somebody who could see everything then; return its id."""
    quoted = cite("hidden/vault.md", VAULT, "The vault of Elmira holds seventy-seven crowns.")
    shown = cite("open/canal.md", CANAL, "In all, 412 ships passed the canal in 2022.")
    key = page.behind.conversations.save(who, "", asked("About the vault?", quoted))
    return page.behind.conversations.save(who, key, asked("About ships?", shown))


def checked(page: UserPage, who: str, document: str) -> str:
    """Keep a checked draft of somebody who could see everything then; return its id."""
    words, quote = (VAULT, NO_SHIPS) if "vault" in document else (CANAL, "In all, 412 ships passed")
    claim = CheckedClaim(
        Span(0, len(quote)), quote, ClaimVerdict.SUPPORTED, 0.9, (cite(document, words, quote),)
    )
    draft = CheckedDraft(Source(quote, "", "markdown"), (claim,), 5, complete=True, name=quote)
    return page.behind.drafts.save(who, draft).id


def answered(page: UserPage, who: str) -> str:
    """Keep a table of somebody who could see everything then; return its id."""
    key = page.behind.tables.create(who, "Crowns", (CROWNS,), "")
    quote = "The vault of Elmira holds seventy-seven crowns."
    start = VAULT.index(quote)
    source = CellSource(Span(start, start + len(quote)), quote, None, "line 3")
    for name in ("hidden/vault.md", "hidden/gone.md"):
        cell = TableCell(name, CROWNS, "seventy-seven crowns", source, 0.9)
        page.behind.tables.save(who, key, [SavedCell("", "", cell)])
    cell = TableCell("open/canal.md", CROWNS, "", None, 0.1)
    page.behind.tables.save(who, key, [SavedCell("", "", cell)])
    return key


def test_a_table_is_of_its_user_and_holds_what_they_may_see(page: UserPage) -> None:
    opening = page.events()["table-form.act > table-form table"]
    for who in ("reader", "kept"):
        key = answered(page, who)
        taken = page.clients[who].get(f"/tables/{key}.csv")
        opened = page.send(who, opening, (), {"act": "open", "value": key})
        assert taken.status_code == 200 and "open/canal.md" in taken.text and "does not say" in opened
        if who == "reader":
            assert "Elmira" in taken.text and "seventy" in opened
        else:
            without_traces(taken.text + opened)
        assert page.clients["editor"].get(f"/tables/{key}.csv").status_code == 404
        other = page.send("editor", opening, (), {"act": "open", "value": key})
        assert "There is no such table" in other


def test_a_checked_draft_is_of_its_user_and_withheld_with_its_documents(page: UserPage) -> None:
    for who, document, status in (
        ("reader", "hidden/vault.md", 200),
        ("kept", "open/canal.md", 200),
        ("kept", "hidden/vault.md", 403),
    ):
        key = checked(page, who, document)
        answer = page.clients[who].get(f"/drafts/{key}.docx")
        assert answer.status_code == status, answer.text
        assert page.clients["editor"].get(f"/drafts/{key}.docx").status_code == 404
        opened = page.send(
            who,
            page.events()["draft-saved.act > draft draft-form draft-saved"],
            (),
            {"act": "open", "value": key},
        )
        assert ("draft-text" in opened) is (status == 200)


def asked(question: str, cited: Any) -> Exchange:
    sentence = Sentence(cited.quote, Verdict.SUPPORTED, (cited,))
    near = passage(cited.document, cited.quote, cited.quote)
    return Exchange(question, answer=Answer(question, question, False, 0.9, (sentence,), (near,)))


@pytest.mark.parametrize("who", ["nobody", *WHO])
def test_an_address_gives_what_whoever_asks_may_have(page: UserPage, who: str) -> None:
    for key, (role, requests) in ROUTES.items():
        method, path = key.split(" ")
        for request in requests:
            given = {name: value for name, value in request.items() if name != "at"}
            address = filled(page, who, path, request.get("at", ""))
            answer = page.clients[who].request(method, address, **given)
            if who == "nobody":
                assert answer.status_code == 401, key
                continue
            if not WHO[who].role.covers(role):
                assert answer.status_code == 403 and set(answer.json()) == {"error", "next"}, key
                continue
            withheld = "/drafts/" in address and WHO[who].patterns and "vault" in request.get("at", "")
            assert answer.status_code not in ({401} if withheld else {401, 403}), (key, answer.text)
            if WHO[who].patterns:
                own = "hidden/vault.md", "hidden/plan.pdf"  # the name that was asked for is said again
                without_traces(answer.text.replace(own[0], "").replace(own[1], ""))


def test_what_is_hidden_answers_as_what_is_not_there(page: UserPage) -> None:
    for name in ("hidden/vault.md", "hidden/plan.pdf", "hidden/bad.pdf", "hidden/nothing.md"):
        shown = page.clients["kept"].get("/api/show", params={"document": name, "start": 0, "end": 1})
        linked = page.clients["kept"].get(permanent_link(name, Span(0, 3), "The").path)
        drawn = page.clients["kept"].get(f"/pages/{name}?page=1&at=0-3")
        assert [each.status_code for each in (shown, linked, drawn)] == [404, 410, 404]
        same = [each.text.replace(name, "hidden/nothing.md") for each in (shown, linked, drawn)]
        gone = [
            page.clients["kept"].get(
                "/api/show", params={"document": "hidden/nothing.md", "start": 0, "end": 1}
            ),
            page.clients["kept"].get(permanent_link("hidden/nothing.md", Span(0, 3), "The").path),
            page.clients["kept"].get("/pages/hidden/nothing.md?page=1&at=0-3"),
        ]
        assert same == [each.text for each in gone]
    assert page.clients["reader"].get("/pages/hidden/plan.pdf?page=1&at=0-3").status_code == 200


def test_an_answer_from_before_is_withheld_and_comes_back_with_the_rights(page: UserPage) -> None:
    events = page.events()
    for who in ("kept", "reader"):
        key = earlier(page, who)
        opened = page.send(who, events["talks.act > log panel talks"], (), {"act": "open", "value": key})
        assert "412 ships" in opened
        exported = [page.clients[who].get(f"/conversations/{key}.{suffix}").text for suffix in ("md", "json")]
        quoted = cite("hidden/vault.md", VAULT, "The vault of Elmira holds seventy-seven crowns.")
        linked = page.clients[who].get(permanent_link("hidden/vault.md", quoted.span, quoted.quote).path)
        searched = page.send(who, events["find-talk.find > talks"], (), {"words": "Elmira holds"})
        if who == "reader":
            assert all("Elmira" in text for text in (opened, *exported, linked.text))
            assert key in searched
        else:
            for text in (opened, *exported):
                without_traces(text)
            assert "you may no longer see" in opened and "you may no longer see" in exported[0]
            assert key not in searched
            assert linked.status_code == 410
            without_traces(linked.text.replace("hidden/vault.md", ""))


def test_a_conversation_is_its_owners_alone(page: UserPage) -> None:
    events, key = page.events(), earlier(page, "reader")
    opening, acting = (
        events[OPENED],
        events["talks.act > log panel talks"],
    )
    for who in WHO.keys() - {"reader"}:
        linked, unknown = (page.clients[who].get(f"/c/{each}") for each in (key, "no-such-one"))
        assert linked.status_code == unknown.status_code == 307 and linked.text == unknown.text == ""
        texts = [
            page.send(who, opening, (f"#c/{key}",), None),
            page.send(who, acting, (), {"act": "open", "value": key}),
            page.send(who, acting, (), {"act": "rename", "id": key, "name": "taken over"}),
            page.send(who, acting, (), {"act": "delete", "value": key}),
            page.send(who, events["find-talk.find > talks"], (), {"words": "About"}),
        ]
        assert [text for text in texts if "412 ships" in text or key in text] == []
        exported = [page.clients[who].get(f"/conversations/{key}.{suffix}") for suffix in ("md", "json")]
        assert [each.status_code for each in exported] == [404, 404]
    shown = page.send("reader", opening, (f"#c/{key}",), None)
    assert "412 ships" in shown and page.behind.conversations.name("reader", key) == "About the vault?"
    assert page.clients["reader"].get("/c/short").status_code == 404


TOOLS = {
    "ask": {"question": CROWNS},
    "search": {"question": CROWNS, "k": 100},
    "verify": {"draft": NO_SHIPS},
    "table": {"questions": [CROWNS]},
    "list": {"kind": "dates"},
    "conflicts": {},
    "timeline": {},
    "summary": {},
    "export": {"what": "table", "format": "csv", "questions": [CROWNS]},
    "documents": {},
    "show": HIDDEN,
    "save_question": {"question": CROWNS},
    "saved_questions": {},
    "delete_question": {"question": CROWNS},
}


def tool(page: UserPage, who: str, method: str, **parameters: Any) -> httpx.Response:
    """Ask the server for assistants over HTTP."""
    headers = {"Accept": "application/json, text/event-stream"}
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    return page.clients[who].post("/mcp/", json=body, headers=headers)


def test_an_assistant_is_given_what_its_user_may_see(page: UserPage) -> None:
    listed = tool(page, "reader", "tools/list").json()["result"]["tools"]
    assert {each["name"] for each in listed} == set(TOOLS)
    for name, arguments in TOOLS.items():
        assert tool(page, "nobody", "tools/call", name=name, arguments=arguments).status_code == 401
        whole = tool(page, "reader", "tools/call", name=name, arguments=arguments)
        assert whole.status_code == 200 and '"isError":true' not in whole.text, name
        assert any(trace in whole.text for trace in TRACES) or name == "delete_question", name
        part = tool(page, "kept", "tools/call", name=name, arguments=arguments)
        assert part.status_code == 200
        without_traces(part.text.replace("hidden/vault.md", "") if name == "show" else part.text)


def test_without_users_only_whoever_sits_here_may_change_anything() -> None:
    assert AccessRules().rights == Rights(ADMIN)
    assert AccessRules(hosts=None).rights == Rights(READER)
    assert AccessRules(hosts=frozenset({"localhost", "docs.example"})).rights == Rights(READER)
