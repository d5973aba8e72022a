"""Word documents to take away: drafts with comments, and answers with footnotes."""

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from scripted import answer, cite, said
from typed import Typed

from citeback.index.errors import SettingsError
from citeback.index.readers.office import word
from citeback.index.records import Source, Span
from citeback.rag.answer import Citation
from citeback.rag.drafts.checked_claim import CheckedClaim, ClaimVerdict, Difference
from citeback.rag.review.cell import CellSource, TableCell
from citeback.wire.word.answers import AnsweredQuestion, answers_document, table_document
from citeback.wire.word.claim_comments import commented_draft, draft_document
from citeback.wire.word.footnoted_draft import footnoted_draft

SHIPS = "In all, 413 ships passed."
QUOTE = "In all, 412 ships passed the canal."
CITED = Citation(
    n=1, document="a b.md", span=Span(0, len(QUOTE)), quote=QUOTE, support=0.9, page=None, place="line 3"
)
CONTRADICTED = CheckedClaim(
    Span(0, len(SHIPS)), SHIPS, ClaimVerdict.CONTRADICTED, 0.9, (CITED,), (Difference("413", "412"),)
)
LINK = "http://here/source/a%20b.md?at=0-35"


def claim(text: str, verdict: ClaimVerdict = ClaimVerdict.NOT_SAID) -> CheckedClaim:
    return CheckedClaim(Span(0, len(text)), text, verdict, 0.75)


def saved(document: "Document") -> bytes:  # type: ignore[valid-type]
    file = BytesIO()
    document.save(file)  # type: ignore[attr-defined]
    return file.getvalue()


def commented(data: bytes) -> dict[str, str]:
    """Return the words that each comment is at, with what it says."""
    document = Document(BytesIO(data))
    xml = document.element.body.xml
    found = {}
    for comment in document.comments:
        number = comment.comment_id
        start = xml.index(f'<w:commentRangeStart w:id="{number}"/>')
        end = xml.index(f'<w:commentRangeEnd w:id="{number}"/>')
        found["".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", xml[start:end]))] = comment.text
    return found


def test_each_claim_has_its_comment_where_it_stands() -> None:
    draft = Document()
    first = draft.add_paragraph("In all, ")
    first.add_run("413").bold = True
    first.add_run(" ships passed. It was cheap.")
    draft.add_table(1, 1).cell(0, 0).text = "The lease ended in May."
    claims = [CONTRADICTED, claim("It was cheap."), claim("The lease ended in May.", ClaimVerdict.NO_CLAIM)]
    data = commented_draft(saved(draft), claims, "http://here")
    found = commented(data)
    assert found.keys() == {SHIPS, "It was cheap."}
    assert "“413”: the source has “412”" in found[SHIPS] and LINK in found[SHIPS]
    assert found[SHIPS].startswith("Contradicted (0.90)") and found["It was cheap."] == "Not said (0.75)"
    paragraphs = Document(BytesIO(data)).paragraphs
    assert [each.text for each in paragraphs] == [each.text for each in draft.paragraphs]
    assert [run.text for run in paragraphs[0].runs if run.bold] == ["413"]


WORDS = st.text(st.sampled_from("ab "), min_size=1, max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=8), st.data())
def test_runs_are_split_wherever_a_claim_begins_and_ends(runs: list[str], data: st.DataObject) -> None:
    draft = Document()
    paragraph = draft.add_paragraph()
    for words in runs:
        paragraph.add_run(words)
    text = "".join(runs)
    cuts = sorted({0, len(text), *data.draw(st.sets(st.integers(0, len(text)), max_size=4))})
    claims = [claim(text[start:end]) for start, end in pairwise(cuts) if text[start:end].strip()]
    made = Document(BytesIO(commented_draft(saved(draft), claims)))
    assert made.paragraphs[0].text == text
    places = {"".join(words.split()) for words in commented(saved(made))}
    for each in claims:
        assert "".join(each.text.split()) in places or any("not found" in one.text for one in made.comments)
    if len({each.text.strip() for each in claims}) == len(claims) == 1:
        assert len(places) == 1


def test_a_claim_that_is_not_in_the_body_is_listed_at_its_beginning() -> None:
    draft = Document()
    draft.add_paragraph("Title")
    (words,) = commented(commented_draft(saved(draft), [claim("It stands in a footnote.")])).values()
    assert "It stands in a footnote." in words and "not found" in words


def test_the_number_of_a_list_item_is_no_part_of_the_document() -> None:
    draft = Document()
    draft.add_paragraph("The tenant pays the rent.", style="List Number")
    found = commented(commented_draft(saved(draft), [claim("1. The tenant pays the rent.")]))
    assert found.keys() == {"The tenant pays the rent."}


def test_a_checked_draft_has_a_footnote_at_each_claim() -> None:
    text = f"# Ships\n\nSo: {SHIPS} Nobody\nknows <why>. \x01\ud800 End.\n"
    at, after = text.index(SHIPS), text.index("Nobody")
    claims = [
        CheckedClaim(Span(0, 7), text[:7], ClaimVerdict.NO_CLAIM, 1.0),
        replace(CONTRADICTED, span=Span(at, at + len(SHIPS))),
        CheckedClaim(Span(after, after + 19), text[after : after + 19], ClaimVerdict.NOT_SAID, 0.8),
    ]
    data = footnoted_draft(Source(text, "Ships", "markdown"), claims, "http://here")
    read = word.read(data, "x").text
    assert f"Contradicted. “413”: the source has “412”. a b.md, line 3: “{QUOTE}”" in read and LINK in read
    assert (
        read.count("Not said. No document that was searched says this.") == 1
        and "knows <why>." in read
        and "End." in read
    )
    made = Document(BytesIO(data))
    assert [each.text for each in made.paragraphs][:2] == ["Ships", f"So: {SHIPS} Nobody"]
    assert made.element.body.xml.count("w:footnoteReference ") == 2


def test_a_draft_in_markdown_becomes_a_word_document() -> None:
    source = Source("# Ships\n\nIn all, 413 ships passed. \x01\ud800\n", "Ships", "markdown")
    data = draft_document(source, [CONTRADICTED])
    assert SHIPS in commented(data)
    styles = [each.style for each in Document(BytesIO(data)).paragraphs]
    assert [style and style.name for style in styles] == ["Heading 1", "Normal"]


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_word_document_is_refused(data: bytes) -> None:
    with pytest.raises(SettingsError):
        commented_draft(data, [CONTRADICTED])


def test_a_document_that_unpacks_to_too_much_is_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (70 * 2**20))
    with pytest.raises(SettingsError, match="64 MB"):
        commented_draft(file.getvalue(), [])


def test_an_answer_has_a_footnote_for_each_place() -> None:
    given = answer(
        "How many ships?",
        [
            said(cite("a b.md", QUOTE, QUOTE), text="So 412 ships <passed>."),
            said(cite("a b.md", QUOTE, QUOTE)),
        ],
    )
    data = answers_document(
        "Ships & more",
        [AnsweredQuestion("How many ships?", given), AnsweredQuestion("Who?", None, "No & no")],
        "http://here",
    )
    read = word.read(data, "x")
    assert "How many ships?" in read.text and "So 412 ships <passed>." in read.text and "No & no" in read.text
    assert read.text.count(f"a b.md: “{QUOTE}”") == 1 and LINK in read.text
    body = Document(BytesIO(data)).element.body.xml
    assert body.count("w:footnoteReference ") == 2


def test_a_table_has_a_footnote_for_each_answer() -> None:
    source = CellSource(Span(0, len(QUOTE)), QUOTE, None, "line 3")
    cells = [
        TableCell("a b.md", "How many?", "412", source, 0.9),
        TableCell("c.md", "How many?", "", None, 0.1),
    ]
    read = word.read(table_document("Ships", ["How many?"], cells, "http://here"), "x")
    assert "a b.md\t412" in read.text and "c.md\tdoes not say" in read.text
    assert f"a b.md, line 3: “{QUOTE}”" in read.text and LINK in read.text


def test_an_answer_is_written_by_the_command(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/canal.md").write_text("In all, 412 ships passed the canal in 2022.\n")
    store, out = tmp_path / "store", tmp_path / "answer.docx"
    assert Typed("index", tmp_path / "docs", "--store", store).status == 0
    asked = "ask", "How many ships passed the canal in 2022?", "--store", store, "--server", "http://here"
    assert Typed(*asked, "--out", out).status == 0
    read = word.read(out.read_bytes(), "x")
    assert "412 ships" in read.text and "http://here/source/canal.md?at=" in read.text
    assert "UR  - http://here/source/canal.md" in Typed(*asked, "--format", "ris").out
    assert Typed(*asked, "--out", tmp_path / "answer.pdf").status == 1
