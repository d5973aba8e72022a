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
OBJECT_STORE = "index.object_store."
"""Needs the extra `scale`: see test_object_store_doctests.py."""


@pytest.mark.parametrize("module", [each for each in WITH_EXAMPLES if not each.startswith(OBJECT_STORE)])
def test_examples_of_a_module_are_true(module: str) -> None:
    assert doctest.testmod(import_module(f"citeback.{module}")).failed == 0
