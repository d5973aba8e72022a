"""Test every event of the page as every user.

They are listed from the running app, and each has a rule here; one that is added without a rule fails.
Whoever is kept to some documents must find no trace of the others in anything that is answered.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from everybody import COUNT, CROWNS, EDITOR, OPENED, WHO, UserPage, page, store, without_traces
from page_events import CANAL_REF, EVENTS, VAULT_FILE, VAULT_REF, several
from starlette.routing import Mount

from citeback.index.errors import AccessDenied, CitebackError
from citeback.page.state.folders import RemovedFile
from citeback.page.state.permitted_folders import RestrictedFolder
from citeback.page.tabs.documents import parse_names
from citeback.serving.access.middleware import USER
from citeback.serving.gradio_guard.allowlist import GradioShield
from citeback.serving.http.head_links import HeadLinks


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
