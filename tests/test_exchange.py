"""A conversation grows event by event, and every marker in it goes on pointing at its own place."""

from collections.abc import Iterator

from scripted import answer, cite, passage, said

from citeback.index.errors import ModelError
from citeback.page.state.exchange import CitedPlace, Exchange, exchanges, find_place, history
from citeback.rag.answer import AnswerCompleted, AnswerEvent, Retrieved, SentenceVerified, Turn

TEXT = "Sixty-two were killed. Nobody knows why. The port was Tartus."
FIRST = said(cite("news.txt", TEXT, "Sixty-two were killed.", 1))
AGAIN = cite("news.txt", TEXT, "Sixty-two were killed.", 1)
SECOND = said(cite("news.txt", TEXT, "The port was Tartus.", 2), AGAIN)
PASSAGE = passage("news.txt", TEXT, "Nobody knows why.", 3)


def events() -> Iterator[AnswerEvent]:
    yield Retrieved("How many?", (PASSAGE,))
    yield SentenceVerified(FIRST)
    yield SentenceVerified(SECOND)
    yield AnswerCompleted(answer("How many?", [SECOND], [PASSAGE]))


def test_each_event_makes_the_next_exchange_and_the_answer_replaces_all() -> None:
    grown = list(exchanges("How many?", events()))
    assert [(e.passage_count, len(e.sentences), e.done) for e in grown] == [
        (1, 0, False),
        (1, 1, False),
        (1, 2, False),
        (1, 1, True),
    ]
    assert grown[-1].sentences == (SECOND,)


def test_an_error_ends_the_exchange_and_keeps_what_was_checked() -> None:
    def breaking() -> Iterator[AnswerEvent]:
        yield Retrieved("?", ())
        yield SentenceVerified(FIRST)
        raise ModelError("The model is gone.")

    last = list(exchanges("?", breaking()))[-1]
    assert last.done and last.sentences == (FIRST,) and str(last.error) == "The model is gone."


def test_citations_come_once_each_by_first_appearance() -> None:
    exchange = Exchange("?", verified=(FIRST, SECOND))
    assert [c.n for c in exchange.citations] == [1, 2]


def test_markers_of_old_exchanges_keep_their_place() -> None:
    talk = (Exchange("1", verified=(FIRST,)), Exchange("2", answer=answer("2", [SECOND], [PASSAGE])))
    cited = SECOND.citations[0]
    assert find_place(talk, "cite-1-2") == CitedPlace("cite-1-2", "news.txt", cited.span, cited.quote)
    assert find_place(talk, "passage-1-3") == CitedPlace(
        "passage-1-3", "news.txt", PASSAGE.span, PASSAGE.text
    )
    for ref in ("cite-0-1", "cite-1-1"):
        cited_place = find_place(talk, ref)
        assert cited_place and cited_place.quote == "Sixty-two were killed." == cited_place.span.of(TEXT)


def test_links_that_point_at_nothing() -> None:
    talk = (Exchange("1", verified=(FIRST,)),)
    for ref in (
        "",
        "cite-0-9",
        "cite-1-1",
        "cite--1-1",
        "cite-0-1x",
        "passage-0-1",
        "../etc",
        "cite-٠-١",
        "sources",
    ):
        assert find_place(talk, ref) is None, ref


def test_history_holds_the_answered_exchanges_as_turns() -> None:
    talk = (Exchange("1", answer=answer("1", [FIRST])), Exchange("2"), Exchange("3", answer=answer("3")))
    assert history(talk) == (
        Turn("user", "1"),
        Turn("assistant", "Sixty-two were killed. [1]"),
        Turn("user", "3"),
        Turn("assistant", "The documents do not say."),
    )
