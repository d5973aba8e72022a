"""Every event of the page: who may send it, what it carries, and what it does to the folders."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from everybody import ADMIN, CLOSED, COUNT, CROWNS, EDITOR, OPENED, READER

from citeback.page.state.document_refs import document_ref
from citeback.rag.rights import Role


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
