"""Test every event of the page as every user.

They are listed from the running app, and each has a rule here; one that is added without a rule fails.
Whoever is kept to some documents must find no trace of the others in anything that is answered.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from everybody import (
    ADMIN,
    CLOSED,
    COUNT,
    CROWNS,
    EDITOR,
    OPENED,
    READER,
    WHO,
    UserPage,
    page,
    store,
    without_traces,
)
from starlette.routing import Mount

from citeback.index.errors import AccessDenied, CitebackError
from citeback.page.state.document_refs import document_ref
from citeback.page.state.folders import RemovedFile
from citeback.page.state.permitted_folders import RestrictedFolder
from citeback.page.tabs.documents import parse_names
from citeback.rag.rights import Role
from citeback.serving.access.middleware import USER
from citeback.serving.gradio_guard.allowlist import GradioShield
from citeback.serving.http.head_links import HeadLinks


@dataclass(frozen=True)
class Event:
    """An event as it is sent: who may send it, and what it does to the folders (`does`, of the last one)."""

    role: Role = READER
    click: Mapping[str, str] | None = None
    data: tuple[str, ...] = ()
    does: str = ""
    to: str = "open/canal.md"


def several(way: str, *names: str) -> Mapping[str, str]:
    """Return the click that does something with the chosen documents."""
    return {"act": "several", "way": way, "chosen": json.dumps(names)}


VAULT_FILE = "hidden/vault.md"
VAULT_REF, CANAL_REF = document_ref(VAULT_FILE), document_ref("open/canal.md")
NEW, TAKEN = ({"act": "uploaded", "value": name} for name in ("new.txt", "taken.txt"))  # sent before
EVENTS: dict[str, list[Event]] = {
    "page.load > ": [],  # never ends: it keeps the page's stream open, and says nothing
    OPENED: [Event()],
    "page.load > starters": [Event()],
    "question.submit send.click > log panel question": [
        Event(data=(CROWNS,)),
        Event(data=(COUNT,)),
        Event(data=("List all dates",)),
    ],
    "log.ask > log panel question": [Event(click={"question": "Which plan is drawn?"})],
    "starters.ask > log panel question": [Event(click={"question": CROWNS})],
    "sources-chosen.act > sources-chosen": [
        Event(click={"act": "choose"}),
        Event(click={"act": "choose", "wanted": "vault"}),
        Event(click={"act": "take", "chosen": json.dumps(["open/", VAULT_FILE])}),
        Event(click={"act": "clear"}),
    ],
    "stop.click > ": [Event()],
    "log.follow > panel": [Event(click={"ref": "passage-0-1"}), Event(click={"ref": VAULT_REF})],
    "starters.follow > panel": [Event(click={"ref": CANAL_REF}), Event(click={"ref": VAULT_REF})],
    "panel.follow > panel": [Event(click={"ref": "cite-1-1"})],
    "log.act > log panel": [Event(click={"act": "right", "value": "0"}), Event(click={"act": "new"})],
    "log.bring > log starters": [
        Event(EDITOR, NEW, does="add"),
        Event(EDITOR, TAKEN),  # it is asked whether to replace that file
        Event(ADMIN, {"act": "include", "folder": "/srv"}, does="rebuild /srv"),
    ],
    "lookup-search.act > results passage": [
        Event(click={"question": CROWNS}),
        Event(click={"question": CROWNS, "within": CLOSED}),
    ],
    "results.follow > passage": [Event(click={"ref": "found-0"})],
    "passage.follow > passage": [Event(click={"ref": "found-1"})],
    "draft-form.act > draft draft-form draft-saved": [
        Event(click={"act": "check", "draft": "The vault holds seven crowns. No ships ever came to it."}),
        Event(click={"act": "check", "draft": "Ships came.", "within": CLOSED}),
    ],
    "draft-form.bring > draft draft-form draft-saved": [Event(click={"act": "uploaded", "value": "x"})],
    "draft.act > draft draft-form draft-saved": [Event(click={"act": "stop"}), Event(click={"act": "new"})],
    "draft-saved.act > draft draft-form draft-saved": [
        Event(click={"act": "open", "value": "none"}),
        Event(click={"act": "delete", "value": "none"}),
    ],
    "draft.follow > review-reader": [Event(click={"ref": "claim-0"}), Event(click={"ref": VAULT_REF})],
    "review.select > draft-saved": [Event()],
    "review.select > table-form": [Event()],
    "table-form.act > table-form table": [
        Event(click={"act": "create", "questions": CROWNS}),
        Event(click={"act": "create", "questions": CROWNS, "within": CLOSED}),
        Event(click={"act": "open", "value": "none"}),
        Event(click={"act": "delete", "value": "none"}),
    ],
    "table.act > table-form table": [
        Event(click={"act": "add", "question": "Who keeps the lock?"}),
        Event(click={"act": "stop"}),
        Event(click={"act": "close"}),
    ],
    "table.find > table": [Event(click={"wanted": "crowns", "kind": "answered"})],
    "table.arrange > table": [Event(click={"act": "sort", "value": "0"})],
    "table.follow > review-reader": [Event(click={"ref": "cell-0-0"}), Event(click={"ref": VAULT_REF})],
    "review-reader.act > table review-reader": [Event(click={"act": "judge", "value": "right cell-0-0"})],
    "review.select > question-form questions": [Event()],
    "question-form.act > question-form questions": [Event(click={"act": "save", "question": CROWNS})],
    "questions.act > questions": [
        Event(click={"act": "read", "value": "none"}),
        Event(click={"act": "delete", "value": "none"}),
    ],
    "questions.follow > review-reader": [
        Event(click={"ref": "saved-0-now-1"}),
        Event(click={"ref": VAULT_REF}),
    ],
    "list-form.act > list-items": [
        Event(click={"what": "amounts"}),
        Event(click={"what": "obligations", "within": CLOSED}),
        Event(click={"what": "dates"}),
    ],
    "list-items.find > list-items": [Event(click={"wanted": "crowns"})],
    "list-items.arrange > list-items": [Event(click={"act": "page", "value": "1"})],
    "list-items.follow > review-reader": [
        Event(click={"ref": "item-0-0"}),
        Event(click={"ref": CANAL_REF}),
        Event(click={"ref": VAULT_REF}),
    ],
    "conflicts-form.act > conflicts": [Event(click={}), Event(click={"within": CLOSED})],
    "conflicts.act > conflicts": [Event(click={"act": "stop"})],
    "conflicts.arrange > conflicts": [Event(click={"act": "page", "value": "1"})],
    "conflicts.follow > review-reader": [
        Event(click={"ref": "conflict-0-0"}),
        Event(click={"ref": VAULT_REF}),
    ],
    "timeline-form.act > timeline": [Event(click={}), Event(click={"about": "vault", "within": CLOSED})],
    "timeline.act > timeline": [Event(click={"act": "stop"})],
    "timeline.arrange > timeline": [Event(click={"act": "page", "value": "1"})],
    "timeline.follow > review-reader": [
        Event(click={"ref": "date-0-0"}),
        Event(click={"ref": VAULT_REF}),
    ],
    "summary-form.act > summary": [Event(click={}), Event(click={"about": "vault"})],
    "summary.act > summary": [Event(click={"act": "stop"})],
    "summary.arrange > summary": [Event(click={"act": "page", "value": "1"})],
    "summary.follow > review-reader": [
        Event(click={"ref": "summary-0-0"}),
        Event(click={"ref": VAULT_REF}),
    ],
    "review-reader.follow > review-reader": [Event(click={"ref": VAULT_REF})],
    "files.act > status": [Event(EDITOR, NEW, does="add"), Event(EDITOR, TAKEN)],
    "status.act > status": [
        Event(EDITOR, {"act": "replace"}, does="add"),
        Event(EDITOR, {"act": "put-back"}),  # nothing was deleted; below, something is
        Event(READER, {"act": "leave"}),
    ],
    "documents.select > listing": [Event()],
    "listing.find > listing": [Event(click={"wanted": "vault"}), Event(click={"wanted": ""})],
    "listing.arrange > listing": [
        Event(click={"act": "sort", "value": "date"}),
        Event(click={"act": "page", "value": "1"}),
    ],
    "listing.follow > reading": [Event(click={"ref": CANAL_REF}), Event(click={"ref": VAULT_REF})],
    "reading.follow > reading": [Event(click={"ref": VAULT_REF})],
    "rebuild.click > status": [Event(EDITOR, does="rebuild")],
    "include.act > status": [Event(ADMIN, {"folder": "/srv"}, does="rebuild /srv")],
    "listing.act > status": [
        Event(EDITOR, {"act": "again", "value": "open/canal.md"}, does="rebuild open/canal.md"),
        Event(
            EDITOR, {"act": "again", "value": "hidden/vault.md"}, does="rebuild hidden/vault.md", to=CLOSED
        ),
        Event(EDITOR, {"act": "remove", "value": "open/canal.md"}, does="remove open/canal.md"),
        Event(
            EDITOR, {"act": "remove", "value": "hidden/vault.md"}, does="remove hidden/vault.md", to=CLOSED
        ),
        Event(EDITOR, {"act": "whole", "value": "open/canal.md"}, does="remove open/canal.md"),
        Event(EDITOR, several("again", "open/canal.md"), does="rebuild open/canal.md"),
        Event(EDITOR, several("again", "open/canal.md", VAULT_FILE), does="rebuild", to=CLOSED),
        Event(EDITOR, several("remove", "open/canal.md"), does="remove open/canal.md"),
        Event(EDITOR, several("remove", VAULT_FILE), does="remove hidden/vault.md", to=CLOSED),
        Event(ADMIN, {"act": "forget", "value": "/usb"}, does="forget /usb"),
        Event(EDITOR, {"act": "gone", "value": "/usb"}, does="rebuild without /usb"),
        Event(EDITOR, {"act": "gone", "value": "/disk"}, does="rebuild without /disk", to=CLOSED),
        Event(READER, {"act": "keep", "value": "/usb"}),
        Event(ADMIN, {"act": "back", "value": "1"}, does="back 1", to=VAULT_FILE),
    ],
    **{
        f"after {changing} > status > {shown}": [Event()]
        for changing in ("files.act", "status.act", "rebuild.click", "include.act", "listing.act")
        for shown in ("listing", "log", "starters")
    },
    "find-talk.find > talks": [Event(click={"words": "crowns"})],
    "talks.act > log panel talks": [
        Event(click={"act": "rename", "id": "none", "name": "x"}),
        Event(click={"act": "delete", "value": "none"}),
    ],
    "settings.select > answering": [Event()],
    "settings-form.act > settings-form": [Event(click={"threshold": "0.8", "passages": "5"})],
    "answering.act > answering": [Event(ADMIN, {"model": "quoted"})],
    "language.act > language": [Event(click={"act": "language", "language": ""})],
    "after language.act > language > ": [],  # the browser alone opens the page anew
}


def test_every_event_has_a_rule(page: UserPage) -> None:
    assert set(page.events()) == set(EVENTS)


def sent_file(page: UserPage, who: str, name: str) -> str:
    """Send a file as somebody, whoever may, past the address that asks their rights; return its key."""

    async def parts() -> Any:
        yield b"words"

    return asyncio.run(page.behind.uploads.receive(who, name, parts()))


def sent(page: UserPage, who: str, click: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """Return a click as it is sent: an upload holds the key of a file that was sent before."""
    if click and click.get("act") == "uploaded":
        return {**click, "value": sent_file(page, who, click["value"])}
    return click


def without_names(answers: str, click: Mapping[str, str] | None) -> str:
    """Return answers without the names that were asked for, which are repeated."""
    given = click or {}
    for name in (given.get("value", ""), *parse_names(given.get("chosen", ""))):
        answers = answers.replace(name, "") if name else answers
    return answers


@pytest.mark.parametrize("who", WHO)
def test_an_event_does_what_its_sender_may(page: UserPage, who: str) -> None:
    rights, events = WHO[who], page.events()
    for key, rules in EVENTS.items():
        for rule in rules:
            page.noted.done.clear()
            click = sent(page, who, rule.click)
            answers = page.send(who, events[key], rule.data, click, "all")
            assert '"success":true' in answers.replace(" ", ""), (key, answers)
            if rights.patterns:
                without_traces(without_names(answers, click))
            may = rights.role.covers(rule.role) and rights.can_see(rule.to)
            last = page.noted.done[0] if page.noted.done else ""
            if not may:
                assert not page.noted.done, (key, rule)
                assert key == "status.act > status" or "You may not" in answers or "No document" in answers, (
                    key
                )
            else:
                assert last.startswith(rule.does) and bool(last) == bool(rule.does), (key, rule, last)


@pytest.mark.parametrize("who", WHO)
def test_what_somebody_deleted_is_put_back_by_them_alone(page: UserPage, who: str) -> None:
    events, edits = page.events(), WHO[who].role.covers(EDITOR)
    put_back = events["status.act > status"], (), {"act": "put-back"}
    page.send(who, events["listing.act > status"], (), several("remove", "open/canal.md", VAULT_FILE), "back")
    page.noted.done.clear()
    for other in WHO.keys() - {who}:
        page.send(other, *put_back, "back")
    assert page.noted.done == []
    answers = page.send(who, *put_back, "back")
    assert ("put back open/canal.md" in page.noted.done) is edits
    assert ("put back hidden/vault.md" in page.noted.done) is (edits and not WHO[who].patterns)
    if WHO[who].patterns:
        without_traces(answers)


def test_what_one_may_not_see_any_longer_is_not_put_back(page: UserPage) -> None:
    removed = RemovedFile(name=VAULT_FILE, folder="/docs", path="/docs/hidden/vault.md", kept="/kept")
    page.noted.done.clear()
    for rights in (WHO["reader"], WHO["kept"], WHO["half"], WHO["part"]):
        with pytest.raises(CitebackError):
            RestrictedFolder(page.noted, rights, page.behind.corpus).put_back(removed)
    assert page.noted.done == []


@pytest.mark.parametrize("who", WHO)
def test_a_folder_is_left_out_by_an_admin_who_sees_all_of_it(page: UserPage, who: str) -> None:
    (folder,) = page.behind.corpus().folders
    page.noted.done.clear()
    click = {"act": "forget", "value": folder}
    answers = page.send(who, page.events()["listing.act > status"], (), click)
    assert page.noted.done == ([f"forget {folder}"] if who == "admin" else [])
    assert who == "admin" or "You may not" in answers


def test_earlier_states_are_for_an_admin_who_sees_all_of_them(page: UserPage) -> None:
    seen = {
        who: RestrictedFolder(page.noted, WHO[who], page.behind.corpus) for who in ("reader", "part", "admin")
    }
    assert [bool(each.kept_generations()) for each in seen.values()] == [False, False, True]
    for who in ("reader", "part"):
        with pytest.raises(AccessDenied):
            seen[who].go_back(1)


def test_nobody_stops_the_answer_of_another(page: UserPage) -> None:
    page_app = next(each.app for each in page.app.routes if isinstance(each, Mount) and not each.path)
    assert isinstance(page_app, HeadLinks)
    shield = page_app.app
    assert isinstance(shield, GradioShield)
    session = shield.user_session({USER: "reader"}, "s")
    with page.behind.running.one(session) as signal:
        steps = signal.steps(lambda: iter("ab"))
        for who in ("editor", "admin", "kept"):
            page.send(who, page.events()["stop.click > "], (), None, "s")
        assert next(steps) == "a"
        page.send("reader", page.events()["stop.click > "], (), None, "s")
        assert list(steps) == []


def test_nobody_sends_an_event(page: UserPage) -> None:
    for key, event in page.events().items():
        assert page.send("nobody", event, (), None).startswith("401"), key


def test_what_is_hidden_from_some_is_shown_to_others(page: UserPage) -> None:
    """The traces that others must not find are there to be found."""
    events = page.events()
    asked = page.send("reader", events["question.submit send.click > log panel question"], (CROWNS,), None)
    assert "Elmira" in asked and "seventy" in asked
    counted = page.send("reader", events["question.submit send.click > log panel question"], (COUNT,), None)
    assert "2 of 5 documents" in counted
    counted = page.send("kept", events["question.submit send.click > log panel question"], (COUNT,), None)
    assert "1 of 2 documents" in counted
    result = page.send("reader", events["lookup-search.act > results passage"], (), {"question": CROWNS})
    assert "Elmira" in result
    listed = page.send("reader", events["documents.select > listing"], (), None)
    assert "hidden/vault.md" in listed and "hidden/bad.pdf" in listed
    for key in ("listing.follow > reading", "starters.follow > panel", "log.follow > panel"):
        assert "Elmira" in page.send("reader", events[key], (), {"ref": VAULT_REF}), key
        assert "412 ships" in page.send("kept", events[key], (), {"ref": CANAL_REF}), key
    assert page.behind.suggestions.of(page.behind.corpus(), patience=60)  # the page waits less
    begun = page.send("reader", events["page.load > starters"], (), None)
    assert "What is in the vault?" in begun
    begun = page.send("kept", events["page.load > starters"], (), None)
    assert "vault" not in begun and "open/lock.md" in begun
    welcome = page.send("kept", events[OPENED], (), None)
    assert "2 documents" in welcome


@pytest.mark.parametrize(
    ("who", "seen", "unseen"),
    [
        (
            "reader",
            ["You can ask about these documents"],
            ["Add files", "Add folder", "Read again", "Delete"],
        ),
        (
            "kept",
            ["You can ask about these documents"],
            ["Add files", "Add folder", "Read again", "open/old.txt"],
        ),
        (
            "editor",
            ["Add files", "Read again", "Delete", "hidden/old.txt"],
            ["Add folder", "Go back to this"],
        ),
        ("half", ["Add files", "Read again", "Delete", "open/old.txt"], ["Add folder", "Go back to this"]),
        ("admin", ["Add files", "Read again", "Delete", "Add folder", "Go back to this"], []),
    ],
)
def test_the_page_shows_what_its_reader_may_do(
    page: UserPage, who: str, seen: list[str], unseen: list[str]
) -> None:
    events = page.events()
    shown = page.send(who, events[OPENED], (), None)
    visible = '"visible":true' in shown.replace(" ", "")
    assert visible is WHO[who].role.covers(EDITOR)
    shown += page.send(who, events["documents.select > listing"], (), None)
    assert [words for words in seen if words not in shown] == []
    assert [words for words in unseen if words in shown] == []
    chosen = page.send(who, events["settings.select > answering"], (), None)
    assert ("Who writes the answer" in chosen) is (who == "admin")
