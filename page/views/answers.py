"""Answers, passages and errors as HTML.

Links are fragments (`#cite-0-2`) that page.js passes to ui.py.
"""

import json
from collections.abc import Container, Iterable, Iterator, Sequence

from citeback.index.errors import CitebackError
from citeback.index.languages import ENGLISH
from citeback.index.records import Span
from citeback.page.state.exchange import Exchange
from citeback.page.state.surroundings import NOWHERE, ByNumber
from citeback.page.views.answer_files import copy_answer, downloads
from citeback.page.views.computed import computed_table
from citeback.page.views.computed_words import said_computation, said_sentence
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.highlights import words
from citeback.page.views.html import escape, tag
from citeback.page.views.known_texts import translated
from citeback.page.views.markers import in_context, marker
from citeback.page.views.nearest import nearest
from citeback.page.views.quotations import is_quoted, quotations
from citeback.page.views.remedies import CHOOSE_WRITER, page_remedy
from citeback.page.views.speech import spoken, tr, tr_number
from citeback.rag.answer import Answer, Sentence, Verdict
from citeback.rag.messages.catalogue import message
from citeback.rag.tables.chosen_way import MAY_MEAN, without_way

LONG_WORD = 24  # characters
ADVICE = " Next: "  # before the command that an error advises
MARKS = {
    Verdict.PARTIAL: ("◐", message("partly supported by what it cites")),
    Verdict.UNSUPPORTED: ("✕", message("not supported by what it cites")),
    Verdict.UNCITED: ("○", message("cites nothing")),
}
SAID_BY_SCRIPTS = (
    message("Copied"),
    message("not found"),
    message("{number} of {many}"),
    message("{number} selected"),
    message("Sending {number} of {many} …"),
    message("{name} could not be sent."),
    message("{name} is none of {endings}."),
    message("Page {number} of {many}"),
    message("Drawing page {page} …"),
    message("Page {page} as an image"),
    message("Page {page} as an image, with the words highlighted"),
    message("This page cannot be shown. The file may have changed; the text is as it was indexed."),
)
BACK = message("Back to the sources")
CONFIDENCE_LABEL = ((0.8, message("high")), (0.5, message("fair")), (0.0, message("low")))


def conversation(
    exchanges: Sequence[Exchange], welcome: str = "", after: Sequence[str] = (), key: str = ""
) -> str:
    """Return the whole conversation, or `welcome` (HTML) before the first question.

    `after` holds suggested follow-up questions, and `key` is the id of a saved conversation, which page.js
    writes into the address.
    """
    turns = "".join(exchange(i, one, key) for i, one in enumerate(exchanges))
    more = suggestions(after, "further") if after else ""
    new = action_button("new", tr("New conversation"), class_="quiet") if exchanges else ""
    kept = tag("button", tr("Conversations"), type="button", class_="quiet", data_drawer="")
    bar = tag("p", kept, new, class_="bar")
    return tag(
        "div",
        bar + ((turns + more) or welcome),
        class_="cb log",
        role="log",
        aria_label=tr("Conversation"),
        data_talk=key,
        **_said_by_scripts(),
    )


def _said_by_scripts() -> dict[str, str]:
    """Return the language, and what the scripts say in it; nothing if that is English."""
    if spoken() == ENGLISH:
        return {}
    words = {each: tr(each) for each in SAID_BY_SCRIPTS}
    return {"data_language": spoken(), "data_words": json.dumps(words, ensure_ascii=False)}


def exchange(i: int, one: Exchange, key: str = "") -> str:
    """Return one question with its answer so far; `i` is its index, from 0, `key` the conversation's id."""
    question = tag("h2", escape(one.question), class_="question", dir="auto")
    busy = "false" if one.done else "true"
    remark = notice_message(translated(one.remark), alert=True) if one.remark else ""
    reply = tag("div", _reply(i, one), remark, _actions(i, one, key), class_="answer")
    return tag("article", question, reply, class_="exchange", aria_busy=busy)


def _actions(i: int, one: Exchange, key: str) -> str:
    """Return what can be done with an answer: copy it, and say whether it was right."""
    if not one.sentences or not one.done:
        return feedback_form(i, one)
    return tag(
        "div", copy_answer(one), downloads(i, key) if key else "", feedback_form(i, one), class_="actions"
    )


def feedback_form(i: int, one: Exchange) -> str:
    """Return the feedback buttons of an answer, then a comment field, then thanks."""
    if not one.answer or one.answer.reply:
        return ""
    if one.feedback == "noted":
        return tag("p", tr("Noted. Thank you."), class_="judging", role="status")
    if one.feedback:
        inside = (
            field("comment", tr("What was right or wrong about it?")),
            field("value", "", value=str(i), kind="hidden"),
            field("judged", "", value=one.feedback, kind="hidden"),
            tag("button", tr("Send"), type="submit"),
        )
        return form("comment", *inside, class_="inline judging")
    right = action_button("right", tr("Yes"), str(i), class_="quiet", aria_label=tr("Yes, this was right"))
    wrong = action_button("wrong", tr("No"), str(i), class_="quiet", aria_label=tr("No, this was wrong"))
    return tag("p", tag("span", tr("Was this right?")), right, wrong, class_="judging")


def _reply(i: int, one: Exchange) -> str:
    if one.answer and one.answer.reply:
        return tag("p", escape(one.answer.reply), class_="said", dir="auto")
    message = "".join(_notices(one.answer)) if one.answer else ""
    if one.answer and one.answer.abstained:
        return message + refusal(i, one.answer, one.context) + details(one.answer)
    statement = _answer_body(i, one) + message
    if one.error:
        return statement + error_message(one.error)
    if one.stopped:
        return statement + notice_message(tr("Stopped. The sentences above had been checked by then."))
    table = computed_table(one.table) if one.table else ""
    return statement + (table + details(one.answer) if one.answer else _progress(one))


def _notices(answer: Answer) -> Iterator[str]:
    """Yield the notices of an answer; ways to compute it that are links need not be named as well.

    A command that a notice advises is one for a terminal; on the page, it is done under Settings.
    """
    for each in answer.notices:
        if not (answer.ways and each.startswith(MAY_MEAN)):
            words, advised, _ = each.partition(ADVICE)
            yield notice_message(translated(words), tr(CHOOSE_WRITER) if advised else "")


def _answer_body(i: int, one: Exchange) -> str:
    """Return the checked sentences and the draft of the next one; mere quotations stand as blocks."""
    if is_quoted(one):
        return quotations(i, one)
    texts = [sentence(i, each, one.stale, one.context) for each in one.sentences]
    unchecked = tag("span", escape(one.draft), class_="draft", title=tr("not checked yet"))
    draft = [unchecked] if one.draft else []
    body = tag("p", " ".join((*texts, *draft)), class_="said", dir="auto") if texts or draft else ""
    return body + tally(one)


def tally(one: Exchange) -> str:
    """Return how many sentences of a finished answer are supported, or "" if all are word for word."""
    if not one.done or not one.sentences:
        return ""
    good = sum(each.verdict not in MARKS for each in one.sentences)
    count = len(one.sentences)
    if good == count and not (one.answer and one.answer.model):
        return ""
    shown = tr_number(
        count, "{good} of {number} sentence supported", "{good} of {number} sentences supported", good=good
    )
    return tag("p", tag("span", shown, class_="tally" if good == count else "tally short"), class_="tallied")


def _progress(one: Exchange) -> str:
    if one.draft:
        doing = tr("Writing; each sentence is checked before it counts")
    else:
        doing = (
            tr("Searching your documents")
            if one.passage_count is None
            else tr_number(one.passage_count, "Reading {number} passage", "Reading {number} passages")
        )
    return tag("p", doing, class_="waiting", role="status")


def sentence(i: int, one: Sentence, stale: Container[int] = (), context: ByNumber | None = None) -> str:
    """Return a sentence with its markers; one that is not supported is marked and labelled.

    A quotation is shown character for character. If it is only a fragment, its surroundings stand beside it.
    """
    around = context or {}
    cited = next(iter(one.citations), None)
    quoted = cited is not None and " ".join(cited.quote.split()) == " ".join(one.text.split())
    text = " ".join((one.text if quoted else said_sentence(one)).split())
    first, space, last = text.rpartition(" ") if quoted else ("", "", text)
    draw = escape if quoted else styled
    markers = "".join(marker(i, each, each.n in stale, around.get(each.n, NOWHERE)) for each in one.citations)
    if one.verdict in (Verdict.SUPPORTED, Verdict.COMPUTED):
        if cited is not None and quoted and around.get(cited.n, NOWHERE).needed:
            return tag("span", in_context(escape(text), around[cited.n]), markers, class_="claim")
        # A marker does not begin a line: it stays with the last word, unless that is longer than a line.
        near = "together" if quoted and len(last) <= LONG_WORD else "loose"
        end = tag("span", draw(last), markers, class_=near)
        return tag("span", escape(first + space), end, class_="claim")
    doubted = tag("span", tag("span", draw(text)), _verdict(one), class_=f"doubt {one.verdict}")
    return tag("span", doubted, markers, class_="claim")


def _verdict(one: Sentence) -> str:
    """Return the mark of a sentence that is not supported, with the reason in words."""
    sign, meaning = MARKS[one.verdict]
    why = tag("span", escape("; ".join(map(translated, one.reasons)) or tr(meaning)), class_="why")
    return tag(
        "span",
        tag("span", sign, class_="sign", role="img", aria_label=f"({tr(meaning)})"),
        why,
        class_="verdict",
    )


def styled(string: str) -> str:
    """Return a model's text on one line, with Markdown emphasis and code styled."""
    line = " ".join(string.split())
    return words(line, Span(0, len(line)), signs=True)


def refusal(i: int, answer: Answer, context: ByNumber | None = None) -> str:
    """Return the refusal with the nearest passages as links."""
    refusal = tag("p", escape(answer.refusal), class_="said unsaid") + ways(answer)
    if not answer.passages:
        return refusal
    lead = tag("p", tr("The nearest passages, if you want to look yourself:"), class_="aside")
    return refusal + lead + nearest(i, answer.passages, context or {})


def ways(answer: Answer) -> str:
    """Return the ways in which an answer may be computed, to click; each asks the question again so."""
    if not answer.ways:
        return ""
    links = (
        tag(
            "a",
            escape(said_computation(without_way(q)[1])),
            class_="suggestion",
            href="#ask",
            data_question=q,
            dir="auto",
        )
        for q in answer.ways
    )
    items = (tag("li", link) for link in links)
    return tag("p", tr("Which do you mean?"), class_="aside") + tag("ul", *items, class_="suggestions ways")


def details(answer: Answer) -> str:
    """Return the details of an answer (standalone question, confidence, time, writer), collapsed."""
    spent = sum(answer.seconds.values())
    stages = ", ".join(f"{translated(stage)} {seconds:.2f}" for stage, seconds in answer.seconds.items())
    sureness = next(words for bound, words in CONFIDENCE_LABEL if answer.confidence >= bound)
    rows = {
        tr("Searched for"): answer.standalone,
        tr("Confidence"): tr(
            "{sureness} ({share} of 1)", sureness=tr(sureness), share=f"{answer.confidence:.2f}"
        ),
        tr("Time"): f"{spent:.2f} s ({stages})" if stages else tr("not measured"),
        tr("Written by"): answer.model or tr("no model: sentences are quoted word for word"),
    }
    items = (tag("dt", escape(name)) + tag("dd", escape(value)) for name, value in rows.items())
    return tag("details", tag("summary", tr("How this was answered")), tag("dl", *items), class_="details")


def side_panel(
    heading: str, *inside: str, ref: str = "", tools: str = "", back: str = BACK, below: str = ""
) -> str:
    """Return the panel beside the chat; `ref` is the link that opened it. The other parts are HTML."""
    leave = tag("a", escape(tr(back)), class_="back", href="#sources") if ref else ""
    bar = tag("div", tools, class_="tools") if tools else ""
    header = tag("header", leave, tag("h2", escape(heading), dir="auto"), bar, below)
    return tag("aside", header, *inside, class_="cb panel", aria_label=tr("Sources"), data_ref=ref)


def suggestions(questions: Iterable[str], kind: str = "first") -> str:
    """Return suggested questions to click."""
    asked = (tag("li", tag("a", escape(q), class_="suggestion", href="#ask", dir="auto")) for q in questions)
    return tag("ul", *asked, class_=f"suggestions {kind}")


def error_message(error: CitebackError) -> str:
    """Return an error message with its remedy on the page."""
    return notice_message(translated(error.message), *page_remedy(error), alert=True)


def notice_message(message: str, remedy: str = "", command: str = "", alert: bool = False) -> str:
    """Return a message to the reader, with what to do next and the command that it may take."""
    typed = tag("code", escape(command)) if command else ""
    then = tag("span", escape(remedy), " " if typed else "", typed) if remedy else ""
    kind, role = ("alert", "alert") if alert else ("note", "status")
    return tag("p", tag("span", escape(message)), then, class_=f"notice {kind}", role=role)
