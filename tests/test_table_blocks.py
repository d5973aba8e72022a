"""Which row of a table is its head, and which rows have none."""

import pytest

from citeback.index.readers.common.table import table


def heads(rows: list[list[str]]) -> list[str]:
    blocks = table(enumerate(rows, start=1), lambda row, _: f"row {row}", group=1, level=2)
    return [block.text for block in blocks if block.level]


@pytest.mark.parametrize(
    ("rows", "head"),
    [
        ([["Town", "Ships"], ["Osby", "412"], ["Lund", "96"]], ["Town\tShips"]),
        ([["Fees"], ["Boat", "Fee"], ["Barge", "45"]], ["Boat\tFee"]),
        ([["Owner", "Ada Holm"], ["Deadline", "17 March 2026"], ["Status", "Waiting"]], []),
        ([["Owner", "Ada Holm"], ["Keeper", "Bo Ek"], ["Pilot", "Cilla Dahl"]], ["Owner\tAda Holm"]),
        ([["The spare anchor lies in shed 7.", "", "x"], ["The rope lies in shed 8.", "", ""]], []),
    ],
)
def test_a_head_names_columns_and_is_no_sentence_or_value(rows: list[list[str]], head: list[str]) -> None:
    assert heads(rows) == head
