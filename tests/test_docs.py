"""The docs are true: what they tell a person to type is typed here, and every name in them exists.

In `console` blocks a line that begins with `$` is typed, and what follows must be what it prints; `...`
stands for anything. The blocks of a page are one session, in a folder of its own.
"""

import doctest
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from test_wire import ANSWER, ASKED, CITATION, DOCUMENT, FAILURE, PASSAGE, REPORT
from typed import Typed

from citeback import wire
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.readers import KINDS, MAX_BYTES
from citeback.index.records import Source, Span
from citeback.index.settings import DEFAULT_MODEL, Settings
from citeback.index.sync.plan import Plan
from citeback.rag.checking.verify import PARTIAL, SUPPORTED, Verification
from citeback.rag.confidence import THRESHOLD
from citeback.rag.conflicts.conflict import Conflict, ConflictListing, ConflictSide
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict, Difference
from citeback.rag.evaluation.metrics import metrics
from citeback.rag.lists.listing import ItemPlace, ListedItem, Listing
from citeback.rag.review.cell import CellSource, TableCell
from citeback.rag.stated_place import StatedPlace
from citeback.rag.summary.summary import Summary, SummaryGroup
from citeback.rag.timeline.timeline import StatedDate, Timeline, TimelineEntry
from citeback.rag.writing.chat_models import AvailableModel
from citeback.terminal import cli

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MANUAL = ROOT / "docs" / "manual"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
KEY = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
SAME = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(page: Path, *kinds: str) -> list[str]:
    return [block for kind, block in BLOCK.findall(page.read_text()) if kind in kinds]


def typed(page: Path) -> Iterator[tuple[str, str]]:
    """Yield every line that a page says to type, with what it should print."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed


def run(command: str) -> str:
    """Return what a line prints; `citeback` runs in this process, so that PyTorch is imported once."""
    if command.startswith("citeback "):
        done = Typed(*shlex.split(command.partition(" > ")[0])[1:])
        assert done.status < 2, done.err
        return done.out
    return subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout  # noqa: S602


def same(wanted: str, got: str) -> bool:
    return doctest.OutputChecker().check_output(wanted, got, SAME)


def play(page: Path) -> None:
    for command, printed in typed(page):
        got = run(command)
        assert same(printed, got), f"$ {command}\nwanted:\n{printed}\ngot:\n{got}"


def test_what_the_manual_says_to_type_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    play(MANUAL / "commands.md")
    # The page on Python, and the README, ask the documents of the page on commands.
    python = "".join(blocks(MANUAL / "python.md", "python"))
    session = doctest.DocTestParser().get_doctest(python, {}, "python.md", None, None)
    assert session.examples
    assert doctest.DocTestRunner(verbose=False).run(session).failed == 0
    for line in "".join(blocks(ROOT / "README.md", "sh")).splitlines():
        if line.startswith("citeback"):
            run(line.partition("#")[0].replace("path/to/folder", "reports"))
    (code,) = blocks(ROOT / "README.md", "python")
    exec(code.replace("path/to/store", ".citeback"), {})  # noqa: S102


def test_the_answer_that_the_readme_shows_is_what_the_manual_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Typed("index", ROOT / "docs").status == 0
    play(ROOT / "README.md")


def test_every_console_block_is_on_a_page_that_is_typed() -> None:
    assert [page.name for page in PAGES if blocks(page, "console")] == ["README.md", "commands.md"]


def commands() -> dict[str, set[str]]:
    """Return every command with its options, as `--help` knows them."""
    group: Any = typer.main.get_command(cli.app)
    return {name: options(found) | {"--help"} for name, found in group.commands.items()}


def options(command: Any) -> set[str]:
    """Return the options of a command, those of the commands inside it included."""
    inner = getattr(command, "commands", {}).values()
    return {o for p in command.params for o in p.opts}.union(*map(options, inner))


def named(page: Path) -> Iterator[str]:
    """Yield everything on a page that reads like a command line."""
    text = page.read_text()
    for block in blocks(page, "console", "sh"):
        yield from (line.removeprefix("$ ") for line in block.splitlines())
    yield from CODE.findall(BLOCK.sub("", text))


def test_every_command_and_option_that_is_named_exists() -> None:
    known = commands()
    lines = [(page, line) for page in PAGES for line in named(page)]
    for page, line in lines:
        words = line.replace("`", "").split()
        if words[:1] != ["citeback"] or len(words) < 2:
            continue
        if words[1] in {"--version", "--help", "COMMAND"}:
            continue
        assert words[1] in known, f"{page.name}: {line}"
        options = {
            word.partition("=")[0] for word in words[2:] if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word)
        }
        assert options <= known[words[1]], f"{page.name}: {line}"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        asked = {line.split()[1] for line in named(page) if re.match(r"make [a-z]", line)}
        assert asked <= targets, page


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", BLOCK.sub("", page.read_text())):
            assert target.startswith("https://") or (page.parent / target).exists(), f"{page}: {target}"


def test_the_manual_names_every_command() -> None:
    text = "".join(page.read_text() for page in MANUAL.glob("*.md"))
    assert [name for name in commands() if f"`citeback {name}" not in text] == []


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    inner = [path.parent for room in ("index", "rag") for path in (ROOT / room).glob("*/**/__init__.py")]
    modules = [
        *(f"{path.relative_to(ROOT)}/" for path in inner),
        *(f"index/{path.name}" for path in (ROOT / "index").glob("*.py") if path.stem != "__init__"),
        *(f"rag/{path.name}" for path in (ROOT / "rag").glob("*.py") if path.stem != "__init__"),
        *(
            f"{path.name}/"
            for path in ROOT.iterdir()
            if (path / "__init__.py").exists() and path.name not in {"index", "rag"}
        ),
        *(path.name for path in ROOT.glob("*.py")),
    ]
    assert [module for module in modules if f"`{module}`" not in text] == []
    parts = [path.name for room in inner if room.name != "readers" for path in room.glob("[!_]*.py")]
    assert [part for part in parts if f"{part}`" not in text] == []


def flat(value: Any, name: str = "") -> Iterator[str]:
    """Yield the path of every key: `passages`, `passages[].n`, ..."""
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{name}.{key}" if name else key
            yield path
            yield from flat(inner, path)
    elif isinstance(value, list):
        for inner in value:
            yield from flat(inner, f"{name}[]")


class Indexed:
    """What `citeback.wire.status` reads of a generation."""

    number = 1
    folders = ("/docs",)
    settings = Settings()
    documents = (DOCUMENT,)
    failures = (FAILURE,)
    notices = ()

    def __len__(self) -> int:
        return 1


CLAIM = CheckedClaim(
    Span(0, 1), "c", ClaimVerdict.CONTRADICTED, 0.9, (replace(CITATION, marks=()),), (Difference("1", "2"),)
)

PLACE = StatedPlace("a", Span(0, 1), "q", None, None, "2022-01-01")

PRINTED: dict[str, Any] = {
    "search": wire.search(ASKED, [PASSAGE]),
    "ask": wire.ask(ASKED, ANSWER) | {"seconds": {}},  # stages come and go with the line
    "show": wire.show("a", Source("text", "t", "text"), Span(0, 1), 1),
    "index": wire.report(REPORT),
    "status": wire.status(Indexed(), Plan(absent=REPORT.absent)),  # type: ignore[arg-type]
    "verify": wire.verified(
        wire.ClaimInput(id=1, claim="c", evidence="e"),
        Verification(0.5, (0,), ("“c” is not in the source",)),
        [Span(0, 1)],
    ),
    "verify DRAFT": wire.checked_claim(CLAIM),
    "table": wire.answer_table(
        ["q"], [TableCell("a", "q", "1", CellSource(Span(0, 1), "1", None, None), 0.9)]
    ),
    "list": wire.listing(
        Listing("dates", (ListedItem("2022", (ItemPlace("a", Span(0, 1), "2", None, None),)),), 1, 0, ())
    ),
    "conflicts": wire.conflicts(
        ConflictListing(
            (Conflict("number", 0.9, (("1", "2"),), ConflictSide(PLACE, ()), ConflictSide(PLACE, ())),),
            1,
            0,
            2,
            2,
        )
    ),
    "timeline": wire.timeline(
        Timeline(
            (TimelineEntry(StatedDate("2022", "", "2022", Span(0, 1), False, True, ""), PLACE, ()),), 1, 0, ""
        )
    ),
    "summary": wire.summary(Summary((SummaryGroup("a", "a", "", (PLACE,)),), 1, 1, 0, "")),
    "models": wire.models([AvailableModel("openai:NAME", "OPENAI_API_KEY is set")]),
    "eval": {"figures": metrics([])},
    "rollback": wire.history([KeptGeneration(1)]),
}


@pytest.mark.parametrize("command", PRINTED)
def test_the_page_on_json_has_every_key_and_no_other(command: str) -> None:
    page = (ROOT / "docs/json.md").read_text()
    section = page.split(f"## What `citeback {command}` prints\n")[1].split("\n## ")[0]
    keys = KEY.findall(section)
    assert set(keys) - {"since.renamed[].from", "since.renamed[].to"} == set(flat(PRINTED[command]))


def test_the_page_on_json_has_the_keys_of_a_batch_line() -> None:
    page = (ROOT / "docs/json.md").read_text()
    section = page.split("## Questions for `--batch`\n")[1].split("\n## ")[0]
    assert set(KEY.findall(section)) == {
        *(field.alias or name for name, field in wire.BatchQuestion.model_fields.items()),
        *(f"history[].{key}" for key in wire.HistoryTurn.model_fields),
    }


def test_the_page_on_json_has_the_keys_of_a_pair() -> None:
    page = (ROOT / "docs/json.md").read_text()
    section = page.split("## Pairs for `citeback verify --batch`\n")[1].split("\n## ")[0]
    assert set(KEY.findall(section)) == set(wire.ClaimInput.model_fields)
    assert f"`supported` (from {SUPPORTED}), `partial` (from {PARTIAL}) or" in page


def test_the_manual_has_the_figures_of_the_code() -> None:
    text = " ".join("".join(page.read_text() for page in MANUAL.glob("*.md")).split())
    sizes = {kind: f"{size // 2**20} MB" for kind, size in MAX_BYTES.items()}
    assert f"Below a confidence of {THRESHOLD} Citeback says" in text
    assert [suffix for suffix in KINDS if f"`{suffix}`" not in text] == []
    usual = sizes["text"]
    assert f"A file may have up to {usual};" in text
    for kind, size in ((kind, size) for kind, size in sizes.items() if size != usual):
        assert re.search(rf"{kind} (file )?.{{0,20}}{size}", text, re.IGNORECASE), kind
    assert f"100 tokens; the default is {Settings().chunk_tokens}." in text
    assert f"The default embedding model is {DEFAULT_MODEL};" in text
