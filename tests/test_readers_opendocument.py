"""OpenDocument files: what a person sees in them, cell by cell and slide by slide."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import packed

from citeback.index.errors import ReadError
from citeback.index.readers import reading
from citeback.index.records import Source

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(
    f'xmlns:{prefix}="{_NAMES}{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "table": "table",
        "style": "style",
        "draw": "drawing",
        "svg": "svg-compatible",
        "presentation": "presentation",
        "chart": "chart",
    }.items()
)
_MORE = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def part(root: str, body: str) -> bytes:
    return f"<office:{root} {_SPACES} {_MORE}>{body}</office:{root}>".encode()


def document(
    suffix: str,
    kind: str,
    body: str,
    styles: str = "",
    master: str = "",
    more: Mapping[str, bytes] | None = None,
) -> Source:
    content = (
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    )
    parts = {
        "content.xml": part("document-content", content),
        "styles.xml": part("document-styles", master),
        **(more or {}),
    }
    return reading(suffix)(packed(parts), "stem")


def cell(text: object, about: str = "") -> str:
    return f"<table:table-cell {about}><text:p>{text}</text:p></table:table-cell>"


def sheet(rows: str, styles: str = "", name: str = "Fees", about: str = "") -> Source:
    return document(
        ".ods", "spreadsheet", f'<table:table table:name="{name}" {about}>{rows}</table:table>', styles
    )


def row(*cells: str, about: str = "") -> str:
    return f"<table:table-row {about}>{''.join(cells)}</table:table-row>"


def place(source: Source, words: str) -> str | None:
    return source.location_at(source.text.index(words))


COVERED = "<table:covered-table-cell/>"
HIDDEN = '<style:style style:name="gone"><style:text-properties text:display="none"/></style:style>'


def test_merged_cells_of_a_sheet_keep_the_columns_and_labels_are_repeated() -> None:
    source = sheet(
        row(
            cell("Berth", 'table:number-rows-spanned="2"'),
            cell("Summer", 'table:number-columns-spanned="2"'),
            COVERED,
        )
        + row(COVERED, cell("Members"), cell("Guests"))
        + row(cell("North"), cell("300"), cell("450"))
    )
    assert "Berth\tSummer Members\tSummer Guests" in source.text
    assert "North\t300\t450" in source.text


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.booleans(), st.integers(1, 30), st.integers(1, 3)),
        min_size=1,
        max_size=8,
    )
)
def test_every_value_of_a_sheet_is_in_the_cell_that_its_place_names(
    runs: list[tuple[int, bool, int, int]],
) -> None:
    """Empty rows and cells are stored once with a count; values after them must keep their addresses."""
    rows: list[str] = []
    wanted: dict[str, tuple[int, int]] = {}
    number = 0
    for n, (before, hidden, columns, times) in enumerate(runs):
        rows.append(row("<table:table-cell/>", about=f'table:number-rows-repeated="{before}"'))
        number += before
        empty = f'<table:table-cell table:number-columns-repeated="{columns}"/>'
        about = f'table:number-rows-repeated="{times}"' + (' table:visibility="collapse"' if hidden else "")
        rows.append(row(empty, cell(f"value{n}x"), about=about))
        for _ in range(times):
            number += 1
            if not hidden:
                wanted.setdefault(f"value{n}x", (number, columns))
    source = sheet("".join(rows))
    for value, (line, column) in wanted.items():
        letters = chr(65 + column) if column < 26 else f"A{chr(65 + column - 26)}"
        assert place(source, value) == f"sheet Fees, cell {letters}{line}"
    assert source.text.count("value") == sum(times for _, hidden, _, times in runs if not hidden)


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (cell("31.05.22", 'office:value-type="date" office:date-value="2022-05-31"'), "2022-05-31"),
        (cell("x", 'office:value-type="date" office:date-value="2022-05-31T08:30:00"'), "2022-05-31 08:30"),
        (cell("7.5%", 'office:value-type="percentage" office:value="0.075"'), "7.5%"),
        ('<table:table-cell office:value-type="float" office:value="46"/>', "46"),
        ('<table:table-cell table:formula="of:=SUM([.B2:.B3])"/>', "=SUM(B2:B3)"),
        ("<table:table-cell><text:p>two</text:p><text:p>lines</text:p></table:table-cell>", "two lines"),
    ],
)
def test_a_cell_shows_what_a_person_sees(made: str, shown: str) -> None:
    assert sheet(row(cell("Total"), made)).text.split("\n")[-1] == f"Total\t{shown}"


def test_hidden_sheets_are_named_and_hidden_columns_left_out() -> None:
    styles = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    body = (
        '<table:table table:name="Open"><table:table-column/>'
        '<table:table-column table:visibility="collapse"/>'
        f"{row(cell('Winch'), cell('secret margin'))}</table:table>"
        f'<table:table table:name="Inner" table:style-name="ta2">{row(cell("secret price"))}</table:table>'
    )
    text = document(".ods", "spreadsheet", body, styles).text
    assert "Winch" in text
    assert "Hidden sheet: Inner" in text
    assert "secret" not in text


def test_comments_of_cells_and_charts_follow_their_sheet() -> None:
    said = "<dc:creator>Bo Ek</dc:creator><text:p>See receipt 88.</text:p>"
    note = f"<office:annotation>{said}</office:annotation>"
    chart = (
        "<chart:chart><chart:title><text:p>Landings</text:p></chart:title><table:table>"
        f"{row(cell('Ferry'), cell(1204))}</table:table></chart:chart>"
    )
    frame = '<table:shapes><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></table:shapes>'
    rows = f"{frame}{row(cell('Rope'), f'<table:table-cell>{note}<text:p>120</text:p></table:table-cell>')}"
    source = document(
        ".ods",
        "spreadsheet",
        f'<table:table table:name="Costs">{rows}</table:table>',
        more={"Object 1/content.xml": part("document-content", chart)},
    )
    assert place(source, "Bo Ek: See receipt 88.") == "sheet Costs, cell B1, comment by Bo Ek"
    assert "120" in source.text.split("\n\n")[1]
    assert place(source, "Ferry\t1204") == "sheet Costs, chart"


def test_a_sheet_that_repeats_too_many_values_is_refused() -> None:
    repeated = cell("x", 'table:number-columns-repeated="16384"')
    with pytest.raises(ReadError, match="cells with values"):
        sheet(row(repeated, about='table:number-rows-repeated="1000"'))


def shape(text: str, y: str, about: str = "") -> str:
    return (
        f'<draw:frame svg:y="{y}" {about}><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>'
    )


def test_slides_are_read_from_top_to_bottom_with_notes_and_hidden_ones_named() -> None:
    styles = (
        '<style:style style:name="dp2">'
        '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    )
    head = shape("Plan", "9cm", 'presentation:class="title"')
    page_number = shape("<text:page-number>7</text:page-number>", "18cm", 'presentation:class="page-number"')
    notes = f"<presentation:notes>{shape('Speak slowly.', '1cm')}{page_number}</presentation:notes>"
    body = (
        f"<draw:page>{shape('Third', '12cm')}{shape('First', '20mm')}"
        f"<draw:g>{shape('Second', '2in')}</draw:g>{head}{page_number}{notes}</draw:page>"
        f'<draw:page draw:style-name="dp2">{shape("secret", "1cm")}</draw:page>'
    )
    source = document(".odp", "presentation", body, styles)
    assert source.text.split("\n\n") == [
        "Plan",
        "First",
        "Second",
        "Third",
        "Speak slowly.",
        "Hidden slide: 2",
    ]
    assert place(source, "Speak") == "slide 1, notes"


def test_clauses_have_their_automatic_numbers() -> None:
    levels = "".join(
        f'<text:list-level-style-number text:level="{n}" style:num-format="{form}" style:num-suffix="{after}"'
        f' text:display-levels="{shown}"/>'
        for n, form, after, shown in ((1, "1", ".", 1), (2, "1", "", 2), (3, "a", ")", 1))
    )
    styles = f'<text:list-style style:name="L1">{levels}</text:list-style>'

    def listed(*items: str, about: str = "") -> str:
        inside = "".join(f"<text:list-item>{item}</text:list-item>" for item in items)
        return f"<text:list {about}>{inside}</text:list>"

    inner = listed("<text:p>May</text:p>", f"<text:p>June</text:p>{listed('<text:p>late</text:p>')}")
    style = 'text:style-name="L1"'
    body = (
        listed("<text:h text:outline-level='1'>Use</text:h>", f"<text:p>Fee</text:p>{inner}", about=style)
        + "<text:p>Between.</text:p>"
        + listed("<text:p>End</text:p>", about=f'{style} text:continue-numbering="true"')
        + listed("<text:p>Anew</text:p>", about=style)
    )
    words = document(".odt", "text", body, styles).text.split()
    assert words == [
        "1.",
        "Use",
        "2.",
        "Fee",
        "2.1",
        "May",
        "2.2",
        "June",
        "a)",
        "late",
        "Between.",
        "3.",
        "End",
        "1.",
        "Anew",
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        '<text:p>A<text:span text:style-name="gone">secret</text:span> b</text:p>',
        '<text:p text:style-name="gone">secret</text:p>',
        '<text:section text:display="none"><text:p>secret</text:p></text:section>',
        '<text:p>A <text:hidden-text text:is-hidden="true">secret</text:hidden-text> b</text:p>',
        '<text:p>secret<text:hidden-paragraph text:is-hidden="true"/></text:p>',
    ],
)
def test_hidden_words_are_not_read(hidden: str) -> None:
    text = document(".odt", "text", f"<text:p>Open.</text:p>{hidden}<text:p>End.</text:p>", HIDDEN).text
    assert "secret" not in text
    assert "Open." in text
    assert "End." in text


def test_headers_and_footers_are_read_once() -> None:
    header = "<style:header><text:p>Osby Shipyard Ltd</text:p></style:header>"
    master = (
        f"<office:master-styles><style:master-page>{header}"
        "<style:footer><text:p>Page <text:page-number>3</text:page-number></text:p></style:footer>"
        f"</style:master-page><style:master-page>{header}"
        "</style:master-page></office:master-styles>"
    )
    source = document(".odt", "text", "<text:p>The keel was laid.</text:p>", master=master)
    assert source.text == "Osby Shipyard Ltd\n\nThe keel was laid."  # "Page" alone says nothing
    assert place(source, "Osby") == "header"


def test_empty_first_cells_of_a_table_keep_the_columns() -> None:
    rows = row("<table:table-cell/>", cell("2021")) + row(cell("Osby"), cell("380"))
    assert document(".odt", "text", f"<table:table>{rows}</table:table>").text == "\t2021\nOsby\t380"
