"""Files for the phrases of the manual about OpenDocument files."""

from collections.abc import Mapping
from types import MappingProxyType

from made import (
    opened,
    parts_of,
)
from shown_file import WORDS, Shown


def odt(body: str, styles: str = "", more: dict[str, bytes] | None = None, words: str = WORDS) -> Shown:
    return Shown("a.odt", lambda: opened("text", f"<text:p>Osby.</text:p>{body}", styles, more), words)


FOOTER = "<style:footer><text:p>Page <text:page-number>7</text:page-number></text:p></style:footer>"
MATH = b'<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>3</mn><mn>16</mn></mfrac></math>'
LISTS = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"'
    ' style:num-suffix="." text:start-value="7"/></text:list-style>'
)
HIDES = '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'


def styled(body: str) -> Shown:
    """Return an OpenDocument text whose styles hold a page's header or footer."""
    from made import ODF

    return odt("", more={"styles.xml": f"<x {ODF}>{body}</x>".encode()})


OPENDOCUMENT: Mapping[tuple[str, str, str], Shown] = MappingProxyType(
    {
        ("OpenDocument", "read", "text"): odt(f"<text:p>{WORDS}</text:p>"),
        ("OpenDocument", "read", "tables"): odt(
            f"<table:table><table:table-row><table:table-cell><text:p>{WORDS}</text:p></table:table-cell></table:table-row></table:table>"
        ),
        ("OpenDocument", "read", "headers and footers"): styled(
            f"<style:header><text:p>{WORDS}</text:p></style:header>"
        ),
        ("OpenDocument", "read", "notes"): odt(
            f'<text:p>Osby<text:note text:note-class="footnote"><text:note-body><text:p>{WORDS}</text:p></text:note-body></text:note></text:p>'
        ),
        ("OpenDocument", "read", "comments"): odt(
            f"<text:p>Osby<office:annotation><text:p>{WORDS}</text:p></office:annotation></text:p>"
        ),
        ("OpenDocument", "read", "automatic numbers"): odt(
            '<text:list text:style-name="L"><text:list-item><text:p>herons</text:p></text:list-item></text:list>',
            LISTS,
            words="7. herons",
        ),
        ("OpenDocument", "read", "shapes"): Shown(
            "a.odp",
            lambda: opened(
                "presentation",
                f"<draw:page><draw:caption><text:p>{WORDS}</text:p></draw:caption></draw:page>",
            ),
        ),
        ("OpenDocument", "read", "formulas"): odt(
            '<text:p><draw:frame><draw:object xlink:href="./M"/></draw:frame></text:p>',
            more={"M/content.xml": MATH},
            words="3/16",
        ),
        ("OpenDocument", "read", "form fields"): odt(
            f'<office:forms><form:form><form:text form:id="a" form:current-value="{WORDS}"/></form:form></office:forms>'
            '<text:p><draw:control draw:control="a"/></text:p>'
        ),
        ("OpenDocument", "read", "embedded tables"): odt(
            '<text:p><draw:frame><draw:object xlink:href="./T"/></draw:frame></text:p>',
            more={
                "T/content.xml": parts_of(
                    opened(
                        "spreadsheet",
                        f"<table:table><table:table-row><table:table-cell><text:p>{WORDS}</text:p></table:table-cell></table:table-row></table:table>",
                    )
                )["content.xml"]
            },
        ),
        ("OpenDocument", "listed", "damaged parts"): odt(
            "", more={"styles.xml": b"<broken"}, words="its part styles.xml is damaged"
        ),
        ("OpenDocument", "passed over", "hidden words"): odt(
            f'<text:p><text:span text:style-name="H">{WORDS}</text:span></text:p>', HIDES
        ),
        ("OpenDocument", "passed over", "deleted words"): odt(
            f"<text:tracked-changes><text:changed-region><text:p>{WORDS}</text:p></text:changed-region></text:tracked-changes>"
        ),
        ("OpenDocument", "passed over", "page numbers"): Shown("a.odt", styled(FOOTER).make, "Page"),
    }
)
"""Files by format, column and phrase of the table."""
