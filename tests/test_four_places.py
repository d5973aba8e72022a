"""Work over the whole folder is a command with JSON, an address, a tool and a place on the page."""

import re
from pathlib import Path
from typing import Any

import anyio
import typer

from citeback.page.tabs.review import drafts, folder, lists, questions, tables
from citeback.serving import api, mcp_server, saved_questions
from citeback.serving.work_queue import WorkQueue
from citeback.terminal import cli

ROOT = Path(__file__).parents[1]
NEVER: Any = None
WORK = {
    # what it is: command, address, tool, section of the Review tab
    "a draft": ("verify", "POST /api/verify", "verify", drafts.SECTION),
    "a table": ("table", "POST /api/table", "table", tables.SECTION),
    "lists": ("list", "GET /api/list", "list", lists.SECTION),
    "conflicts": ("conflicts", "GET /api/conflicts", "conflicts", folder.CONFLICTS),
    "a timeline": ("timeline", "GET /api/timeline", "timeline", folder.TIMELINE),
    "a summary": ("summary", "GET /api/summary", "summary", folder.SUMMARY),
    "saved questions": ("questions", "POST /api/questions/ask", "saved_questions", questions.SECTION),
}


def commands() -> dict[str, Any]:
    group: Any = typer.main.get_command(cli.app)
    return dict(group.commands)


def addresses() -> set[str]:
    routers = (
        api.routes(NEVER, WorkQueue()).routes,
        saved_questions.routes(NEVER, NEVER, WorkQueue()).routes,
    )
    return {
        f"{method} {route.path}"
        for own in routers
        for route in own
        if (made := route)
        for method in made.methods
    }


def tools() -> set[str]:
    server = mcp_server.mcp_server(NEVER, WorkQueue(), saved=lambda _: NEVER)
    return {tool.name for tool in anyio.run(server.list_tools)}


def test_each_kind_of_work_is_in_four_places_and_documented() -> None:
    manual = "".join(page.read_text() for page in (ROOT / "docs/manual").glob("*.md"))
    contract = (ROOT / "docs/json.md").read_text()
    known, paths, offered, layout = commands(), addresses(), tools(), (ROOT / "page/layout.py").read_text()
    for what, (command, address, tool, (section, label)) in WORK.items():
        inner = getattr(known[command], "commands", {command: known[command]}).values()
        assert any("--json" in each.opts for one in inner for each in one.params), what
        assert address in paths, what
        assert tool in offered, what
        assert f"citeback {command}" in manual and f"`{address.split('?')[0]}" in manual, what
        assert f"`{tool}`" in manual and f"## What `citeback {command}" in contract, what
        assert section and re.search(rf"\b{label}\b", manual, re.IGNORECASE), what
    for section in (
        "drafts.SECTION",
        "tables.SECTION",
        "lists.SECTION",
        "questions.SECTION",
        "folder.sections",
    ):
        assert section in layout
