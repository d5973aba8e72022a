"""Notes, address books, and files in Org and AsciiDoc markup."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback.index.errors import ReadError
from citeback.index.readers import reading
from citeback.index.readers.mail import contacts, notes
from citeback.index.records import Source, Span
from citeback.rag.evidence.statements import is_statement


def headings(source: Source) -> list[tuple[str, int]]:
    return [(each.span.of(source.text), each.level) for each in source.headings]


def contact(*lines: str) -> str:
    return contacts.read("\r\n".join(("BEGIN:VCARD", *lines, "END:VCARD")).encode(), "c").text


@pytest.mark.parametrize(
    ("given_line", "shown"),
    [
        ("TEL;TYPE=WORK,VOICE:+46 11 31 40", "Phone (work): +46 11 31 40"),
        ("TEL;VALUE=uri;TYPE=cell:tel:+46-70-1", "Phone (mobile): +46-70-1"),
        ("item1.EMAIL;type=HOME:ada@example.org", "Email (home): ada@example.org"),
        (
            "ADR;TYPE=HOME:;;3 Quay Road;Osby;;283 41;Sweden",
            "Address (home): 3 Quay Road, Osby, 283 41, Sweden",
        ),
        ("ORG:Osby Lock\\, Ltd;Board", "Organization: Osby Lock, Ltd, Board"),
        ("BDAY:19710504", "Birthday: 1971-05-04"),
        ("NOTE:Keys\\nin shed 7", "Note: Keys in shed 7"),
        ("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:H=C3=B6gan=\r\n=C3=A4s", "Note: Höganäs"),
        ("NOTE:a folded\r\n  line", "Note: a folded line"),
        ('ADR;LABEL="a: b":;;Pier 9;;;;', "Address: Pier 9"),
    ],
)
def test_a_contact_is_read_as_a_person_reads_it(given_line: str, shown: str) -> None:
    assert contact("FN:Ada Holm", given_line) == f"Name: Ada Holm\n{shown}"


def test_names_are_in_order_and_pictures_are_no_text() -> None:
    card = contact(
        "N:Holm;Ada;Maria;Dr.;", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ", "PHOTO:data:image/png;base64,iVBOR"
    )
    assert card == "Name: Dr. Ada Maria Holm"


@given(st.lists(st.text(alphabet="abcdefghij klmno,;:\\", min_size=1), min_size=1, max_size=5))
def test_each_contact_is_a_place_of_its_own(values: list[str]) -> None:
    cards = "".join(
        f"BEGIN:VCARD\nFN:Person {n}\nNOTE:{value}\nEND:VCARD\n" for n, value in enumerate(values)
    )
    source = contacts.read(cards.encode(), "c")
    assert [each.label for each in source.locations] == [f"contact Person {n}" for n in range(len(values))]


def test_a_file_without_contacts_is_refused() -> None:
    with pytest.raises(ReadError, match="no contacts"):
        contacts.read(b"\n", "c")


def note(content: str, more: str = "") -> bytes:
    return (
        f"<en-export><note><title>Plan</title>"
        f"<content><![CDATA[<?xml version='1.0'?>{content}]]></content>{more}"
        "</note></en-export>"
    ).encode()


def test_a_note_is_read_with_its_boxes_tags_and_attached_files() -> None:
    more = "<tag>quay</tag><resource><data>\n aGVs\n bG8=\n</data>"
    more += "<resource-attributes><file-name>a.txt</file-name>"
    more += (
        "</resource-attributes></resource><resource><data>aGVsbG8=</data><mime>image/png</mime></resource>"
    )
    data = note(
        "<en-note><div><en-todo checked='true'/>Paint</div><div><en-todo/>Tar</div>"
        "<table><tr><td>a</td><td>b</td></tr></table><en-media type='image/png'/></en-note>",
        more,
    )
    source = notes.read(data, "n")
    assert source.text == "Plan\n\nTags: quay\n\n☑ Paint\n\n☐ Tar\n\na\tb\n\nAttachment: a.txt"
    assert list(notes.attached(data)) == [("note 1/a.txt", b"hello")]


def test_encrypted_words_of_a_note_are_not_read() -> None:
    text = notes.read(
        note("<en-note>Code: <en-crypt cipher='AES'>RU5DMI1m</en-crypt> end</en-note>"), "n"
    ).text
    assert "RU5D" not in text
    assert "Code: (encrypted words) end" in text


def test_an_attached_file_may_be_larger_than_a_parser_likes() -> None:
    big = "QUFB" * 3_000_000
    named = "<resource-attributes><file-name>b.bin</file-name></resource-attributes>"
    more = f"<resource><data>{big}</data>{named}</resource>"
    assert len(next(notes.attached(note("<en-note>x</en-note>", more)))[1]) == 9_000_000


ORG = """#+TITLE: Harbour plan
#+AUTHOR: Ada Holm
#+DATE: <2027-05-04 Tue>

* TODO [#A] Piers :work:north:
The north pier is 80 metres long.
# Nobody may read this remark.
#+BEGIN_SRC sh
* not a heading
#+END_SRC
*** Depths ***
*bold* is no heading.
"""


def test_headings_of_org_files_are_spans_without_marks() -> None:
    source = reading(".org")(ORG.encode(), "plan")
    assert source.text == ORG
    assert headings(source) == [("Piers", 1), ("Depths ***", 3)]
    assert (source.title, source.author, source.date) == ("Harbour plan", "Ada Holm", "2027-05-04")


ADOC = """= Harbour plan
Ada Holm <ada@example.org>
v1.2, 2027-05-04
:toc:

== Piers ==

The north pier is 80 metres long.
// Nobody may read this remark.

----
== not a heading
----
==== Depths
"""


def test_headings_of_asciidoc_files_are_spans_without_marks() -> None:
    source = reading(".adoc")(ADOC.encode(), "plan")
    assert source.text == ADOC
    assert headings(source) == [("Harbour plan", 1), ("Piers", 2), ("Depths", 4)]
    assert (source.title, source.author, source.date) == ("Harbour plan", "Ada Holm", "2027-05-04")


@pytest.mark.parametrize(("suffix", "text"), [(".org", ORG), (".adoc", ADOC)])
def test_comments_are_not_cited(suffix: str, text: str) -> None:
    source = reading(suffix)(text.encode(), "plan")
    start, stated = text.rindex("\n", 0, text.index("Nobody")) + 1, text.index("The north")
    assert not is_statement(source, Span(start, text.index("remark.") + 7))
    assert is_statement(source, Span(stated, text.index("long.") + 5))


@pytest.mark.parametrize("suffix", [".org", ".adoc"])
@given(text=st.text(alphabet="*=# -.\n\r:a1b", max_size=200))
def test_markup_of_any_kind_is_kept_as_it_is(suffix: str, text: str) -> None:
    source = reading(suffix)(f"x{text}".encode(), "stem")
    assert source.text == f"x{text}"
    spans = [each.span for each in source.headings]
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert all(each.of(source.text).strip() == each.of(source.text) != "" for each in spans)
