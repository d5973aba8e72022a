"""The table of a computed answer as HTML: its cells marked, a plot, a button that copies it."""

from citeback.page.state.computed_table import ShownTable
from citeback.page.views.forms import copy_button
from citeback.page.views.html import count_noun, escape, tag
from citeback.page.views.plots import bars, line

FEW = 30  # rows that are shown without a click


def computed_table(shown: ShownTable) -> str:
    """Return the table that an answer was computed from, collapsed if it is long."""
    cells = count_noun(len(shown.marked), "cell")
    summary = tag("summary", escape(f"The table, with {cells} marked"))
    copy = tag("p", copy_button("Copy as CSV", shown.csv, "Copy the rows shown as CSV"), class_="copies")
    opened = {"open": ""} if len(shown.rows) <= FEW else {}
    return tag(
        "details", summary, _plot(shown), _table(shown), _left_out(shown), copy, class_="computed", **opened
    )


def _plot(shown: ShownTable) -> str:
    if not shown.points:
        return ""
    return (line if shown.timely and len(shown.points) > 2 else bars)(shown.points)


def _table(shown: ShownTable) -> str:
    head = tag(
        "tr", tag("th", "", aria_label="Row"), *(tag("th", escape(t), scope="col") for t in shown.head)
    )
    rows = (_row(shown, n) for n in range(len(shown.rows)))
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("div", table, class_="scrolled", role="region", tabindex="0", aria_label="The table")


def _row(shown: ShownTable, n: int) -> str:
    number = tag("th", escape(shown.numbers[n]), scope="row")
    cells = (
        tag("td", tag("mark", escape(text)) if (n, c) in shown.marked else escape(text), dir="auto")
        for c, text in enumerate(shown.rows[n])
    )
    return tag("tr", number, *cells)


def _left_out(shown: ShownTable) -> str:
    if not shown.left_out:
        return ""
    return tag("p", escape(f"{count_noun(shown.left_out, 'other row')} not shown."), class_="aside")
