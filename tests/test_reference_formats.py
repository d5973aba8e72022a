"""References of an answer: RIS and CSL-JSON, with link and words, from the command and from hostile text."""

import json
from pathlib import Path

import pytest
from test_wire import ANSWER
from typed import Typed

from citeback.index.readers.office import word
from citeback.index.records import Source
from citeback.wire.answer_files import answers_file
from citeback.wire.permalinks import permanent_link
from citeback.wire.reference_formats import ReferenceFormat, references
from citeback.wire.word.answers import AnsweredQuestion

LINK = permanent_link("a/b.pdf", ANSWER.sentences[0].citations[0].span, "Ada").path


def hostile(_: str) -> Source:
    return Source("Ada", "A title\r\nER  - \nTY  - BOOK\u2028", "pdf", author="Holm\nAU  - Eve")


def test_ris_has_a_field_a_line_whatever_a_title_holds() -> None:
    lines = references(ReferenceFormat.RIS, ANSWER, hostile).splitlines()
    assert lines == [
        "TY  - GEN",
        "TI  - A title ER - TY - BOOK",
        "AU  - Holm AU - Eve",
        "DA  - 2024/05/31",
        "SP  - 2",
        "L1  - a/b.pdf",
        f"UR  - {LINK}",
        "N1  - page 2, characters 0-3",
        "AB  - Ada",
        "ER  - ",
        "",
    ]


def test_csl_is_a_list_of_entries() -> None:
    (entry,) = json.loads(references(ReferenceFormat.CSL, ANSWER, hostile))
    assert entry == {
        "id": "a/b.pdf#0-3",
        "type": "document",
        "title": "A title ER - TY - BOOK",
        "author": [{"literal": "Holm AU - Eve"}],
        "issued": {"date-parts": [[2024, 5, 31]]},
        "page": "2",
        "archive_location": "a/b.pdf",
        "URL": LINK,
        "note": "page 2, characters 0-3",
        "abstract": "Ada",
    }


def test_the_command_prints_references_and_says_if_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/canal.txt").write_text("In 2022, 412 ships passed the canal.")
    store = tmp_path / "store"
    assert Typed("index", tmp_path / "docs", "--store", store).status == 0
    question = "How many ships passed the canal in 2022?"
    (entry,) = json.loads(Typed("ask", question, "--format", "csl", "--store", store).out)
    assert entry["abstract"] == "In 2022, 412 ships passed the canal."
    refused = Typed("ask", "Who painted the ceiling?", "--format", "ris", "--store", store)
    assert (refused.status, refused.out) == (0, "") and "do not say" in refused.err


@pytest.mark.parametrize("more", [["--json"], ["--batch", "questions.jsonl"]])
def test_references_are_no_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "questions.jsonl").write_text('{"id": 1, "question": "Who?"}\n')
    assert Typed("ask", *([] if "--batch" in more else ["Who?"]), "--format", "ris", *more).status == 2


def test_tables_and_drafts_are_written_as_references(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/canal.txt").write_text("Date: 3 May 2023\n\nIn 2022, 412 ships passed the canal.")
    (tmp_path / "q.txt").write_text("How many ships passed the canal in 2022?\n")
    (tmp_path / "draft.md").write_text("# Ships\n\nIn 2022, 412 ships passed the canal.\n\nIs it so?\n")
    at = ("--store", tmp_path / "store", "--server", "http://here/")
    assert Typed("index", tmp_path / "docs", *at[:2]).status == 0
    for command in (("table", tmp_path / "q.txt"), ("verify", tmp_path / "draft.md")):
        csl, ris = tmp_path / f"{command[0]}.csl", tmp_path / f"{command[0]}.ris"
        assert Typed(*command, *at, "--out", csl).status == Typed(*command, *at, "--out", ris).status == 0
        (entry,) = json.loads(csl.read_text())
        assert entry["abstract"] == "In 2022, 412 ships passed the canal."
        assert entry["issued"] == {"date-parts": [[2023, 5, 3]]}
        assert entry["URL"].startswith("http://here/source/canal.txt?at=18-54&words=")
        assert ris.read_text().count("TY  - GEN\n") == 1 and entry["URL"] in ris.read_text()
    noted = tmp_path / "noted.docx"
    checked = Typed("verify", tmp_path / "draft.md", *at, "--out", noted, "--footnotes")
    assert checked.status == 0 and "412" not in checked.out
    assert "3 sentences against 1 document: 2 no claim, 1 supported." in checked.out
    assert "Supported. canal.txt, line 3" in word.read(noted.read_bytes(), "x").text
    lines = [json.dumps({"id": n, "question": "How many ships passed the canal in 2022?"}) for n in (1, 2)]
    (tmp_path / "batch.jsonl").write_text("\n".join(lines))
    out = tmp_path / "answers.csl"
    asked = Typed("ask", "--batch", tmp_path / "batch.jsonl", *at, "--out", out)
    assert (asked.status, asked.out) == (0, "") and "2 answers written to" in asked.err
    assert len(json.loads(out.read_text())) == 1  # the same place once
    refused = Typed("verify", tmp_path / "draft.md", *at, "--out", tmp_path / "x.pdf")
    assert refused.status == 1 and "end it in .docx, .ris, .csl" in refused.err


def test_a_word_file_of_many_answers_is_not_named_after_the_first() -> None:
    both = [AnsweredQuestion(question=f"Question {n}?", answer=None, reason="None.") for n in (1, 2)]
    assert word.read(answers_file("docx", both), "x").text.startswith("Answers to 2 questions")
    assert word.read(answers_file("docx", both[:1]), "x").text.startswith("Question 1?")
