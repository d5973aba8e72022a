"""What a computed or counted answer says, by the parts of its sentence; more special templates come first."""

from collections.abc import Mapping

from citeback.rag.messages.catalogue import message

WORDS = frozenset({"words", "names", "figure"})
"""Values that hold words of several cells or rows, or another part."""
NUMBERS = frozenset({"number", "many", "times", "shown"})
ROWS = message("{used} of {total} rows")
WHERE = message("{what} where {conditions}")
ALONG = message("{what} by {column}")
PLACE = message("number {number} {what}")
YES, NO = message("yes"), message("no")
JOINING = (message("and"), message("or"), message("in the row after that"), message("in the row before that"))
COUNTS = (
    message("{number} of {many} documents mentions “{phrase}”, {times} time in all: {names}."),
    message("{number} of {many} documents mentions “{phrase}”, {times} times in all: {names}."),
    message("{number} of {many} documents mention “{phrase}”, {times} times in all: {names}."),
)
FOLLOWING = (
    " Left out for want of a value: ",
    " Not counted as a row: ",
    " Asked as one table: ",
    " Cited: the first ",
)
REST = (
    message("Left out for want of a value: {number} row."),
    message("Left out for want of a value: {number} rows."),
    message("Left out for want of a value: {names}."),
    message("Not counted as a row: {names}."),
    message("Asked as one table: {number} sheets, from “{first}” to “{last}”."),
    message("Asked as one table: {number} files, from “{first}” to “{last}”."),
    message("Cited: the first {shown} of {number}."),
)
PAIRS = (
    message("difference between {one} and {other}"),
    message("whether {one} and {other} are the same"),
    message("{one} as a share of {other}, in percent"),
    message("{one} compared with {other}"),
    message("{one} less {other}"),
    message("{one} plus {other}"),
)
BARE = (
    message("rows"),
    message("the number of rows"),
    message("most rows one after another"),
    message("the most rows one after another"),
)
GROUPS = (
    message("the {column} with the most rows"),
    message("the {column} with the fewest rows"),
    message("the {column} for which the {figure} is highest"),
    message("the {column} for which the {figure} is lowest"),
    message("how many {column} that at least {least} rows have"),
    message("how many {column} that exactly {least} rows have"),
    message("{column} that at least {least} rows have"),
    message("{column} that exactly {least} rows have"),
    message("which of {names} is highest"),
    message("which of {names} is lowest"),
)
MEASURES = (
    message("the sum of the column {column}"),
    message("the average of the column {column}"),
    message("the median of the column {column}"),
    message("the lowest value of the column {column}"),
    message("the highest value of the column {column}"),
    message("the difference of the highest and the lowest value of the column {column}"),
    message("the number of different values of the column {column}"),
    message("the value of the column {column}"),
    message("sum of {column}"),
    message("average of {column}"),
    message("median of {column}"),
    message("highest less lowest {column}"),
    message("lowest {column}"),
    message("highest {column}"),
    message("how many different {column}"),
)
ORDERS: Mapping[str, str] = {
    "highest": message("highest {column}"),
    "lowest": message("lowest {column}"),
    "first": message("first row"),
    "last": message("last row"),
}
CONDITIONS = (
    message("{column} does not hold “{words}”"),
    message("{column} holds “{words}”"),
    message("{column} is not from {low} to {high}"),
    message("{column} is from {low} to {high}"),
    message("{column} is not at least {bound}"),
    message("{column} is not at most {bound}"),
    message("{column} is not over {bound}"),
    message("{column} is not under {bound}"),
    message("{column} is at least {bound}"),
    message("{column} is at most {bound}"),
    message("{column} is over {bound}"),
    message("{column} is under {bound}"),
    message("{column} is empty"),
    message("{column} is filled"),
    message("{column} is not {words}"),
    message("{column} is {words}"),
)
MONTHLY = (message("{column} is not in {month}"), message("{column} is in {month}"))
MONTHS = (
    message("January"),
    message("February"),
    message("March"),
    message("April"),
    message("May"),
    message("June"),
    message("July"),
    message("August"),
    message("September"),
    message("October"),
    message("November"),
    message("December"),
)
NOTICES = (
    message("{name} has no row for {years}."),
    message("{name} has no column for what is compared."),
    message("{column} is in several units: {units}."),
    message("{column} is in several units."),
    message("The columns are in several units: {units}."),
    message("One is in {one}, the other in {other}."),
    message("no unit"),
    message(
        "{number} files have the columns of {name}; "
        "together they are too large to be computed with (at most {most} cells)."
    ),
    message("{number} files are called like {name}; at most {most} are asked as one table."),
    message("no row of the table is meant."),
    message("there is nothing under {column}."),
    message("{column} holds no figures to compute with."),
    message("no row has a figure for {column}."),
    message("there is no figure for {column}."),
    message("no group is as large."),
    message("{number} rows are meant where one is."),
    message("there are no figures to compare."),
    message("these are no figures."),
    message("dates are not computed with."),
    message("there is nothing to divide by: the second figure is 0."),
    message("both are the same."),
    message("it would take too long"),
    message("it would take too much memory"),
    message("a table of this length is asked if it has 2 to {most} columns"),
    message("a document of this length is asked if it is one table"),
    message("a table of more than {most} rows is not computed with"),
    message("{column} has too many different words."),
    message("this is not computed in a table of this length."),
    message("too many rows come first."),
    message("{number} rows pass."),
    message("places of rows are not counted in a table of this length."),
    message("columns that are derived from others are not computed in a table of this length."),
)
