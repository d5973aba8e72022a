"""Names: a class name is unique within its layer, and functions and classes are not called by vague words."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = {
    "index": ["index"],
    "rag": ["rag"],
    "page": ["page", "ui.py"],
    "serving": ["serving"],
    "terminal": ["terminal"],
    "wire": ["wire"],
    "bench": ["bench"],
    "tests": ["tests"],
}
# Words that say nothing of what a thing is or does: participles that stood for ten things each.
VAGUE = {"told", "found", "said", "kept", "taken", "asked", "known", "seen", "given", "shown", "gone", "lost"}
# Names that the description of the HTTP API gives to programs.
PUBLISHED = {"wire/schemas.py": {"Found", "Shown"}}
PRODUCT = [layer for layer in LAYERS if layer not in ("bench", "tests")]


def files(layer: str) -> list[Path]:
    """Return the Python files of a layer."""
    tops = (ROOT / top for top in LAYERS[layer])
    return [path for top in tops for path in ([top] if top.is_file() else sorted(top.rglob("*.py")))]


@cache
def parsed(layer: str) -> list[tuple[Path, ast.Module]]:
    found = [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in files(layer)]
    assert found, f"there is nothing in {layer}"
    return found


@pytest.mark.parametrize("layer", LAYERS)
def test_a_class_name_stands_for_one_class_of_a_layer(layer: str) -> None:
    homes = defaultdict[str, list[str]](list)
    for path, tree in parsed(layer):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


@pytest.mark.parametrize("layer", PRODUCT)
def test_no_function_or_class_is_called_by_a_vague_word(layer: str) -> None:
    vague = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.name}"
        for path, tree in parsed(layer)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.strip("_").lower() in VAGUE
        and node.name not in PUBLISHED.get(path.relative_to(ROOT).as_posix(), ())
    ]
    assert vague == []


@cache
def records() -> set[tuple[str, str]]:
    """Return the dataclasses and named tuples of the product, each as its module and its name."""
    return {
        (_module(path), node.name)
        for layer in PRODUCT
        for path, tree in parsed(layer)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        if any("dataclass" in ast.unparse(each) for each in node.decorator_list)
        or any("NamedTuple" in ast.unparse(each) for each in node.bases)
    }


def _module(path: Path) -> str:
    return ".".join(("citeback", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


@pytest.mark.parametrize("layer", [*PRODUCT, "bench"])
def test_a_record_is_built_by_the_names_of_its_fields(layer: str) -> None:
    by_position = []
    known = records()
    for path, tree in parsed(layer):
        homes = {
            alias.asname or alias.name: (node.module, alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        } | {node.name: (_module(path), node.name) for node in tree.body if isinstance(node, ast.ClassDef)}
        by_position += [
            f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {node.func.id}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) > 2
            if homes.get(node.func.id) in known
        ]
    assert by_position == []
