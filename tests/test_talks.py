"""Conversations are kept as they were, each user's apart, and can be taken away and judged."""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import NoFolder, ScriptedCorpus, answer, cite, passage, said, source

from citeback.index.errors import CitebackError
from citeback.index.readers.office import word
from citeback.index.records import Span
from citeback.page.presenters.conversation import ChatHandlers
from citeback.page.presenters.documents import FolderHandlers
from citeback.page.presenters.suggestions import follow_up_questions
from citeback.page.state import feedback
from citeback.page.state.conversations import ConversationStore
from citeback.page.state.exchange import ConversationState, Exchange
from citeback.page.state.feedback import FeedbackFile
from citeback.page.state.folders import NameTaken
from citeback.page.state.running_answers import StopSignal
from citeback.page.views import export
from citeback.rag.answer import Answer, Citation, Passage, Sentence, Verdict
from citeback.wire import permalinks

TEXT = "Sixty-two were killed. Nobody knows why."
CITED = cite("news.txt", TEXT, "Sixty-two were killed.")
DONE = Exchange("How many?", answer=answer("How many?", [said(CITED)], [passage("news.txt", TEXT, TEXT)]))
UNSAID = Exchange("Why?", answer=answer("Why?"))

words = st.text(min_size=1)


@pytest.fixture
def history(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "conversations.sqlite")


def test_nothing_is_written_before_there_is_something_to_keep(history: ConversationStore) -> None:
    assert history.listing("ada") == () and history.open("ada", "x") is None
    history.rename("ada", "x", "y")
    history.delete("ada", "x")
    assert history.quote(permalinks.permanent_link("a", Span(0, 1), "x")) is None
    assert not history.path.exists()


def test_a_conversation_is_opened_as_it_was_and_by_its_owner_alone(history: ConversationStore) -> None:
    key = history.save("ada", "", DONE)
    assert history.save("ada", key, UNSAID) == key
    assert history.open("ada", key) == (DONE, UNSAID)
    assert [(kept.name, kept.exchanges) for kept in history.listing("ada")] == [("How many?", 2)]
    assert history.open("bo", key) is None and history.listing("bo") == ()
    history.rename("bo", key, "Mine")
    history.delete("bo", key)
    assert history.name("ada", key) == "How many?"
    assert history.save("bo", key, DONE) != key


def test_it_is_found_by_what_was_asked_and_answered(history: ConversationStore) -> None:
    key = history.save("ada", "", DONE)
    history.save("ada", "", Exchange("100 %?", answer=answer("100 %?")))
    assert [kept.id for kept in history.listing("ada", "sixty-two")] == [key]
    assert [kept.name for kept in history.listing("ada", "%")] == ["100 %?"]
    assert history.listing("ada", "_") == ()


def test_it_is_renamed_and_deleted_with_the_words_of_its_links(history: ConversationStore) -> None:
    key, made = history.save("ada", "", DONE), permalinks.permanent_link("news.txt", CITED.span, CITED.quote)
    history.rename("ada", key, " The\nnews ")
    history.rename("ada", key, "  ")
    assert history.name("ada", key) == "The news"
    assert history.quote(made) == CITED.quote
    history.delete("ada", key)
    assert history.quote(made) is None and history.listing("ada") == ()
    assert b"Sixty-two" not in history.path.read_bytes()


def test_many_at_once_lose_nothing(history: ConversationStore) -> None:
    key = history.save("ada", "", DONE)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: history.save("ada", key, UNSAID), range(40)))
    assert len(history.open("ada", key) or ()) == 41


@settings(max_examples=25)  # each is a file of its own
@given(words, words, st.sampled_from(Verdict))
def test_any_answer_comes_back_equal(name: str, quote: str, verdict: Verdict) -> None:
    citation = Citation(1, name, Span(3, 3 + len(quote)), quote, 0.5, 2, corrected=True, place="page 2")
    sentences = (Sentence(quote, verdict, (citation,), (name,)),)
    passages = (Passage(1, name, Span(0, 9), quote, 0.1, None, name, (quote,), place=name),)
    whole = Answer(name, quote, False, 0.25, sentences, passages, name, {"find": 0.5}, notices=(quote,))
    with TemporaryDirectory() as folder:
        history = ConversationStore(Path(folder, "c.sqlite"))
        key = history.save(name, "", Exchange(name, answer=whole))
        assert history.open(name, key) == (Exchange(name, answer=whole),)


def test_an_export_cites_in_footnotes_and_in_json() -> None:
    hostile = Exchange("# Why *not*?", answer=answer("?", [said(CITED, text="[x](http://e.test) <b>")]))
    written = export.conversation_markdown("The\nnews", (DONE, UNSAID, hostile))
    assert written.startswith("# The&#10;news\n\n## How many?\n\nSixty-two were killed.[^1-1]\n")
    assert "[^1-1]: news.txt, characters 0 to 22: “Sixty-two were killed.”" in written
    assert "## Why?\n\nThe documents do not say.\n" in written
    assert r"\# Why \*not\*?" in written and r"\[x\](http://e.test) \<b\>" in written
    taken = json.loads(export.conversation_json("The news", (DONE, UNSAID)))
    assert taken["name"] == "The news"
    assert [(a["question"], a["abstained"]) for a in taken["answers"]] == [
        ("How many?", False),
        ("Why?", True),
    ]
    read = word.read(export.export("docx", "The news", (DONE, UNSAID), base="http://here"), "")
    assert "“Sixty-two were killed.”" in read.text and "http://here/source/news.txt?at=0-22" in read.text
    ris = export.export("ris", "The news", (DONE, DONE, UNSAID), base="http://here").decode()
    assert ris.count("TY  - GEN") == 1 and "UR  - http://here/source/news.txt?at=0-22" in ris
    (entry,) = json.loads(export.export("csl", "The news", (DONE, UNSAID)))
    assert entry["title"] == "news.txt" and entry["abstract"] == "Sixty-two were killed."
    with pytest.raises(CitebackError, match="not written as 'exe'"):
        export.export("exe", "", ())


def test_what_is_said_of_an_answer_is_a_question_with_what_answers_it(tmp_path: Path) -> None:
    file = FeedbackFile(tmp_path / "feedback.jsonl")
    file.add("ada", DONE, right=True)
    file.add("ada", DONE, right=False, comment="It was sixty-three.\n")
    file.add("ada", UNSAID, right=True)
    right, wrong, unsaid = map(json.loads, file.path.read_text().splitlines())
    assert right["relevant"] == [{"document": "news.txt", "start": 0, "end": 22}] and right["answerable"]
    assert wrong["relevant"] is None and wrong["comment"] == "It was sixty-three."
    assert unsaid["relevant"] == [] and unsaid["answerable"] is False
    assert right["id"] == wrong["id"] != unsaid["id"]
    with pytest.raises(ValueError, match="only an answer"):
        feedback.feedback_record("ada", Exchange("?"), True, "")


def page(tmp_path: Path) -> tuple[ChatHandlers, ScriptedCorpus]:
    corpus = ScriptedCorpus({"news.txt": source(TEXT)}, {"How many?": DONE.answer} if DONE.answer else {})
    return ChatHandlers(
        lambda: corpus, ConversationStore(tmp_path / "c.sqlite"), FeedbackFile(tmp_path / "f.jsonl")
    ), corpus


def test_an_opened_conversation_marks_what_its_documents_say_no_more(tmp_path: Path) -> None:
    asked, corpus = page(tmp_path)
    *_, (_, _, talk) = asked.ask("How many?", ConversationState(), "ada")
    assert asked.resume(talk.id, "ada")[2].exchanges[0].stale == frozenset()
    corpus.sources = {"news.txt": source("Other words.")}
    chat, _, again = asked.resume(talk.id, "ada")
    assert again.exchanges[0].answer == DONE.answer and again.exchanges[0].stale == {1}
    assert "marker stale" in chat and "has changed since" in chat
    assert asked.resume(talk.id, "bo")[2] == ConversationState()


def test_an_answer_is_stopped_and_judged(tmp_path: Path) -> None:
    asked, _ = page(tmp_path)
    signal = StopSignal()
    steps = asked.ask("How many?", ConversationState(), signal=signal)
    next(steps)
    signal.stop()
    *_, (chat, _, stopped) = steps
    assert stopped.exchanges[0].done and ("Stopped." in chat or stopped.exchanges[0].answer)
    stopped = ConversationState("", (Exchange("How many?", verified=(said(CITED),), stopped=True),))
    assert asked.give_feedback(stopped, "0", True)[1] == stopped
    assert asked.give_feedback(ConversationState(), "99999999", True)[1] == ConversationState()
    whole = ConversationState("", (DONE,))
    assert asked.give_feedback(whole, "x", True)[1] == whole
    chat, judged = asked.give_feedback(whole, "0", False, owner="ada")
    assert "What was right or wrong" in chat
    assert "Thank you" in asked.give_feedback(judged, "0", False, "Wrong year", "ada")[0]


def test_what_to_ask_next_comes_from_passages_that_were_not_cited() -> None:
    near = [
        Passage(1, "news.txt", Span(0, 40), TEXT, 1.0, headings=("The port",)),
        Passage(2, "news.txt", Span(40, 60), "x", 1.0, headings=("Who did it?",)),
        Passage(3, "news.txt", Span(60, 90), "y", 1.0, headings=("The weather",)),
    ]
    asked = follow_up_questions(Exchange("How many?", answer=answer("How many?", [said(CITED)], near)))
    assert asked == ("Who did it?",)


class Crowded(NoFolder):
    """Has a file of every name."""

    def add(self, upload: Path, replace: bool = False, inside: str = "") -> str:
        if not replace:
            raise NameTaken("taken")
        return upload.name


class Sent:
    """Holds one file, and notes what is discarded."""

    def __init__(self) -> None:
        self.discarded: set[str] = set()

    def files(self, owner: str, keys: Iterable[str]) -> Mapping[str, Path]:
        return {key: Path("a.txt") for key in keys if key == "0"}

    def discard(self, owner: str, keys: Iterable[str]) -> None:
        self.discarded |= set(keys)


def test_a_name_that_is_taken_asks_first() -> None:
    sent = Sent()
    tending = FolderHandlers(lambda: ScriptedCorpus({}), Crowded(), sent)
    *_, (message, waiting) = tending.upload("ada", ["0", "1"])
    assert "“a.txt” is already in the folder" in message and waiting == ("0",) and sent.discarded == {"1"}
    *_, (message, waiting) = tending.upload("ada", waiting, replace=True)
    assert "a.txt was added" in message and not waiting and sent.discarded == {"0", "1"}
    *_, (message, _) = tending.upload("ada", ["1"])
    assert "Upload them again" in message
    tending.leave("ada", ["2"])
    assert "2" in sent.discarded
    assert "No document &#x27;no.txt&#x27;" in "".join(shown for shown, _ in tending.remove(["no.txt"]))


@pytest.mark.parametrize("wanted", ["w" * 600_000, "%_~" * 20_000])
def test_words_without_end_are_looked_for_in_part(history: ConversationStore, wanted: str) -> None:
    history.save("ada", "", DONE)
    assert history.listing("ada", wanted) == ()


def test_an_answer_is_judged_once_and_once_more_in_words(history: ConversationStore, tmp_path: Path) -> None:
    corpus = ScriptedCorpus({"news.txt": source(TEXT)})
    page = ChatHandlers(lambda: corpus, history, FeedbackFile(tmp_path / "feedback.jsonl"))
    talk = ConversationState("", (DONE,))
    for n in range(20):
        _, talk = page.give_feedback(talk, "0", True, "good" if n % 2 else "", "ada")
    assert len((tmp_path / "feedback.jsonl").read_text().splitlines()) == 2
    assert page.give_feedback(ConversationState("", (DONE,)), "9" * 5000, True)[1] == ConversationState(
        "", (DONE,)
    )


def test_half_of_a_surrogate_pair_in_a_question_loses_no_answer(
    history: ConversationStore, tmp_path: Path
) -> None:
    corpus = ScriptedCorpus({"news.txt": source(TEXT)}, {"How? many?": DONE.answer or answer("")})
    page = ChatHandlers(lambda: corpus, history, FeedbackFile(tmp_path / "feedback.jsonl"))
    *_, (_, _, talk) = page.ask("How\ud800 many?", ConversationState(), "ada")
    assert talk.exchanges[-1].question == "How? many?" and talk.id
