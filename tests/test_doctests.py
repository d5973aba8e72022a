"""The examples in docstrings do what they say."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("index", "rag", "wire", "page", "serving", "terminal")
WITH_EXAMPLES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__").replace("/", ".")
    for layer in LAYERS
    for path in (ROOT / layer).rglob("*.py")
    if ">>> " in path.read_text()
)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_examples_of_a_module_are_true(module: str) -> None:
    if module.startswith("index.object_store."):
        pytest.importorskip("lance", reason="make test-scale runs these examples")
        pytest.importorskip("obstore", reason="make test-scale runs these examples")
    assert doctest.testmod(import_module(f"citeback.{module}")).failed == 0
