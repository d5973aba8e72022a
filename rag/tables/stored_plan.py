"""A plan in the form stored with an answer, so that it can be computed again."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from citeback.rag.tables.plan import (
    Aggregate,
    Combination,
    GroupRanking,
    HeadRanking,
    Plan,
    RowSelection,
    aggregates,
)

_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "aggregate": TypeAdapter(Aggregate),
    "groups": TypeAdapter(GroupRanking),
    "heads": TypeAdapter(HeadRanking),
    "combination": TypeAdapter(Combination),
}
_NAMES = {Aggregate: "aggregate", GroupRanking: "groups", HeadRanking: "heads", Combination: "combination"}


def stored_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON has it: its kind, and its fields that are not the usual ones."""
    kind = _NAMES[type(plan)]
    return {"kind": kind, **_KINDS[kind].dump_python(plan, mode="json", exclude_defaults=True)}


def parsed_plan(stored: Mapping[str, Any], columns: int) -> Plan:
    """Return the plan that was stored, over a table of so many columns.

    Raises:
        ValueError: it is no plan, or names a column that the table does not have.
    """
    kind = stored.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError(f"{kind!r} is no kind of plan")
    try:
        plan: Plan = _KINDS[kind].validate_python({k: v for k, v in stored.items() if k != "kind"})
    except ValidationError as error:
        raise ValueError(f"this is no plan of the kind {kind}") from error
    if not all(0 <= column < columns for column in _columns(plan)):
        raise ValueError("the plan names a column that the table does not have")
    return plan


def _columns(plan: Plan) -> Iterator[int]:
    """Yield the columns that a plan names."""
    if isinstance(plan, GroupRanking):
        yield plan.by
    for each in aggregates(plan):
        yield from () if each.column is None else (each.column,)
        yield from _columns_of_rows(each.rows)


def _columns_of_rows(rows: RowSelection) -> Iterator[int]:
    yield from (condition.column for condition in rows.where)
    ordered = rows.order.column if rows.order else None
    yield from (column for column in (ordered, rows.along) if column is not None)
