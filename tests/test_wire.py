"""The JSON contract: every key and type as docs/json.md promises, and one line whatever the text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeback import wire
from citeback.index.records import Document, Failure, Source, Span
from citeback.index.sync.missing_files import MissingFolder
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import SyncReport
from citeback.rag.answer import REFUSAL, Answer, Citation, Computation, Passage, Sentence, Verdict
from citeback.rag.tables.recipe import Recipe

ASKED = wire.QuestionInput(id="q1", question="Who kept the light?")
PASSAGE = Passage(
    1, "a/b.txt", Span(3, 9), "the li", 0.5, None, "Title", ("Heading",), "line 2", ("c/b.txt",), ("e.txt",)
)
CITATION = Citation(
    1, "a/b.pdf", Span(0, 3), "Ada", 1.0, 2, place="page 2", marks=(Span(0, 3),), date="2024-05-31"
)
ANSWER = Answer(
    question="Who kept the light?",
    standalone="Who kept the light?",
    abstained=False,
    confidence=0.75,
    sentences=(Sentence("Ada", Verdict.SUPPORTED, (CITATION,)),),
    passages=(PASSAGE,),
    seconds={"retrieve": 0.25},
    computed=Computation(
        "a/b.csv",
        "sum of Lamps",
        (3,),
        "lamps",
        (1, 2),
        (Span(4, 5),),
        Recipe(0, ("Lamps",), {"kind": "aggregate"}),
    ),
)
FAILURE = Failure("c.pdf", "/docs", "/docs/c.pdf", 4, 0, "not a PDF")
DOCUMENT = Document("d.md", "/docs", "/docs/d.md", 4, 0, "00", "D", "markdown", 4)
REPORT = SyncReport(
    generation=7,
    published=True,
    added=("a",),
    changed=(),
    renamed=(("b", "c"),),
    deleted=("e",),
    unchanged=("d",),
    failed=(FAILURE,),
    chunks=9,
    embedded=4,
    seconds=1.5,
    absent=(MissingFolder("/usb", "is empty now", ("u.txt",)),),
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)  # half surrogate pairs included


def test_search_is_the_contract() -> None:
    assert wire.search(ASKED, [PASSAGE]) == {
        "id": "q1",
        "question": "Who kept the light?",
        "passages": [
            {
                "n": 1,
                "document": "a/b.txt",
                "start": 3,
                "end": 9,
                "text": "the li",
                "score": 0.5,
                "page": None,
                "place": "line 2",
                "also": ["c/b.txt"],
                "near": ["e.txt"],
            }
        ],
    }


def test_ask_is_the_contract() -> None:
    assert wire.ask(ASKED, ANSWER) == {
        "id": "q1",
        "question": "Who kept the light?",
        "standalone": "Who kept the light?",
        "abstained": False,
        "confidence": 0.75,
        "text": "Ada [1]",
        "sentences": [
            {
                "text": "Ada",
                "verdict": "supported",
                "citations": [
                    {
                        "n": 1,
                        "document": "a/b.pdf",
                        "start": 0,
                        "end": 3,
                        "quote": "Ada",
                        "page": 2,
                        "place": "page 2",
                        "also": [],
                        "support": 1.0,
                        "corrected": False,
                        "marks": [{"start": 0, "end": 3}],
                        "date": "2024-05-31",
                    }
                ],
                "reasons": [],
            }
        ],
        "passages": wire.search(ASKED, [PASSAGE])["passages"],
        "computed": {
            "document": "a/b.csv",
            "plan": "sum of Lamps",
            "result": 3,
            "unit": "lamps",
            "rows": [1, 2],
            "cells": [{"document": "a/b.csv", "start": 4, "end": 5}],
            "recipe": {"table": 0, "columns": ["Lamps"], "plan": {"kind": "aggregate"}, "files": []},
        },
        "ways": [],
        "model": None,
        "seconds": {"retrieve": 0.25},
        "notices": [],
    }


def test_a_refusal_has_no_sentences_and_keeps_the_passages() -> None:
    refusal = Answer("q", "q", True, 0.1, (), (PASSAGE,))
    answer = wire.ask(ASKED, refusal)
    assert (answer["text"], answer["sentences"], len(answer["passages"])) == (REFUSAL, [], 1)


def test_small_talk_is_neither_a_claim_nor_a_refusal() -> None:
    answer = wire.ask(ASKED, Answer("Thanks!", "", False, 0.0, (), (), reply="You are welcome."))
    assert (answer["text"], answer["abstained"], answer["sentences"]) == ("You are welcome.", False, [])


def test_keys_stand_in_the_order_of_the_contract() -> None:
    assert list(wire.ask(ASKED, ANSWER)) == [
        *("id", "question", "standalone", "abstained", "confidence"),
        *("text", "sentences", "passages", "computed", "ways", "model", "seconds", "notices"),
    ]


FAILED = {"document": "c.pdf", "folder": "/docs", "reason": "not a PDF"}


def test_index_is_the_contract() -> None:
    assert wire.report(REPORT) == {
        "generation": 7,
        "published": True,
        "added": ["a"],
        "changed": [],
        "renamed": [{"from": "b", "to": "c"}],
        "deleted": ["e"],
        "unchanged": ["d"],
        "failed": [{**FAILED, "unread": False, "outdated": False}],
        "absent": [{"folder": "/usb", "reason": "is empty now", "documents": ["u.txt"]}],
        "chunks": 9,
        "embedded": 4,
        "seconds": 1.5,
        "rebuilt": None,
        "notices": [],
    }


def test_a_plan_has_the_first_keys_of_a_report() -> None:
    plan = wire.plan(Plan(deleted=("e",), unchanged=(DOCUMENT,), still_failing=(FAILURE,)))
    assert plan == {
        "added": [],
        "changed": [],
        "renamed": [],
        "deleted": ["e"],
        "unchanged": ["d.md"],
        "failed": [{**FAILED, "unread": False, "outdated": False}],
        "absent": [],
    }


@given(text=ANY_TEXT, start=st.integers(0, 30), end=st.integers(0, 30), around=st.integers(0, 10))
def test_what_is_shown_is_one_stretch_of_the_text(text: str, start: int, end: int, around: int) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    shown_passage = wire.show("a", Source(text, "t", "text", pages=(0,)), Span(start, end), around)
    assert shown_passage["quote"] == text[start:end]
    assert (
        shown_passage["before"] + shown_passage["quote"] + shown_passage["after"]
        == text[max(0, start - around) : end + around]
    )
    assert shown_passage["page"] == 1


@given(st.dictionaries(ANY_TEXT, ANY_TEXT | st.integers() | st.floats(allow_nan=False, allow_infinity=False)))
def test_every_value_is_one_line_of_utf8_and_comes_back(value: dict[str, Any]) -> None:
    raw = wire.dumps(value)
    # Half pairs side by side are one character when they are read: JSON knows no other writing of it.
    whole = json.loads(json.dumps(value))
    assert json.loads(raw) == whole
    assert len(raw.decode().splitlines()) == 1
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in raw.decode())


def test_text_is_readable_as_it_stands() -> None:
    assert wire.dumps({"a": "Zoë – 東"}) == '{"a": "Zoë – 東"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_an_error(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.dumps({"a": value})


@given(
    st.lists(
        st.fixed_dictionaries(
            {"id": st.text() | st.integers(), "question": st.text().filter(str.strip)},
            optional={"history": st.just([{"role": "agent", "text": "Yes."}]), "answerable": st.none()},
        )
    )
)
def test_questions_come_in_as_they_were_written(questions: list[dict[str, Any]]) -> None:
    data = "".join(json.dumps(q) + "\r\n\n" for q in questions).encode()
    question_inputs = wire.parse_questions(b"\xef\xbb\xbf" + data)
    assert [(one.id, one.question) for one in question_inputs] == [
        (q["id"], q["question"]) for q in questions
    ]
    assert [bool(one.history) for one in question_inputs] == ["history" in q for q in questions]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "Invalid JSON"),
        (b"[]", "object"),
        (b'{"question": "Who?"}', "id"),
        (b'{"id": 1.5, "question": "Who?"}', "id"),
        (b'{"id": true, "question": "Who?"}', "id"),
        (b'{"id": 1}', "question"),
        (b'{"id": 1, "question": 2}', "question"),
        (b'{"id": 1, "question": " \\u00a0"}', "the question is blank"),
        (b'{"id": 1, "question": "Who?", "history": [{"role": "user"}]}', "history.0.text"),
        (b'{"id": 1, "question": "\xff"}', "Invalid JSON"),
        (b'{"id": 1, "question": "\\ud800"}', "Invalid JSON"),
    ],
)
def test_a_line_that_is_no_question_is_named_with_the_reason(line: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match="line 3: ") as raised:
        wire.parse_questions(b'{"id": 1, "question": "Who?"}\n\n' + line)
    assert reason in str(raised.value)


@pytest.mark.parametrize("question", ["", " \t", "\udc80"])
def test_a_question_that_asks_nothing_is_an_error(question: str) -> None:
    with pytest.raises(ValueError, match=r"blank|unicode"):
        wire.single_question(question)
