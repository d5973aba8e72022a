"""Figures against plain oracles, and drafted questions against their documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from chats import ScriptedChat
from hypothesis import given
from hypothesis import strategies as st
from scripted import ScriptedCorpus, answer, cite, passage, said
from toy import ToyEncoder, loading, read

from citeback import wire
from citeback.index.errors import ChatError
from citeback.index.generations.generation import Generation
from citeback.index.generations.store import Store
from citeback.index.records import Source, Span
from citeback.index.search.filters import NO_FILTER, Filter
from citeback.index.sync.sync import sync
from citeback.rag.answer import Answer, Passage, Turn
from citeback.rag.evaluation.cloze_questions import GAP, askable_sentence, askable_sentences, draft_questions
from citeback.rag.evaluation.llm_questions import ANSWER, ASK, MAX_TRIES, generate_questions
from citeback.rag.evaluation.metrics import LabelledQuestion, Relevant, ask, auroc, character_overlap, metrics
from citeback.rag.writing.chat_writer import ChatWriter

TEXT = "Ada kept the lock. The lock opened in 1923 for all boats of the town."
OTHER = "Herons wait at the lock."
SCORES = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=20)


@dataclass
class OnePassageList(ScriptedCorpus):
    """Finds the same passages for every question."""

    passages: tuple[Passage, ...] = ()

    def search(
        self, question: str, k: int = 10, history: Sequence[Turn] = (), within: Filter = NO_FILTER
    ) -> tuple[Passage, ...]:
        return self.passages[:k]


def figured(known: Sequence[LabelledQuestion], answers: dict[str, Answer]) -> dict[str, float | None]:
    passages = (passage("b.txt", OTHER, OTHER), passage("a.txt", TEXT, "Ada kept the lock.", 2))
    return metrics(list(ask(OnePassageList({}, answers, passages=passages), known)))


def test_every_figure_of_a_question_that_was_answered() -> None:
    who = LabelledQuestion("Who?", relevant=(Relevant("a", Span(0, 3)),))
    cited = answer("Who?", [said(cite("a.txt", TEXT, "Ada kept the lock."))])
    result = figured([who], {"Who?": cited})
    assert result["recall_at_5"] == 1.0
    assert result["ndcg_at_10"] == pytest.approx(1 / 1.58496, abs=1e-4)
    assert result["passage_recall"] == 1.0
    assert result["passage_precision"] == pytest.approx(3 / (18 + len(OTHER)))
    assert result["citation_recall"] == 1.0
    assert result["citation_iou"] == pytest.approx(3 / 18)
    assert (result["answer_in_first"], result["answered"]) == (1.0, 1.0)
    assert result["refusal_recall"] is result["refusal_precision"] is result["auroc"] is None


def test_words_answer_where_no_characters_are_known() -> None:
    sentences = [said(cite("a.txt", TEXT, "Ada kept the lock.")), said(cite("a.txt", TEXT, "in 1923"))]
    result = figured(
        [LabelledQuestion("When?", answers=("1923", "May"))], {"When?": answer("When?", sentences)}
    )
    assert (result["answer_in_first"], result["answer_in_first_three"]) == (0.0, 1.0)
    assert result["recall_at_5"] is result["citation_iou"] is None


def test_refusals_are_counted_among_questions_of_which_it_is_known() -> None:
    asked = [
        LabelledQuestion("a"),
        LabelledQuestion("b"),
        LabelledQuestion("c", answerable=False),
        LabelledQuestion("d", answerable=None),
    ]
    answers = {q.question: answer(q.question) for q in asked}
    answers["a"] = answer("a", [said(cite("a.txt", TEXT, "in 1923"))])
    result = figured(asked, answers)
    assert result["answered"] == 0.5
    assert result["refusal_recall"] == 1.0
    assert result["refusal_precision"] == 0.5
    assert result["auroc"] == 0.75


def test_no_questions_are_no_figures() -> None:
    result = metrics([])
    assert result.pop("questions") == 0
    assert set(result.values()) == {None}


@given(SCORES, SCORES)
def test_auroc_is_that_of_scikit_learn(yes: list[float], no: list[float]) -> None:
    from sklearn.metrics import roc_auc_score

    assert auroc(yes, no) == pytest.approx(roc_auc_score([1] * len(yes) + [0] * len(no), yes + no))


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10)), min_size=1, max_size=4).map(
    lambda pairs: [Span(start, start + length) for start, length in pairs]
)


@given(SPANS, SPANS)
def test_overlap_is_that_of_sets_of_characters(got: list[Span], wanted: list[Span]) -> None:
    recall, precision, iou = character_overlap(
        [("a.txt", span) for span in got], [Relevant("a.txt", s) for s in wanted]
    )
    held = {c for span in got for c in range(span.start, span.end)}
    hit = sum(c in held for span in wanted for c in range(span.start, span.end))
    size, known = sum(map(len, got)), sum(map(len, wanted))
    assert recall == pytest.approx(hit / known)
    assert precision == pytest.approx(hit / size)
    assert iou == pytest.approx(hit / (size + known - hit))


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder: Path = tmp_path_factory.mktemp("documents")
    for n in range(3):
        town = f"The lock of town {n} was opened by all the people in 19{n}3. It is old and it is small."
        (folder / f"{n}.txt").write_text(f"{town}\n\nMore than {n},500 boats passed through the lock.")
    store = Store(tmp_path_factory.mktemp("store"))
    sync(store, [folder], load=loading(ToyEncoder()), read=read)
    with store.current() as current:
        yield current


def test_drafts_know_where_their_answers_stand(generation: Generation) -> None:
    made = list(draft_questions(generation, 5))
    assert [k.relevant[0].document for k in made] == ["0.txt", "1.txt", "2.txt", "0.txt", "1.txt"]
    for known in made:
        (place,) = known.relevant
        assert place.span and place.span.of(generation.source(place.document).text) == known.answers[0]
        assert known.question.count(GAP) == 1 and known.answers[0] not in known.question.partition(": ")[2]
    assert made == list(draft_questions(generation, 5))
    assert len(list(draft_questions(generation, 100))) == 6


def test_a_sentence_that_needs_another_is_not_asked_about() -> None:
    text = "It was opened in 1923 by all the people of the town."
    assert askable_sentence("a.txt", Source(text, "a", "text"), Span(0, len(text))) is None


def test_a_draft_comes_back_as_a_question(generation: Generation) -> None:
    (known,) = draft_questions(generation, 1)
    (given_back,) = wire.parse_evaluation(wire.dumps(wire.drafted(1, known)))
    assert (given_back.id, given_back.question) == ("draft-1", known.question)
    assert given_back.relevant and (given_back.relevant[0].start, given_back.answers) == (
        known.relevant[0].span.start if known.relevant[0].span else None,
        known.answers,
    )


def writer(*script: Any) -> tuple[ChatWriter, ScriptedChat]:
    chat = ScriptedChat(script=list(script), heard=[], stopped=[])
    return ChatWriter(lambda: chat, "scripted", sleep=lambda _: None), chat


def test_a_question_in_the_words_of_a_model_keeps_the_place_of_its_answer(generation: Generation) -> None:
    chat, heard = writer('"When was the lock of town 0 opened?"\n\nIt asks for a year.', "In 1903.")
    (known,) = generate_questions(askable_sentences(generation), chat.reply, 1)
    assert known and known.question == "When was the lock of town 0 opened?"
    (place,) = known.relevant
    assert place.span and place.span.of(generation.source(place.document).text) == "1903"
    assert known.answers == ("1903",)
    assert [messages[0].content for messages in heard.heard] == [ASK, ANSWER]
    assert "1903" not in str(heard.heard[1][1].content).partition("Question:")[2]


@pytest.mark.parametrize(
    "script",
    [
        ["When was the lock of town 0, which dates from 1903, opened?"],  # it tells its answer
        ["The lock was opened."],
        [" "],
        ["Who opened the lock?", "no"],
        ["Who opened the lock?", "all the people"],
        ["When?", "The lock of town 0 was opened by all the people in 1903, says the sentence."],
    ],
)
def test_a_question_that_does_not_stand_the_check_is_no_question(
    generation: Generation, script: list[str]
) -> None:
    chat, _ = writer(*script, "When was the lock of town 1 opened?", "1913")
    assert [
        known and known.answers for known in generate_questions(askable_sentences(generation), chat.reply, 1)
    ] == [
        None,
        ("1913",),
    ]


def test_a_model_that_never_asks_is_not_asked_for_ever(generation: Generation) -> None:
    chat, heard = writer(*["I cannot."] * 10)
    assert list(generate_questions(askable_sentences(generation), chat.reply, 1)) == [None] * MAX_TRIES
    assert len(heard.heard) == MAX_TRIES


def test_a_model_that_cannot_be_heard_is_told(generation: Generation) -> None:
    chat, _ = writer(*[OSError("gone")] * 3)
    with pytest.raises(ChatError, match="does not answer"):
        next(generate_questions(askable_sentences(generation), chat.reply, 1))
