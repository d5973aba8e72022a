"""Work over the whole folder is a command with JSON, an address, a tool and a place on the page."""

import re
from pathlib import Path
from typing import Any

import anyio
import typer
from fastapi.routing import APIRoute

from citeback.page.tabs.review import drafts, lists, questions, tables
from citeback.page.views import answer_files, export
from citeback.page.views.review import drafts as draft_view
from citeback.page.views.review import folder
from citeback.page.views.review import tables as table_view
from citeback.serving import api, exports, mcp_server, saved_questions
from citeback.serving.work_queue import WorkQueue
from citeback.terminal import cli

ROOT = Path(__file__).parents[1]
NEVER: Any = None
WORK = {
    # what it is: command, address, tool, section of the Review tab
    "a draft": ("verify", "POST /api/verify", "verify", drafts.SECTION),
    "a table": ("table", "POST /api/table", "table", tables.SECTION),
    "lists": ("list", "GET /api/list", "list", lists.SECTION),
    "conflicts": ("conflicts", "GET /api/conflicts", "conflicts", ("conflicts", folder.TITLES["conflicts"])),
    "a timeline": ("timeline", "GET /api/timeline", "timeline", ("timeline", folder.TITLES["timeline"])),
    "a summary": ("summary", "GET /api/summary", "summary", ("summary", folder.TITLES["summary"])),
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
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


def tools() -> set[str]:
    server = mcp_server.mcp_server(NEVER, WorkQueue(), saved=lambda *_: NEVER)
    return {tool.name for tool in anyio.run(server.list_tools)}


def test_work_is_taken_away_in_four_places() -> None:
    """An answer, a conversation, a table and a draft's check: Word with footnotes, RIS and CSL-JSON."""
    wanted = {"docx", "ris", "csl"}
    assert wanted <= set(export.FORMATS) and wanted <= {suffix for suffix, _ in answer_files.FILES}
    assert wanted <= {suffix for suffix, _ in table_view.FILES}
    assert wanted | {"docx?footnotes=true"} <= {suffix for suffix, _ in draft_view.FILES}
    assert all(wanted <= set(known) for known in exports.FORMATS.values())
    assert exports.FORMATS.keys() == {"answers", "draft", "table"} and "export" in tools()
    (route,) = exports.routes(NEVER, WorkQueue()).routes
    assert isinstance(route, APIRoute) and route.path == "/api/export"
    for command in ("ask", "verify", "table"):
        (out,) = (each for each in commands()[command].params if "--out" in each.opts)
        assert all(f".{suffix}" in out.help for suffix in wanted), command


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
