"""A table of answers as HTML: the form of a new one, the saved ones, and the grid."""

from collections.abc import Sequence

from citeback.page.state.review.answer_grid import (
    KINDS,
    PAGE,
    AnswerGrid,
    GridCell,
    GridRow,
    cell_ref,
)
from citeback.page.state.review.saved_tables import SavedTable
from citeback.page.views.forms import action_button, choice, field, form
from citeback.page.views.html import document_label, escape, tag
from citeback.page.views.lookup import labelled
from citeback.page.views.markers import unchanged
from citeback.page.views.pages import pages
from citeback.page.views.review.sections import WHICH, introduction
from citeback.page.views.speech import counted_documents, tr, tr_number
from citeback.rag.messages.catalogue import message
from citeback.rag.review.cell import SILENT

TITLE = message("Table of answers")
INTRODUCTION = message(
    "The same questions are asked of every document. Each answer is the shortest words that answer, "
    "with their place; where a document does not say, the cell says so."
)
MOST_WORDS = 2_000  # characters of a question
FILES = (
    ("xlsx", "Excel"),
    ("csv", "CSV"),
    ("docx", "Word"),
    ("md", "Markdown"),
    ("json", "JSON"),
    ("ris", "RIS"),
    ("csl", "CSL-JSON"),
)
CHANGED = message("The document has changed since this was answered.")
SHOWN = 240  # characters of an answer in a cell


def table_form(kept: Sequence[SavedTable]) -> str:
    """Return the form of a new table, with the saved ones below it."""
    questions = tag(
        "textarea",
        name="questions",
        rows=4,
        maxlength=MOST_WORDS * 20,
        placeholder=tr("One question on each line:\nWhen does it end?\nWhat is the rent?"),
        aria_label=tr("Questions, one on each line"),
        dir="auto",
    )
    where = labelled(tr("Of"), field("within", tr(WHICH)))
    go = tag("button", tr("Ask"), type="submit", class_="go")
    made = form("create", tag("label", questions), tag("div", where, go, class_="inline ask-for"))
    return tag("div", introduction(TITLE, INTRODUCTION), made, class_="cb") + _saved(kept)


def _saved(kept: Sequence[SavedTable]) -> str:
    if not kept:
        return ""
    items = (_saved_table(each) for each in kept)
    return tag("div", tag("h3", tr("Your tables")), tag("ul", *items, class_="saved"), class_="cb earlier")


def _saved_table(one: SavedTable) -> str:
    opened = action_button("open", one.name, one.id, class_="name-of")
    count = tr_number(len(one.questions), "{number} question", "{number} questions")
    facts = f"{count} · {one.changed.partition('T')[0]}"
    label = tr("Delete the table {name}", name=one.name)
    gone = action_button("delete", "×", one.id, class_="quiet", aria_label=label, title=label)
    return tag("li", opened, tag("span", escape(facts), class_="facts"), gone)


def grid(now: AnswerGrid, done: int | None = None) -> str:
    """Return the grid; `done` counts the answered cells while they are being answered."""
    rows = now.matching()
    page = min(now.page, max(0, len(rows) - 1) // PAGE)
    shown = rows[page * PAGE : (page + 1) * PAGE]
    head = tag("thead", tag("tr", _document_head(now), *(_head(now, n) for n in range(len(now.questions)))))
    body = tag("tbody", *(_row(n, row, now.questions) for n, row in shown))
    table = tag("div", tag("table", head, body, class_="answers-grid"), class_="wide", tabindex="0")
    none = "" if rows else tag("p", tr("No row matches."), class_="hint")
    busy = done is not None
    parts = (
        _progress(done, now) if done is not None else _title(now),
        "" if busy else _tools(now),
        table,
        none,
        pages(len(rows), page, PAGE),
        "" if busy else _add_question(),
    )
    return tag("div", *parts, class_="cb answered", aria_busy="true" if busy else "false")


def _progress(done: int, now: AnswerGrid) -> str:
    total = len(now.rows) * len(now.questions)
    bar = tag("progress", value=str(done), max=str(max(1, total)), aria_label=tr("Answered so far"))
    said = tag("span", tr("{number} of {many} cells", number=done, many=total), class_="pace", role="status")
    return tag("div", bar, said, action_button("stop", tr("Stop")), class_="cb progress")


def _title(now: AnswerGrid) -> str:
    links = (
        tag("a", name, href=f"/tables/{now.id}.{suffix}", download="", class_="file")
        for suffix, name in FILES
    )
    menu = tag("details", tag("summary", tr("Download")), tag("span", *links), class_="formats")
    back = action_button("close", tr("All tables"))
    name = tag("h2", escape(now.name), dir="auto")
    return tag("div", name, back, tag("div", menu, class_="copies"), class_="inline taking")


def _tools(now: AnswerGrid) -> str:
    kinds = choice("kind", tr("Rows"), [(name, tr(label)) for name, (label, _) in KINDS.items()], now.kind)
    inside = field("wanted", tr("Find in the table"), value=now.wanted, kind="search") + kinds
    go = tag("button", tr("Find"), type="submit")
    finding = form("find", inside, go, data_event="find", class_="inline", data_live="always")
    count = counted_documents(len(now.rows))
    label = tr_number(
        now.outdated,
        "Ask again what has changed ({number} cell)",
        "Ask again what has changed ({number} cells)",
    )
    again = action_button("fill", label, class_="go") if now.outdated else ""
    return tag("div", finding, tag("span", count, class_="hint", role="status"), again, class_="inline")


def _way(now: AnswerGrid, column: int | None) -> str:
    return "none" if now.sort != column else "descending" if now.reverse else "ascending"


def _document_head(now: AnswerGrid) -> str:
    button = action_button("sort", tr("Document"), "-", class_="sort", data_event="arrange")
    return tag("th", button, scope="col", aria_sort=_way(now, None))


def _head(now: AnswerGrid, n: int) -> str:
    question = now.questions[n]
    button = action_button("sort", question, str(n), class_="sort", data_event="arrange", dir="auto")
    label = tr("Remove the question {question}", question=question)
    gone = (
        action_button("remove", "×", str(n), class_="quiet", aria_label=label, title=label)
        if len(now.questions) > 1
        else ""
    )
    return tag("th", button, gone, scope="col", aria_sort=_way(now, n))


def _row(n: int, row: GridRow, questions: Sequence[str]) -> str:
    label = document_label(row.title, row.document.rpartition("/")[2])
    path = tag("span", escape(row.document), class_="name") if label != row.document else ""
    head = tag("th", tag("span", escape(label), dir="auto", class_="title"), path, scope="row")
    return tag("tr", head, *(_cell(cell_ref(n, c), cell, questions[c]) for c, cell in enumerate(row.cells)))


def _cell(ref: str, cell: GridCell | None, question: str) -> str:
    if cell is None:
        return tag("td", tag("span", tr("not asked yet"), class_="hint"), data_label=question)
    one = cell.cell
    text = one.text if one.answer else tr(SILENT)
    answer = text if len(text) <= SHOWN else text[:SHOWN].rpartition(" ")[0] + " …"
    kinds = ["answer"]
    kinds += ["silent"] if not one.source else ["unsure"] if cell.unsure else []
    kinds += [one.judged] if one.judged else []
    remarks = [{"right": tr("judged right"), "wrong": tr("judged wrong")}.get(one.judged, "")]
    remarks.append(tr("its document has changed") if cell.stale else "")
    remarks.append(tr("less sure") if "unsure" in kinds else "")
    said = "; ".join(filter(None, remarks))
    sign = {"right": "✓", "wrong": "✕"}.get(one.judged, "")
    marks = tag("span", sign, class_=f"sign {one.judged}", aria_hidden="true") if sign else ""
    stale = tag("span", tr("out of date"), class_="stale") if cell.stale else ""
    spoken = tag("span", f" ({said})", class_="unseen") if said else ""
    link = tag("a", escape(answer), spoken, href=f"#{ref}", class_=" ".join(kinds), title=said, dir="auto")
    return tag("td", link, marks, stale, data_label=question)


def _add_question() -> str:
    inside = field("question", tr("Add a question as a column"), maxlength=MOST_WORDS)
    return form("add", inside, tag("button", tr("Add"), type="submit"), class_="inline adding")


def cell_card(now: AnswerGrid, ref: str) -> str:
    """Return the question and the answer of a cell, for the panel, with what a person can say of it."""
    found = now.cell(ref)
    if found is None:
        return ""
    one = found.cell
    sure = tr("Confidence that the document answers: {share}", share=f"{one.confidence:.2f}")
    stale = tag("p", tr(CHANGED), class_="stale") if found.stale else ""
    said = (
        tag("blockquote", unchanged(one.answer), dir="auto")
        if one.answer
        else tag("p", tr("The document does not say."))
    )
    buttons = (
        action_button(
            "judge",
            label,
            f"{judged} {ref}",
            class_="quiet",
            aria_pressed="true" if one.judged == judged else "false",
        )
        for judged, label in (("right", tr("Yes")), ("wrong", tr("No")))
    )
    asked = tag("p", tag("span", tr("Is this right?")), *buttons, class_="judging")
    question = tag("p", tag("strong", escape(one.question)), dir="auto")
    return tag("div", question, said, tag("p", sure, class_="facts"), stale, asked, class_="verdict-card")
