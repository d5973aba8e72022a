"""Test every event of the page as every user.

They are listed from the running app, and each has a rule here; one that is added without a rule fails.
Whoever is kept to some documents must find no trace of the others in anything that is answered.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from everybody import ADMIN, CLOSED, COUNT, CROWNS, EDITOR, READER, WHO, UserPage, page, store, without_traces

from citeback.rag.rights import Role

# Gradio's queue counts its events with pandas, in ways that pandas 3 announces to remove.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")


@dataclass(frozen=True)
class Event:
    """An event as it is sent: who may send it, and what it does to the folders (`does`, of the last one)."""

    role: Role = READER
    click: Mapping[str, str] | None = None
    data: tuple[str, ...] = ()
    does: str = ""
    to: str = "open/canal.md"


LISTING = ("documents.select > listing", "after rebuild.click > status > listing")
EVENTS: dict[str, list[Event]] = {
    "page.load > ": [],  # never ends: it keeps the page's stream open, and says nothing
    "page.load > log panel settings-form": [Event()],
    "page.load > lookup-search results passage": [Event()],
    "page.load > files rebuild include": [Event()],
    "question.submit send.click > log panel question": [Event(data=(CROWNS,)), Event(data=(COUNT,))],
    "log.ask > log panel question": [Event(click={"question": "Which plan is drawn?"})],
    "stop.click > log": [Event()],
    "stop.click > ": [],  # stops an answer in Gradio alone: serving/gradio_guard/allowlist.py says whose
    "log.follow > panel": [Event(click={"ref": "passage-0-1"})],
    "panel.follow > panel": [Event(click={"ref": "cite-1-1"})],
    "log.act > log panel": [Event(click={"act": "right", "value": "0"}), Event(click={"act": "new"})],
    "lookup-search.act > results passage": [
        Event(click={"question": CROWNS}),
        Event(click={"question": CROWNS, "within": CLOSED}),
    ],
    "results.follow > passage": [Event(click={"ref": "found-0"})],
    "passage.follow > passage": [Event(click={"ref": "found-1"})],
    "files.act > status": [Event(EDITOR, does="add")],
    "status.act > status": [Event(EDITOR, {"act": "replace"}, does="add")],
    "documents.select > listing": [Event()],
    "listing.find > listing": [Event(click={"wanted": ""}), Event(click={"wanted": "vault"})],
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
        Event(EDITOR, {"act": "gone", "value": "/usb"}, does="rebuild without /usb"),
        Event(EDITOR, {"act": "gone", "value": "/disk"}, does="rebuild without /disk", to=CLOSED),
        Event(READER, {"act": "keep", "value": "/usb"}),
        Event(ADMIN, {"act": "back", "value": "1"}, does="back 1"),
    ],
    "after rebuild.click > status > listing": [Event()],
    "after rebuild.click > status > log": [Event()],
    "after include.act > status > listing": [Event()],
    "after include.act > status > log": [Event()],
    "after listing.act > status > listing": [Event()],
    "after listing.act > status > log": [Event()],
    "history.select > talks": [Event()],
    "find-talk.find > talks": [Event(click={"words": "crowns"})],
    "talks.act > log panel talks tabs": [
        Event(click={"act": "rename", "id": "none", "name": "x"}),
        Event(click={"act": "delete", "value": "none"}),
    ],
    "settings.select > answering": [Event()],
    "settings-form.act > settings-form": [Event(click={"threshold": "0.8", "passages": "5"})],
    "answering.act > answering": [Event(ADMIN, {"model": "quoted"})],
}


def test_every_event_has_a_rule(page: UserPage) -> None:
    assert set(page.events()) == set(EVENTS)


def sent_files(page: UserPage, who: str) -> str:
    """Send a file as somebody, whoever may, past the address that asks their rights; return its key."""

    async def parts() -> Any:
        yield b"words"

    return asyncio.run(page.behind.uploads.receive(who, "taken.txt", parts()))


@pytest.mark.parametrize("who", WHO)
def test_an_event_does_what_its_sender_may(page: UserPage, who: str) -> None:
    rights, events = WHO[who], page.events()
    for key, rules in EVENTS.items():
        for rule in rules:
            page.noted.done.clear()
            click = (
                {"act": "uploaded", "value": sent_files(page, who)}
                if key == "files.act > status"
                else rule.click
            )
            answers = page.send(who, events[key], rule.data, click, "all")
            assert '"success":true' in answers.replace(" ", ""), (key, answers)
            if rights.patterns:  # a name that was asked for is said again
                without_traces(answers.replace((click or {}).get("value", "-"), ""))
            may = rights.role.covers(rule.role) and rights.can_see(rule.to)
            last = page.noted.done[0] if page.noted.done else ""
            if not may:
                assert not page.noted.done, (key, rule)
                assert key == "status.act > status" or "You may not" in answers or "No document" in answers, (
                    key
                )
            elif key != "files.act > status":  # that name is taken: it is asked first
                assert last.startswith(rule.does) and bool(last) == bool(rule.does), (key, rule, last)


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
    welcome = page.send("reader", events["page.load > log panel settings-form"], (), None)
    assert "What is in the vault?" in welcome
    kept = page.send("kept", events["page.load > log panel settings-form"], (), None)
    assert "What is in the vault?" not in kept and "2 documents" in kept


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
    shown = page.send(who, events["page.load > files rebuild include"], (), None)
    visible = '"visible":true' in shown.replace(" ", "")
    assert visible is WHO[who].role.covers(EDITOR)
    shown += page.send(who, events["documents.select > listing"], (), None)
    assert [words for words in seen if words not in shown] == []
    assert [words for words in unseen if words in shown] == []
    chosen = page.send(who, events["settings.select > answering"], (), None)
    assert ("Who writes the answer" in chosen) is (who == "admin")
