"""The section of tables of answers."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from time import monotonic
from typing import Any

import gradio as gr

from citeback.index.errors import CitebackError
from citeback.page.presenters.review.reader import ReviewReader
from citeback.page.presenters.review.tables import TableHandlers
from citeback.page.state.review.answer_grid import AnswerGrid
from citeback.page.state.running_answers import RunningAnswers
from citeback.page.tabs.components import (
    EVENT_OPTIONS,
    HandlerFor,
    html,
    parse_click,
    sequential,
    session_of,
)
from citeback.page.tabs.review.frame import ReviewFrame, SectionParts
from citeback.page.views.forms import parse_number
from citeback.page.views.review.tables import TITLE, grid

SECTION = ("table", TITLE)
PACE = 0.7  # seconds between two views of a table that is being filled
Steps = AsyncIterator[tuple[Any, Any, Any]]
NOTHING = gr.skip(), gr.skip(), gr.skip()


def lay_out(tables: HandlerFor[TableHandlers], running: RunningAnswers, frame: ReviewFrame) -> SectionParts:
    """Lay out the form with the saved tables, and the grid."""
    state, form, shown = gr.State(AnswerGrid()), html("table-form"), html("table")
    filled = _Filling(tables, running, frame).steps

    async def begin(click: gr.EventData, request: gr.Request) -> Steps:
        own = tables(request)
        match asked := parse_click(click):
            case {"act": "create"}:
                async for step in filled(request, lambda: own.create(asked), AnswerGrid()):
                    yield step
            case {"act": "open", "value": key}:
                yield _open_table(own, lambda: own.grid(key))
            case {"act": "delete", "value": key}:
                yield own.delete(key), gr.skip(), gr.skip()

    async def act(click: gr.EventData, now: AnswerGrid, request: gr.Request) -> Steps:
        own = tables(request)
        match parse_click(click):
            case {"act": "stop"}:
                running.stop(_session(request))
            case {"act": "close"}:
                yield own.overview(), "", AnswerGrid()
            case {"act": ("fill" | "add" | "remove") as what, **asked} if now.id:
                given = {key: str(value) for key, value in asked.items()}
                questions = _questions(now, what, given)
                async for step in filled(request, lambda: _changed(own, now, questions), now):
                    yield step

    def find(click: gr.EventData, before: AnswerGrid) -> tuple[str, AnswerGrid]:
        asked = parse_click(click)
        now = before.find(asked.get("wanted", "").strip(), asked.get("kind", ""))
        return grid(now), now

    def arrange(click: gr.EventData, before: AnswerGrid) -> tuple[str, AnswerGrid]:
        match parse_click(click):
            case {"act": "sort", "value": "-"}:
                now = before.order(None)
            case {"act": "sort", "value": column}:
                now = before.order(parse_number(column))
            case {"act": "page", "value": page}:
                now = before.turn(parse_number(page))
            case _:
                now = before
        return grid(now), now

    def overview(now: AnswerGrid, request: gr.Request) -> Any:
        return gr.skip() if now.id else tables(request).overview()

    outputs = [form, shown, state]
    free = {**EVENT_OPTIONS, "concurrency_limit": None}
    form.act(begin, None, outputs, **free)
    shown.act(act, state, outputs, **free)
    shown.find(find, state, [shown, state], **sequential("table"))
    shown.arrange(arrange, state, [shown, state], **sequential("table"))
    frame.tab.select(overview, state, form, **sequential("table"))
    return SectionParts(states=(state,), links=(shown,), with_reader=_judging(tables, state, shown))


def _judging(tables: HandlerFor[TableHandlers], state: gr.State, shown: gr.HTML) -> Callable[[gr.HTML], None]:
    """Return what lets a person say in the reader whether a cell is right."""

    def judge(click: gr.EventData, now: AnswerGrid, request: gr.Request) -> tuple[Any, Any, Any]:
        own = tables(request)
        match parse_click(click):
            case {"act": "judge", "value": said}:
                try:
                    after, ref = own.judge(now, said)
                except CitebackError as error:
                    return own.failed(error), now, gr.skip()
                return grid(after), after, ReviewReader(own.corpus).follow(ref, (after,))
        return NOTHING

    def add(panel: gr.HTML) -> None:
        panel.act(judge, state, [shown, state, panel], **sequential("table"))

    return add


def _session(request: gr.Request) -> str:
    return f"{session_of(request)} table"


def _open_table(own: TableHandlers, take: Callable[[], AnswerGrid]) -> tuple[Any, Any, Any]:
    try:
        now = take()
    except CitebackError as error:
        return gr.skip(), own.failed(error), AnswerGrid()
    return "", grid(now), now


def _questions(now: AnswerGrid, what: str, asked: dict[str, str]) -> tuple[str, ...]:
    """Return the questions of a table after one was added or removed."""
    if what == "add":
        return (*now.questions, " ".join(asked.get("question", "").split()))
    gone = parse_number(asked.get("value", "")) if what == "remove" else -1
    return tuple(question for n, question in enumerate(now.questions) if n != gone)


def _changed(own: TableHandlers, now: AnswerGrid, questions: tuple[str, ...]) -> str:
    if questions != now.questions:
        own.change(now, questions)
    return now.id


class _Filling:
    """Fills a table and shows it as its cells are answered, one table at a time for each open page."""

    def __init__(
        self, tables: HandlerFor[TableHandlers], running: RunningAnswers, frame: ReviewFrame
    ) -> None:
        self.tables = tables
        self.running = running
        self.frame = frame

    async def steps(self, request: gr.Request, begin: Callable[[], str], before: AnswerGrid) -> Steps:
        """Yield the form, the grid and its state; `begin` returns the id of the table."""
        own, session, at = self.tables(request), _session(request), 0.0
        if self.running.running(session):
            return
        try:
            key = begin()
            with self.running.one(session) as signal:
                work = self.frame.queue.each_long(lambda: own.fill(key))
                async with aclosing(work) as steps:
                    async for now, done in steps:
                        if signal.stopped:
                            break
                        if monotonic() > at + PACE:
                            at = monotonic()
                            yield "", grid(now().as_before(before), done), gr.skip()
            after = own.grid(key).as_before(before)
            yield "", grid(after), after
        except CitebackError as error:
            yield gr.skip(), own.failed(error) + (grid(before) if before.id else ""), gr.skip()
