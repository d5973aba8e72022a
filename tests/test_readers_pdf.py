"""PDFs made here: their words and titles, and why some cannot be read."""

import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_made import made
from reportlab.lib.pdfencrypt import StandardEncryption

from citeback.index.errors import ReadError
from citeback.index.readers.pdf import page_characters, pdf


def with_font(to_unicode: bytes, title: bytes = b"(x)", shown: bytes = b"000200010002") -> bytes:
    """Return a PDF that shows glyph 1, which reads as `to_unicode` (UTF-16BE in hex), and glyph 2, "A"."""
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> "
        b"endcodespacerange 2 beginbfchar <0001> <%s> <0002> <0041> endbfchar endcmap end end" % to_unicode
    )
    content = b"BT /F1 24 Tf 72 700 Td <%s> Tj ET" % shown
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/F/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/F/DW 1000"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
        b"<</Title %s>>" % title,
    ]
    return _file(objects, b"/Root 1 0 R/Info 8 0 R")


def _file(objects: list[bytes], trailer: bytes) -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer<</Size %d%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, len(body))
    return body + head + table + end


def test_a_word_hyphenated_at_a_lines_end_is_joined_unless_it_is_written_with_a_hyphen() -> None:
    lines = [
        "The result was subop-",
        "timal for the dual-",
        "encoder, and a dual-encoder",
        "is what was used.",
    ]
    text = pdf.read(made([lines]), "stem").text
    assert "suboptimal" in text
    assert text.count("dual-encoder") == 2


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Harbour Report", "The Harbour Report"),
        ("untitled", "stem"),
        ("Microsoft Word - draft", "stem"),
        ("report_final.DOCX", "stem"),
        ("12345", "stem"),
        ("", "stem"),
    ],
)
def test_the_title_is_the_metadatas_if_a_person_wrote_it(title: str, expected: str) -> None:
    assert pdf.read(made([["words"]], title), "stem").title == expected


def test_characters_beyond_the_basic_plane_are_kept() -> None:
    assert pdf.read(with_font(b"D835DC65"), "stem").text == "A\U0001d465A"


@pytest.mark.parametrize("broken", [b"D800", b"DC65", b"0000", b"FFFE", b"FFFF", b"0008"])
def test_characters_that_are_none_leave_a_text_that_can_be_written(broken: bytes) -> None:
    text = pdf.read(with_font(broken), "stem").text
    text.encode()
    assert text.replace("\ufffd", "").replace(" ", "").replace("\n", "") == "AA"


def test_thousands_of_characters_that_have_no_place_in_the_text_are_passed_over() -> None:
    many = 3000 * b"0001"
    assert pdf.read(with_font(b"FFFE", shown=many + b"0002" + many), "a").text == "A"


def test_a_title_that_is_no_unicode_is_passed_over() -> None:
    assert pdf.read(with_font(b"0042", b"<FEFFD800>"), "stem").title == "stem"


@pytest.mark.parametrize("pages", [1, 12])
def test_a_scan_says_how_many_pages_have_no_text(pages: int) -> None:
    plural = "s" if pages > 1 else ""
    with pytest.raises(ReadError, match=rf"^no text layer; {pages} page{plural}$"):
        pdf.read(made([[]] * pages), "scan")


def test_an_encrypted_pdf_needs_its_password_but_one_that_opens_is_read() -> None:
    with pytest.raises(ReadError, match=r"^encrypted PDF: needs a password$"):
        pdf.read(made([["secret"]], encrypt=StandardEncryption("user", "owner")), "stem")
    assert pdf.read(made([["open"]], encrypt=StandardEncryption("", "owner")), "stem").text == "open"


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-", b"%PDF-1.4\ntrailer<<>>", b"x"])
def test_a_broken_pdf_says_so(data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^damaged or invalid PDF"):
        pdf.read(data, "stem")


@pytest.mark.parametrize("count", [20_001, 10**9])
def test_a_pdf_that_claims_too_many_pages_is_not_followed(count: int) -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count %d>>" % count,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
    ]
    with pytest.raises(ReadError):
        pdf.read(_file(objects, b"/Root 1 0 R"), "stem")


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_pdf_is_read_or_refused(data: st.DataObject) -> None:
    good = bytearray(made([["Some words on a page"], ["and on another"]], "Title"))
    for _ in range(data.draw(st.integers(1, 12))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    try:
        source = pdf.read(bytes(good[: cut or None]), "stem")
    except ReadError as error:
        assert str(error)
    else:
        source.text.encode()
        source.title.encode()


def test_threads_wait_for_each_other() -> None:
    files = [made([[f"file {number}"]] * 5) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        sources = list(pool.map(lambda data: pdf.read(data, "stem"), files))
    assert [source.text.split("\n")[0] for source in sources] == [f"file {n}" for n in range(8)]


def test_a_page_that_unpacks_to_much_more_is_read_in_bounded_memory() -> None:
    content = zlib.compress(b"BT /F1 9 Tf 72 700 Td (a) Tj ET\n" + b" " * 20_000_000)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    assert pdf.read(_file(objects, b"/Root 1 0 R"), "stem").text == "a"


@given(st.text("ab1026−-., ()\n\r", max_size=60))
def test_only_lines_with_figures_are_searched_for_raised_ones(text: str) -> None:
    found = [match.span() for match in page_characters._candidates(text)]
    assert found == [match.span() for match in page_characters._CANDIDATE.finditer(text)]
