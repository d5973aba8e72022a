"""The table of a computed answer as HTML: its cells marked, a plot, a button that copies it."""

from citeback.page.state.computed_table import ShownTable
from citeback.page.views.forms import copy_button
from citeback.page.views.html import escape, tag
from citeback.page.views.plots import bars, line
from citeback.page.views.speech import tr, tr_number

FEW = 30  # rows that are shown without a click


def computed_table(shown: ShownTable) -> str:
    """Return the table that an answer was computed from, collapsed if it is long."""
    lead = tr_number(
        len(shown.marked),
        "The table, with {number} cell marked",
        "The table, with {number} cells marked",
    )
    summary = tag("summary", escape(lead))
    button = copy_button(tr("Copy as CSV"), shown.csv, tr("Copy the rows shown as CSV"))
    copy = tag("p", button, class_="copies")
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
        "tr",
        tag("th", "", aria_label=tr("Row")),
        *(tag("th", escape(t), scope="col") for t in shown.head),
    )
    rows = (_row(shown, n) for n in range(len(shown.rows)))
    table = tag("table", tag("thead", head), tag("tbody", *rows))
    return tag("div", table, class_="scrolled", role="region", tabindex="0", aria_label=tr("The table"))


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
    left = tr_number(shown.left_out, "{number} other row not shown.", "{number} other rows not shown.")
    return tag("p", escape(left), class_="aside")
