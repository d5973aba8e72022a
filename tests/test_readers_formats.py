"""Every format as real writers write it: what is read of it, and where a person finds it."""

import json
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from held import covered, held
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from samples import MORE, WORDS, all_samples, packed, pdf

from citeback.index.errors import ReadError
from citeback.index.readers import picture, read, reading
from citeback.index.readers.formats import FORMATS
from citeback.index.readers.pdf import pdf as pdf_reader
from citeback.index.readers.text import json_file
from citeback.index.records import Source

SAMPLES = all_samples()


def sample(tmp_path: Path, name: str, content: bytes | None = None) -> Source:
    path = tmp_path / name
    path.write_bytes(SAMPLES[name] if content is None else content)
    return read(path)


def place_of(source: Source, words: str) -> str | None:
    return source.location_at(source.text.index(words))


def test_there_is_a_sample_for_everything_that_reads_but_one() -> None:
    readers = {each.load for each in FORMATS.values()}
    assert readers - {FORMATS[Path(name).suffix].load for name in SAMPLES} == set()


def test_scans_and_pictures_have_a_reader_of_their_own() -> None:
    # Without the extra `ocr`, no other test reaches these readers.
    assert reading(".pdf", recognise=True) is pdf_reader.read_with_ocr
    assert reading(".png", recognise=True) is picture.read_with_ocr
    assert reading(".txt", recognise=True) is reading(".txt")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_format_holds_its_promises(tmp_path: Path, name: str) -> None:
    source = sample(tmp_path, name)
    assert WORDS in source.text
    assert source.kind == FORMATS[Path(name).suffix].kind
    held(source)
    covered(source)


@pytest.mark.parametrize("name", SAMPLES)
def test_reading_twice_gives_the_same(tmp_path: Path, name: str) -> None:
    assert sample(tmp_path, name) == sample(tmp_path, name)


@pytest.mark.parametrize(
    ("name", "words", "place"),
    [
        ("a.docx", WORDS, "section “Ships”"),
        ("a.docx", "Is that so?", "comment by Bo Ek"),
        ("a.pptx", MORE, "slide 2"),
        ("a.pptx", "Say this slowly: Ships.", "slide 1, notes"),
        ("a.xlsx", WORDS, "sheet Costs, cell B2"),
        ("a.xlsx", "alone", "sheet Far, cell C7"),
        ("a.odt", "Is that so?", "comment by Bo Ek"),
        ("a.ods", WORDS, "sheet Costs, cell B2"),
        ("a.ods", "2021-05-31", "sheet Costs, cell C3"),
        ("a.ods", "alone", "sheet Far, cell C3"),
        ("a.odp", MORE, "slide 2"),
        ("a.enex", MORE, "note 2: Locks"),
        ("a.vcf", WORDS, "contact Ada Holm"),
        ("a.org", MORE, "line 8"),
        ("a.adoc", MORE, "line 10"),
        ("a.epub", MORE, "chapter “Locks”"),
        ("a.pdf", MORE, "page 2"),
        ("a.mbox", MORE, "message 2 of 2"),
        ("a.ipynb", WORDS, "cell 1"),
        ("a.csv", MORE, "line 3"),
        ("a.json", WORDS, "said[0].words"),
        ("a.jsonl", MORE, "line 2"),
        ("a.srt", MORE, "at 00:01:02"),
        ("a.vtt", WORDS, "at 0:00:01"),
        ("a.rst", MORE, "line 9"),
        ("a.py", "print", "line 2"),
        ("a.eml", WORDS, None),
    ],
)
def test_a_person_is_told_where_to_look(tmp_path: Path, name: str, words: str, place: str | None) -> None:
    assert place_of(sample(tmp_path, name), words) == place


def test_an_e_books_page_of_contents_is_left_out(tmp_path: Path) -> None:
    assert sample(tmp_path, "a.epub").text == f"Ships\n\n{WORDS}\n\nLocks\n\n{MORE}"


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.epub", "a.eml", "a.xml"])
def test_who_wrote_it_and_when_is_kept(tmp_path: Path, name: str) -> None:
    source = sample(tmp_path, name)
    assert source.author.startswith("Ada Holm")
    # What an office file says of itself is when it was saved, which its document does not state.
    office = name in ("a.docx", "a.odt")
    assert (source.date, source.saved) == (("", "2022-05-31") if office else ("2022-05-31", ""))
    assert source.title == "Traffic"


@pytest.mark.parametrize(("line", "stated"), [("Date: 19 May 1923", "1923-05-19"), ("No day is named.", "")])
def test_a_pdf_is_dated_by_what_it_says_and_not_by_when_it_was_made(
    tmp_path: Path, line: str, stated: str
) -> None:
    sheet = Canvas(str(tmp_path / "minutes.pdf"))
    sheet.drawString(72, 700, line)
    sheet.save()
    source = read(tmp_path / "minutes.pdf")
    assert source.date == stated
    today = datetime.now(UTC).date()
    assert date.fromisoformat(source.saved) - today <= timedelta(days=1)


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.pptx", "a.xlsx", "a.ods", "a.csv"])
def test_rows_of_tables_are_lines_with_tabs(tmp_path: Path, name: str) -> None:
    assert "2022\t" in sample(tmp_path, name).text


def test_the_first_row_of_a_table_is_a_heading_where_it_names_columns(tmp_path: Path) -> None:
    source = sample(tmp_path, "a.csv")
    assert [h.span.of(source.text) for h in source.headings] == ["Year\tSaid"]
    figures = sample(tmp_path, "b.csv", b"1,2\n3,4\n")
    assert figures.headings == ()


def test_headings_of_restructured_text_are_spans_of_the_file(tmp_path: Path) -> None:
    text = f"====\nTop\n====\r\n\r\n.. include:: /etc/passwd\r\n\r\n Sub *x*\r\n----------\r\n\r\n{WORDS}\r\n"
    source = sample(tmp_path, "b.rst", text.encode())
    assert source.text == text
    assert [(h.span.of(text), h.level) for h in source.headings] == [("Top", 1)]


def test_of_alternatives_the_plain_text_is_read_and_attachments_are_named(tmp_path: Path) -> None:
    text = sample(tmp_path, "a.eml").text
    assert text.count(WORDS) == 1
    assert "Attachment: ships.pdf" in text


def test_deleted_words_of_a_word_document_are_left_out_and_boxes_read_once(tmp_path: Path) -> None:
    import docx
    from docx.oxml import parse_xml
    from samples import saved

    document = docx.Document()
    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    box = "<w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent>"
    paragraph = (
        f"<w:p {names}><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        f"<w:ins><w:r><w:t xml:space='preserve'> added</w:t></w:r></w:ins>"
        f"<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        f"</mc:AlternateContent></w:r></w:p>"
    )
    document.element.body.insert(0, parse_xml(paragraph))
    assert sample(tmp_path, "b.docx", saved(document.save)).text == "kept added\n\nin a box"


ENTITY = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY l "&#97;&#97;">'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


def test_a_chapter_that_cannot_be_read_whole_is_told_and_not_left_out(tmp_path: Path) -> None:
    deep = "<div>" * 5000 + "<p>bottom</p>" + "</div>" * 5000
    with ZipFile(BytesIO(SAMPLES["a.epub"])) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["EPUB/in/two.xhtml"] = f"<html><body>{deep}</body></html>".encode()
    with pytest.raises(ReadError, match=r"two\.xhtml: elements nested too deep"):
        sample(tmp_path, "b.epub", packed(parts))


@pytest.mark.parametrize("name", ["b.xml", "b.odt", "b.docx", "b.epub"])
def test_entities_are_neither_fetched_nor_multiplied(tmp_path: Path, name: str) -> None:
    text = f"{ENTITY}{LAUGHS.replace('&l0;', '&l;')}]><x><p>{WORDS}</p><p>&e;&l8;</p></x>"
    parts = {
        "[Content_Types].xml": text,
        "content.xml": text,
        "META-INF/container.xml": text,
        "word/document.xml": text,
    }
    try:
        source = sample(tmp_path, name, text.encode() if name == "b.xml" else packed(parts))
    except ReadError:
        return
    assert "root:" not in source.text
    assert len(source.text) < 1000


def test_a_package_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("content.xml", b"<x/>")
        archive.infolist()[0].file_size = 600 * 2**20  # what its directory promises is what counts
    bomb = out.getvalue()
    with pytest.raises(ReadError, match="more than 512 MB when it is unpacked"):
        sample(tmp_path, "b.odt", bomb)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", b"words", "not what .docx says it is$"),
        ("a.docx", b"<html>", "a web page, not what .docx says it is: rename it to end in .html"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "the format from before 2007"),
        (
            "a.pptx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted: needs a password",
        ),
        ("a.txt", b"PK\x03\x04rest", r"not text: it is an archive \(ZIP\)"),
        ("a.json", b'{"a": ', "not JSON"),
        ("a.json", b"[" * 100_000, "nested too deep"),
        ("a.jsonl", b'{"a": 1}\n{"a"\n', "not JSON at line 2"),
        ("a.ipynb", b"{}", "not a notebook"),
        ("a.srt", b"only words", "no subtitles"),
        ("a.eml", b"\n\nonly words", "no headers"),
        ("a.mbox", b"only words", "not a mailbox"),
        ("a.msg", b"only words", "not an Outlook message"),
        ("a.rtf", b"only words", "not rich text"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        sample(tmp_path, name, data)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("README", b"Words of a file without a suffix.\n", "text"),
        ("report", pdf(), "pdf"),
        ("report.bak", pdf(), "pdf"),
        ("memo.doc", SAMPLES["a.rtf"], "word"),
        ("memo.doc", SAMPLES["a.docx"], "word"),
        ("page", b"<!DOCTYPE html><p>Words.</p>", "html"),
    ],
)
def test_what_is_certain_is_read_whatever_it_is_called(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    assert sample(tmp_path, name, data).kind == kind


@pytest.mark.parametrize("data", [b"\0\1\2", b"caf\xe9", b"", b"a\x1b[0m"])
def test_what_is_not_certain_and_has_no_suffix_is_not_read(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReadError, match=r"^not read: unknown format \(no suffix\)"):
        sample(tmp_path, "README", data)


@pytest.mark.parametrize("name", ["b.json", "b.jsonl"])
def test_a_number_without_end_is_told_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError, match="a number of thousands of digits"):
        sample(tmp_path, name, b"[" + b"9" * 5_000 + b"]")


def test_a_feed_may_write_a_character_as_two_halves_and_names_as_it_likes(tmp_path: Path) -> None:
    first = b"<rss><title>&#xD83D;&#xDEA2; sails</title><a>&#55357;&#56994;</a>"
    feed = first + b"<b>&#xD800;!</b><c:d:e>x</c:d:e></rss>"
    source = sample(tmp_path, "b.xml", feed)
    assert source.text == "\U0001f6a2 sails\n\n\U0001f6a2\n\n\ufffd!\n\nx"
    assert source.title == "\U0001f6a2 sails"


@given(st.dictionaries(st.text(max_size=5), st.text() | st.lists(st.text()), min_size=1))
def test_json_of_any_names_holds_its_promises(value: dict[str, object]) -> None:
    try:
        source = json_file.read(json.dumps(value).encode(), "stem")
    except ReadError:
        return
    if source.text.strip():
        held(source)
