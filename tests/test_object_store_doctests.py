"""The examples in docstrings of an index on an object store do what they say."""

import doctest
from importlib import import_module

import pytest
from test_doctests import OBJECT_STORE, WITH_EXAMPLES
from weed import require_scale


@pytest.mark.parametrize("module", [each for each in WITH_EXAMPLES if each.startswith(OBJECT_STORE)])
def test_examples_of_a_module_are_true(module: str) -> None:
    require_scale()
    results = doctest.testmod(import_module(f"citeback.{module}"))
    assert results.attempted
    assert results.failed == 0
