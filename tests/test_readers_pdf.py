"""PDFs made here: their words, their pages, and why some cannot be read."""

import io
import zlib
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from citeback.index.errors import ReadError
from citeback.index.readers import read_any
from citeback.index.readers.common.unwrap import unwrap_lines
from citeback.index.readers.pdf import page_characters, pdf, scans
from citeback.index.readers.pdf.drawing import draw
from citeback.index.readers.pdf.legibility import is_legible
from citeback.index.readers.pdf.pdf import PdfPage
from citeback.index.readers.pdf.text_layer import TextLayer
from citeback.index.records import ArchiveMember, Source, Span

PROSE = (
    "the ferry leaves at seven in the morning from the north quay and returns at six in the evening except "
    "on Sundays when nobody pays for a ticket on board because the keeper of the lock has a quiet day with "
    "just a box"
)
# Letters below each other are one word to pdfium, as in text that is written downwards.
WORDS = sorted(word for word in set(PROSE.split()) if len(word) > 1)


def made(pages: Sequence[Sequence[str]], title: str = "", encrypt: StandardEncryption | None = None) -> bytes:
    """Return a PDF with these lines on its pages."""
    file = io.BytesIO()
    canvas = Canvas(file, encrypt=encrypt)
    if title:
        canvas.setTitle(title)
    for lines in pages:
        for row, line in enumerate(lines):
            canvas.drawString(72, 760 - 14 * row, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


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


def test_every_page_is_found_by_the_offset_of_its_words() -> None:
    pages = [["The first page ends", "without a stop"], ["and goes on here"], [], ["Fourth."]]
    source = pdf.read(made(pages), "stem")
    assert source.text == "The first page ends\nwithout a stop\nand goes on here\n\n\n\nFourth."
    assert len(source.pages) == len(pages)
    for number, lines in enumerate(pages, 1):
        for line in lines:
            start = source.text.index(line)
            assert source.page_at(start) == source.page_at(start + len(line) - 1) == number


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.lists(
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
            max_size=12,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_pages_ascend_and_hold_their_own_words(pages: list[list[str]]) -> None:
    # What stands at the edges of three pages runs through them, and is left out.
    edges = Counter(line.lower() for lines in pages for line in {*lines[:2], *lines[-2:]})
    assume(max(edges.values(), default=0) < 3)
    assume(all(is_legible("\n".join(lines)) for lines in pages))
    if not any(pages):
        with pytest.raises(ReadError, match=rf"^no text layer; {len(pages)} page"):
            pdf.read(made(pages), "stem")
        return
    source = pdf.read(made(pages), "stem")
    assert list(source.pages) == sorted(set(source.pages))
    ends = [*source.pages[1:], len(source.text)]
    for lines, start, end in zip(pages, source.pages, ends, strict=True):
        assert source.text[start:end].split() == " ".join(lines).split()


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


def test_lines_that_run_through_the_pages_are_read_once_and_page_numbers_not_at_all() -> None:
    pages = [
        [
            "The Canal Report 2022",
            f"In year {n} there were {n * 7} ships.",
            "They all paid.",
            f"Page {n} of 6",
        ]
        for n in range(1, 7)
    ]
    source = pdf.read(made(pages), "stem")
    assert "Page" not in source.text
    first = "The Canal Report 2022\nIn year 1 there were 7 ships.\nThey all paid.\n\nIn year 2"
    assert source.text.startswith(first)
    assert source.text.count("Canal Report") == 1
    assert [source.page_at(source.text.index(f"In year {n} ")) for n in range(1, 7)] == [*range(1, 7)]


@given(st.integers(3, 6), st.booleans())
@settings(deadline=None, max_examples=8)
def test_a_footer_that_says_more_than_the_pages_number_is_read_once_and_in_no_sentence(
    count: int, within: bool
) -> None:
    ending, start = ("the crew and", "its owners. ") if within else ("the crew.", "")
    pages = [
        [
            f"{start if n else ''}{name} is a boat of",
            f"nine metres that was bought by {name}'s",
            f"{ending if n < count - 1 else 'nobody.'}",
            f"Osby Boat Club, Mill Lane 4, page {n + 1} of {count}",
        ]
        for n, name in enumerate(("Heron", "Gull", "Eider", "Curlew", "Plover", "Dunlin")[:count])
    ]
    text = pdf.read(made(pages), "stem").text
    assert text.count("Osby Boat Club, Mill Lane 4") == 1
    assert ("the crew and\nits owners." in text) == within
    assert text.endswith(f"page {count} of {count}")


def test_a_line_on_two_pages_does_not_run() -> None:
    pages = [["Same words", f"body {n}", "more", "end"] for n in "ab"]
    assert pdf.read(made(pages), "stem").text.count("Same words") == 2


def test_bookmarks_are_headings_where_their_words_stand() -> None:
    file = io.BytesIO()
    canvas = Canvas(file)
    for n, words in enumerate(["Ships", "Locks"]):
        canvas.bookmarkPage(words)
        canvas.addOutlineEntry(words, words, level=n)
        canvas.drawString(72, 760, words)
        canvas.drawString(72, 700, f"What is said of {words.lower()}.")
        canvas.showPage()
    canvas.save()
    source = pdf.read(file.getvalue(), "stem")
    assert [(h.span.of(source.text), h.level) for h in source.headings] == [("Ships", 1), ("Locks", 2)]


def test_a_span_is_drawn_where_its_words_stand_on_the_page() -> None:
    pages = [["Running head", "First words here.", "Second line of sub-", "optimal words.", "foot"]] * 4
    data = made(pages)
    source = pdf.read(data, "stem")
    start = source.text.index("Second", source.pages[1])
    span = Span(start, source.text.index("words.", start) + len("words."))
    drawn = draw(data, 2, span)
    assert drawn.png.startswith(b"\x89PNG")
    assert len(drawn.boxes) == 2
    for box, row in zip(drawn.boxes, (2, 3), strict=True):
        baseline = 1 - (760 - 14 * row) / A4[1]
        assert box.top < baseline <= box.bottom + 0.002
        assert box.left == pytest.approx(72 / A4[0], abs=0.005)
        assert box.bottom - box.top < 14 / A4[1]
    assert draw(data, 1, span).boxes == ()
    with pytest.raises(ReadError, match="there is no page 5; the last one is 4"):
        draw(data, 5, span)


def test_of_a_page_that_is_turned_the_boxes_are_those_seen() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.setPageRotation(90)
    canvas.drawString(72, 760, "Words near the top left corner.")
    canvas.save()
    (box,) = draw(file.getvalue(), 1, Span(0, 5)).boxes
    assert box.left > 0.85
    assert box.top < 0.2


PIECES = st.sampled_from(["ab", "-", "\ufffe", "\r\n", "\n", " ", "\x07", "\ud800", "x", "\u00ad", "Z9"])


@given(st.lists(PIECES).map("".join))
def test_every_character_that_is_read_leads_back_to_where_it_came_from(text: str) -> None:
    layer = TextLayer(text)
    read = PdfPage(unwrap_lines(layer.text, [], {"ab-x"}), layer)
    for offset, char in enumerate(read.text):
        for origin in read.original_spans(Span(offset, offset + 1)):
            assert origin.of(text) == char
    letters = [char for char in text if char.isalnum()]
    assert [char for char in read.text if char.isalnum()] == letters


@given(st.lists(PIECES).map("".join))
def test_every_character_that_is_a_word_s_leads_back_to_one(text: str) -> None:
    layer = TextLayer(text)
    read = PdfPage(unwrap_lines(layer.text, [], set()), layer)
    assert "\r" not in read.text
    for offset, char in enumerate(read.text):
        if char.isalnum():
            assert [len(origin) for origin in read.original_spans(Span(offset, offset + 1))] == [1]


def pictured(*pages: str) -> bytes:
    """Return a PDF with a page for each text, and a page with a picture for each empty one."""
    file = io.BytesIO()
    canvas = Canvas(file)
    for text in pages:
        if text:
            canvas.drawString(72, 700, text)
        else:
            canvas.drawInlineImage(Image.new("RGB", (20, 20)), 72, 600, 300, 100)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize(
    ("pages", "named", "reason"),
    [
        (("Text.", "", ""), "pages 2, 3", "2 of 3 pages have no text: pages 2, 3"),
        (("", "Text."), "page 1", "1 of 2 pages has no text: page 1"),
        (("Text.", "", "", "", "Text.", ""), "pages 2-4, 6", "4 of 6 pages have no text: pages 2-4, 6"),
    ],
)
def test_pages_that_are_pictures_are_listed(
    tmp_path: Path, pages: Sequence[str], named: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scans, "available", lambda: False)
    path = tmp_path / "letter.pdf"
    path.write_bytes(pictured(*pages))
    members = read_any(path)
    assert not isinstance(members, Source)
    whole, part = members
    assert whole.source
    assert "Text." in whole.source.text
    assert part == ArchiveMember(named, None, "", f"not read: a part: {reason}")


def test_empty_pages_are_not_listed() -> None:
    assert pdf.read(made([["Text."], [], ["More."]]), "stem").unread == ()


def shifted(text: str, by: int) -> str:
    return "".join(chr((ord(char) - 32 + by) % 95 + 32) for char in text)


@given(st.sampled_from([-29, -5, -3, -2, -1, 1, 2, 3, 4, 5]), st.integers(0, 100))
def test_pages_of_wrong_characters_are_told_from_words(by: int, start: int) -> None:
    text = (PROSE[start:] + PROSE)[:200]
    assert is_legible(text)
    assert not is_legible(shifted(text, by))


@pytest.mark.parametrize("text", ["", "OK " * 300, "4711 0815 " * 300, "Паром уходит в семь утра. " * 20])
def test_what_is_no_prose_is_not_taken_for_wrong_characters(text: str) -> None:
    assert is_legible(text)


def test_a_page_of_wrong_characters_is_listed_and_the_others_are_read() -> None:
    wrong = [shifted(PROSE, 1)[:70], shifted(PROSE, 1)[70:140], shifted(PROSE, 1)[140:]]
    source = pdf.read(made([["Tickets are sold on board."], wrong]), "stem")
    assert source.text.strip() == "Tickets are sold on board."
    assert [part.name for part in source.unread] == ["page 2"]
    assert "wrong characters" in source.unread[0].reason
    with pytest.raises(ReadError, match="unreadable text"):
        pdf.read(made([wrong]), "stem")


def test_a_word_that_goes_on_after_a_page_number_is_one_word() -> None:
    pages = [[f"Page text number {n} ends here.", "and more of it", f"{n}"] for n in range(11, 16)]
    pages[2][1:2] = ["It was paid for by the ham-"]
    pages[3][:1] = ["let of Osby, which sold its forest."]
    text = pdf.read(made(pages), "stem").text
    assert "the hamlet of Osby, which sold" in text


@given(st.text("ab1026−-., ()\n\r", max_size=60))
def test_only_lines_with_figures_are_searched_for_raised_ones(text: str) -> None:
    found = [match.span() for match in page_characters._candidates(text)]
    assert found == [match.span() for match in page_characters._CANDIDATE.finditer(text)]
