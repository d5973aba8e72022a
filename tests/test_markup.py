"""The page's HTML says what it was given, and nothing that it was given becomes HTML."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from parsed import Parsed, sent
from scripted import answer

from citeback.index.errors import CitebackError
from citeback.index.generations.protocols import KeptGeneration
from citeback.index.records import Document, Failure, Source, Span
from citeback.index.sync.plan import Plan
from citeback.index.sync.report import Progress
from citeback.page.state import conversations
from citeback.page.state.document_list import DocumentList
from citeback.page.state.exchange import CitedPlace, Exchange
from citeback.page.state.surroundings import Surroundings
from citeback.page.views import (
    answers,
    documents,
    lookup,
    settings,
    source_panel,
    sources,
    sync_steps,
    welcome,
)
from citeback.page.views import conversations as conversations_views
from citeback.page.views.html import escape, tag
from citeback.page.views.nearest import SNIPPET
from citeback.rag.answer import Answer, Citation, Passage, Sentence, Verdict

HOSTILE = (
    '<img src=x onerror="hacked()">',
    "</mark></p><script>hacked()</script>",
    "' onmouseover='hacked()' x='",
    '" autofocus onfocus="hacked()',
    "![](http://example.test/x.png) [a](javascript:hacked()) **b** `c` $$d$$",
    "{{value}} ${value} <%= value %> ]]> <!-- --> <!doctype html> &lt; &#60;",
    "\0\ud800\r\n\u202e\u2028",
)

anything = st.one_of(
    st.text(min_size=1), st.sampled_from(HOSTILE), st.text(st.characters(codec=None), min_size=1)
)


def hostile(string: str) -> str:
    """Return all of the page's HTML with `string` in every place where something from outside stands."""
    span = Span(0, len(string))
    citation = Citation(1, string, span, string, 1.0, place=string)
    passage = Passage(1, string, span, string, 1.0, title=string, headings=(string,), place=string)
    passage = replace(passage, near=(string,))
    sentences = [Sentence(string, verdict, (citation,), (string,)) for verdict in Verdict]
    notice: dict[str, Any] = {"standalone": string, "model": string, "notices": (string,)}
    result = answer(string, sentences, [passage], seconds={string: 1.0}, **notice)
    unsaid = answer(string, [], [passage])
    error = CitebackError(string, string)
    half = Exchange(string, draft=string)
    around = {1: Surroundings(string, string)}
    whole = Exchange(string, answer=result, feedback="right", stale=frozenset({1}), context=around)
    talk = [
        Exchange(string, answer=unsaid),
        Exchange(string, error=error),
        half,
        whole,
    ]
    document = Document(string, string, string, 1, 0, "", string + "!", string, 1, near_of=string)
    failures = [
        Failure(string, string, string, 1, 0, reason + string) for reason in ("damaged: ", "not read: ")
    ]
    return "".join(
        (
            answers.conversation(talk, after=[string]),
            answers.conversation((), welcome.welcome(1)),
            welcome.starters([string], ()),
            welcome.starters((), [document]),
            welcome.first_documents(edits=True, folders=True, place=string),
            answers.error_message(error),
            sources.sources(talk),
            answers.side_panel(string, ref=string),
            documents.documents([document], failures, [(string, string)] * 2, chooses=True),
            documents.receipt([string] * 5, [(string, string)], string),
            documents.deleted_receipt([string]),
            sync_steps.progress_step(string),
            sync_steps.progress_step(Progress("reading", 1, 2, string, string)),
            documents.replace_question([string]),
            sync_steps.since(Plan(deleted=(string,) * 60)),
            documents.generations(
                [KeptGeneration(2, string, 1, 1, 1), KeptGeneration(1, string, problem=string)]
            ),
            lookup.search([string], 9),
            lookup.results_list([passage], [string]),
            settings.answering({f"Fact {string}": string, settings.WRITTEN: string}, [string]),
            conversations_views.listing([conversations.SavedConversation("id", string, string, 1)])
            + conversations_views.listing((), string),
            source_panel.document_panel(
                Source("plain words", string, string, author=string, date=string),
                CitedPlace(string, string, Span(0, 5), "plain"),
                back=string,
            ),
            source_panel.missing_document_panel(CitedPlace(string, string, span, string)),
        )
    )


@given(anything)
@example("".join(HOSTILE))
def test_text_reads_as_itself(string: str) -> None:
    assert Parsed(tag("p", escape(string), title=string)).text == sent(string)
    assert Parsed(tag("p", title=string)).elements[0].attributes["title"] == sent(string)


def test_a_browser_keeps_carriage_returns() -> None:
    assert escape("\r\n") == "&#13;\n"  # as they are, HTML reads both as one newline: see test_page.py too


def written(html: str) -> list[tuple[str, set[str]]]:
    """Return the elements with the names of their attributes, but for emphasis that Markdown makes."""
    return [
        (e.tag, set(e.attributes))
        for e in Parsed(html).check().elements
        if e.tag not in ("code", "strong", "em") and e.classes != ["syntax"]
    ]


@given(anything)
@example("".join(HOSTILE))
def test_nothing_from_outside_becomes_markup(string: str) -> None:
    assert written(hostile(string)) == written(hostile("plain"))


@pytest.mark.real_data
def test_naughty_strings_stay_strings(shared: Path) -> None:
    naughty = shared / "hostile" / "naughty_strings" / "blns.json"
    plain = written(hostile("plain"))
    for string in filter(None, json.loads(naughty.read_text())):
        shown = hostile(string)
        assert written(shown) == plain, string
        if string.split():
            assert sent(string) in Parsed(shown).text, string


def said(verdict: Verdict, *citations: Citation, words: str = "Sixty-two  were\nkilled.") -> Sentence:
    return Sentence(words, verdict, citations)


CITED = Citation(2, "news.txt", Span(10, 20), "62 killed.", 1.0, place="page 4")


def show(*sentences: Sentence, **more: Any) -> Parsed:
    return Parsed(
        answers.exchange(3, Exchange("How many?", answer=answer("How many?", sentences, **more)))
    ).check()


def test_a_marker_links_to_its_exchange_and_tells_the_quote() -> None:
    shown = show(said(Verdict.SUPPORTED, CITED))
    (marker,) = shown.of("a", "marker")
    assert marker.attributes["href"] == "#cite-3-2"
    assert (
        "62 killed." not in marker.attributes["aria-label"]
        and "Source 2, news.txt, page 4" in marker.attributes["aria-label"]
    )
    assert marker.text.startswith("[2]")
    assert shown.of("p", "said")[0].text.startswith("Sixty-two were killed.[2]")


SURE = {Verdict.SUPPORTED, Verdict.COMPUTED}


@pytest.mark.parametrize("verdict", [v for v in Verdict if v not in SURE])
def test_what_is_not_supported_says_so_in_words(verdict: Verdict) -> None:
    shown = show(said(verdict, CITED), said(Verdict.SUPPORTED, CITED))
    (doubted,) = shown.of("span", "doubt")
    sign, meaning = answers.MARKS[verdict]
    assert doubted.text == f"Sixty-two were killed.{sign}{meaning}"
    (mark,) = shown.of("span", "sign")
    assert mark.attributes["aria-label"] == f"({meaning})"
    assert shown.of("span", "short")[0].text == "1 of 2 sentences supported"
    told = show(replace(said(verdict, CITED), reasons=('"1120" is not in the source',)))
    assert told.of("span", "why")[0].text == '"1120" is not in the source'


def test_nothing_is_counted_when_all_is_quoted() -> None:
    shown = show(said(Verdict.SUPPORTED, CITED))
    assert not shown.of("p", "tallied") and not shown.of("span", "verdict") and not shown.of("span", "doubt")


def test_every_verdict_but_supported_has_a_mark() -> None:
    assert set(answers.MARKS) == set(Verdict) - SURE
    assert len({sign for sign, _ in answers.MARKS.values()}) == len(answers.MARKS)


def test_a_refusal_lists_the_nearest_passages_each_openable() -> None:
    passages = [
        Passage(n, "a.txt", Span(0, 900), "## word\n\n" + "word " * 180, 1.0, place=f"page {n}")
        for n in (1, 2)
    ]
    shown = show(passages=passages)
    assert "The documents do not say." in shown.text
    assert [a.attributes["href"] for a in shown.of("a", "passage")] == ["#passage-3-1", "#passage-3-2"]
    assert shown.of("a", "passage")[1].text.startswith("a.txt, page 2## word word")
    assert len(shown.of("a", "passage")[0].text) < SNIPPET + 30


@pytest.mark.parametrize(("confidence", "words"), [(1.0, "high (1.00"), (0.6, "fair"), (0.0, "low (0.00")])
def test_details_on_demand(confidence: float, words: str) -> None:
    shown = show(said(Verdict.SUPPORTED, CITED), standalone="How many were killed?", confidence=confidence)
    (details,) = shown.of("details")
    assert "open" not in details.attributes
    for part in ("How many were killed?", words, "0.08 s (retrieve 0.03, evidence 0.05)", "word for word"):
        assert part in details.text


def test_sources_group_quotes_by_document_in_the_order_of_their_markers() -> None:
    cited = [
        Citation(n, name, Span(n, n + 1), f"quote {n}", 1.0) for n, name in ((1, "b"), (2, "a"), (3, "b"))
    ]
    passages = [Passage(1, "b", Span(0, 1), "x", 1.0, title="The B")]
    done: Answer = answer("?", [said(Verdict.SUPPORTED, *cited)], passages)
    shown = Parsed(sources.sources([Exchange("?", answer=done)])).check()
    assert [h.text for h in shown.of("h3")] == ["The B", "a"]
    assert [a.text for a in shown.of("a", "quote")] == ["1quote 1", "3quote 3", "2quote 2"]
    assert [a.attributes["href"] for a in shown.of("a")] == ["#cite-0-1", "#cite-0-3", "#cite-0-2"]


def test_an_exchange_says_what_it_waits_for() -> None:
    waiting = Exchange("?")
    assert "Searching your documents" in answers.exchange(0, waiting)
    assert "Reading 3 passages" in answers.exchange(0, Exchange("?", passage_count=3))
    assert 'aria-busy="true"' in answers.exchange(0, waiting)


def test_an_error_keeps_what_was_said_and_tells_the_remedy() -> None:
    error = CitebackError("The model is missing.", "pip install it")
    shown = Parsed(
        answers.exchange(0, Exchange("?", verified=(said(Verdict.SUPPORTED, CITED),), error=error))
    )
    assert "Sixty-two were killed." in shown.text
    assert (
        shown.of("p", "alert")[0].text
        == "The model is missing.Whoever runs this page can mend it: pip install it"
    )


def test_a_long_list_of_documents_comes_in_pages() -> None:
    many = [Document(f"{n:03}.txt", "", "", 1, 0, "", "", "text", 1234) for n in range(120)]
    last = DocumentList().turn(9)
    shown = Parsed(documents.documents(many, [], [("docs", "docs")], last)).check()
    assert len(shown.of("tr")) == 20 + 1
    assert "120 documents from docs" in shown.text and "101 to 120 of 120" in shown.text
    newest = DocumentList().order("date").find("01.txt")
    assert [one.name for one in newest.matching(many)][:2] == ["001.txt", "101.txt"]
    assert newest.reverse and newest.order("owner") == newest
