"""Heads of several rows: one label for each column, in every format, and no row of values taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.readers.common.column_labels import column_labels, head_rows
from citeback.index.readers.html import web_page
from citeback.index.readers.text import csv
from citeback.index.records import Source
from citeback.rag.tables.table import tables

NAMES = st.text("abcdefgh", min_size=3, max_size=8)


def labels(text: str) -> str:
    """Return the joined head of rows that are written with bars, "" if their head is one row."""
    rows = [line.split("|") for line in text.split("\n")]
    count = head_rows(rows)
    return "|".join(column_labels(rows[:count])) if count > 1 else ""


@pytest.mark.parametrize(
    ("rows", "head"),
    [
        (
            "Quay|Summer|Summer|Winter|Winter\n|in|out|in|out\nNorth|3|4|1|2",
            "Quay|Summer in|Summer out|Winter in|Winter out",
        ),
        (
            "Quay|Summer||Winter\n|in|out|in|out\nNorth|3|4|1|2",
            "Quay|Summer in|Summer out|Winter in|Winter out",
        ),
        (
            "|2021||2022\nItem|Sales|Cost|Sales|Cost\nTea|3|2|4|2",
            "Item|2021 Sales|2021 Cost|2022 Sales|2022 Cost",
        ),
        (
            "Item|Sales||Cost\n|2021|2022|2021|2022\nTea|3|2|4|2",
            "Item|Sales 2021|Sales 2022|Cost 2021|Cost 2022",
        ),
        ("Boat|Owner|Owner\nBoat|Name|Town\nHeron|Ada|Osby", "Boat|Owner Name|Owner Town"),
        (
            "Shift|Early||Late\n|Keeper|Guard|Keeper|Guard\nMonday|Ada|Bo|Eva|Per",
            "Shift|Early Keeper|Early Guard|Late Keeper|Late Guard",
        ),
        (
            "Town|2024||||2025\n|H1||H2||H1\n|in|out|in|out|in|out\nOsby|1|2|3|4|5|6",
            "Town|2024 H1 in|2024 H1 out|2024 H2 in|2024 H2 out|2025 H1 in|2025 H1 out",
        ),
        (
            "Quay|Summer|Summer||Winter|Winter\nQuay|in|out|Note|in|out\nNorth|3|4|wet|1|2",
            "Quay|Summer in|Summer out|Note|Winter in|Winter out",
        ),
        ("Item|Weight|Price\n|kg|EUR\nRope|12|40\nPaint|3|9", "Item|Weight kg|Price EUR"),
        ("Quay|Summer|Summer|Note\nQuay|in|out\nNorth|3|4|wet", "Quay|Summer in|Summer out|Note"),
    ],
)
def test_labels_over_labels_are_joined_for_each_column(rows: str, head: str) -> None:
    assert labels(rows) == head


@pytest.mark.parametrize(
    "rows",
    [
        "Berth|Holder|Fee\nA1|Ada|300\nA2|Bo|310",
        "Berth||Fee\nA1|wide|45 EUR\nA2|wide|40 EUR",
        "Boat|Mon|Mon\nHeron|yes|no\nTern|no|yes",
        "Fees|Fees|Fees\nBerth|Holder|Fee\nA1|Ada|300",
        "Item|Weight|Price\n|n/a|n/a\nPaint|3|9",
        "Name|Born|Died\nAda|1901|1980\nBo|1910|1999",
        "Ada Holm||Osby\nBo Ek|pilot|Lund",
        "Day|Tide|Tide\nMonday|high|low\nTuesday|3|2\nFriday|high|2\nSunday|4|2\nEaster|5|1",
        "Berth||Fee",
        "",
    ],
)
def test_values_are_no_second_row_of_a_head(rows: str) -> None:
    assert labels(rows) == ""


@given(
    st.lists(NAMES, min_size=2, max_size=4, unique=True), st.lists(NAMES, min_size=2, max_size=4, unique=True)
)
def test_a_cell_has_the_same_labels_in_each_format(upper: list[str], lower: list[str]) -> None:
    upper = [f"{name}u" for name in upper]
    values = [str(1 + n) for n in range(len(upper) * len(lower))]
    wanted = ["zone", *(f"{over} {own}" for over in upper for own in lower)]
    gaps = ["", *(cell for over in upper for cell in (over, *[""] * (len(lower) - 1)))]
    rows = [gaps, ["zone", *lower * len(upper)], ["north", *values], ["south", *values]]
    spans = "<th rowspan=2>zone</th>" + "".join(f"<th colspan={len(lower)}>{over}</th>" for over in upper)
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in (rows[1][1:], *rows[2:])]
    markup = f"<p>Fees.</p><table><tr>{spans}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    written = "\n".join(f"|{'|'.join(row)}|" for row in rows)
    for source in (
        csv.read("\n".join(";".join(row) for row in rows).encode(), "fees"),
        Source(text=web_page.visible_text(markup.encode()), title="fees", kind="html"),
        Source(text=written, title="fees", kind="markdown"),
    ):
        (table,) = tables(source)
        assert [cell.text for cell in table.head] == wanted
        assert [[cell.text for cell in row][1:] for row in table.rows] == [values, values]


def test_a_title_over_all_columns_is_read_once_above_the_head() -> None:
    source = csv.read(
        b"Fees of 2026;Fees of 2026;Fees of 2026\nBerth;Holder;Fee\nA1;Ada;300\nA2;Bo;310\n", "fees"
    )
    assert source.text.startswith("Fees of 2026\n\nBerth\tHolder\tFee\n\n")
    assert [heading.span.of(source.text) for heading in source.headings] == ["Berth\tHolder\tFee"]


@pytest.mark.parametrize("title", ["<th colspan=3>Fees of 2026</th>", "<td>Fees of 2026</td>" * 3])
def test_a_title_over_all_columns_of_a_page_s_table_is_no_head(title: str) -> None:
    rows = (("Berth", "Holder", "Fee"), ("A1", "Ada", "300"), ("A2", "Bo", "310"))
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    shown = web_page.visible_text(f"<table><tr>{title}</tr>{body}</table>".encode())
    assert shown == "\n".join(["Fees of 2026", *("\t".join(row) for row in rows)])
    (table,) = tables(Source(text=shown, title="fees", kind="html"))
    assert [cell.text for cell in table.head] == list(rows[0])


@given(st.lists(st.integers(1, 4), min_size=2, max_size=4), st.integers(1, 3))
def test_spans_of_a_page_with_prose_are_expanded_once(spans: list[int], high: int) -> None:
    prose = f"<p>{'The canal was dug by farmers of the parish, who were paid by the day. ' * 9}</p>"
    heads = "".join(f"<th colspan={span}>head{n}</th>" for n, span in enumerate(spans))
    values = [f"{n}m" for n in range(sum(spans) - 1)]
    body = f"<td rowspan={high}>quay</td>" + "".join(f"<td>{value}</td>" for value in values)
    more = f"<tr>{''.join(f'<td>{value}</td>' for value in values)}</tr>" * (high - 1)
    rows = f"<tr>{heads}</tr><tr>{body}</tr>{more}"
    page = f"<html><body><article><h1>Canal</h1>{prose}<table>{rows}</table></article></body></html>"
    lines = web_page.read(page.encode(), "canal").text.split("\n")
    wanted = [f"head{n}" for n, span in enumerate(spans) for _ in range(span)]
    assert "\t".join(wanted) in lines
    assert lines.count("\t".join(["quay", *values])) == high


def test_each_label_is_at_its_own_cell() -> None:
    source = csv.read(b"Quay;Summer;\n;in;out\nNorth;3;4\nSouth;2;2\n", "fees")
    at = source.text.index("Summer in")
    assert next(each.label for each in reversed(source.locations) if each.start <= at) == "line 2"
    assert source.locations[0].label == "line 1"
