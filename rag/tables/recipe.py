"""The stored description of how a result was computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a result was computed: of which table of the document (from 0), with which heads, by which plan.

    `plan` is the plan as `stored_plan.stored_plan` returns it. `files` are the documents whose tables of one
    layout are asked as one table, if they are several.
    """

    table: int
    columns: tuple[str, ...]
    plan: Mapping[str, Any]
    files: tuple[str, ...] = ()
