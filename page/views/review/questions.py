"""Saved questions as HTML: each with its answer, and with the one before if it has changed."""

from citeback.page.state.exchange import QUESTION
from citeback.page.state.review.saved_questions import ShownQuestions, question_ref
from citeback.page.views.forms import action_button, field, form
from citeback.page.views.html import escape, tag
from citeback.page.views.markers import location_label, unchanged
from citeback.page.views.quotations import is_quotation
from citeback.page.views.review.sections import introduction
from citeback.page.views.speech import tr
from citeback.rag.answer import REFUSAL, Answer, Citation, Sentence
from citeback.rag.messages.catalogue import message
from citeback.rag.saved_questions import SavedQuestion

TITLE = message("Saved questions")
INTRODUCTION = message(
    "These questions are asked again whenever the documents have changed. "
    "If an answer is another one then, you see both, with their sources."
)


def question_form(saved: str = "") -> str:
    """Return the form that saves a question; page/script/links.js empties it when `saved` has changed."""
    inside = field("question", tr("A question to be asked again"), maxlength=QUESTION)
    made = form(
        "save",
        inside,
        tag("button", tr("Save"), type="submit", class_="go"),
        class_="inline ask-for",
        data_saved=saved,
    )
    return tag("div", introduction(TITLE, INTRODUCTION), made, class_="cb")


def listing(now: ShownQuestions) -> str:
    """Return the questions with their answers."""
    if not now.questions:
        return tag("div", tag("p", tr("No question is saved yet."), class_="hint"), class_="cb")
    return tag("div", *(_question(n, one) for n, one in enumerate(now.questions)), class_="cb watched")


def _question(n: int, one: SavedQuestion) -> str:
    label = tr("Delete the question {question}", question=one.question)
    gone = action_button("delete", "×", one.id, class_="quiet", aria_label=label, title=label)
    head = tag("h3", escape(one.question), gone, dir="auto")
    now = _answer(n, "now", one.answer)
    if one.before is None:
        return tag("section", head, now)
    day = one.changed.partition("T")[0]
    seen = action_button("read", tr("Seen"), one.id) if one.unread else ""
    said = tag("p", tag("strong", tr("Changed on {day}", day=day)), " ", seen, class_="changed")
    before = tag(
        "div", tag("p", tr("Before"), class_="facts"), _answer(n, "before", one.before), class_="before"
    )
    after = tag("div", tag("p", tr("Now"), class_="facts"), now)
    kind = "unread" if one.unread else "seen"
    return tag("section", head, said, tag("div", before, after, class_="compared"), class_=kind)


def _answer(n: int, which: str, answer: Answer | None) -> str:
    if answer is None:
        return tag("p", tr("Not asked yet."), class_="hint")
    if answer.abstained or not answer.sentences:
        return tag("p", escape(tr(REFUSAL)), class_="hint")
    return "".join(_sentence(n, which, each) for each in answer.sentences)


def _sentence(n: int, which: str, one: Sentence) -> str:
    """Return a sentence with its markers; a quotation is a block below the name of its document."""
    words = unchanged(one.text) + " " + "".join(_marker(n, which, each) for each in one.citations)
    if not is_quotation(one):
        return tag("p", words, dir="auto")
    cited = one.citations[0]
    where = tag("p", escape(location_label(cited.document, cited.place)), class_="where-from", dir="auto")
    return where + tag("blockquote", words, class_="quotation", dir="auto")


def _marker(n: int, which: str, cited: Citation) -> str:
    place = location_label(cited.document, cited.place)
    label = tr("Source {number}, {place}", number=cited.n, place=place)
    href = f"#{question_ref(n, which, cited.n)}"
    return tag("a", str(cited.n), class_="marker", href=href, aria_label=label)
